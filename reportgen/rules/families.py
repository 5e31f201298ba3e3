"""What each family needs of its rules: the family makes the data, and says on every page what they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import islice, product, zip_longest
from typing import Any

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Rule
from reportgen.rules.places import Promise
from reportgen.vocabulary import Token

LOOKED_AT = 50  # inputs, whenever a configuration is read
TIMES = 8  # sequences that repeat themselves
Problems = Iterable[tuple[tuple[str, ...], str]]


@dataclass(frozen=True)
class Family:
    """A way to make data."""

    about: str
    offers: tuple[str, ...] = ()  # what a rule has to have besides what every rule has
    check: Callable[[Any], None] = lambda rule: None  # RuleError where a rule is not such a one
    asks: Callable[[Any, Any], Problems] = lambda rule, model: ()


def check_family(rule: Rule) -> None:
    """RuleError for a rule that is not what its family says of every one of its rules."""
    FAMILIES[rule.family].check(rule)


def asks_of_model(rule: Rule, model: Any) -> Problems:
    """Keys of the model's section that do not fit the family, with what they got and what is allowed."""
    return FAMILIES[rule.family].asks(rule, model)


def check_all_inputs(rule: Rule) -> None:
    """All inputs of a rule of the family `inputs`, of which a reading of its configuration sees the first few."""
    if rule.family == "inputs":
        _rows(rule, None)


def _whole(rule: Rule, name: str, least: int) -> int:
    value = getattr(rule, name)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Promise(
            name, f"{rule.slug}: {name}: got {value!r}, allowed: a whole number from {least}"
        )
    return value


def _parameters(rule: Any, *names: str) -> None:
    for name in names:
        if name not in {field.name for field in fields(rule)}:
            raise Promise(
                name,
                f"{rule.slug}: {name} is no parameter, and the pages of the family {rule.family!r} "
                "name it; make it a field of the dataclass",
            )


def _inputs(rule: Any) -> None:
    _parameters(rule, "length", "highest")
    highest = _whole(rule, "highest", 1)
    _whole(rule, "length", 1)
    inputs = _whole(rule, "inputs", 2)
    if rule.vocabulary[:-1] != tuple(range(highest + 1)):
        raise Promise(
            "vocabulary",
            f"{rule.slug}: the vocabulary is {' '.join(map(str, rule.vocabulary))}; of the family "
            f"'inputs' it must be the digits 0 to {highest} (highest), then the token that begins",
        )
    if inputs != (highest + 1) ** rule.length:
        raise Promise(
            "inputs",
            f"{rule.slug}: inputs: got {inputs:,}, allowed: {(highest + 1) ** rule.length:,}, the "
            f"number of all inputs of {rule.length} digits from 0 to {highest}",
        )
    _rows(rule, LOOKED_AT)


def _rows(rule: Any, first: int | None) -> None:
    words = product(range(rule.highest + 1), repeat=rule.length)
    for row, word in zip_longest(islice(rule.rows(), first), islice(words, first)):
        if row is None or word is None:
            raise Promise(
                "rows",
                f"{rule.slug}: `rows` gives {'fewer' if row is None else 'more'} than "
                f"{rule.inputs:,} inputs (inputs); give each input once",
            )
        _row(rule, row, word)


def _row(rule: Any, row: Sequence[Token], word: tuple[int, ...]) -> None:
    """The first token, `length` digits, and these digits backwards, each one more; the rule demands the output."""
    length, highest, begin = rule.length, rule.highest, rule.vocabulary[-1]
    if not isinstance(row, tuple | list) or len(row) != 2 * length + 1 or row[0] != begin:
        raise Promise(
            "rows",
            f"{rule.slug}: `rows` gives {row!r}, and a row of the family 'inputs' is {begin!r}, "
            f"{length} digits and {length} tokens of output (length {length})",
        )
    if tuple(row[1 : length + 1]) != word:
        raise Promise(
            "rows",
            f"{rule.slug}: `rows` gives {row!r} where the input {' '.join(map(str, word))} is next; "
            f"give every input of digits from 0 to {highest}, in the order of a dictionary",
        )
    for place, token in enumerate(row[length + 1 :]):
        mirror, wanted = rule.mirror(place), (word[length - 1 - place] + 1) % (highest + 1)
        if mirror != length - place or token != wanted:
            raise Promise(
                "mirror" if mirror != length - place else "rows",
                f"{rule.slug}: output {place} of {row!r} is {token!r}, made from position {mirror}; "
                f"the family 'inputs' tells of digits written backwards, each one more, and after "
                f"{highest} comes 0: here {wanted}, made from position {length - place}; for "
                "another task leave out `family`",
            )
        demand = rule.demand(row[: length + 1 + place])
        if demand.tokens != {token}:
            raise Promise(
                "demand",
                f"{rule.slug}: after {' '.join(map(str, row[: length + 1 + place]))} the rule demands "
                f"{_demanded(demand)}, and `rows` goes on with {token}; both must say the same",
            )


def _context(rule: Any, model: Any) -> Problems:
    if model.n_ctx != 2 * rule.length:
        yield (
            ("n_ctx",),
            f"got {model.n_ctx}, allowed: {2 * rule.length}, twice the rule's length: the first token, the input, and the output but for its last token",
        )


def _repeats(rule: Any) -> None:
    _parameters(rule, "period")
    period, most = rule.period, len(rule.vocabulary)
    whole = isinstance(period, tuple) and all(type(n) is int for n in period)
    if not whole or len(period) != 2 or not 2 <= period[0] <= period[1] <= most:
        raise Promise(
            "period",
            f"{rule.slug}: period: got {period!r}, allowed: the shortest and the longest, from 2 to "
            f"{most}, the number of different tokens",
        )
    rng = np.random.default_rng(0)
    for _ in range(TIMES):
        back = int(rng.integers(period[0], period[1] + 1))
        block = [rule.vocabulary[i] for i in rng.permutation(most)[:back]]
        sequence = (block * 3)[: 2 * back + 2]
        for i, token in enumerate(sequence):
            wanted = Demand(frozenset({token}), i - back) if i > back else FREE
            demand = rule.demand(sequence[:i])
            if demand != wanted:
                raise Promise(
                    "demand",
                    f"{rule.slug}: after {' '.join(map(str, sequence[:i])) or '(nothing)'} the rule "
                    f"demands {_demanded(demand)}; the family 'repeats' makes different tokens that "
                    f"begin again after their period, and here demands {_demanded(wanted)}; for "
                    "another task leave out `family`",
                )


def _period(rule: Any, model: Any) -> Problems:
    if model.n_ctx < rule.period[1] + 2:
        yield (
            ("n_ctx",),
            f"got {model.n_ctx}, allowed: at least {rule.period[1] + 2}, so that the longest period (rule.period) is seen to repeat",
        )


def _demanded(demand: Demand) -> str:
    if demand == FREE:
        return "nothing"
    tokens = " or ".join(sorted(map(str, demand.tokens)))
    return tokens if demand.source is None else f"{tokens} from position {demand.source}"


def _text(rule: Rule) -> None:
    from reportgen.rules.text import Text

    if not isinstance(rule, Text):
        raise RuleError(
            f"{rule.slug}: the family 'text' reads a text, as reportgen.rules.text.Text does; write "
            f"`class {type(rule).__name__}(Text):`, or leave out `family`"
        )


FAMILIES = {
    "windows": Family("windows are cut out of sequences that the rule makes"),
    "inputs": Family(
        "every input of some digits there is, and these digits backwards, each one more",
        ("length", "highest", "inputs", "rows", "mirror"),
        _inputs,
        _context,
    ),
    "repeats": Family(
        "different tokens that begin again after their period", ("period",), _repeats, _period
    ),
    "text": Family(
        "a text that is read, made from reportgen.rules.text.Text",
        ("corpus", "ids", "length", "unit", "where"),
        _text,
    ),
}
