"""Decision regions of the plane as polygons: computed, never sampled."""

from dataclasses import dataclass

import numpy as np

from reportgen.trace import Readout

View = tuple[float, float, float, float]
SMALLEST = 1e-10  # pieces with less than this share of the view are rounding, not regions


@dataclass(frozen=True)
class Regions:
    """A view of the plane cut by the token that wins there."""

    pieces: dict[int, list[np.ndarray]]  # token -> convex polygons [corner, xy]
    borders: np.ndarray  # [segment, end, xy] between different tokens
    share: dict[int, float]  # token -> share of the view's area


def clip(polygon: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    """The part of a convex polygon [corner, xy] where normal . p + offset >= 0 (Sutherland and Hodgman 1974, one edge)."""
    side = polygon @ normal + offset
    if (side >= 0).all():
        return polygon
    if (side < 0).all():
        return polygon[:0]
    out = []
    for i, (a, sa) in enumerate(zip(polygon, side)):
        j = (i + 1) % len(polygon)
        b, sb = polygon[j], side[j]
        if sa >= 0:
            out.append(a)
        if (sa >= 0) != (sb >= 0):
            out.append(a + (b - a) * (sa / (sa - sb)))
    return np.array(out)


def area(polygon: np.ndarray) -> float:
    """Area of a polygon [corner, xy] (shoelace formula)."""
    if len(polygon) < 3:
        return 0.0
    x, y = polygon.T
    return abs(float(x[:-1] @ y[1:] - y[:-1] @ x[1:] + x[-1] * y[0] - y[-1] * x[0])) / 2


def head_cells(W_U: np.ndarray, b_U: np.ndarray, view: View) -> Regions:
    """Regions of the resid_post plane: the cells of the unembedding alone, a power diagram (derived here; see `owners`)."""
    return _assemble([(_box(view), W_U, b_U)], view)


def regions(readout: Readout, view: View) -> Regions:
    """Regions of the resid_mid plane, behind the MLP.

    The view is split by every neuron's line; within a cell of that arrangement the logits are affine, so a token's region there is an
    intersection of half-planes.
    """
    cells = [_box(view)]
    least = SMALLEST * area(cells[0])
    for normal, offset in zip(readout.W_in.T, readout.b_in):
        if not normal.any():  # a neuron that is the same everywhere has no line
            continue
        cells = [part for cell in cells for sign in (1, -1) if area(part := clip(cell, sign * normal, sign * offset)) > least]
    affine = []
    for cell in cells:
        on = cell.mean(0) @ readout.W_in + readout.b_in > 0
        move = np.eye(2) + (readout.W_in * on) @ readout.W_out
        shift = (readout.b_in * on) @ readout.W_out + readout.b_out
        affine.append((cell, move @ readout.W_U, shift @ readout.W_U + readout.b_U))
    return _assemble(affine, view)


def owners(W_U: np.ndarray, b_U: np.ndarray) -> tuple[int, ...]:
    """Tokens that win somewhere in the whole resid_post space, however far out.

    Token t wins where (w_t - w_u).r + b_t - b_u > 0 for all u. It does somewhere exactly if a linear program finds a point with a
    positive margin (derived here; equivalently, (w_t, b_t) is a vertex of the upper convex hull).
    """
    from scipy.optimize import linprog

    tokens, dims = W_U.shape[1], W_U.shape[0]
    found = []
    for t in range(tokens):
        others = [u for u in range(tokens) if u != t]
        # maximise m <= 1 with m - (w_t - w_u).r <= b_t - b_u
        rows = np.concatenate([(W_U[:, others] - W_U[:, [t]]).T, np.ones((tokens - 1, 1))], 1)
        answer = linprog(np.append(np.zeros(dims), -1.0), A_ub=rows, b_ub=b_U[t] - b_U[others], bounds=[(None, None)] * dims + [(None, 1)])
        if answer.status == 0 and -answer.fun > 1e-9:
            found.append(t)
    return tuple(found)


def _box(view: View) -> np.ndarray:
    x0, x1, y0, y1 = view
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)


def _assemble(affine: list[tuple[np.ndarray, np.ndarray, np.ndarray]], view: View) -> Regions:
    """Regions of convex cells in which the logits are p @ linear + constant."""
    whole = area(_box(view))
    pieces: dict[int, list[np.ndarray]] = {}
    borders = []
    for cell, linear, constant in affine:
        corners = cell @ linear + constant
        # a token below another one at every corner is below it everywhere in the cell
        alive = np.flatnonzero(~(corners[:, :, None] <= corners[:, None, :] - 1e-9).all(0).any(1))
        for t in alive:
            part = cell
            for u in alive:
                if u != t and len(part) > 2:
                    part = clip(part, linear[:, t] - linear[:, u], constant[t] - constant[u])
            if area(part) <= SMALLEST * whole:
                continue
            pieces.setdefault(int(t), []).append(part)
            values = part @ linear + constant
            tied = np.abs(values - values[:, [t]]) < 1e-6 * (1 + np.abs(values[:, [t]]))
            for i in range(len(part)):
                j = (i + 1) % len(part)
                if any(tied[i, u] and tied[j, u] for u in alive if u > t):
                    borders.append((part[i], part[j]))
    share = {t: sum(map(area, parts)) / whole for t, parts in sorted(pieces.items())}
    return Regions(dict(sorted(pieces.items())), np.array(borders, dtype=float).reshape(-1, 2, 2), share)
