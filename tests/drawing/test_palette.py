"""Contrast on paper, and distance under colour blindness (Machado et al. 2009), of every pair of
colours that must be told apart.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from howto import Page

from reportgen.drawing.colours import oklch
from reportgen.drawing.style import THEMES, Colour, Theme, theme
from reportgen.errors import FigureError

EYES = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    ),
    "protanopia": np.array(
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    ),
    "tritanopia": np.array(
        [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]
    ),
}
INK, TINT, CONTRAST = (
    0.07,
    0.04,
    4.5,
)  # least OKLab distance of ink and of fills; least WCAG contrast of words


def linear(colour: Colour) -> np.ndarray:
    c = np.array(colour[:3])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a: Colour, b: Colour) -> float:
    """WCAG contrast ratio."""
    low, high = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """OKLab (Ottosson 2020) of linear sRGB [..., 3]."""
    cone = np.cbrt(
        (
            rgb
            @ np.array(
                [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
            ).T
        ).clip(0)
    )
    return (
        cone
        @ np.array(
            [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
        ).T
    )


def distance(a: Colour, b: Colour) -> float:
    """Smallest OKLab distance over all eyes."""
    return min(
        float(np.linalg.norm(lab(eye @ linear(a)) - lab(eye @ linear(b)))) for eye in EYES.values()
    )


def problems(look: Theme) -> list[str]:
    """Pairs that are too close, and words too pale."""
    groups: tuple[tuple[str, Mapping[str, Colour], float], ...] = (
        ("classes", look.classes, INK),
        ("roles", {k: c for k, c in look.roles.items() if k != "stream"}, INK),
        ("outcomes", look.outcomes, INK),
        ("tints", look.tints, TINT),
    )
    close = [
        f"{name}: {a} and {b}"
        for name, group, least in groups
        for a, b in combinations(group, 2)
        if distance(group[a], group[b]) < least
    ]
    words = {
        **look.classes,
        **look.roles,
        "obeyed": look.outcomes["obeyed"],
        "broken": look.outcomes["broken"],
        "error": look.series["error"],
        "train": look.series["train"],
        "muted": look.muted,
        "ink": look.ink,
    }
    return close + [
        f"pale: {name}" for name, colour in words.items() if contrast(colour, look.paper) < CONTRAST
    ]


@pytest.mark.parametrize("name", THEMES)
def test_colours_that_mean_something_are_told_apart(name: str) -> None:
    """By normal, deuteranopic, protanopic and tritanopic eyes; words are readable on paper."""
    assert problems(theme(name)) == []


@pytest.mark.parametrize("name", THEMES)
def test_four_classes_and_a_trigger_are_told_apart(name: str) -> None:
    """A rule may sort its tokens into four kinds beside the trigger, whatever it calls them; ink,
    fills and markers differ.
    """
    kinds = ("number", "low", "high", "small", "trigger")
    look = theme(name, kinds)
    assert problems(look) == []
    assert len(set(look.markers.values())) == len(kinds)
    fills = look.fills({f"{kind}{i}": kind for kind in kinds for i in range(3)})
    ends = [[fills[f"{kind}{i}"] for i in (0, 2)] for kind in kinds]
    assert (
        min(distance(a, b) for one, other in combinations(ends, 2) for a, b in zip(one, other))
        > 0.02
    )


def test_a_class_looks_by_its_place_among_those_of_the_rule() -> None:
    """Not by its name: the first class has the first colour in every rule, and a trigger its
    own.
    """
    plus, seven, odd = (
        theme("light"),
        theme("light", ("number", "trigger")),
        theme("light", ("odd", "even")),
    )
    assert (seven.classes["number"], seven.markers["number"]) == (
        plus.classes["even"],
        plus.markers["even"],
    )
    assert seven.classes["trigger"] == plus.classes["trigger"]
    assert (odd.classes["odd"], odd.ramps["odd"]) == (plus.classes["even"], plus.ramps["even"])
    many = theme("light", tuple("abcdef"))
    assert many.classes["f"] == many.classes["d"] != many.classes["c"]


def test_a_colour_moved_too_close_is_seen() -> None:
    """The guard turns red: broken moved onto obeyed at equal lightness, a tint onto another, muted
    too pale.
    """
    light = theme("light")
    moved = replace(
        light,
        outcomes={**light.outcomes, "broken": oklch(0.47, 0.13, 190)},
        tints={**light.tints, "broken": light.tints["free"]},
        muted=oklch(0.80, 0.01, 265),
    )
    assert problems(moved) == [
        "outcomes: obeyed and broken",
        "tints: broken and free",
        "pale: muted",
    ]


def test_hue_alone_does_not_save_a_pair() -> None:
    """Teal and magenta of one lightness are one grey to some eyes, which is why their lightness
    differs.
    """
    light = theme("light")
    level = replace(
        light,
        outcomes={
            **light.outcomes,
            "broken": oklch(0.47, 0.05, 343),
            "obeyed": oklch(0.47, 0.05, 205),
        },
    )
    assert "outcomes: obeyed and broken" in problems(level)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("scale", ["probability", "entropy"])
def test_maps_step_evenly_in_one_direction(name: str, scale: str) -> None:
    """Lightness runs one way, and no step of a map is more than four times the mean step."""
    look = theme(name)
    colours = getattr(look, scale)(np.linspace(0, 1, 33))[:, :3]
    points = lab(np.array([linear(tuple(c)) for c in colours]))
    rise = np.diff(points[:, 0])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert (rise > 0).all() or (rise < 0).all()
    assert steps.max() < 4 * steps.mean()


@pytest.mark.parametrize("name", THEMES)
def test_zero_is_the_middle_of_the_signed_map(name: str) -> None:
    """Zero lies nearest the paper, and lightness leaves it on both sides."""
    look = theme(name)
    light = lab(np.array([linear(tuple(c)) for c in look.signed(np.linspace(0, 1, 33))[:, :3]]))[
        :, 0
    ]
    away = np.abs(light - lab(linear(look.paper))[0])
    assert away.argmin() == 16
    assert (np.diff(away[:17]) < 0).all()
    assert (np.diff(away[16:]) > 0).all()


def test_a_colour_that_is_not_there_is_told() -> None:
    """For each kind of colours that figures choose from by a word."""
    light = theme("light")
    with pytest.raises(FigureError) as error:
        light.series["atention"]
    assert str(error.value) == (
        "no colour is called 'atention' (did you mean 'attention'?); there are train, validation,"
        " error, attention"
    )
    assert f"`{error.value}`" in Page.of("add-a-figure").text
    for kind in (light.roles, light.outcomes, light.tints):
        with pytest.raises(FigureError, match="no colour is called 'loss'"):
            kind["loss"]


def test_the_page_on_figures_lists_the_colours() -> None:
    light, page = theme("light"), Page.of("add-a-figure").text
    for name in ("series", "roles", "outcomes"):
        (line,) = (each for each in page.splitlines() if each.startswith(f"| `theme.{name}` |"))
        assert re.findall(r"`(\w+)`", line) == list(getattr(light, name))
