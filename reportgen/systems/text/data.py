"""A text in blocks that take turns: most train, some are for validation, some
are held out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, TEXT, VALIDATION, Material, stream
from reportgen.errors import UsageError
from reportgen.rules.text import Text as TextRule
from reportgen.system import known_as
from reportgen.systems.text.config import data_config

AT_ONCE = 1 << 21  # tokens of a long text that are held in memory


@dataclass(frozen=True)
class Passages:
    """Windows of a text."""

    tokens: Int[np.ndarray, "window _"]  # ids, n_ctx + 1 of them
    block: Int[np.ndarray, "window"]  # the block each was cut from: the unit of resampling

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def inputs(self) -> Int[np.ndarray, "window position"]:
        """What the model reads."""
        return self.tokens[:, :-1]

    @property
    def targets(self) -> Int[np.ndarray, "window position"]:
        """What comes next."""
        return self.tokens[:, 1:]


@dataclass(frozen=True)
class Text(Material):
    """The ids of a whole text, and which blocks of it do what."""

    whole_sequences = False  # but windows of a text

    ids: Int[np.ndarray, "token"]  # a memory map where the text is long
    block: int  # tokens in a block
    n_ctx: int
    # blocks, by number: those that train, or of a network whose weights were given all that are in
    # neither of the next two
    train_blocks: Int[np.ndarray, "block"]
    validation_blocks: Int[np.ndarray, "block"]
    holdout_blocks: Int[np.ndarray, "block"]
    windows: int  # at most so many of the last two are looked at
    # those whose tokens are counted: of a network that may have read the whole text, the whole text
    counted_blocks: Int[np.ndarray, "block"]

    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """Windows of the training blocks, drawn at random; none reaches beyond its block."""
        rows = []
        for step in range(first, first + count):
            rng = stream(config.data.seed, BATCHES, seed, step)
            start = rng.choice(
                self.train_blocks, config.training.batch
            ) * self.block + rng.integers(0, self.block - self.n_ctx, config.training.batch)
            rows.append(self.ids[start[:, None] + np.arange(self.n_ctx + 1)])
        return np.stack(rows).astype(np.int64)

    @cached_property
    def training_passages(self) -> Passages:
        """Windows of training blocks, for the training loss."""
        return self._passages(self.train_blocks, TEXT)

    @cached_property
    def validation(self) -> Passages:
        """Windows that choose the displayed seed."""
        return self._passages(self.validation_blocks, VALIDATION)

    @cached_property
    def holdout(self) -> Passages:
        """Windows that chose nothing; facts are measured on them."""
        return self._passages(self.holdout_blocks, HOLDOUT)

    # all but queries, keys, scores and what neurons get: of these nothing is measured on all
    # windows
    kept = (
        "embed",
        "ln1_scale",
        "ln2_scale",
        "ln_final_scale",
        "resid_pre",
        "v",
        "pattern",
        "z",
        "attn_out",
        "resid_mid",
        "mlp_post",
        "mlp_out",
        "resid_post",
        "logits",
    )

    @property
    def evaluated(self) -> Int[np.ndarray, "window position"]:
        """The held-out windows."""
        return self.holdout.inputs

    def demonstrations(self, count: int) -> Passages:
        """The first held-out windows."""
        return Passages(self.holdout.tokens[:count], self.holdout.block[:count])

    def follow(self, config: Config, tokens: Int[np.ndarray, "passage position"]) -> Passages:
        """Passages whose last token is not read: it is what came after the one before it."""
        if tokens.shape[1] < 2:
            raise UsageError(
                "tokens: got 1, allowed: at least 2, since figures of a text say of each token what"
                " came after it, and nothing is known to come after the last one"
            )
        return Passages(tokens, np.full(len(tokens), -1))

    def pairs(
        self, blocks: Int[np.ndarray, "block"], vocabulary: int
    ) -> Int[np.ndarray, "token next"]:
        """How often each token is followed by each other one in these blocks."""
        counts = np.zeros(vocabulary * vocabulary, np.int64)
        for rows in self.rows(blocks):
            counts += np.bincount(
                (rows[:, :-1] * vocabulary + rows[:, 1:]).ravel(), minlength=len(counts)
            )
        return counts.reshape(vocabulary, vocabulary)

    def rows(self, blocks: Int[np.ndarray, "block"]) -> Iterator[Int[np.ndarray, "block token"]]:
        """The ids of these blocks, some blocks at a time."""
        together = max(1, AT_ONCE // self.block)
        for first in range(0, len(blocks), together):
            yield np.asarray(
                self.ids[
                    blocks[first : first + together, None] * self.block + np.arange(self.block)
                ],
                np.int64,
            )

    def _passages(self, blocks: Int[np.ndarray, "block"], purpose: int) -> Passages:
        """Windows side by side in these blocks, all of them or a random choice."""
        within = np.arange(0, self.block - self.n_ctx, self.n_ctx)
        positions = (
            [(block, offset) for block in blocks for offset in within]
            if len(blocks) * len(within) <= 50 * self.windows
            else None
        )
        rng = stream(self.block, purpose)
        if positions is None:
            chosen = [
                (int(rng.choice(blocks)), int(rng.choice(within))) for _ in range(self.windows)
            ]
        else:
            chosen = [
                positions[i] for i in np.sort(rng.permutation(len(positions))[: self.windows])
            ]
        which, offset = np.array(sorted(set(chosen))).T
        return Passages(
            np.asarray(
                self.ids[(which * self.block + offset)[:, None] + np.arange(self.n_ctx + 1)],
                np.int64,
            ),
            which,
        )


def draw(config: Config) -> Text:
    """The text of a configuration, split into blocks at random; a last block that is not full is
    left out.

    Of an end of the text that the network was not trained on, validation and holdout are taken, and
    blocks that lie whole before it are counted. Where nobody says what it was trained on, all are:
    no table that was counted in less may be what a network is better than.
    """
    ids, d = known_as(TextRule, config.rule).ids(), data_config(config)
    _, validation, holdout = d.shares(len(ids))
    blocks, rng = len(ids) // d.block, stream(d.seed, TEXT)
    if d.held_out_end is None:
        order = rng.permutation(blocks)
        rest = np.sort(order[validation + holdout :])
        counted = rest if config.weights is None else np.arange(blocks)
    else:
        order = blocks - 1 - rng.permutation(d.within(len(ids)))
        rest = counted = np.arange(d.before(len(ids)))
    return Text(
        ids,
        d.block,
        config.model.n_ctx,
        rest,
        np.sort(order[:validation]),
        np.sort(order[validation : validation + holdout]),
        d.windows,
        counted,
    )
