"""What a head mixes, z, over all that it reads: how long it is on average, how far it varies around
its mean, and in how many directions.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from reportgen.measure.estimates import LEVEL, resamples
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.heads import Head, heads
from reportgen.measure.numbers import written
from reportgen.measure.population import FEWEST, of_so_many
from reportgen.systems.text.facts.heads import ATTENTION, name_of
from reportgen.systems.text.facts.holdout import passages
from reportgen.systems.text.view import Study

LEAST = 3  # dimensions: of two, a line takes up half already
NOWHERE = 1e-12  # of the mean square: a spread below it is rounding


@dataclass(frozen=True)
class Moments:
    """Count, sum and sum of products of the vectors of each block, weighted as it was drawn."""

    count: Float[np.ndarray, "*draws"]
    total: Float[np.ndarray, "*draws d_head"]
    products: Float[np.ndarray, "*draws d_head d_head"]

    def drawn(self, times: Float[np.ndarray, "draw block"]) -> "Moments":
        """The moments of samples in which each block comes so many times."""
        return Moments(
            times @ self.count,
            times @ self.total,
            np.einsum("db,bij->dij", times, self.products, optimize=True),
        )

    @property
    def mean(self) -> Float[np.ndarray, "*draws d_head"]:
        """The mean vector."""
        return np.asarray(self.total / self.count[..., None])

    @property
    def spreads(self) -> Float[np.ndarray, "*draws d_head"]:
        """Variances along the principal directions, from the smallest on."""
        mean, square = self.mean, self.products / self.count[..., None, None]
        found = np.linalg.eigvalsh(square - mean[..., :, None] * mean[..., None, :])
        least = NOWHERE * np.trace(square, axis1=-2, axis2=-1)[..., None]
        return np.where(found > least, found, 0)

    @property
    def dimensions(self) -> Float[np.ndarray, "*draws"]:
        """How many equally wide directions would spread alike: the square of the sum of the
        variances over the sum of their squares (participation ratio), 0 without any spread.
        """
        spreads = self.spreads
        squares = (spreads**2).sum(-1)
        return np.asarray(
            np.divide(spreads.sum(-1) ** 2, squares, np.zeros_like(squares), where=squares > 0)
        )


def moments(study: Study, at: Head) -> Moments:
    """Those of z of one head over all positions of held-out windows, block by block."""
    z, sample = study.holdout.z(layer=at[0], head=at[1]).astype(float), passages(study)
    count = np.bincount(sample.sequence, minlength=sample.sequences) * z.shape[1]
    total = np.zeros((sample.sequences, z.shape[-1]))
    products = np.zeros((sample.sequences, z.shape[-1], z.shape[-1]))
    np.add.at(total, sample.sequence, z.sum(1))
    np.add.at(products, sample.sequence, np.swapaxes(z, 1, 2) @ z)
    return Moments(count.astype(float), total, products)


@fact("Share of its dimensions in which what a head mixes varies", tolerance=0.02, needs=ATTENTION)
def head_dimensions(study: Study) -> Fact:
    """How many equally wide directions would spread as what a head mixes does around its mean
    (participation ratio of the variances along its principal directions), over the dimensions of a
    head: held-out positions, of the head where it is lowest; parts for every head. The details have
    the length of the mean and the root mean square distance from it.
    """
    d_head = study.config.model.d_head
    if d_head < LEAST:
        return absent(f"its heads have fewer than {LEAST} dimensions")
    sample, parts, rows = passages(study), [], []
    for at in heads(study):
        by_block = moments(study, at)
        whole = by_block.drawn(np.ones((1, sample.sequences)))
        dimensions, wide = float(whole.dimensions[0]), float(whole.spreads[0].sum())
        low: float | None = None
        high: float | None = None
        if sample.sequences >= FEWEST:
            drawn = by_block.drawn(resamples(sample.sequences)).dimensions / d_head
            low, high = map(float, np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
        blocks = of_so_many(sample.name, sample.sequences)
        part = Fact(
            dimensions / d_head,
            "share",
            int(whole.count[0]),
            f"positions in {written(sample.sequences, 'count')} {blocks}",
            low,
            high,
            clusters=sample.sequences,
            baseline=Reference("as wide in all directions", 1.0),
        )
        parts.append((name_of(study, at), part))
        length = float(np.linalg.norm(whole.mean[0]))
        rows.append(
            dict(
                name=name_of(study, at),
                mean=written(length, "distance"),
                spread=written(wide**0.5, "distance"),
                dimensions=written(dimensions, "ratio"),
            )
        )
    name, least = min(parts, key=lambda part: part[1].value or 0)
    most_name, most = max(parts, key=lambda part: part[1].value or 0)
    details = dict(head_text=name, most_head=most_name, most_text=most.text, rows=rows)
    return replace(least, parts=tuple(parts), details=details)
