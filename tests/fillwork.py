"""How much of its scales and axes a sheet fills: what a reader sees of data that are small beside
the scale they are drawn on.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

LEAST = 0.3  # of a scale or an axis that data fill, or it is taken from the data
BAR = (1, 256)  # the shape of a bar that says what a colour is worth: it is no data


def pale(sheet: Figure) -> dict[str, float]:
    """How much data fill of the scales of colours and the axes that they hardly fill, those of the
    same limits taken together, since they are compared.
    """
    found: dict[str, float] = defaultdict(float)
    for colours, norm, values in _coloured(sheet):
        low, high = float(norm.vmin), float(norm.vmax)
        zero = min(max(low, 0.0), high)
        reach = max(high - zero, zero - low)
        name = f"{colours} {low:g} to {high:g}"
        found[name] = max(found[name], float(np.abs(values - zero).max()) / reach)
    for axes in sheet.axes:
        for along, ends, at in _placed(axes):
            low, high = sorted(ends)
            zero = min(max(low, 0.0), high)
            name = f"{along} {low:g} to {high:g}"
            far = np.abs(np.clip(at, low, high) - zero).max()
            found[name] = max(found[name], float(far) / max(high - zero, zero - low))
    return {name: round(share, 2) for name, share in found.items() if share < LEAST}


def _coloured(sheet: Figure) -> Iterator[tuple[str, Any, np.ndarray]]:
    """Name of colours, norm and finite values of all that is coloured by value."""
    for axes in sheet.axes:
        for each in (*axes.collections, *axes.images):
            values = each.get_array()
            if values is None or values.shape == BAR or values.ndim == 3:
                continue
            values = np.ma.asarray(values).compressed()
            if np.isfinite(values).any() and each.norm.vmin is not None:
                yield each.get_cmap().name, each.norm, values[np.isfinite(values)]


def _placed(axes: Axes) -> Iterator[tuple[str, tuple[float, float], np.ndarray]]:
    """Along x and y of a panel with even numbers along it from or around 0: its limits, and where
    lines, bars and dots stand.
    """
    maps = axes.images or any(each.get_array() is not None for each in axes.collections)
    if maps or not axes.axison or axes.get_aspect() != "auto":
        return
    for k, (along, axis) in enumerate((("x", axes.xaxis), ("y", axes.yaxis))):
        ends = axis.get_view_interval()
        numbers = [label.get_text() for label in axis.get_ticklabels()]
        if axis.get_scale() != "linear" or not {"0", "0.0", "0 %", "0.00"} & set(numbers):
            continue
        at = [np.asarray(line.get_xydata())[:, k] for line in axes.lines if _data(axes, line, k)]
        at += [
            np.array([bar.get_bbox().min[k], bar.get_bbox().max[k]])
            for bar in axes.patches
            if isinstance(bar, Rectangle)
        ]
        at += [
            np.asarray(dots.get_offsets())[:, k]
            for dots in axes.collections
            if isinstance(dots, PathCollection)
        ]
        seen = np.concatenate([np.zeros(0), *(a.astype(float) for a in at)])
        if np.isfinite(seen).any():
            yield along, (float(ends[0]), float(ends[1])), seen[np.isfinite(seen)]


def _data(axes: Axes, artist: Any, k: int) -> bool:
    """Does an artist stand where its data are, along x or y."""
    return bool(artist.get_transform().contains_branch_seperately(axes.transData)[k])
