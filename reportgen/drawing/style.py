"""The visual language in one place: what a colour means, how large type is, how wide a page is.

Fill shows a value, ink shows a role. Every colour is written in OKLCH (lightness, chroma, hue), so
that two themes differ in lightness only and a map is perceptually uniform by construction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from reportgen.drawing.colours import OKLCH, Inks, colour_map, oklch
from reportgen.drawing.fonts import family
from reportgen.drawing.settings import plain

WIDTH = 760  # CSS pixels: the content column of the page
CSS_DPI = 96  # at this dpi one point of type is one CSS point
EXPORT_SCALE = 2
# points at shown size; nothing is smaller than SMALL
TITLE, PANEL, BODY, SMALL, TOKEN, INDEX = 13.0, 10.0, 9.0, 8.0, 10.5, 8.0


Colour = tuple[float, float, float]
Look = TypeVar("Look")


@dataclass(frozen=True)
class Theme:
    """All colours of one appearance."""

    name: str
    paper: Colour
    ink: Colour
    muted: Colour
    faint: Colour
    cell: Colour  # an empty or masked cell
    # words on a fill: ink that becomes paper where a dark page shows the drawing, and paper that
    # becomes ink; in the dark theme what they become
    crossed: tuple[Colour, Colour]
    classes: Mapping[str, Colour]  # token classes of the rule, as ink
    markers: Mapping[str, str]  # token classes, as points: colour never stands alone
    roles: Mapping[str, Colour]  # query, key, value, attention output, as ink
    outcomes: Mapping[str, Colour]  # obeyed, broken, free
    tints: Mapping[str, Colour]  # the same outcomes as a cell's fill
    series: Mapping[str, Colour]  # lines and bars: train, validation, error, attention
    ramps: Mapping[str, tuple[OKLCH, OKLCH]]  # class -> first and last region fill
    probability: LinearSegmentedColormap
    entropy: LinearSegmentedColormap
    signed: LinearSegmentedColormap

    def fills(self, classes: Mapping[str, str]) -> dict[str, Colour]:
        """A region fill per token: hue says the class, the step within the class says which."""
        fills = {}
        for kind, (first, last) in self.ramps.items():
            members = [t for t, c in classes.items() if c == kind]
            for i, token in enumerate(members):
                share = i / max(1, len(members) - 1)
                fills[token] = oklch(*(np.array(first) * (1 - share) + np.array(last) * share))
        return fills


CLASSES = ("even", "odd", "trigger")  # of a theme without a rule
TRIGGER = "trigger"  # the class that looks the same in every rule


def _looks(classes: Sequence[str], inks: Sequence[Look], trigger: Look) -> dict[str, Look]:
    """What each class looks like by its number among the classes of its rule, a trigger apart; all
    after the fourth look like it.
    """
    numbers = {kind: i for i, kind in enumerate(kind for kind in classes if kind != TRIGGER)}
    return {
        kind: trigger if kind == TRIGGER else inks[min(numbers[kind], len(inks) - 1)]
        for kind in classes
    }


def _theme(name: str, dark: bool, classes: Sequence[str]) -> Theme:
    l = 0.78 if dark else 0.53  # lightness of coloured ink
    paper = (30 / 255, 33 / 255, 41 / 255) if dark else (1.0, 1.0, 1.0)  # the page's own background
    ink = oklch(0.93, 0.008, 265) if dark else oklch(0.25, 0.02, 265)

    def end(for_dark: Look, for_light: Look) -> Look:
        return for_dark if dark else for_light

    return Theme(
        name=name,
        paper=paper,
        ink=ink,
        muted=oklch(0.74, 0.015, 265) if dark else oklch(0.50, 0.02, 265),
        faint=oklch(0.42, 0.012, 265) if dark else oklch(0.885, 0.008, 265),
        cell=oklch(0.268, 0.012, 265) if dark else oklch(0.955, 0.004, 265),
        crossed=(paper, ink) if dark else (_beside(ink), _beside(paper)),
        classes=_looks(
            classes,
            [
                oklch(l + 0.03, 0.135, 62),
                oklch(l + 0.02, 0.03, 255),
                oklch(*end((0.63, 0.10, 190), (0.34, 0.09, 235))),
                oklch(*end((0.66, 0.14, 50), (0.41, 0.11, 45))),
            ],
            oklch(l - (0.06 if dark else 0.02), 0.20, 302),
        ),
        markers=_looks(classes, "os^v", "D"),
        roles=Inks(
            query=oklch(l, 0.15, 255),
            key=oklch(0.82, 0.19, 31) if dark else oklch(0.50, 0.19, 29),
            value=oklch(0.65, 0.16, 140) if dark else oklch(0.45, 0.16, 148),
            stream=ink,
        ),
        outcomes=Inks(
            obeyed=oklch(0.88, 0.13, 200) if dark else oklch(0.47, 0.13, 205),
            broken=oklch(0.72, 0.24, 350) if dark else oklch(0.55, 0.24, 343),
            free=oklch(0.60 if dark else 0.62, 0.01, 265),
        ),
        tints=Inks(
            obeyed=oklch(*end((0.50, 0.075, 205), (0.89, 0.07, 205))),
            broken=oklch(*end((0.40, 0.15, 350), (0.80, 0.12, 345))),
            free=oklch(0.268, 0.012, 265) if dark else oklch(0.955, 0.004, 265),
        ),
        series=Inks(
            train=oklch(0.68 if dark else 0.54, 0.012, 265),
            validation=ink,
            error=oklch(0.72, 0.24, 350) if dark else oklch(0.55, 0.24, 343),
            attention=oklch(l, 0.15, 255),
        ),
        ramps=_looks(
            classes,
            [
                end(
                    ((0.57, 0.11, 100), (0.42, 0.12, 32)), ((0.945, 0.095, 102), (0.70, 0.145, 42))
                ),
                end(((0.50, 0.03, 255), (0.36, 0.03, 255)), ((0.90, 0.02, 255), (0.70, 0.04, 255))),
                end(((0.55, 0.10, 170), (0.32, 0.06, 170)), ((0.93, 0.08, 150), (0.68, 0.12, 150))),
                end(((0.62, 0.08, 10), (0.48, 0.10, 5)), ((0.82, 0.06, 20), (0.60, 0.08, 5))),
            ],
            end(((0.42, 0.10, 302),) * 2, ((0.88, 0.062, 302),) * 2),
        ),
        **_maps(name, dark),
    )


def _beside(colour: Colour) -> Colour:
    """A colour that looks the same and is another."""
    return colour[0], colour[1], colour[2] - 1 / 255


def _maps(name: str, dark: bool) -> dict[str, LinearSegmentedColormap]:
    """What values are worth: from nothing to much, and from one sign through zero to the other."""
    if dark:
        zero, middle = (0.30, 0.012, 265), (0.30, 0.012, 265)
        probability = ((0.42, 0.07, 250), (0.60, 0.10, 215), (0.80, 0.12, 175), (0.95, 0.11, 110))
        entropy = ((0.44, 0.09, 330), (0.62, 0.13, 350), (0.80, 0.10, 20))
        below, above = ((0.80, 0.10, 235), (0.55, 0.11, 250)), ((0.55, 0.11, 55), (0.82, 0.11, 75))
    else:
        zero, middle = (0.975, 0.006, 265), (0.975, 0.004, 265)
        probability = ((0.85, 0.075, 175), (0.69, 0.105, 210), (0.51, 0.12, 245), (0.33, 0.12, 275))
        entropy = ((0.83, 0.07, 20), (0.62, 0.13, 350), (0.40, 0.11, 330))
        below, above = ((0.40, 0.12, 255), (0.70, 0.10, 245)), ((0.74, 0.12, 65), (0.43, 0.11, 45))
    stops = dict(
        probability=(zero, *probability), entropy=(zero, *entropy), signed=(*below, middle, *above)
    )
    return {which: colour_map(f"{name}-{which}", colours) for which, colours in stops.items()}


@cache
def theme(name: str, classes: tuple[str, ...] = CLASSES) -> Theme:
    """The theme "light" or "dark" for a rule with these token classes: each has its colour and
    marker by its number among them.
    """
    return _theme(name, name == "dark", classes)


THEMES = ("light", "dark")  # figures are drawn in the first


@contextmanager
def applied(theme: Theme) -> Iterator[None]:
    """Matplotlib's settings for one theme, put back afterwards."""
    settings = {
        "font.family": family(),
        "font.size": BODY,
        "text.color": theme.ink,
        "text.hinting": "none",
        "text.parse_math": False,  # a token with dollar signs is text
        "axes.facecolor": theme.paper,
        "axes.edgecolor": theme.faint,
        "axes.labelcolor": theme.muted,
        "axes.labelsize": BODY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "xtick.color": theme.faint,
        "ytick.color": theme.faint,
        "xtick.labelcolor": theme.muted,
        "ytick.labelcolor": theme.muted,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.major.size": 3,
        "ytick.major.size": 3,
        "xtick.major.pad": 2.5,
        "ytick.major.pad": 2.5,
        "figure.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "lines.solid_capstyle": "round",
        "lines.linewidth": 1.5,
        "svg.fonttype": "none",
        "svg.hashsalt": "reportgen",
    }
    with plain(settings):
        yield
