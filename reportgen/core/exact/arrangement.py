"""A view of the plane cut by lines, all at once: the cells between them."""

import numpy as np

from reportgen.core.exact.polygons import Polygons

# of the view: how far lines are moved, at random and always the same way, so that no three meet in
# one point
APART = 1e-11

View = tuple[float, float, float, float]


def cells(normals: np.ndarray, offsets: np.ndarray, view: View) -> Polygons:
    """The convex cells into which the lines normal . p + offset = 0 [line, xy], [line] cut a view,
    slivers where three should meet in one point included.

    Corners are where two lines cross, or a line and an edge of the view. On each line they are put
    in order; a walk along the lines that turns left at every corner goes around a cell. L lines
    that cross X times in the view make 1 + L + X cells; where rounding spoils the order and the
    walk finds another number, the view is cut by one line after the other.
    """
    low, high = np.array(view[::2], float), np.array(view[1::2], float)
    middle, half = (low + high) / 2, (high - low) / 2
    long = np.hypot(*normals.T)
    normals, offsets = normals[long > 0] / long[long > 0, None], offsets[long > 0] / long[long > 0]
    offsets = offsets + normals @ middle  # the view's middle is the origin
    seen = np.abs(offsets) < np.abs(normals) @ half
    normals, offsets = normals[seen], offsets[seen]
    offsets = offsets + APART * half.min() * np.random.default_rng(0).uniform(-1, 1, len(offsets))
    found = _walk(normals, offsets, half)
    if found is None:
        found = one_by_one(normals, offsets, half)
    return Polygons(found.corners + middle, found.count)


def one_by_one(normals: np.ndarray, offsets: np.ndarray, half: np.ndarray) -> Polygons:
    """The cells of a view of this half size around the origin, cut by one line after the other:
    slower, and right whatever is rounded.
    """
    found = Polygons(half * np.array([[[-1, -1], [1, -1], [1, 1], [-1, 1]]]), np.array([4]))
    for normal, offset in zip(normals, offsets):
        both = Polygons(np.tile(found.corners, (2, 1, 1)), np.tile(found.count, 2))
        sign = np.repeat([1.0, -1.0], len(found))
        found = both.clipped(sign[:, None] * normal, sign * offset)
        found = found[found.areas > 0]
    return found


def _walk(normals: np.ndarray, offsets: np.ndarray, half: np.ndarray) -> Polygons | None:
    """The cells of a view of this half size around the origin; none where they are not as many as
    they have to be.
    """
    n = len(offsets)
    # the edges of the view are lines too, the last four, and run counter-clockwise
    normals = np.concatenate([normals, [[0, 1], [-1, 0], [0, -1], [1, 0]]])
    offsets = np.concatenate([offsets, half[[1, 0, 1, 0]]])
    along = np.stack([normals[:, 1], -normals[:, 0]], -1)
    a, b = np.triu_indices(n + 4, 1)
    turn = along[a, 0] * along[b, 1] - along[a, 1] * along[b, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (normals[a, 1] * offsets[b] - normals[b, 1] * offsets[a]) / turn
        y = (normals[b, 0] * offsets[a] - normals[a, 0] * offsets[b]) / turn
    # where an edge of the view is crossed one coordinate is certain; the edges themselves meet in
    # four corners
    inside = ((np.abs(x) <= half[0]) | (b == n + 1) | (b == n + 3)) & (
        (np.abs(y) <= half[1]) | (b == n) | (b == n + 2)
    )
    inside = np.where(a >= n, (b - a) % 2 == 1, inside & (turn != 0))
    a, b, x, y, turn = a[inside], b[inside], x[inside], y[inside], turn[inside]
    corners, crossings = np.stack([x, y], -1), int((b < n).sum())
    # each corner once on either of its lines, in order along them
    line, corner = np.concatenate([a, b]), np.tile(np.arange(len(a)), 2)
    order = np.lexsort((np.einsum("cd,cd->c", corners[corner], along[line]), line))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    line, corner, other = line[order], corner[order], rank[(order + len(a)) % len(order)]
    left = (
        np.where(order < len(a), turn[corner], -turn[corner]) > 0
    )  # does the other line lead to the left here
    many = len(order)
    # step i goes from point i on a line to the next, step many + i to the one before
    same = np.append(line[1:] == line[:-1], False)
    onward = np.full(2 * many, -1)
    forth, back = np.flatnonzero(same), np.flatnonzero(same) + 1
    back = back[line[back] < n]
    onward[forth] = np.where(left[forth + 1], other[forth + 1], many + other[forth + 1])
    onward[many + back] = np.where(left[back - 1], many + other[back - 1], other[back - 1])
    return _around(onward, np.tile(corner, 2), corners, 1 + n + crossings)


def _around(
    onward: np.ndarray, corner: np.ndarray, corners: np.ndarray, expected: int
) -> Polygons | None:
    """The polygons that a walk goes around, if they are as many as expected: the step after each
    (-1: no step), and the corner where it begins.
    """
    steps = np.flatnonzero(onward >= 0)
    if (onward[onward[steps]] < 0).any():
        return None
    first, jump = np.arange(len(onward)), onward.copy()
    for _ in range(
        len(steps).bit_length()
    ):  # the lowest step of the next 2, 4, 8, .. is that of the whole walk in the end
        lower = np.minimum(first[steps], first[jump[steps]])
        if (lower == first[steps]).all():
            break
        first[steps], jump[steps] = lower, jump[jump[steps]]
    at = starts = steps[first[steps] == steps]
    if len(starts) != expected:
        return None
    count = np.bincount(first[steps], minlength=len(onward))[starts]
    walk = np.empty((len(starts), int(count.max())), int)
    for i in range(walk.shape[1]):
        walk[:, i] = corner[at]
        at = onward[at]
    return Polygons.of(corners[walk], count)
