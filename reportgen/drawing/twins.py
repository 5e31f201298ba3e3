"""One drawing for light and dark pages: every colour of the light theme has a twin in the dark one.

Figures are drawn in light colours. An SVG says beside them what each becomes where the reader
prefers dark, so that the same file serves both.
"""

from functools import cache

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from reportgen.drawing.colours import OKLCH, oklch
from reportgen.drawing.style import CLASSES, Colour, Theme, theme
from reportgen.drawing.vector_images import packed, unpacked

STEPS = 256  # of a ramp
NEAR = 3  # of 255 in each of red, green and blue: what rounding and mixing may be off


class Twins:
    """What the colours of the light theme become in the dark: colours are [colour, rgb] of 255, the
    maps among them also by themselves. Where two are the same the first one counts.
    """

    def __init__(self, light: Theme, dark: Theme) -> None:
        self.light, self.dark = (
            np.rint(np.array(_colours(look)) * 255).astype(int) for look in (light, dark)
        )
        self.named = {
            tuple(round(part * 255) for part in colour)
            for colour in (light.paper, light.ink, light.muted, light.faint, light.cell)
        }
        self.maps = [
            [_steps(values) for values in pair] for pair in zip(_maps_of(light), _maps_of(dark))
        ]
        self.known: dict[tuple[int, ...], tuple[int, ...]] = {}
        for colour, twin in zip(self.light.tolist(), self.dark.tolist()):
            self.known.setdefault(tuple(colour), tuple(twin))

    def of(self, colour: tuple[int, ...]) -> tuple[int, ...]:
        """The twin of a colour; one that is near none of the theme keeps itself."""
        if colour not in self.known:
            nearest, far = _nearest(np.array([colour]), self.light)
            near = far[0] <= NEAR
            self.known[colour] = tuple(self.dark[nearest[0]].tolist()) if near else colour
        return self.known[colour]

    def pixels(self, image: np.ndarray) -> np.ndarray:
        """An image [y, x, rgba] in the dark; opacity stays. Where most colours are those of a map
        they keep to it, and what lies between two of them, from resampling, has the nearest.
        """
        numbers, index = np.unique(packed(image), return_inverse=True)
        shown = unpacked(numbers).copy()
        colours = shown[:, :3].astype(int)
        dark = np.array([self.of(tuple(colour)) for colour in colours.tolist()])
        for light_map, dark_map in self.maps:
            nearest, far = _nearest(colours, light_map)
            if (far <= NEAR).mean() > 0.5:
                own = [tuple(colour) not in self.named for colour in colours.tolist()]
                dark[own] = dark_map[nearest[own]]
                break
        shown[:, :3] = dark
        return shown[index.ravel()].reshape(image.shape)


@cache
def twins(classes: tuple[str, ...] = CLASSES) -> Twins:
    """Of the themes of a rule with these token classes."""
    return Twins(theme("light", classes), theme("dark", classes))


def _nearest(colours: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of some colours [colour, rgb] is nearest to each, and how far off in its worst part."""
    far = abs(among - colours[:, None]).max(2)
    return far.argmin(1), far.min(1)


def _maps_of(look: Theme) -> tuple[LinearSegmentedColormap, ...]:
    return look.probability, look.entropy, look.signed


def _steps(values: LinearSegmentedColormap) -> np.ndarray:
    """The colours of a map [step, rgb] as matplotlib writes them into images."""
    return values(np.arange(values.N), bytes=True)[:, :3].astype(int)


def _colours(look: Theme) -> list[Colour]:
    """Every colour of a theme, in the same order for both."""
    kinds = look.classes, look.roles, look.outcomes, look.tints, look.series
    named = [look.paper, look.ink, look.muted, look.faint, look.cell, *look.crossed]
    return [
        *named,
        *(colour for kind in kinds for colour in kind.values()),
        *(
            colour[:3]
            for values in _maps_of(look)
            for colour in values(np.arange(values.N)).tolist()
        ),
        *(colour for first, last in look.ramps.values() for colour in _ramp(first, last)),
    ]


def _ramp(first: OKLCH, last: OKLCH) -> list[Colour]:
    """What fills of a class may look like, from the first of its tokens to the last."""
    at = np.linspace(0, 1, STEPS)
    known = at[:: (STEPS - 1) // 15]
    found = np.array([oklch(*(np.array(first) * (1 - t) + np.array(last) * t)) for t in known])
    return list(zip(*(np.interp(at, known, part).tolist() for part in found.T)))


def readable_on(look: Theme, background: Colour) -> Colour:
    """Ink or paper, whichever reads better on `background`; in the light theme a colour whose twin
    reads better on the twin of the background.
    """
    best = _best(look, background)
    if look.name == "dark":
        return (look.ink, look.paper)[best]
    dark = theme("dark")
    red, green, blue = (round(part * 255) for part in background[:3])
    twin = twins(tuple(look.classes)).of((red, green, blue))
    crossed = _best(dark, (twin[0] / 255, twin[1] / 255, twin[2] / 255)) != best
    return look.crossed[best] if crossed else (look.ink, look.paper)[best]


def _best(look: Theme, background: Colour) -> int:
    """Which reads better on a background: 0 for ink, 1 for paper."""
    weights = (0.2126, 0.7152, 0.0722)  # of red, green and blue in what looks light
    below, *words = np.array([background[:3], look.ink, look.paper]) ** 2.2 @ weights + 0.05
    return int(np.argmax([max(below, own) / min(below, own) for own in words]))
