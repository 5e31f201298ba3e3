"""A rule and a random generator make sequences, and sequences make the windows of a report."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, PHASE, TEXT, Material, stream
from reportgen.errors import UsageError
from reportgen.rules.automaton import Automaton, tabulate
from reportgen.rules.reader import Reader, reader
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.followed import followed
from reportgen.systems.sequence_rules.window_law import every_window
from reportgen.systems.sequence_rules.windows import Sequences, Windows, windows


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

    def follow(self, config: Config, tokens: Int[np.ndarray, "sequence position"]) -> Windows:
        """Sequences that begin where they are given, each with what the rule then demands; behind
        them stands the first token that it allows. UsageError for one in which it demands nothing.
        """
        states = self.automaton.walk(np.pad(tokens, ((0, 0), (0, 1))))
        for row in np.flatnonzero(~self.automaton.constrained[states[:, 1:]].any(1)):
            names = config.rule.tokens.names
            words = " ".join(names[i] for i in tokens[row])
            after = self.automaton.constrained[self.automaton.successor[states[row, -2]]]
            such = f", such as {names[after.argmax()]}" if after.any() else ""
            raise UsageError(
                f"tokens: the rule decides after none of {words}, and figures of {config.name} show"
                f" what it decides; end with a token after which it does{such}"
            )
        after = self.automaton.allowed[states[:, -1:]].argmax(-1)
        rows, count = np.concatenate([tokens, after], axis=1), len(tokens)
        whole = Sequences(rows, np.full(count, rows.shape[1]), states)
        begin = np.zeros(count, np.int64)
        return windows(whole, self.reader, tokens.shape[1], np.arange(count), begin)


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
