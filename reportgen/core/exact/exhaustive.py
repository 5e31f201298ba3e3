"""What an exhaustive check counts: contexts and wrong answers by where the answer stands, what it
is, and how many other tokens could be it; and the contexts answered wrongly, one by one.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from zlib import compress, decompress

import numpy as np
from jaxtyping import Float, Int

MOST_FAILING = 1_500_000  # contexts of one length answered wrongly that are listed one by one
A_FEW = 1_000  # of them that are kept where they are more
COUNTED = (
    "contexts",
    "wrong",
    "grammatical",
    "grammatical_wrong",
    "rivals",
    "rivals_wrong",
    "said",
)


@dataclass(frozen=True)
class Failing:
    """Contexts of one length that are answered wrongly; all of them if `complete`, else a few."""

    complete: bool
    contexts: Int[np.ndarray, "context position"]
    lag: Int[np.ndarray, "context"]  # steps back to the answer; -1 where no position holds it
    answer: Int[np.ndarray, "context"]  # its id; -1 where several tokens are right
    chosen: Int[np.ndarray, "context"]  # what the network says instead

    def to_dict(self) -> dict[str, object]:
        """As JSON has it: a line of text for all numbers, since there may be millions."""
        rows = np.column_stack([self.contexts, self.lag, self.answer, self.chosen])
        text = b64encode(compress(rows.astype("<i4").tobytes(), 1)).decode()
        return dict(complete=self.complete, columns=rows.shape[1], rows=text)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        read = np.frombuffer(decompress(b64decode(values["rows"])), "<i4")
        rows = read.reshape(-1, values["columns"])
        return cls(values["complete"], rows[:, :-3], rows[:, -3], rows[:, -2], rows[:, -1])


@dataclass(frozen=True)
class Exhaustive:
    """The model's first choice on all contexts of one length whose next token the rule decides and
    which tell what it must be.

    Counts are by lag and answer: steps back from the last token to the answer (the last row: no
    position holds it), and the answer's id (the last column: several tokens are right).
    `grammatical` contexts are those that the data can produce in a window that starts anywhere;
    `contexts` are all contexts, taken as whole sequences, if `everything`, and else the grammatical
    ones again. Rivals are other tokens of the context that the rule could demand; attention is
    the sum over contexts of what the last query gives the position of the answer, and has no heads
    where it was not measured.
    """

    length: int
    everything: bool
    contexts: Int[np.ndarray, "lag answer"]
    wrong: Int[np.ndarray, "lag answer"]
    grammatical: Int[np.ndarray, "lag answer"]
    grammatical_wrong: Int[np.ndarray, "lag answer"]
    rivals: Int[np.ndarray, "rivals"]  # contexts in which a position holds the answer
    rivals_wrong: Int[np.ndarray, "rivals"]
    said: Int[np.ndarray, "lag answer token"]  # what is said in the contexts that go wrong
    attention: Float[np.ndarray, "head lag answer"]
    rivals_attention: Float[np.ndarray, "head rivals"]
    failing: Failing

    def to_dict(self) -> dict[str, object]:
        """As JSON has it: counts as lists."""
        values = {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in vars(self).items()
        }
        heads = len(self.attention)  # an empty list would not tell the other axes
        return values | dict(failing=self.failing.to_dict(), heads=heads)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        counts = {name: np.array(values[name], dtype=np.int64) for name in COUNTED}
        heads = values["heads"]
        sums = {
            name: np.array(values[name], dtype=float).reshape(heads, *counts[of].shape)
            for name, of in (("attention", "contexts"), ("rivals_attention", "rivals"))
        }
        failing = Failing.from_dict(values["failing"])
        return cls(values["length"], values["everything"], failing=failing, **counts, **sums)


class Counts:
    """Contexts by lag, answer and number of tokens that the rule could demand: all and wrong ones,
    grammatical ones and those among them that are wrong.
    """

    def __init__(self, length: int, vocabulary: int, heads: int = 0, *, most: int) -> None:
        self.length, self.answers, self.most = length, vocabulary + 1, most
        self.none = (length + 1) * self.answers  # the bin of contexts that are not counted
        self.numbers = length + 1  # of tokens that could be demanded, the answer included
        size = (self.none + 1) * self.numbers * 4
        self.counts, self.attention = np.zeros(size, dtype=np.int64), np.zeros((heads, size))
        self.vocabulary, self.said = vocabulary, np.zeros((self.none + 1) * vocabulary, np.int64)
        self._rows: list[np.ndarray] = []  # tokens, bin and chosen token of wrong contexts
        self._listed, self.listing = 0, True

    def bins(self, lag: np.ndarray, allowed: np.ndarray) -> np.ndarray:
        """The bin of each context: its lag, -1 where no position holds the answer, and its one
        answer, if it has but one.
        """
        answer = np.where(allowed.sum(-1) == 1, allowed.argmax(-1), self.answers - 1)
        return np.where(lag < 0, self.length, lag) * self.answers + answer

    def cells(self, bins: np.ndarray | int, many: np.ndarray) -> np.ndarray:
        """Where contexts are counted that are right and not grammatical: their bin, and how many of
        their tokens the rule could demand.
        """
        return (bins * self.numbers + many) * 4

    def add(
        self,
        cells: np.ndarray,
        wrong: np.ndarray,
        alive: np.ndarray,
        attention: Sequence[np.ndarray] = (),
    ) -> None:
        """Some contexts, and of each the attention on the answer by head; `cells` is used up."""
        cells += alive
        cells += wrong * 2
        self.counts += np.bincount(cells, minlength=len(self.counts))
        for sums, given in zip(self.attention, attention):
            sums += np.bincount(cells, given, len(sums))

    def say(self, bins: np.ndarray, chosen: np.ndarray) -> None:
        """What the network says in some contexts that are answered wrongly."""
        self.said += np.bincount(bins * self.vocabulary + chosen, minlength=len(self.said))

    def fail(self, contexts: np.ndarray, bins: np.ndarray, chosen: np.ndarray) -> None:
        """List contexts [context, position] that are answered wrongly, as long as they are not too
        many: `listing`.
        """
        if not self.listing or not len(contexts):
            return
        self._rows.append(np.column_stack([contexts, bins, chosen]).astype(np.int32))
        self._listed += len(contexts)
        if self._listed > self.most:
            self._rows, self.listing = [np.concatenate(self._rows)[:A_FEW]], False

    def done(self, *, everything: bool) -> Exhaustive:
        """All that was counted."""
        counts = self.counts.reshape(self.none + 1, self.numbers, 2, 2)[: self.none]
        held = self.length * self.answers  # bins in which a position holds the answer
        sums = self.attention.reshape(-1, self.none + 1, self.numbers, 4)
        attention = sums[:, : self.none].sum(-1)
        whole, wrong, alive = counts.sum((2, 3)), counts[:, :, 1].sum(-1), counts[..., 1]
        return Exhaustive(
            self.length,
            everything,
            self._table(whole),
            self._table(wrong),
            self._table(alive.sum(-1)),
            self._table(alive[:, :, 1]),
            whole[:held].sum(0)[1:],
            wrong[:held].sum(0)[1:],
            self.said.reshape(self.none + 1, -1)[: self.none].reshape(
                self.length + 1, self.answers, self.vocabulary
            ),
            attention.sum(2).reshape(-1, self.length + 1, self.answers),
            attention[:, :held].sum(1)[:, 1:],
            self._failing(),
        )

    def _table(self, found: np.ndarray) -> np.ndarray:
        """Counts by bin and number, as [lag, answer]."""
        return np.asarray(found.sum(1).reshape(self.length + 1, self.answers))

    def _failing(self) -> Failing:
        empty = np.zeros((0, self.length + 2), dtype=np.int32)
        rows = np.concatenate([empty, *self._rows])
        lag, answer = np.divmod(rows[:, -2], self.answers)
        return Failing(
            self.listing,
            rows[:, :-2],
            np.where(lag == self.length, -1, lag),
            np.where(answer == self.answers - 1, -1, answer),
            rows[:, -1],
        )
