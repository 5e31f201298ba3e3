"""Do the positions stand around a circle? One axis can show a ladder and no clock: positions that
repeat with a period turn by the same angle from each to the next.
"""

from itertools import permutations

import numpy as np
from jaxtyping import Float, Int

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import ROUNDING, written
from reportgen.systems.sequence_rules.view import Study

LEAST = 4  # positions: fewer have too few turns to agree by more than luck
FEW = 8  # positions of which every order is tried
ORDERS = 10_000  # of more positions, drawn at random


def angles(points: np.ndarray) -> np.ndarray:
    """The direction, in radians, of each of the points [point, dim] from their mean: on the plane
    itself, where they lie on one, and else on that of their two main axes, of which neither side
    is the front.
    """
    centred = points - points.mean(0)
    axes = np.eye(2) if points.shape[1] == 2 else np.linalg.svd(centred, full_matrices=False)[2]
    x, y = (centred @ axes[:2].T).T
    return np.asarray(np.arctan2(y, x))


def turns(points: np.ndarray) -> np.ndarray:
    """The signed turn, in radians, from each of the points [point, dim] to the next."""
    return np.asarray(np.diff(angles(points)))


def way(turn: float) -> str:
    """Which way round a turn goes, as what stands behind its size in a sentence."""
    return ", against the clock" if turn > 0 else ", with the clock"


def agreement(found: np.ndarray) -> float:
    """How far turns agree, from 0 for none to 1 for all alike: the length of their mean direction
    (one less the circular variance).
    """
    return float(np.abs(np.exp(1j * found).mean()))


def orders(count: int) -> Int[np.ndarray, "order position"]:
    """Every order of so few positions, or many drawn at random."""
    if count <= FEW:
        return np.array(list(permutations(range(count))))
    rng = np.random.default_rng(ORDERS)
    return np.stack([rng.permutation(count) for _ in range(ORDERS)])


def agreements(
    points: Float[np.ndarray, "point dim"], tried: Int[np.ndarray, "order point"]
) -> Float[np.ndarray, "order"]:
    """How far the turns agree in each of these orders of the same points."""
    around = np.exp(1j * angles(points))[tried]
    return np.asarray(np.abs((around[:, 1:] / around[:, :-1]).mean(1)))


@fact("Mean turn from each position to the next", tolerance=2.0, needs=["position_table"])
def position_turn(study: Study) -> Fact:
    """Direction of the mean of the turns (circular mean), in degrees and without its sign, from
    each position embedding to the next around their mean, along their two main axes;
    beside it how far the turns agree, and how often they agree as far in all orders of the same
    embeddings, or in many drawn at random.
    """
    table = study.weights["W_pos"]
    if table.shape[1] < 2:
        return absent("on a line nothing can turn")
    if len(table) < LEAST or not np.ptp(table, axis=0).any():
        return absent("there are too few positions, or all are at one point")
    found = turns(table)
    own = agreement(found)
    tried = orders(len(table))
    agree = agreements(table, tried)
    count = written(len(tried), "count")
    mean = float(np.degrees(np.angle(np.exp(1j * found).mean())))
    sizes = np.linalg.svd(table - table.mean(0), compute_uv=False) ** 2
    period = 360 / max(abs(mean), 1e-9)
    every, as_far = len(table) <= FEW, int((agree >= own - ROUNDING).sum())
    # of all orders a share; of drawn ones the P value of a permutation test, whose own order counts
    luck = as_far / len(tried) if every else (as_far + 1) / (len(tried) + 1)
    return Fact(
        abs(mean),
        "degrees",
        len(found),
        "pairs of neighbouring positions",
        exhaustive=True,
        baseline=Reference("no angle", 0.0),
        details=dict(
            agreement=own,
            agreement_text=written(own, "share"),
            usual_text=written(float(agree.mean()), "share"),
            luck=luck,
            luck_text=written(as_far / len(tried), "percent"),
            orders_text=f"all {count} orders" if every else f"{count} random orders",
            rounds=(rounds := abs(mean) * len(found) / 360),
            rounds_text=written(rounds, "ratio"),
            period_text=written(period, "ratio"),
            plane_text=written(float(sizes[:2].sum() / sizes.sum()), "share"),
            way=way(mean) if table.shape[1] == 2 else "",
        ),
    )
