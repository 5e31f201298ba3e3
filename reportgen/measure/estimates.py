"""From measured items to a fact: means, rates, and intervals that respect where the items come
from.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from reportgen.errors import ClaimError
from reportgen.measure.fact import Fact
from reportgen.measure.numbers import written
from reportgen.measure.population import FEWEST, of_so_many

RESAMPLES = 2_000
LEVEL = 0.95
# rule of three: after none of n, 3 / n bounds the chance at 95 % (Hanley and Lippman-Hand 1983)
NONE_OF = 3.0
NOT_COUNTED = f"not counted, since its cases come from fewer than {FEWEST} independent sequences"


@dataclass(frozen=True)
class Sample:
    """Items in rows that come from independent sequences."""

    sequence: np.ndarray  # [row], the sequence of each row
    sequences: int  # how many there are
    name: str  # "held-out sequences"
    # of rows that are all there are, how often each comes; None for rows that were drawn
    weights: np.ndarray | None = None

    def average(
        self,
        values: np.ndarray,
        where: np.ndarray,
        *,
        unit: str,
        of: str,
        counted: bool = False,
        **more: Any,
    ) -> Fact:
        """The mean of values [row, ...] over the items `where` [row, ...] holds, as a fact; a fact
        without a value where it holds nowhere, and without an interval where its items come from
        too few sequences for a bootstrap (`FEWEST`).
        """
        rows = np.nonzero(where)[0]
        if not len(rows):
            return missing(f"not defined: no {of} in this sample", unit=unit, of=of, **more)
        if self.weights is not None:
            return Fact(
                float(np.average(values[where].astype(float), weights=self.weights[rows])),
                unit,
                len(rows),
                f"{of} in {self.name}",
                exhaustive=True,
                counted=counted,
                **more,
            )
        sequence = self.sequence[rows]
        items = values[where].astype(float)
        clusters = len(np.unique(sequence))
        low: float | None
        high: float | None
        mean, low, high = mean_over(items, sequence, self.sequences)
        if clusters < FEWEST:
            low = high = None
        if counted and mean in (0, 1):
            bound = min(1.0, NONE_OF / clusters)
            low, high = (0.0, bound) if mean == 0 else (1 - bound, 1.0)
        of = f"{of} in {written(clusters, 'count')} {of_so_many(self.name, clusters)}"
        return Fact(
            mean,
            unit,
            len(rows),
            of,
            low,
            high,
            clusters=clusters,
            counted=counted,
            sums=_sums(items, sequence, self.sequences),
            **more,
        )


def missing(words: str, *, unit: str, of: str, **more: Any) -> Fact:
    """A fact that has no value here, and words that say why."""
    return Fact(None, unit, 0, of, words=words, **more)


def counted_from(found: Iterable[Fact], count: Fact) -> Fact:
    """A count of those whose interval shows something; without a value where one of them comes from
    too few sequences to show it, and would be counted as one that does not.
    """
    if not any(0 < each.clusters < FEWEST and not each.exhaustive for each in found):
        return count
    return replace(count, value=None, low=None, high=None, parts=(), words=NOT_COUNTED)


def mean_over(
    values: np.ndarray, sequence: np.ndarray, sequences: int
) -> tuple[float, float, float]:
    """Mean of values [item] and its 95 % interval by a cluster bootstrap: 2,000 resamples of all
    sequences of the sample.

    `sequence` [item] says which of the `sequences` an item comes from. The resamples are the same
    for every fact, so that facts on the same sample are paired.
    """
    if not len(values):
        raise ClaimError("cannot average nothing: no position of the sample qualifies")
    low, high = interval_of(_sums(values, sequence, sequences), sequences)
    return float(np.mean(values)), low, high


def _sums(values: np.ndarray, sequence: np.ndarray, sequences: int) -> bytes:
    """Total and count in each sequence, float32 [sequence, 2]: what an interval is made of."""
    totals = np.bincount(sequence, values, sequences)
    counts = np.bincount(sequence, minlength=sequences)
    return np.stack([totals, counts], 1).astype(np.float32).tobytes()


@lru_cache(
    maxsize=256
)  # facts share quantities: the rule error alone is asked for by four of them, for every seed
def interval_of(sums: bytes, sequences: int) -> tuple[float, float]:
    """The interval of a ratio from its total and its count in each sequence, float32 [sequence,
    2].
    """
    drawn = resamples(sequences) @ np.frombuffer(sums, np.float32).reshape(sequences, 2)
    drawn = drawn[drawn[:, 1] > 0]  # a rare case may be missing from a resample
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


@lru_cache(maxsize=16)
def resamples(sequences: int) -> np.ndarray:
    """How often each sequence is drawn, [resample, sequence]; always the same for the same number
    of sequences.
    """
    rng = np.random.default_rng(sequences)
    return rng.multinomial(sequences, np.full(sequences, 1 / sequences), RESAMPLES).astype(
        np.float32
    )


def wilson(k: int, n: int) -> tuple[float, float]:
    """95 % interval of a share of independent items (Wilson 1927)."""
    z, p = 1.959963984540054, k / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return float((middle - half) / (1 + z * z / n)), float((middle + half) / (1 + z * z / n))
