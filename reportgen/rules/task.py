"""A task of inputs and outputs: what may stand at each place of an input, and what is answered."""

import abc
import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import product
from typing import ClassVar

import numpy as np
from jaxtyping import Int

from reportgen.rules.base import FREE, Demand, Rule
from reportgen.rules.places import Promise
from reportgen.vocabulary import Token

MOST_INPUTS = 1_000_000  # that are listed, each with its output


class Task(Rule):
    """Every input there is has one output, which `answer` gives.

    A row that a network reads is laid out by `layout`, and the output stands behind it. The loss is
    taken at the output alone. Everything else of a rule follows: the vocabulary, what is demanded
    after each prefix, and how often each token stands in an input.
    """

    system: ClassVar[str] = "input_to_output"
    class_names: ClassVar[Mapping[str, str]] = {
        "input": "token of an input",
        "answer": "token of an output alone",
        "mark": "fixed token",
    }

    @property
    def modulus(self) -> int | None:
        """Where inputs and outputs are numbers that go round: how many numbers there are."""
        return None

    @property
    @abc.abstractmethod
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        """The tokens that may stand at each place of an input."""

    @abc.abstractmethod
    def answer(self, inputs: tuple[Token, ...]) -> tuple[Token, ...] | Token:
        """The output of an input: its tokens, or one token."""

    @property
    def layout(self) -> tuple[int | str, ...]:
        """What stands before the output: a number for a place of the input, a text for a token that
        is always there.
        """
        return tuple(range(len(self.alphabets)))

    @property
    def outputs(self) -> tuple[Token, ...]:
        """The tokens that an output may have; no other is an answer. By default those of the
        inputs.
        """
        return tuple(dict.fromkeys(token for each in self.alphabets for token in each))

    @cached_property
    def vocabulary(self) -> tuple[Token, ...]:
        marks = [each for each in self.laid_out if isinstance(each, str)]
        inputs = [token for each in self.places for token in each]
        return tuple(dict.fromkeys([*inputs, *self.outputs, *marks]))

    @cached_property
    def classes(self) -> Mapping[Token, str]:
        inputs = {token for each in self.places for token in each}
        return {
            token: "input" if token in inputs else "answer" if token in self.outputs else "mark"
            for token in self.vocabulary
        }

    @property
    def trigger(self) -> Token | None:
        return None

    @cached_property
    def places(self) -> tuple[tuple[Token, ...], ...]:
        """The alphabets, each with different tokens; Promise broken where they are none."""
        given = self.alphabets
        if not isinstance(given, tuple) or not given or not all(map(_alphabet, given)):
            raise Promise(
                "alphabets",
                f"{self.slug}: alphabets: got {given!r}, allowed: a tuple with a tuple of different"
                " tokens for each place of an input",
            )
        count = math.prod(map(len, given))
        if not 2 <= count <= MOST_INPUTS:
            raise Promise(
                "alphabets",
                f"{self.slug}: the parameters make {count:,} input{'s' * (count > 1)}, allowed: 2"
                f" to {MOST_INPUTS:,}, since each of them is listed and some are held out;"
                f" {'lower' if count > 1 else 'raise'} one of its sizes",
            )
        return given

    @cached_property
    def laid_out(self) -> tuple[int | str, ...]:
        """The layout; Promise broken where an input would not stand in it as a whole."""
        given, places = self.layout, list(range(len(self.places)))
        whole = isinstance(given, tuple) and all(isinstance(each, int | str) for each in given)
        if not whole or sorted(each for each in given if isinstance(each, int)) != places:
            raise Promise(
                "layout",
                f"{self.slug}: layout: got {given!r}, allowed: a tuple with each of the places"
                f" {', '.join(map(str, places))} once, and texts for tokens that are always there",
            )
        return given

    @property
    def count(self) -> int:
        """How many inputs there are."""
        return math.prod(map(len, self.places))

    def output(self, inputs: Sequence[Token]) -> tuple[Token, ...]:
        """The answer as a tuple of tokens; Promise broken where it is none of the outputs, or
        another one when it is asked again.
        """
        given, again = self.answer(tuple(inputs)), self.answer(tuple(inputs))
        if given != again:
            raise self.no_function(f"to {' '.join(map(str, inputs))} it is {given}, then {again}")
        tokens = given if isinstance(given, tuple) else (given,)
        for token in tokens:
            if isinstance(token, bool) or token not in self.outputs:
                raise Promise(
                    "answer",
                    f"{self.slug}: answer to {' '.join(map(str, inputs))}: got {given!r}, allowed: "
                    f"a token, or a tuple of tokens, of `outputs`: {_few(self.outputs)}",
                )
        return tokens

    def no_function(self, found: str) -> Promise:
        """What is said of an answer that is no function of its input."""
        return Promise(
            "answer",
            f"{self.slug}: the answer is no function of the input: {found}; an answer may depend on"
            " its input alone, not on chance, on what was asked before, or on the order of a set",
        )

    @cached_property
    def width(self) -> int:
        """How many tokens an output has: those of the first input."""
        return len(self.output([each[0] for each in self.places]))

    @cached_property
    def inputs(self) -> Int[np.ndarray, "input place"]:
        """Ids of every input, in the order of a dictionary."""
        index = np.unravel_index(np.arange(self.count), [len(each) for each in self.places])
        return np.stack([self.tokens.encode(each)[i] for each, i in zip(self.places, index)], 1)

    @cached_property
    def answers(self) -> Int[np.ndarray, "input output"]:
        """Ids of every output, in the order of the inputs; Promise broken where one has another
        number of tokens.
        """
        made = []
        for inputs in product(*self.places):
            made.append(self.output(inputs))
            if len(made[-1]) != self.width or not made[-1]:
                raise Promise(
                    "answer",
                    f"{self.slug}: answer to {' '.join(map(str, inputs))}: got"
                    f" {len(made[-1])} tokens, allowed: {max(self.width, 1)}, as many for every"
                    " input",
                )
        ids = self.tokens.encode(token for each in made for token in each)
        return ids.reshape(self.count, self.width)

    @cached_property
    def rows(self) -> Int[np.ndarray, "input position"]:
        """Ids of every input as it is laid out, with its output behind it."""
        columns = [
            self.inputs[:, each]
            if isinstance(each, int)
            else np.full(self.count, self.tokens.id(each))
            for each in self.laid_out
        ]
        return np.concatenate([np.stack(columns, 1), self.answers], 1)

    @cached_property
    def fetched(self) -> bool:
        """Does every token of every output stand in its input, so that attention could fetch it."""
        among = self.answers[:, :, None] == self.inputs[:, None]
        return bool(among.any(2).all())

    @property
    def digest(self) -> str:
        """A hash of all answers, the same in every process."""
        return sha256(np.ascontiguousarray(self.answers, dtype="<i8").tobytes()).hexdigest()

    def demand(self, prefix: Sequence[Token]) -> Demand:
        head, at = len(self.laid_out), len(prefix)
        if at < head:
            each = self.laid_out[at]
            return Demand(frozenset({each})) if isinstance(each, str) else FREE
        if at >= head + self.width:
            return FREE
        inputs = self._read(prefix[:head])
        if inputs is None:
            return FREE
        token = self.output(inputs)[at - head]
        source = None
        if self.fetched:
            source = max(
                i
                for i, each in enumerate(self.laid_out)
                if prefix[i] == token and isinstance(each, int)
            )
        return Demand(frozenset({token}), source)

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """Each token of an alphabet is equally likely."""
        each = self.laid_out[len(prefix)] if len(prefix) < len(self.laid_out) else ""
        allowed = self.places[each] if isinstance(each, int) else self.vocabulary
        chances = np.zeros(len(self.vocabulary))
        chances[self.tokens.encode(allowed)] = 1 / len(allowed)
        return chances

    def _read(self, head: Sequence[Token]) -> tuple[Token, ...] | None:
        """The input that is laid out so; None where it is none."""
        inputs = dict[int, Token]()
        for token, each in zip(head, self.laid_out):
            if isinstance(each, str):
                if token != each:
                    return None
            elif token in self.places[each]:
                inputs[each] = token
            else:
                return None
        return tuple(inputs[i] for i in range(len(self.places)))


def _alphabet(given: object) -> bool:
    """Is it a tuple of different tokens."""
    return isinstance(given, tuple) and bool(given) and len(set(given)) == len(given)


def _few(tokens: Sequence[Token]) -> str:
    """The first few of some tokens."""
    return ", ".join(map(str, tokens[:12])) + (", …" if len(tokens) > 12 else "")
