"""Is a sheet that was laid out anew as legible as it was before."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

AGAIN = "again"  # labels names of rows that stand a second time
COVERED = 0.12  # of the smaller of two words from which on one hides the other
AIR = 0.2  # of the height of a line above and below most letters
NUMBERS = 60  # words of a panel from which on they are the numbers of its cells, which fit
CUT = 1.5  # CSS pixels by which words may reach over the edge of a sheet


def faults(sheet: Figure, renderer: RendererBase, css: float) -> int:
    """How many words are cut off by a sheet, or hide others, labels of one plane left aside; `css`
    are CSS pixels in one of the renderer.
    """
    unseen = {text for axes in sheet.axes for text in _unseen(axes)}
    words = [text for text in sheet.findobj(Text) if text not in unseen and _written(text)]
    boxes = np.array([text.get_window_extent(renderer).extents for text in words]).reshape(-1, 4)
    wide, high = sheet.bbox.size
    left, low, right, top = boxes.T * css
    there = (right > 0) & (top > 0) & (left < wide * css) & (low < high * css)
    over = (left < -CUT) | (low < -CUT) | (right > wide * css + CUT) | (top > high * css + CUT)
    return int((there & over).sum()) + _hidden(words, boxes, there)


def _hidden(words: list[Text], boxes: np.ndarray, there: np.ndarray) -> int:
    """Pairs of words of which one hides the other."""
    planes = np.array([_plane(text) for text in words])
    first, second = np.triu_indices(len(words), 1)
    apart = (planes[first] != planes[second]) | (planes[first] == 0)
    first, second = first[apart], second[apart]
    lines = np.array([text.get_text().count("\n") + 1 for text in words])
    boxes = boxes.copy()
    boxes[:, [1, 3]] += np.outer((boxes[:, 3] - boxes[:, 1]) / lines, (AIR, -AIR))
    sides = [
        np.minimum(boxes[first, k + 2], boxes[second, k + 2])
        - np.maximum(boxes[first, k], boxes[second, k])
        for k in (0, 1)
    ]
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    shared = np.prod(np.maximum(sides, 0), axis=0)
    hides = shared > COVERED * np.minimum(area[first], area[second])
    return int((hides & there[first] & there[second]).sum())


def _plane(text: Text) -> int:
    """Which plane words belong to, whose labels are placed as well as there is room, or which panel
    whose rows are named as they are elsewhere; 0 for none.
    """
    axes = text.axes
    if axes is None:
        return 0
    return id(axes) if axes.get_aspect() != "auto" or text.get_label() == AGAIN else 0


def _written(text: Text) -> bool:
    """Is it shown at all."""
    return text.get_visible() and bool(text.get_text().strip())


def _unseen(axes: Axes) -> Iterator[Text]:
    """Numbers of ticks that matplotlib keeps and does not draw, of panels without axes and beyond
    the ends of an axis; the numbers of many cells, which fit; all words of a hidden panel.
    """
    if len(axes.texts) > NUMBERS or not axes.get_visible():
        yield from axes.texts
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in vars(axis).get("majorTicks", ()):
            if not (axes.axison and axes.get_visible() and low <= tick.get_loc() <= high):
                yield from (tick.label1, tick.label2)
