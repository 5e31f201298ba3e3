"""How much of its scales and axes a sheet fills: what a reader sees of data that are small beside
the scale they are drawn on.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

LEAST = 0.3  # of a scale or an axis that data fill, or it is taken from the data
BAR = (1, 256)  # the shape of a bar that says what a colour is worth: it is no data


def pale(sheet: Figure) -> list[str]:
    """Scales of colours and axes that data fill by less than LEAST, in words."""
    found = defaultdict(float)
    for name, norm, values in _coloured(sheet):
        low, high = float(norm.vmin), float(norm.vmax)
        zero = min(max(low, 0.0), high)
        reach = max(high - zero, zero - low)
        far = max(abs(float(np.max(values)) - zero), abs(float(np.min(values)) - zero))
        found[f"colours {name} from {low:g} to {high:g}"] = max(
            found[f"colours {name} from {low:g} to {high:g}"], far / reach
        )
    for i, axes in enumerate(a for a in sheet.axes if a.axison and a.get_visible()):
        for along, share in _filled(axes):
            ends = axes.get_xlim() if along == "x" else axes.get_ylim()
            found[f"axis {along} of panel {i} from {ends[0]:g} to {ends[1]:g}"] = share
    return [f"{name}: {100 * share:.0f} %" for name, share in found.items() if share < LEAST]


def _coloured(sheet: Figure) -> Iterator[tuple]:
    """Name of colours, norm and finite values of all that is coloured by value."""
    for axes in sheet.axes:
        for each in (*axes.collections, *axes.images):
            values = None if each.get_array() is None else np.ma.asarray(each.get_array())
            if values is None or values.shape == BAR or values.ndim == 3:
                continue
            finite = values.compressed()[np.isfinite(values.compressed())]
            if finite.size and each.norm.vmin is not None:
                yield each.get_cmap().name, each.norm, finite


def _filled(axes: Axes) -> Iterator[tuple[str, float]]:
    """Along x and y, how much of the axis its data reach over, from its zero if that is in view."""
    if any(c.get_array() is not None for c in axes.collections) or axes.images:
        return
    for along, axis, ends in (
        ("x", axes.xaxis, axes.dataLim.intervalx),
        ("y", axes.yaxis, axes.dataLim.intervaly),
    ):
        if (
            axis.get_scale() != "linear"
            or not axis.get_ticklocs().size
            or not np.isfinite(ends).all()
        ):
            continue
        low, high = sorted(axis.get_view_interval())
        first, last = max(min(ends), low), min(max(ends), high)
        if low <= 0.0 <= high:
            first, last = min(first, 0.0), max(last, 0.0)
        yield along, (last - first) / (high - low)
