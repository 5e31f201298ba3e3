"""Colours as lightness, chroma and hue (OKLCH), where equal steps look equal."""

from collections.abc import Sequence
from typing import NoReturn

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from reportgen.errors import FigureError, nearest

OKLCH = tuple[float, float, float]  # lightness, chroma, and hue in degrees


class Inks(dict[str, tuple[float, float, float]]):
    """Colours by what they stand for; a word that stands for none is told with those that do."""

    def __missing__(self, name: str) -> NoReturn:
        known = ", ".join(self)
        raise FigureError(f"no colour is called {name!r}{nearest(name, self)}; there are {known}")


def oklch(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """sRGB in 0..1 of an OKLCH colour (Ottosson 2020); chroma shrinks until the colour fits the
    screen.
    """
    for c in chroma * np.linspace(1, 0, 41):
        a, b = c * np.cos(np.radians(hue)), c * np.sin(np.radians(hue))
        long, medium, short = (
            (lightness + m @ (a, b)) ** 3
            for m in np.array(
                [
                    [0.3963377774, 0.2158037573],
                    [-0.1055613458, -0.0638541728],
                    [-0.0894841775, -1.2914855480],
                ]
            )
        )
        linear = np.array(
            [
                4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
                -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
                -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
            ]
        )
        if (linear > -1e-4).all() and (linear < 1 + 1e-4).all():
            break
    linear = linear.clip(0, 1)
    return tuple(
        np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).tolist()
    )


def colour_map(name: str, stops: Sequence[OKLCH]) -> LinearSegmentedColormap:
    """A colour map that runs straight through OKLab between OKLCH stops."""
    at = np.linspace(0, len(stops) - 1, 256)
    lab = [(l, c * np.cos(np.radians(h)), c * np.sin(np.radians(h))) for l, c, h in stops]
    parts = [np.interp(at, range(len(stops)), column) for column in zip(*lab)]
    return LinearSegmentedColormap.from_list(
        name,
        [oklch(l, np.hypot(a, b), np.degrees(np.arctan2(b, a))) for l, a, b in zip(*parts)],
        N=256,
    )
