"""How many contexts there are of a kind, counted through the states of the rule without listing
them; and what could be said of them by one who reads the last token alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.rules.automaton import Automaton
from reportgen.rules.reader import NOWHERE, Reader

# the kind of a context after one more token, from its kind so far, the token and its position
Kind = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Ends:
    """Contexts of one length after which the rule decides and which tell the answer, counted by
    what it then demands, and by kind.
    """

    state: Int[np.ndarray, "case"]  # of the automaton
    kind: Int[np.ndarray, "case"]
    count: Int[np.ndarray, "case"]

    def by_kind(self) -> dict[int, int]:
        """How many there are of each kind."""
        kinds, at = np.unique(self.kind, return_inverse=True)
        counts = np.zeros(len(kinds), dtype=np.int64)
        np.add.at(counts, at, self.count)
        return dict(zip(kinds.tolist(), counts.tolist()))


def could_be(table: Automaton) -> Bool[np.ndarray, "token"]:
    """Which tokens the rule ever demands where a position holds them."""
    return np.asarray(table.allowed[table.constrained & (table.lag >= 0)].any(0))


def ends(reads: Reader, length: int, *, everything: bool, kind: Kind) -> Ends:
    """The contexts that `enumerate.check` tries at one length, by kind.

    Walked token by token; contexts that agree in state and kind are counted together. With
    `everything` they are whole sequences, and else what a window of the data can hold.
    """
    table = reads.table
    vocabulary = table.law.shape[1]
    nodes = np.array([0 if everything else reads.start])
    kinds, counts = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    for position in range(length):
        tokens = np.tile(np.arange(vocabulary), len(nodes))
        before, kinds, counts = (np.repeat(each, vocabulary) for each in (nodes, kinds, counts))
        nodes = table.successor[before, tokens] if everything else reads.step(before, tokens)
        alive = nodes >= 0 if everything else nodes != NOWHERE
        nodes, counts = nodes[alive], counts[alive]
        kinds = kind(kinds[alive], tokens[alive], position)
        most = int(kinds.max(initial=0)) + 1
        pairs, at = np.unique(nodes * most + kinds, return_inverse=True)
        nodes, kinds = np.divmod(pairs, most)
        counts = np.bincount(at, counts, len(pairs)).astype(np.int64)
    if everything:
        told = table.constrained[nodes] & (table.lag[nodes] >= 0)
        told &= table.allowed[nodes].sum(-1) == 1
        return Ends(nodes[told], kinds[told], counts[told])
    told = reads.tells(nodes)
    return Ends(reads.one_of(nodes[told]), kinds[told], counts[told])


def last_tokens(many: int, length: int, vocabulary: int) -> Kind:
    """Contexts by their last tokens, written as digits of one number; 0 stands for no token."""

    def kind(kinds: np.ndarray, tokens: np.ndarray, position: int) -> np.ndarray:
        return kinds * (vocabulary + 1) + tokens + 1 if position >= length - many else kinds

    return kind


def guesses(reads: Reader, length: int, *, everything: bool) -> Float[np.ndarray, "guess"]:
    """The share of contexts of one length that are answered wrongly by the best guess from the last
    token, by the best guess without reading, and by a token drawn at random.
    """
    vocabulary = reads.table.law.shape[1]
    found = ends(reads, length, everything=everything, kind=last_tokens(1, length, vocabulary))
    right = np.zeros((vocabulary, vocabulary), dtype=np.int64)  # [last token, guess]
    np.add.at(right, found.kind - 1, reads.table.allowed[found.state] * found.count[:, None])
    best = np.array([right.max(1).sum(), right.sum(0).max(), right.sum() / vocabulary])
    return np.asarray(1 - best / found.count.sum())
