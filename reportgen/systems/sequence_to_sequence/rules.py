"""What a rule of this system has to be: every input of some digits there is, and these digits
backwards, each one more.
"""

import abc
from collections.abc import Iterable, Sequence
from itertools import islice, product, zip_longest
from typing import cast

from reportgen.core.config.sections import ModelConfig
from reportgen.rules.base import Rule
from reportgen.rules.parts import demanded, parameters, whole
from reportgen.rules.places import Promise
from reportgen.system import Problem
from reportgen.vocabulary import Token

LOOKED_AT = 50  # inputs, whenever a configuration is read


class Backwards(Rule):
    """The type of a rule that `check_rule` has passed; no rule has to be derived from it."""

    length: int  # digits of an input
    highest: int  # digit

    @property
    @abc.abstractmethod
    def inputs(self) -> int:
        """How many inputs there are."""

    @abc.abstractmethod
    def rows(self) -> Iterable[Sequence[Token]]:
        """Every input with its output."""

    @abc.abstractmethod
    def mirror(self, position: int) -> int:
        """The position that an output is made from."""


def check_rule(given: Rule) -> None:
    """RuleError for a rule that is not digits written backwards, each one more."""
    parameters(given, "length", "highest")
    rule = cast(Backwards, given)
    highest = whole(rule, "highest", 1)
    whole(rule, "length", 1)
    inputs = whole(rule, "inputs", 2)
    if rule.vocabulary[:-1] != tuple(range(highest + 1)):
        raise Promise(
            "vocabulary",
            f"{rule.slug}: the vocabulary is {' '.join(map(str, rule.vocabulary))}; of the system"
            f" 'sequence_to_sequence' it must be the digits 0 to {highest} (highest), then the"
            " token that begins",
        )
    if inputs != (highest + 1) ** rule.length:
        raise Promise(
            "inputs",
            f"{rule.slug}: inputs: got {inputs:,}, allowed: {(highest + 1) ** rule.length:,}, the "
            f"number of all inputs of {rule.length} digits from 0 to {highest}",
        )
    _rows(rule, LOOKED_AT)


def check_all(rule: Rule) -> None:
    """All inputs of a rule, of which a reading of its configuration sees the first few."""
    _rows(cast(Backwards, rule), None)


def _rows(rule: Backwards, first: int | None) -> None:
    words = product(range(rule.highest + 1), repeat=rule.length)
    for row, word in zip_longest(islice(rule.rows(), first), islice(words, first)):
        if row is None or word is None:
            raise Promise(
                "rows",
                f"{rule.slug}: `rows` gives {'fewer' if row is None else 'more'} than "
                f"{rule.inputs:,} inputs (inputs); give each input once",
            )
        _row(rule, row, word)


def _row(rule: Backwards, row: Sequence[Token], word: tuple[int, ...]) -> None:
    """The first token, `length` digits, and these digits backwards, each one more; the rule demands
    the output.
    """
    length, highest, begin = rule.length, rule.highest, rule.vocabulary[-1]
    if not isinstance(row, tuple | list) or len(row) != 2 * length + 1 or row[0] != begin:
        raise Promise(
            "rows",
            f"{rule.slug}: `rows` gives {row!r}, and a row of the system 'sequence_to_sequence' is"
            f" {begin!r}, {length} digits and {length} tokens of output (length {length})",
        )
    if tuple(row[1 : length + 1]) != word:
        raise Promise(
            "rows",
            f"{rule.slug}: `rows` gives {row!r} where the input {' '.join(map(str, word))} is next;"
            f" give every input of digits from 0 to {highest}, in the order of a dictionary",
        )
    for position, token in enumerate(row[length + 1 :]):
        mirror, wanted = rule.mirror(position), (word[length - 1 - position] + 1) % (highest + 1)
        if mirror != length - position or token != wanted:
            raise Promise(
                "mirror" if mirror != length - position else "rows",
                f"{rule.slug}: output {position} of {row!r} is {token!r}, made from position"
                f" {mirror}; the system 'sequence_to_sequence' tells of digits written backwards,"
                f" each one more, and after {highest} comes 0: here {wanted}, made from position"
                f" {length - position}; for another task name another `system`",
            )
        demand = rule.demand(row[: length + 1 + position])
        if demand.tokens != {token}:
            raise Promise(
                "demand",
                f"{rule.slug}: after {' '.join(map(str, row[: length + 1 + position]))} the rule"
                f" demands {demanded(demand)}, and `rows` goes on with {token}; both must say the"
                " same",
            )


def model_problems(given: Rule, model: ModelConfig) -> Iterable[Problem]:
    """Keys of the model's section that do not fit the rule, with what they got and what is
    allowed.
    """
    rule = cast(Backwards, given)
    if model.n_ctx != 2 * rule.length:
        yield (
            ("n_ctx",),
            (
                f"got {model.n_ctx}, allowed: {2 * rule.length}, twice the rule's length: the first"
                " token, the input, and the output but for its last token"
            ),
        )
