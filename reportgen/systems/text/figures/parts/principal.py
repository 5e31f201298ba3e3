"""The directions in which points of many dimensions vary most."""

import numpy as np


def axes_of(points: np.ndarray, count: int = 2) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """Mean [dim], the directions of most variance [dim, count], and their shares of it; directions
    beyond the last dimension are zero.
    """
    middle = points.mean(0)
    _, sizes, directions = np.linalg.svd(points - middle, full_matrices=False)
    kept = min(count, len(directions))
    wanted, shares = np.zeros((points.shape[1], count)), np.zeros(count)
    wanted[:, :kept] = directions[:kept].T
    signs = np.sign(
        wanted[np.abs(wanted).argmax(0), np.arange(count)]
    )  # the largest entry positive: the same picture on every machine
    shares[:kept] = sizes[:kept] ** 2 / max(float((sizes**2).sum()), np.finfo(float).tiny)
    return middle, wanted * np.where(signs == 0, 1, signs), tuple(shares.tolist())
