"""Do the positions lie along one line, in the order in which they are read?"""

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_rules.view import Study

ONE_POINT = "not defined: all positions are at one point"


@fact("Positions in order along their main axis", tolerance=0.01, needs=["position_table"])
def positions_in_order(study: Study) -> Fact:
    """Share of pairs of positions that lie along the main axis of the position embeddings in the
    order in which they are read, in the better of its two directions; the baseline is its mean
    over all orders of as many positions.
    """
    table = study.weights["W_pos"]
    centred = table - table.mean(0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    if not sizes.any():
        return missing(ONE_POINT, unit="percent", of="pairs of positions")
    along = centred @ axes[0]
    first, second = np.triu_indices(len(table), 1)
    share = float((along[second] > along[first]).mean())
    details = dict(
        monotone=share in (0.0, 1.0),
        order=[int(i) for i in np.argsort(along if share >= 0.5 else -along)],
    )
    return Fact(
        max(share, 1 - share),
        "percent",
        len(first),
        "pairs of positions",
        counted=True,
        exhaustive=True,
        baseline=Reference("positions in random order, mean", by_luck(len(table))),
        details=details,
    )


def by_luck(count: int) -> float:
    """Share of pairs in order, in the better direction, of things in random order, mean: from how
    many orders have so many pairs turned around (Mahonian numbers).
    """
    orders = np.ones(1)
    for n in range(2, count + 1):
        orders = np.convolve(orders, np.ones(n)) / n
    turned, pairs = np.arange(len(orders)), max(1, len(orders) - 1)
    return float((orders * np.maximum(turned, pairs - turned)).sum() / pairs)


@fact("Variance of positions along their main axis", tolerance=0.01, needs=["position_table"])
def position_axis(study: Study) -> Fact:
    """Share of the spread of the position embeddings that lies along one line."""
    table = study.weights["W_pos"]
    sizes = np.linalg.svd(table - table.mean(0), compute_uv=False) ** 2
    if not sizes.sum():
        return missing(ONE_POINT, unit="share", of="position embeddings")
    return Fact(
        float(sizes[0] / sizes.sum()),
        "share",
        len(table),
        "position embeddings",
        exhaustive=True,
        baseline=Reference("equal spread in all directions", 1 / len(sizes)),
    )
