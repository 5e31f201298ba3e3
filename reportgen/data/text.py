"""A text in blocks that take turns: most of them train, some choose, some judge."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Int

from reportgen.config import Config
from reportgen.data.material import BATCHES, HOLDOUT, TEXT, VALIDATION, Material, stream
from reportgen.errors import RuleError


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

    ids: Int[np.ndarray, "token"]  # a memory map where the text is long
    block: int  # tokens in a block
    n_ctx: int
    trains: Int[np.ndarray, "block"]  # blocks, by number
    chooses: Int[np.ndarray, "block"]
    judges: Int[np.ndarray, "block"]
    windows: int  # at most so many of the last two are looked at

    def batches(self, config: Config, seed: int, first: int, count: int) -> Int[np.ndarray, "step batch _"]:
        """Windows of the training blocks, drawn at random; none reaches beyond its block."""
        rows = []
        for step in range(first, first + count):
            rng = stream(config.data.seed, BATCHES, seed, step)
            start = rng.choice(self.trains, config.training.batch) * self.block + rng.integers(0, self.block - self.n_ctx, config.training.batch)
            rows.append(self.ids[start[:, None] + np.arange(self.n_ctx + 1)])
        return np.stack(rows).astype(np.int64)

    @cached_property
    def training_passages(self) -> Passages:
        """Windows of training blocks, for the training loss."""
        return self._passages(self.trains, TEXT)

    @cached_property
    def validation(self) -> Passages:
        """Windows that choose the displayed seed."""
        return self._passages(self.chooses, VALIDATION)

    @cached_property
    def holdout(self) -> Passages:
        """Windows that chose nothing; facts are measured on them."""
        return self._passages(self.judges, HOLDOUT)

    @property
    def judged(self) -> Int[np.ndarray, "window position"]:
        """The held-out windows."""
        return self.holdout.inputs

    def demonstrations(self, count: int) -> Passages:
        """The first held-out windows."""
        return Passages(self.holdout.tokens[:count], self.holdout.block[:count])

    def pairs(self, blocks: Int[np.ndarray, "block"], vocabulary: int) -> Int[np.ndarray, "token next"]:
        """How often each token is followed by each other one in these blocks."""
        counts = np.zeros(vocabulary * vocabulary, np.int64)
        for block in blocks:
            part = np.asarray(self.ids[block * self.block : (block + 1) * self.block], np.int64)
            counts += np.bincount(part[:-1] * vocabulary + part[1:], minlength=len(counts))
        return counts.reshape(vocabulary, vocabulary)

    def _passages(self, blocks: Int[np.ndarray, "block"], purpose: int) -> Passages:
        """Windows side by side in these blocks, all of them or a random choice."""
        within = np.arange(0, self.block - self.n_ctx, self.n_ctx)
        places = [(block, offset) for block in blocks for offset in within] if len(blocks) * len(within) <= 50 * self.windows else None
        rng = stream(self.block, purpose)
        if places is None:
            chosen = [(int(rng.choice(blocks)), int(rng.choice(within))) for _ in range(self.windows)]
        else:
            chosen = [places[i] for i in np.sort(rng.permutation(len(places))[: self.windows])]
        which, offset = np.array(sorted(set(chosen))).T
        return Passages(np.asarray(self.ids[(which * self.block + offset)[:, None] + np.arange(self.n_ctx + 1)], np.int64), which)


def draw(config: Config) -> Text:
    """The text of a configuration, split into blocks at random; a last block that is not full is left out."""
    rule: Any = config.rule
    ids, d, n_ctx = rule.ids(), config.data, config.model.n_ctx
    blocks = len(ids) // d.block
    chooses, judges = (max(1, round(blocks * share)) for share in (d.validation, d.holdout))
    if d.block <= n_ctx or blocks - chooses - judges < 1:
        raise RuleError(f"{rule.where}: {len(ids)} tokens make {blocks} blocks of {d.block}, of which {chooses} choose and {judges} judge; that leaves nothing to train on, or blocks no longer than the context "
                        f"of {n_ctx} tokens: give a longer text, or change data.block, data.validation and data.holdout")  # fmt: skip
    order = stream(d.seed, TEXT).permutation(blocks)
    return Text(ids, d.block, n_ctx, np.sort(order[chooses + judges :]), np.sort(order[:chooses]), np.sort(order[chooses : chooses + judges]), d.windows)
