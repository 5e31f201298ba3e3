"""Do the positions stand around a circle? One axis can show a ladder and no clock: positions that
repeat with a period turn by the same angle from each to the next.
"""

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.view import Study

LEAST = 4  # positions: fewer have too few turns to agree by more than luck
ORDERS = 200  # random orders of the same points


def turns(points: np.ndarray) -> np.ndarray:
    """The signed turn, in radians, from each of the points [point, dim] to the next, around their
    mean: on the plane itself, where they lie on one, and else on that of their two main axes, of
    which neither side is the front.
    """
    centred = points - points.mean(0)
    axes = np.eye(2) if points.shape[1] == 2 else np.linalg.svd(centred, full_matrices=False)[2]
    x, y = (centred @ axes[:2].T).T
    return np.asarray(np.diff(np.arctan2(y, x)))


def way(turn: float) -> str:
    """Which way round a turn goes, as what stands behind its size in a sentence."""
    return ", against the clock" if turn > 0 else ", with the clock"


def agreement(found: np.ndarray) -> float:
    """How far turns agree, from 0 for none to 1 for all alike: the length of their mean direction
    (one less the circular variance).
    """
    return float(np.abs(np.exp(1j * found).mean()))


@fact("Mean turn from each position to the next", tolerance=2.0)
def position_turn(study: Study) -> Fact:
    """Direction of the mean of the turns (circular mean), in degrees and without its sign, from
    each position embedding to the next around their mean, along their two main axes;
    beside it how far the turns agree, and how often they agree as far in random orders of the same
    embeddings.
    """
    table = study.weights["W_pos"]
    if table.shape[1] < 2:
        return absent("on a line nothing can turn")
    if len(table) < LEAST or not np.ptp(table, axis=0).any():
        return absent("there are too few positions, or all are at one point")
    found = turns(table)
    own = agreement(found)
    rng = np.random.default_rng(ORDERS)
    orders = [agreement(turns(table[rng.permutation(len(table))])) for _ in range(ORDERS)]
    mean = float(np.degrees(np.angle(np.exp(1j * found).mean())))
    sizes = np.linalg.svd(table - table.mean(0), compute_uv=False) ** 2
    period = 360 / max(abs(mean), 1e-9)
    luck = float(np.mean(np.array(orders) >= own))
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
            usual_text=written(float(np.mean(orders)), "share"),
            luck=luck,
            luck_text=written(luck, "percent"),
            orders=ORDERS,
            rounds=(rounds := abs(mean) * len(found) / 360),
            rounds_text=written(rounds, "ratio"),
            period_text=written(period, "ratio"),
            plane_text=written(float(sizes[:2].sum() / sizes.sum()), "share"),
            way=way(mean) if table.shape[1] == 2 else "",
        ),
    )
