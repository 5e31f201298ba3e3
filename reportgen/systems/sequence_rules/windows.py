"""Sequences of a rule, and the windows cut from them, which know what the rule demands of every
token.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.rules.reader import Reader


@dataclass(frozen=True)
class Sequences:
    """Sequences of different lengths."""

    tokens: Int[np.ndarray, "sequence longest"]  # ids; -1 after the end
    lengths: Int[np.ndarray, "sequence"]
    states: Int[np.ndarray, "sequence longest"]  # automaton state before each token

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, part: slice) -> "Sequences":
        return Sequences(self.tokens[part], self.lengths[part], self.states[part])


@dataclass(frozen=True)
class Windows:
    """Pieces of sequences, one token longer than the model's context, and the rule's demand on each
    next token.

    The demand at input position i is on the token at i + 1 and is made with the whole sequence
    before it, so its answer may lie before the window: then it is constrained but hidden.
    """

    tokens: Int[np.ndarray, "window _"]  # ids, n_ctx + 1 of them
    sequence: Int[np.ndarray, "window"]  # the sequence each was cut from: the unit of resampling
    start: Int[np.ndarray, "window"]  # where in the sequence it begins
    constrained: Bool[np.ndarray, "window position"]  # does the rule decide the next token
    allowed: Bool[np.ndarray, "window position token"]  # may the next token be this one
    source: Int[
        np.ndarray, "window position"
    ]  # input position that holds the answer; -1 where none in the window does
    visible: Bool[
        np.ndarray, "window position"
    ]  # constrained, and the window alone tells what is demanded
    # how often each comes in the data, where these are all there are; None for windows drawn
    weight: Float[np.ndarray, "window"] | None = None

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, part: slice | np.ndarray) -> "Windows":
        cut: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        cut |= {name: each[part] for name, each in cut.items() if each is not None}
        return Windows(**cut)

    def mean(self, values: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
        """The mean of values [window, position, ...] over the positions `where` [window, position]
        holds, each window as often as it comes.
        """
        where = np.ones(values.shape[:2], dtype=bool) if where is None else where
        weights = None if self.weight is None else self.weight[np.nonzero(where)[0]]
        return np.asarray(np.average(values[where], axis=0, weights=weights))

    @property
    def inputs(self) -> Int[np.ndarray, "window position"]:
        """What the model reads."""
        return self.tokens[:, :-1]

    @property
    def targets(self) -> Int[np.ndarray, "window position"]:
        """What came next."""
        return self.tokens[:, 1:]

    @cached_property
    def hidden(self) -> Bool[np.ndarray, "window position"]:
        """Constrained, and nothing in the window tells what is demanded."""
        return np.asarray(self.constrained & ~self.visible)

    @cached_property
    def held(self) -> Bool[np.ndarray, "window position"]:
        """Visible, and a position of the window holds the answer, so that attention could fetch
        it.
        """
        return self.visible & (self.source >= 0)

    @cached_property
    def answer(self) -> Int[np.ndarray, "window position"]:
        """The one token allowed; -1 where the rule allows several or leaves it free."""
        return np.where(self.constrained & (self.allowed.sum(-1) == 1), self.allowed.argmax(-1), -1)

    @cached_property
    def lag(self) -> Int[np.ndarray, "window position"]:
        """Steps from the query back to the answer; -1 where no position of the window holds it."""
        return np.where(self.held, np.arange(self.source.shape[1]) - self.source, -1)

    def broken(
        self, predicted: Int[np.ndarray, "*run window position"]
    ) -> Bool[np.ndarray, "*run window position"]:
        """Would these next tokens break the rule? False wherever it leaves the token free."""
        return np.asarray(
            self.constrained
            & ~np.take_along_axis(
                np.broadcast_to(self.allowed, (*predicted.shape, self.allowed.shape[-1])),
                predicted[..., None],
                -1,
            )[..., 0]
        )


def windows(
    sequences: Sequences,
    reads: Reader,
    n_ctx: int,
    which: Int[np.ndarray, "window"],
    start: Int[np.ndarray, "window"],
) -> Windows:
    """The windows that begin at `start` in the sequences `which`."""
    along, table = start[:, None] + np.arange(n_ctx + 1), reads.table
    tokens, states = (
        sequences.tokens[which[:, None], along],
        sequences.states[which[:, None], along[:, 1:]],
    )
    constrained, lag = table.constrained[states], table.lag[states]
    source = np.where(constrained & (lag >= 0), np.arange(n_ctx) - lag, -1)
    visible = constrained & reads.tells(reads.read(tokens[:, :-1]))
    return Windows(
        tokens, which, start, constrained, table.allowed[states], np.maximum(source, -1), visible
    )
