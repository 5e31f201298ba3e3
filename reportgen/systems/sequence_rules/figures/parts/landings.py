"""Rings that ride with points of a film, each with a name: names that would cover one another share
one ring.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path as Outline
from matplotlib.text import Text

from reportgen.drawing.canvas import halo, width_of
from reportgen.drawing.style import SMALL, Theme

# CSS pixels: half the height of a ring, between words and its ends, between names
ROUND, PAD, GAP = 7.3, 3.0, 4.0
TALL = 11.0  # CSS pixels of a line of names, with a little air
# CSS pixels of the widest name inside a ring, and of the longest list of names
INSIDE, MOST = 30.0, 110.0
OUTCOMES = ("obeyed", "broken")
_ARC = np.linspace(-np.pi / 2, np.pi / 2, 13)
_HALF = np.stack([np.cos(_ARC), np.sin(_ARC)], -1) * ROUND  # the right half of a ring [corner, xy]


@dataclass(frozen=True, eq=False)
class Landing:
    """Points that share a ring."""

    members: tuple[int, ...]
    middle: np.ndarray  # CSS pixels from the lower left corner of the panel
    parts: tuple[tuple[str, str], ...]  # an outcome, and the names of those that have it
    inside: bool  # do the names stand in the ring, or beside it

    @property
    def wide(self) -> float:
        """CSS pixels of all names in one line."""
        return sum(width_of(names, SMALL, "bold") for _, names in self.parts) + self.apart * (
            len(self.parts) - 1
        )

    @property
    def apart(self) -> float:
        """CSS pixels between names of different outcomes."""
        return GAP if self.inside else 2 * GAP

    @property
    def half(self) -> float:
        """CSS pixels by which the two round ends of the ring are off its middle."""
        return max(0.0, self.wide / 2 + PAD - ROUND) if self.inside else 0.0

    @property
    def box(self) -> np.ndarray:
        """What no other name may touch (left, low, right, high): the names in the ring, or the
        middle of one whose names stand beside it.
        """
        size = np.array([self.wide + GAP if self.inside else TALL, TALL]) / 2
        return np.concatenate([self.middle - size, self.middle + size])

    @property
    def ring(self) -> np.ndarray:
        """The ring itself (left, low, right, high)."""
        return np.concatenate(
            [self.middle - (ROUND + self.half, ROUND), self.middle + (ROUND + self.half, ROUND)]
        )

    def beside(self, others: Sequence[np.ndarray], size: tuple[float, float]) -> np.ndarray:
        """Middle of the names beside the ring: right of it, left, above or below, the first where
        they touch no other box and stay in the panel.
        """
        aside, above = ROUND + PAD + self.wide / 2, ROUND + TALL / 2 + 1
        off = np.array([[aside, 0], [-aside, 0], [0, above], [0, -above]])
        half = np.array([self.wide, TALL]) / 2
        cost = []
        for middle in self.middle + off:
            low, high = middle - half, middle + half
            out = (low < 2).any() or (high > np.array(size) - 2).any()
            cost.append(
                len(others) * out
                + sum(bool((low < box[2:]).all() and (high > box[:2]).all()) for box in others)
            )
        return np.asarray(self.middle + off[int(np.argmin(cost))])


def joined(names: Sequence[str]) -> str:
    """Names of one ring: three numbers or more in a row by the first and the last; how many there
    are where a list would be too long.
    """
    runs: list[list[str]] = []
    for name in names:
        if (
            runs
            and name.isdecimal()
            and runs[-1][-1].isdecimal()
            and int(name) == int(runs[-1][-1]) + 1
        ):
            runs[-1].append(name)
        else:
            runs.append([name])
    apart = ", " if any(" " in name for name in names) else " "
    words = apart.join(f"{run[0]}–{run[-1]}" if len(run) > 2 else apart.join(run) for run in runs)
    return (
        words
        if len(names) == 1 or width_of(words, SMALL, "bold") <= MOST
        else f"{len(names)} answers"
    )


def landings(
    at: np.ndarray, names: Sequence[str], right: Sequence[bool], size: tuple[float, float]
) -> list[Landing]:
    """Points [point, xy] in CSS pixels of a panel of this size, joined until no name in a ring
    touches another.
    """
    short = [width_of(name, SMALL, "bold") <= INSIDE for name in names]

    def of(members: tuple[int, ...]) -> Landing:
        some = {
            outcome: [names[i] for i in members if right[i] == (outcome == "obeyed")]
            for outcome in OUTCOMES
        }
        landing = Landing(
            members,
            at[list(members)].mean(0),
            tuple((outcome, joined(those)) for outcome, those in some.items() if those),
            all(short[i] for i in members),
        )
        room = np.array([ROUND + landing.half, ROUND]) + 1
        return replace(landing, middle=landing.middle.clip(room, np.array(size) - room))

    found = [of((i,)) for i in range(len(at))]
    while pairs := _touching(found):
        gone = {i for pair in pairs for i in pair}
        found = [landing for i, landing in enumerate(found) if i not in gone] + [
            of(tuple(sorted(found[i].members + found[j].members))) for i, j in pairs
        ]
    return found


def _touching(found: Sequence[Landing]) -> list[tuple[int, int]]:
    """Pairs of which one touches the other; none is in two of them."""
    boxes = np.array([landing.box for landing in found]).reshape(-1, 4)
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    for pair in np.argwhere(
        np.triu(
            ((boxes[:, None, :2] < boxes[:, 2:]) & (boxes[:, None, 2:] > boxes[:, :2])).all(-1), 1
        )
    ).tolist():
        if taken.isdisjoint(pair):
            taken.update(pair)
            pairs.append((pair[0], pair[1]))
    return pairs


class LandingRings:
    """A ring around each point with its name, in the colour of its outcome; in ink where points of
    both outcomes share one.

    Made once the axes have their limits; `size` is that of their panel in CSS pixels, `count` the
    number of points.
    """

    def __init__(self, axes: Axes, theme: Theme, size: tuple[float, float], count: int) -> None:
        self.theme, self.size = theme, size
        self.low, high = (np.array(ends) for ends in zip(axes.get_xlim(), axes.get_ylim()))
        self.unit = (high - self.low) / size  # data units in a CSS pixel
        self.rings = axes.add_collection(
            PathCollection([], facecolor=[theme.paper], linewidth=1.6, zorder=9), autolim=False
        )
        name: Callable[[str], Text] = lambda outcome: axes.text(
            0,
            0,
            "",
            size=SMALL,
            weight="bold",
            ha="center",
            va="center",
            color=theme.outcomes[outcome],
            path_effects=halo(theme),
            zorder=10,
        )
        self.names = [{outcome: name(outcome) for outcome in OUTCOMES} for _ in range(count)]

    def set(self, points: np.ndarray, names: Sequence[str], right: Sequence[bool]) -> None:
        """Points [point, xy], what is asked at each, and whether the answer is right."""
        found = landings((points - self.low) / self.unit, names, right, self.size)
        rings = [
            np.concatenate([_HALF + (l.half, 0), -_HALF - (l.half, 0), _HALF[:1] + (l.half, 0)])
            + l.middle
            for l in found
        ]
        self.rings.set_paths([Outline(ring * self.unit + self.low, closed=True) for ring in rings])
        self.rings.set_edgecolor(
            [
                self.theme.outcomes[l.parts[0][0]] if len(l.parts) == 1 else self.theme.ink
                for l in found
            ]
        )
        taken = [l.ring for l in found]
        for text in (text for texts in self.names for text in texts.values() if text.get_text()):
            text.set_text("")
        for l, texts in zip(found, self.names):
            middle = l.middle if l.inside else l.beside(taken, self.size)
            if not l.inside:
                taken.append(
                    np.concatenate(
                        [middle - (l.wide / 2, TALL / 2), middle + (l.wide / 2, TALL / 2)]
                    )
                )
            x = middle[0] - l.wide / 2
            for outcome, words in l.parts:
                wide = width_of(words, SMALL, "bold")
                texts[outcome].set_text(words)
                texts[outcome].set_position((x + wide / 2, middle[1]) * self.unit + self.low)
                x += wide + l.apart
