"""Sequences of tokens that begin to repeat themselves after a period that differs from one to the
next.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from jaxtyping import Bool, Int

from reportgen.core.config import Config
from reportgen.core.data.material import BATCHES, HOLDOUT, VALIDATION, Material, stream
from reportgen.errors import UsageError
from reportgen.systems.repeated_sequences.config import data_config
from reportgen.systems.repeated_sequences.rules import Periodic


@dataclass(frozen=True)
class Repeating:
    """Sequences, each with its period."""

    tokens: Int[np.ndarray, "sequence _"]  # ids, n_ctx + 1 of them
    period: Int[np.ndarray, "sequence"]

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def inputs(self) -> Int[np.ndarray, "sequence position"]:
        """What the model reads."""
        return self.tokens[:, :-1]

    @property
    def targets(self) -> Int[np.ndarray, "sequence position"]:
        """What comes next."""
        return self.tokens[:, 1:]

    @property
    def told(self) -> Bool[np.ndarray, "sequence position"]:
        """Where a token has been seen twice, so that the next one is known: from the first repeated
        token on.
        """
        return np.arange(self.inputs.shape[1]) >= self.period[:, None]

    @property
    def source(self) -> Int[np.ndarray, "sequence position"]:
        """The position of the latest earlier copy of the next token, one after the latest earlier
        copy of this one; -1 where the next token is not known from a copy.
        """
        return np.where(self.told, np.arange(self.inputs.shape[1]) - self.period[:, None] + 1, -1)

    @property
    def first_source(self) -> Int[np.ndarray, "sequence position"]:
        """The position after the first earlier copy of this token; -1 where the next token is not
        yet known from a copy.
        """
        again = np.arange(self.inputs.shape[1]) % self.period[:, None]
        return np.where(self.told, again + 1, -1)

    @property
    def copies(self) -> Bool[np.ndarray, "sequence query key"]:
        """Is a key an earlier copy of the query's token."""
        length = self.inputs.shape[1]
        return np.asarray(
            (self.inputs[:, :, None] == self.inputs[:, None]) & np.tri(length, k=-1, dtype=bool)
        )

    @property
    def follows(self) -> Bool[np.ndarray, "sequence query key"]:
        """Does a key stand right after an earlier copy of the query's token."""
        out = np.zeros_like(copies := self.copies)
        out[:, :, 1:] = copies[:, :, :-1]
        return out


@dataclass(frozen=True)
class Repeats(Material):
    """Validation and held-out sequences; those that train are drawn afresh for every
    batch.
    """

    validation: Repeating
    holdout: Repeating

    kept = ("pattern", "logits")  # what is measured on all sequences

    @property
    def evaluated(self) -> Int[np.ndarray, "sequence position"]:
        """The held-out sequences."""
        return self.holdout.inputs

    def batches(
        self, config: Config, seed: int, first: int, count: int
    ) -> Int[np.ndarray, "step batch _"]:
        """Fresh sequences for every step."""
        return np.stack(
            [
                repeating(
                    config, stream(config.data.seed, BATCHES, seed, step), config.training.batch
                ).tokens
                for step in range(first, first + count)
            ]
        )

    def demonstrations(self, count: int) -> Repeating:
        """The first held-out sequences."""
        return Repeating(self.holdout.tokens[:count], self.holdout.period[:count])

    def follow(self, config: Config, tokens: Int[np.ndarray, "sequence position"]) -> Repeating:
        """Sequences of different tokens that begin again after their period; behind them stands the
        token that is next by it, or another of the vocabulary where nothing has been repeated yet.
        """
        return Repeating(*(np.stack(column) for column in zip(*(again(config, r) for r in tokens))))


def draw(config: Config) -> Repeats:
    """The validation and held-out sequences of a configuration."""
    return Repeats(
        *(
            repeating(config, stream(config.data.seed, purpose), count)
            for purpose, count in (
                (VALIDATION, data_config(config).validation),
                (HOLDOUT, data_config(config).holdout),
            )
        )
    )


def repeating(config: Config, rng: np.random.Generator, count: int) -> Repeating:
    """Sequences of n_ctx + 1 tokens: a uniform period, that many different random tokens, and these
    again and again.
    """
    rule = cast(Periodic, config.rule)
    vocabulary, (shortest, longest) = len(rule.vocabulary), rule.period
    period = rng.integers(shortest, longest + 1, count)
    block = rng.random((count, vocabulary)).argsort(1)[:, :longest]
    return Repeating(
        np.take_along_axis(block, np.arange(config.model.n_ctx + 1) % period[:, None], 1), period
    )


def again(
    config: Config, row: Int[np.ndarray, "position"]
) -> tuple[Int[np.ndarray, "_"], Int[np.ndarray, ""]]:
    """A sequence with the token that comes next, and its period, which is its length where nothing
    is repeated; UsageError where it is no sequence of this system.
    """
    names, same = config.rule.tokens.names, np.flatnonzero(row[1:] == row[0])
    period = int(same[0]) + 1 if len(same) else len(row)
    for position, token in enumerate(row.tolist()):
        wanted = int(row[position % period])
        seen = row[: min(position, period)].tolist()
        if token != wanted or (position < period and token in seen):
            allowed = names[wanted] if position >= period else "a token that has not been before"
            raise UsageError(
                f"tokens: position {position}: got {names[token]}, allowed: {allowed}; figures of"
                f" {config.name} show different tokens that begin again after a period, and"
                " `trace` reads any others too"
            )
    fresh = next((i for i in range(len(names)) if i not in row.tolist()), int(row[0]))
    after = row[len(row) % period] if period < len(row) else fresh
    return np.append(row, after), np.array(period)
