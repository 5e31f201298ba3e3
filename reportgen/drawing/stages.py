"""How much goes wrong at each stage as parts of a network are replaced: a row a stage, in it a dot,
its interval and the number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, View, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.fact import Fact

TOP, ROW, FOOT, GAP, EDGE = 70, 30, 50, 14, 10  # CSS pixels
ROOM = 0.06  # of the axis left of zero and beyond the largest value
WHOLE = "the whole network"


@dataclass(frozen=True)
class Stages:
    """Shares at one checkpoint, in the order in which parts are replaced."""

    step: int
    names: tuple[str, ...]
    wrong: np.ndarray  # [stage]
    low: np.ndarray  # [stage] 95 % interval; the value itself where nothing was left out
    high: np.ndarray
    written: tuple[str, ...]
    of: str  # what they are shares of
    exhaustive: bool


def stages(step: int, found: Mapping[str, Fact], of: str) -> Stages:
    """The data of a figure from facts by the name of their stage; those without a value are left
    out.
    """
    known = {name: fact for name, fact in found.items() if fact.value is not None}
    values: Callable[[Callable[[Fact], float | None]], np.ndarray] = lambda part: np.array(
        [fact.value if (end := part(fact)) is None else end for fact in known.values()], float
    )
    return Stages(
        step,
        tuple(known),
        values(lambda fact: fact.value),
        values(lambda fact: fact.low),
        values(lambda fact: fact.high),
        tuple(fact.text for fact in known.values()),
        of,
        all(fact.exhaustive for fact in known.values()),
    )


class StagesFigure(Figure[View, Stages, None]):
    """The rows; a figure of its own says what the stages of its system are."""

    counted = "answered wrongly"  # what a share is

    def height_of(self, data: Stages) -> float:
        return TOP + max(len(data.names), 1) * ROW + FOOT

    def draw(self, canvas: Canvas, data: Stages, scale: None) -> None:
        theme, count = canvas.theme, len(data.names)
        sure = (
            "Nothing is left out, so there are no intervals."
            if data.exhaustive
            else "Thin lines: 95 % intervals."
        )
        note = f"Of all {data.of}, the share {self.counted}.\n{sure}"
        canvas.headline(
            self.title, note if count else "Nothing could be replaced.", stamp(data.step)
        )
        if not count:
            return
        left = EDGE + GAP + max(width_of(name, BODY, "bold") for name in data.names)
        right = GAP + max(width_of(text, SMALL) for text in data.written)
        axes = canvas.panel(left, TOP, canvas.width - left - right, count * ROW)
        most = max(float(data.high.max()), 0.01)
        axes.set(xlim=(-ROOM * most, (1 + ROOM) * most), ylim=(count, 0), xlabel=self.counted)
        axes.set_yticks([])
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        axes.axvline(0, color=theme.muted, lw=0.8)
        for i, (name, written) in enumerate(zip(data.names, data.written)):
            if i:
                axes.axhline(i, color=theme.faint, lw=0.8)
            y = TOP + (i + 0.5) * ROW + 4
            weight = "bold" if name == WHOLE else "normal"
            canvas.text(left - GAP, y, name, BODY, ha="right", weight=weight)
            canvas.text(canvas.width, y, written, SMALL, theme.muted, ha="right")
            ink = theme.series["error"]
            axes.plot([0, data.wrong[i]], [i + 0.5] * 2, color=ink, lw=5, alpha=0.25)
            axes.plot([data.low[i], data.high[i]], [i + 0.5] * 2, color=ink, lw=1.6)
            axes.plot([data.wrong[i]], [i + 0.5], "o", ms=6.5, color=ink, zorder=4)

    def caption(self, data: Stages) -> str:
        return (
            "A row for each replacement of a part of the network by what the chapter says it does."
            f" Dots: the share {self.counted}."
        )

    def alt(self, data: Stages) -> str:
        said = "; ".join(f"{name}: {text}" for name, text in zip(data.names, data.written))
        return (
            f"Of all {data.of}, the share {self.counted} at step {data.step:,}. {said}."
            if said
            else f"At step {data.step:,} nothing could be replaced."
        )
