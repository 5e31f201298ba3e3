"""What an exhaustive check counts: contexts and wrong answers by lag and answer."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int


@dataclass(frozen=True)
class Exhaustive:
    """The model's first choice on all contexts of one length whose next token the rule decides and
    which tell what it must be.

    Counts are by lag and answer: steps back from the last token to the answer (the last row: no
    position holds it), and the answer's id (the last column: several tokens are right).
    `grammatical` contexts are those that the data can produce in a window that starts anywhere;
    `contexts` are all contexts, taken as whole sequences, if `everything`, and else the grammatical
    ones again.
    """

    length: int
    everything: bool
    contexts: Int[np.ndarray, "lag answer"]
    wrong: Int[np.ndarray, "lag answer"]
    grammatical: Int[np.ndarray, "lag answer"]
    grammatical_wrong: Int[np.ndarray, "lag answer"]


class Counts:
    """Contexts by lag and answer: all and wrong ones, grammatical ones and those among them that
    are wrong.
    """

    def __init__(self, length: int, vocabulary: int) -> None:
        self.length, self.answers = length, vocabulary + 1
        self.none = (length + 1) * self.answers  # the bin of contexts that are not counted
        self.counts = np.zeros((4, self.none + 1), dtype=np.int64)

    def bins(self, lag: np.ndarray, allowed: np.ndarray) -> np.ndarray:
        """The bin of each context: its lag, -1 where no position holds the answer, and its one
        answer, if it has but one.
        """
        answer = np.where(allowed.sum(-1) == 1, allowed.argmax(-1), self.answers - 1)
        return np.where(lag < 0, self.length, lag) * self.answers + answer

    def add(self, bins: np.ndarray, wrong: np.ndarray, alive: np.ndarray) -> None:
        for count, chosen in zip(self.counts, (slice(None), wrong, alive, wrong & alive)):
            count += np.bincount(bins[chosen], minlength=self.none + 1)

    def done(self, *, everything: bool) -> Exhaustive:
        return Exhaustive(
            self.length,
            everything,
            *self.counts[:, : self.none].reshape(4, self.length + 1, self.answers),
        )
