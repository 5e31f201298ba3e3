"""Decision regions of the plane as polygons: computed, never sampled."""

from dataclasses import dataclass

import numpy as np

from reportgen.core.exact.arrangement import View, cells
from reportgen.core.exact.polygons import Polygons
from reportgen.core.readout import Readout

SMALLEST = 1e-10  # pieces with less than this share of the view are rounding, not regions


@dataclass(frozen=True)
class Regions:
    """A view of the plane cut by the token that wins there."""

    pieces: dict[int, list[np.ndarray]]  # token -> convex polygons [corner, xy]
    borders: np.ndarray  # [segment, end, xy] between different tokens
    share: dict[int, float]  # token -> share of the view's area


def regions(readout: Readout, view: View) -> Regions:
    """Regions of the resid_mid plane, behind the MLP.

    The view is split by every neuron's line; within a cell of that arrangement the logits are
    affine, so a token's region there is an intersection of half-planes.
    """
    found = cells(readout.W_in.T, readout.b_in, view)
    found = found[found.areas > SMALLEST * _area(view)]
    inner = found.corners.mean(1)  # of a convex cell, however often a corner is repeated
    on = inner @ readout.W_in + readout.b_in > 0
    move = readout.residual * np.eye(2) + (readout.W_in * on[:, None]) @ readout.W_out
    shift = (readout.b_in * on) @ readout.W_out + readout.b_out
    return _assemble(found, move @ readout.W_U, shift @ readout.W_U + readout.b_U, view)


def owners(W_U: np.ndarray, b_U: np.ndarray) -> tuple[int, ...]:
    """Tokens that win somewhere in the whole resid_post space, however far out.

    Token t wins where (w_t - w_u).r + b_t - b_u > 0 for all u. It does somewhere exactly if a
    linear program finds a point with a positive margin (derived here; equivalently, (w_t, b_t) is a
    vertex of the upper convex hull).
    """
    from scipy.optimize import linprog

    tokens, dims = W_U.shape[1], W_U.shape[0]
    found = []
    for t in range(tokens):
        others = [u for u in range(tokens) if u != t]
        # maximise m <= 1 with m - (w_t - w_u).r <= b_t - b_u
        rows = np.concatenate([(W_U[:, others] - W_U[:, [t]]).T, np.ones((tokens - 1, 1))], 1)
        answer = linprog(
            np.append(np.zeros(dims), -1.0),
            A_ub=rows,
            b_ub=b_U[t] - b_U[others],
            bounds=[(None, None)] * dims + [(None, 1)],
        )
        if answer.status == 0 and -answer.fun > 1e-9:
            found.append(t)
    return tuple(found)


def _area(view: View) -> float:
    return (view[1] - view[0]) * (view[3] - view[2])


def _assemble(found: Polygons, linear: np.ndarray, constant: np.ndarray, view: View) -> Regions:
    """Regions of convex cells in which the logits are p @ linear[cell] + constant[cell]."""
    logits = found.corners @ linear + constant[:, None]
    below = np.ones((len(found), logits.shape[2], logits.shape[2]), bool)
    for at_corner in np.moveaxis(
        logits, 1, 0
    ):  # a token below another one at every corner is below it everywhere in the cell
        below &= at_corner[:, :, None] <= at_corner[:, None, :] - 1e-9
    alive = np.logical_not(below.any(-1))
    cell, token = np.nonzero(alive)
    parts = found[cell]
    rivals = alive[cell]
    rivals[np.arange(len(cell)), token] = False
    while (
        rivals.any()
    ):  # each part is cut by the line on which it ties with one rival, then with the next
        rows, rival = np.flatnonzero(rivals.any(1)), rivals.argmax(1)
        normals, offsets = np.zeros((len(cell), 2)), np.zeros(len(cell))
        c, t, u = cell[rows], token[rows], rival[rows]
        normals[rows], offsets[rows] = (
            linear[c, :, t] - linear[c, :, u],
            constant[c, t] - constant[c, u],
        )
        parts = parts.clipped(normals, offsets)
        rivals[rows, u] = False
    areas = parts.areas
    large = areas > SMALLEST * _area(view)
    parts, cell, token, areas = parts[large], cell[large], token[large], areas[large]
    pieces: dict[int, list[np.ndarray]] = {winner: [] for winner in np.unique(token).tolist()}
    for winner, part in zip(token.tolist(), parts.each()):
        pieces[winner].append(part)
    share = {winner: float(areas[token == winner].sum()) / _area(view) for winner in pieces}
    return Regions(pieces, _borders(parts, cell, token, alive, linear, constant), share)


def _borders(
    parts: Polygons,
    cell: np.ndarray,
    token: np.ndarray,
    alive: np.ndarray,
    linear: np.ndarray,
    constant: np.ndarray,
) -> np.ndarray:
    """Edges [segment, end, xy] of parts on which their token ties with a later one."""
    later = alive[cell] & (np.arange(alive.shape[1]) > token[:, None])
    which = np.flatnonzero(later.any(1))
    corners = parts.corners[which]
    logits = corners @ linear[cell[which]] + constant[cell[which], None]
    own = np.take_along_axis(logits, token[which, None, None], 2)
    tied = (np.abs(logits - own) < 1e-6 * (1 + np.abs(own))) & later[which, None]
    ends = np.roll(corners, -1, 1)
    row, first = np.nonzero(
        (tied & np.roll(tied, -1, 1)).any(-1)
        & (np.arange(corners.shape[1]) < parts.count[which, None])
    )
    return np.stack([corners[row, first], ends[row, first]], 1)
