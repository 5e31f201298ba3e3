"""How far apart are two clouds of points? Computed to the end, in any number of dimensions."""

import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linprog, minimize

LEAST = 1e-9  # margins below this, with normals of size one, are rounding


def gap(a: Float[np.ndarray, "point dim"], b: Float[np.ndarray, "other dim"]) -> float:
    """Width of the widest empty strip between two clouds, the distance of their convex hulls; 0
    where no plane separates them.

    A linear program decides whether one does; the widest strip is then the hard-margin problem of
    Cortes and Vapnik 1995.
    """
    normal, offset, margin = separating_plane(a, b)
    if margin <= LEAST:
        return 0.0
    rows = np.concatenate(
        [np.column_stack([a, np.ones(len(a))]), -np.column_stack([b, np.ones(len(b))])]
    )
    size = np.linalg.norm(
        rows[:, :-1], axis=1
    ).max()  # in units of the clouds, so that the solver's tolerances fit
    rows = np.column_stack([rows[:, :-1] / size, rows[:, -1]])
    start = np.append(normal * size, offset) / margin
    keep = np.append(np.ones(len(normal)), 0.0)
    answer = minimize(
        lambda x: 0.5 * (keep * x) @ x,
        start,
        jac=lambda x: keep * x,
        method="SLSQP",
        options=dict(ftol=1e-14, maxiter=500),
        constraints=dict(type="ineq", fun=lambda x: rows @ x - 1, jac=lambda x: rows),
    )
    best = answer.x / (rows @ answer.x).min()  # exactly feasible, so the gap is never overstated
    return float(2 * size / np.linalg.norm(best[:-1]))


def separable(a: Float[np.ndarray, "point dim"], b: Float[np.ndarray, "other dim"]) -> bool:
    """Does a plane have all of one cloud on its one side and all of the other on its other?"""
    return separating_plane(a, b)[2] > LEAST


def separable_each(
    a: Float[np.ndarray, "cloud point 2"], b: Float[np.ndarray, "cloud other 2"]
) -> Bool[np.ndarray, "cloud"]:
    """Of many pairs of clouds in the plane, does a line have one on its one side and the other on
    its other: a direction along which every point of the one lies beyond every point of the other
    is less than a right angle from all their differences, so these leave out more than half a turn.
    """
    apart = (a[:, :, None] - b[:, None]).reshape(len(a), -1, 2)
    angles = np.sort(np.arctan2(apart[..., 1], apart[..., 0]), axis=1)
    around = np.concatenate([angles, angles[:, :1] + 2 * np.pi], axis=1)
    meet = np.linalg.norm(apart, axis=-1).min(1) <= LEAST
    return np.asarray((np.diff(around, axis=1).max(1) > np.pi + LEAST) & ~meet)


def separating_plane(
    a: Float[np.ndarray, "point dim"], b: Float[np.ndarray, "other dim"]
) -> tuple[Float[np.ndarray, "dim"], float, float]:
    """Normal, offset and margin of the plane n.p + c = 0 with the largest least margin among
    normals inside the unit cube.
    """
    dims = a.shape[1]
    rows = np.concatenate(
        [np.column_stack([-a, -np.ones(len(a))]), np.column_stack([b, np.ones(len(b))])]
    )
    rows = np.column_stack([rows, np.ones(len(rows))])  # margin - side * (n.p + c) <= 0
    answer = linprog(
        np.append(np.zeros(dims + 1), -1.0),
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        bounds=[(-1, 1)] * dims + [(None, None)] * 2,
    )
    return answer.x[:dims], float(answer.x[dims]), float(answer.x[dims + 1])
