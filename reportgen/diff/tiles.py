"""Do two pictures look the same? The mean over all pixels is nearly blind: a missing legend is
0.08 % of a picture, another digit a hundredth of that. So the worst tile counts, and the worst few
pixels beside one another, and size and opacity have to be equal.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops

TILE = 32  # pixels: a key, a line, a word
SPOT, STRIDE = 8, 4  # pixels: a digit, and how far apart such places are looked at
SHOWN = 1000  # pixels in width; wider pictures are drawn twice as large as they are shown
OPAQUE = "is not opaque"


@dataclass(frozen=True)
class Limits:
    """Largest mean differences, as shares of full scale."""

    whole: float = 0.001  # over the picture
    tile: float = 0.01  # over the worst tile
    # over the worst spot: the most alike digits, in the smallest grey type, differ by 0.057, and a
    # line that noise of a thousandth moves by 0.025
    spot: float = 0.04


AS_DRAWN = Limits()
AS_KEPT = Limits(tile=0.02)  # of pictures with few colours: those of a map may become its next one


def difference(old: Image.Image, new: Image.Image, limits: Limits = AS_DRAWN) -> str:
    """What is different between two pictures, in words; empty where they are the same to the
    eye.
    """
    for name, picture in (("old", old), ("new", new)):
        if np.asarray(picture.convert("RGBA"))[..., 3].min() < 255:
            return f"the {name} picture {OPAQUE}"
    if old.size != new.size:
        return f"size {new.size[0]} × {new.size[1]}, was {old.size[0]} × {old.size[1]}"
    if old.convert("RGB").tobytes() == new.convert("RGB").tobytes():
        return ""
    apart = _apart(old, new)
    tile, spot = _worst(apart, TILE, TILE), _worst(apart, SPOT, STRIDE)
    if apart.mean() > limits.whole:
        return (
            f"{apart.mean():.3%} different over the whole picture (limit {limits.whole:.1%}), most"
            f" at {tile[1]}, {tile[2]}"
        )
    if tile[0] > limits.tile:
        return (
            f"{tile[0]:.2%} different in the tile at {tile[1]}, {tile[2]} (limit {limits.tile:.0%})"
        )
    if spot[0] > limits.spot:
        return (
            f"{spot[0]:.1%} different in the {SPOT} × {SPOT} pixels at {spot[1]}, {spot[2]} (limit"
            f" {limits.spot:.0%})"
        )
    return ""


def _apart(old: Image.Image, new: Image.Image) -> np.ndarray:
    """How far each pixel [y, x] is from the other, 0 to 1."""
    first, second = (np.asarray(each.convert("RGB"), float) for each in (old, new))
    return np.asarray(np.abs(first - second).mean(-1) / 255)


def _worst(apart: np.ndarray, size: int, stride: int) -> tuple[float, int, int]:
    """The largest mean over a square of so many pixels, and where that begins."""
    height, width = apart.shape
    sums = np.pad(apart, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    top, left = _starts(height, size, stride), _starts(width, size, stride)
    below, right = np.minimum(top + size, height), np.minimum(left + size, width)
    found = sums[np.ix_(below, right)] - sums[np.ix_(top, right)]
    found += sums[np.ix_(top, left)] - sums[np.ix_(below, left)]
    means = found / np.outer(below - top, right - left)
    y, x = np.unravel_index(means.argmax(), means.shape)
    return float(means[y, x]), int(left[x]), int(top[y])


def _starts(length: int, size: int, stride: int) -> np.ndarray:
    """Where squares begin along one side: a stride apart, and the last one at its end."""
    last = max(length - size, 0)
    return np.unique(np.append(np.arange(0, last + 1, stride), last))


def at_shown_size(picture: Image.Image) -> Image.Image:
    """A picture as large as a reader sees it; each of its pixels is the mean of those it stands
    for.
    """
    size = (picture.width // 2, picture.height // 2)
    whole = picture.convert("RGBA")
    return whole.resize(size, Image.Resampling.BOX) if picture.width > SHOWN else whole


def few_colours(picture: Image.Image) -> Image.Image:
    """A picture in at most 256 colours that noise hardly changes, so that its file is small."""
    return picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=0)


def marked(old: Image.Image, new: Image.Image) -> Image.Image:
    """Where two pictures differ, dark on white, drawn at four times its strength."""
    width, height = max(old.width, new.width), max(old.height, new.height)
    sheets = [Image.new("RGB", (width, height), "white") for _ in (old, new)]
    for sheet, picture in zip(sheets, (old, new)):
        sheet.paste(picture.convert("RGB"), (0, 0))
    apart: Image.Image = ImageChops.difference(*sheets).convert("L")
    return apart.point(lambda v: 255 - min(255, 4 * v)).convert("RGB")


def side_by_side(old: Image.Image | None, new: Image.Image) -> Image.Image:
    """Old, new, and where they differ."""
    old = old or Image.new("RGB", new.size, "white")
    width, height = max(old.width, new.width), max(old.height, new.height)
    sheet = Image.new("RGB", (3 * width, height), "white")
    for i, picture in enumerate((old, new, marked(old, new))):
        sheet.paste(picture.convert("RGB"), (i * width, 0))
    return sheet
