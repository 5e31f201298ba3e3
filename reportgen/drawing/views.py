"""Views that are not square, and the round numbers a signed scale is labelled with."""

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import number
from reportgen.drawing.planes import View

WORTH = 1.5  # times that a panel must enlarge what another one shows
ENLARGED = "enlarged"  # label of a frame around what another panel enlarges


def box(*clouds: np.ndarray, pad: float = 0.1) -> View:
    """The box around all points [..., xy] and the origin, a little wider."""
    points = np.concatenate([*(c.reshape(-1, 2) for c in clouds), np.zeros((1, 2))])
    low, high = points.min(0), points.max(0)
    margin = max(pad * float((high - low).max()), 1e-6)
    return (
        float(low[0] - margin),
        float(high[0] + margin),
        float(low[1] - margin),
        float(high[1] + margin),
    )


def shaped(view: View, aspect: float) -> View:
    """The view grown around its middle to the width over height of its panel."""
    (x, w), (y, h) = ((view[i] + view[i + 1], view[i + 1] - view[i]) for i in (0, 2))
    w, h = max(w, h * aspect), max(h, w / aspect)
    return x / 2 - w / 2, x / 2 + w / 2, y / 2 - h / 2, y / 2 + h / 2


def closer(whole: View, across: float, part: View, own: float) -> View | None:
    """The view of a panel, `own` pixels wide, that shows a part of another one, `across` pixels
    wide, enlarged; moved until its frame lies in that one.

    None where things would hardly look larger, or where the frame would be cut.
    """
    wide, tall = part[1] - part[0], part[3] - part[2]
    if (whole[1] - whole[0]) / across < WORTH * wide / own:
        return None
    if wide > whole[1] - whole[0] or tall > whole[3] - whole[2]:
        return None
    left = min(max(part[0], whole[0]), whole[1] - wide)
    low = min(max(part[2], whole[2]), whole[3] - tall)
    return left, left + wide, low, low + tall


def extent(view: View) -> str:
    """Where a view begins and ends, in words."""
    digits = 1 if max(map(abs, view)) < 100 else 0
    return (
        f"dimension 0 from {number(view[0], digits)} to {number(view[1], digits)}, dimension 1 from"
        f" {number(view[2], digits)} to {number(view[3], digits)}"
    )


def signed_ticks(norm: Normalize) -> tuple[float, float, float]:
    """Minus a round number, zero, a round number: on each side the largest of 1, 2, 5 times a power
    of ten within the scale.
    """
    low, high = (_round_within(abs(float(end or 1))) for end in (norm.vmin, norm.vmax))
    return -low, 0.0, high


def _round_within(top: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is no larger."""
    power = float(10.0 ** np.floor(np.log10(top)))
    return max(power * d for d in (1, 2, 5) if power * d <= top * 1.0001)


def digits_for(norm: Normalize, whole: float = 20) -> int:
    """Decimals that a cell of a signed scale shows: none where values reach `whole`."""
    return 0 if float(norm.vmax or 0) >= whole else 1


def if_wide(digits: int, cell: float, least: float = 24) -> int | None:
    """These decimals if a cell of this many pixels has room for a number, else none at all."""
    return digits if cell >= least else None
