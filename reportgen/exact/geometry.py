"""Decision regions of the plane as polygons: computed, never sampled."""

from collections.abc import Iterator
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
    # plain numbers: a polygon has so few corners that arrays would cost more than they save
    (nx, ny), level, points = normal.tolist(), float(offset), polygon.tolist()
    side = [x * nx + y * ny + level for x, y in points]
    if all(s >= 0 for s in side):
        return polygon
    out, (ax, ay), sa = [], points[-1], side[-1]
    for (bx, by), sb in zip(points, side):
        if (sa >= 0) != (sb >= 0):
            share = sa / (sa - sb)
            out.append((ax + (bx - ax) * share, ay + (by - ay) * share))
        if sb >= 0:
            out.append((bx, by))
        ax, ay, sa = bx, by, sb
    return np.array(out).reshape(-1, 2)


def area(polygon: np.ndarray) -> float:
    """Area of a polygon [corner, xy] (shoelace formula)."""
    if len(polygon) < 3:
        return 0.0
    twice, (ax, ay) = 0.0, polygon[-1].tolist()
    for bx, by in polygon.tolist():
        twice += ax * by - ay * bx
        ax, ay = bx, by
    return abs(twice) / 2


def head_cells(W_U: np.ndarray, b_U: np.ndarray, view: View) -> Regions:
    """Regions of the resid_post plane: the cells of the unembedding alone, a power diagram (derived here; see `owners`)."""
    return _assemble([_box(view)], W_U[None], b_U[None], view)


def regions(readout: Readout, view: View) -> Regions:
    """Regions of the resid_mid plane, behind the MLP.

    The view is split by every neuron's line; within a cell of that arrangement the logits are affine, so a token's region there is an
    intersection of half-planes.
    """
    cells = [_box(view)]
    least = SMALLEST * area(cells[0])
    for normal, offset in zip(readout.W_in.T, readout.b_in):
        if normal.any():  # a neuron that is the same everywhere has no line
            cells = _split(cells, normal, offset, least)
    on = np.array([cell.mean(0) for cell in cells]) @ readout.W_in + readout.b_in > 0
    move = readout.residual * np.eye(2) + (readout.W_in * on[:, None]) @ readout.W_out
    shift = (readout.b_in * on) @ readout.W_out + readout.b_out
    return _assemble(cells, move @ readout.W_U, shift @ readout.W_U + readout.b_U, view)


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


def _split(cells: list[np.ndarray], normal: np.ndarray, offset: float, least: float) -> list[np.ndarray]:
    """Convex cells cut by a line; parts with no more area than `least` are dropped. Only the few cells that the line crosses are touched."""
    side = np.concatenate(cells) @ normal + offset
    starts = _starts(cells)
    crossed = (np.minimum.reduceat(side, starts) < 0) & (np.maximum.reduceat(side, starts) > 0)
    out: list[np.ndarray] = []
    for cell, cut in zip(cells, crossed.tolist()):
        out += [part for sign in (1, -1) if area(part := clip(cell, sign * normal, sign * offset)) > least] if cut else [cell]
    return out


def _starts(cells: list[np.ndarray]) -> np.ndarray:
    """Where each cell's corners begin among those of all cells."""
    return np.cumsum([0, *map(len, cells[:-1])])


def _assemble(cells: list[np.ndarray], linear: np.ndarray, constant: np.ndarray, view: View) -> Regions:
    """Regions of convex cells in which the logits are p @ linear[cell] + constant[cell]."""
    whole = area(_box(view))
    cell_of = np.repeat(np.arange(len(cells)), [len(cell) for cell in cells])
    corners = np.einsum("cd,cdt->ct", np.concatenate(cells), linear[cell_of]) + constant[cell_of]
    # a token below another one at every corner is below it everywhere in the cell
    below = np.logical_and.reduceat(corners[:, :, None] <= corners[:, None, :] - 1e-9, _starts(cells))
    pieces: dict[int, list[np.ndarray]] = {}
    borders: list[tuple[np.ndarray, np.ndarray]] = []
    for cell, rises, level, alive in zip(cells, linear, constant, np.logical_not(below.any(-1))):
        for t, part in _within(cell, rises, level, np.flatnonzero(alive), SMALLEST * whole, borders):
            pieces.setdefault(t, []).append(part)
    share = {t: sum(map(area, parts)) / whole for t, parts in sorted(pieces.items())}
    return Regions(dict(sorted(pieces.items())), np.array(borders, dtype=float).reshape(-1, 2, 2), share)


def _within(cell: np.ndarray, linear: np.ndarray, constant: np.ndarray, alive: np.ndarray, least: float, borders: list) -> Iterator[tuple[int, np.ndarray]]:
    """The part of one cell that each of the tokens `alive` wins; edges between two of them are added to `borders`."""
    for t in alive:
        part = cell
        for u in alive:
            if u != t and len(part) > 2:
                part = clip(part, linear[:, t] - linear[:, u], constant[t] - constant[u])
        if area(part) <= least:
            continue
        yield int(t), part
        later = alive[alive > t]
        if not len(later):
            continue
        values = part @ linear + constant
        tied = np.abs(values[:, later] - values[:, [t]]) < 1e-6 * (1 + np.abs(values[:, [t]]))
        after = np.roll(np.arange(len(part)), -1)
        for i in np.flatnonzero((tied & tied[after]).any(1)):
            borders.append((part[i], part[after[i]]))
