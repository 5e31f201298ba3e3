"""A rule and a random generator make sequences; sequences make windows that know what the rule
demands of every token.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, PHASE, TEXT, Material, stream
from reportgen.rules.automaton import Automaton, tabulate
from reportgen.rules.reader import Reader, reader
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.followed import followed
from reportgen.systems.sequence_rules.window_law import every_window


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


@dataclass(frozen=True)
class Dataset(Material):
    """Everything drawn from one rule with one data seed."""

    # thousands of windows: what is measured on all of them
    whole_sequences = False  # they are cut into windows
    kept = ("pattern", "resid_mid", "logits")

    automaton: Automaton
    reader: Reader
    train: Sequences
    validation: Sequences
    holdout: Sequences
    train_windows: Windows  # a third as many as validation_windows, for the training loss
    validation_windows: Windows  # choose which seed is shown
    # chose nothing; facts are measured on them: windows held out, or, where these are few and
    # training has met them all, every window that the data can produce
    holdout_windows: Windows

    @property
    def everything(self) -> bool:
        """Are the windows that are evaluated all there are."""
        return self.holdout_windows.weight is not None

    @property
    def called(self) -> str:
        """What the windows that are evaluated are drawn from, or are."""
        if not self.everything:
            return "held-out sequences"
        return (
            f"all {len(self.holdout_windows)} windows that the data can produce, weighted by chance"
        )

    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """Windows of the training sequences, drawn at random."""
        return batches(
            self.train,
            config.model.n_ctx,
            config.training.batch,
            seed,
            config.data.seed,
            first,
            count,
            data_config(config).window_stride,
        )

    @property
    def evaluated(self) -> Int[np.ndarray, "window position"]:
        """The held-out windows."""
        return self.holdout_windows.inputs

    def demonstrations(self, count: int) -> Windows:
        """Windows chosen by rule; see `followed`."""
        return self.holdout_windows[followed(self.holdout_windows, count)]


def draw(config: Config) -> Dataset:
    """The data of a configuration: the same for every training seed."""
    told, n_ctx = data_config(config), config.model.n_ctx
    rule_table = tabulate(config.rule, told.length[1])
    text = sample(rule_table, stream(told.seed, TEXT), told.sequences, told.length)
    holdout = sample(rule_table, stream(told.seed, HOLDOUT), told.holdout, told.length)
    kept = told.sequences - round(told.sequences * told.validation)
    train, validation = text[:kept], text[kept:]
    rng, stride = stream(told.seed, PHASE), told.window_stride
    reads = reader(rule_table, told.length, n_ctx, stride)
    cut: Callable[[Sequences], Windows] = lambda part: tile(part, reads, n_ctx, rng, stride)
    # in this order, since they share one random stream
    validation_windows, train_windows, held_out = cut(validation), cut(train), cut(holdout)
    every = every_window(config, rule_table, train, held_out)
    return Dataset(
        rule_table,
        reads,
        train,
        validation,
        holdout,
        train_windows[: len(validation_windows) // 3],
        validation_windows,
        every or held_out,
    )


def sample(
    table: Automaton, rng: np.random.Generator, count: int, length: tuple[int, int]
) -> Sequences:
    """Sequences of the rule, lengths uniform from the shortest to the longest."""
    lengths = rng.integers(length[0], length[1] + 1, count)
    tokens = table.sample(rng, count, length[1])
    tokens[np.arange(length[1]) >= lengths[:, None]] = -1
    return Sequences(tokens, lengths, table.walk(tokens))


def tile(
    sequences: Sequences, reads: Reader, n_ctx: int, rng: np.random.Generator, stride: int = 1
) -> Windows:
    """Windows side by side in each sequence, the first one at a random position of at most n_ctx,
    so that no token counts twice.
    """
    room = sequences.lengths - n_ctx - 1
    phase = rng.integers(0, np.minimum(room + 1, n_ctx)) // stride * stride
    apart = -(-n_ctx // stride) * stride
    at = [
        (s, o)
        for s, (first, last) in enumerate(zip(phase, room))
        for o in range(first, last + 1, apart)
    ]
    which, start = np.array(at).T
    return windows(sequences, reads, n_ctx, which, start)


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


def batches(
    sequences: Sequences,
    n_ctx: int,
    batch: int,
    seed: int,
    data_seed: int,
    first: int,
    count: int,
    stride: int = 1,
) -> Int[np.ndarray, "step batch _"]:
    """Training batches, n_ctx + 1 tokens a window, of one seed; batch k is a function of the two
    seeds and k alone.

    A random sequence, then a random window in it: a counter-based generator (Philox) is moved
    straight to step `first`.
    """
    draws = -(-2 * batch // 4) * 4  # Philox makes four numbers a count
    source = np.random.Philox(key=[seed, data_seed * 16 + BATCHES])
    source.advance(first * draws // 4)
    uniform = np.random.Generator(source).random((count, draws))
    which = (uniform[:, :batch] * len(sequences)).astype(np.int64)
    starts = -(-(sequences.lengths[which] - n_ctx) // stride)
    start = (uniform[:, batch : 2 * batch] * starts).astype(np.int64) * stride
    return np.asarray(sequences.tokens[which[..., None], start[..., None] + np.arange(n_ctx + 1)])
