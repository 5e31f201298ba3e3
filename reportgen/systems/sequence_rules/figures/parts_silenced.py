"""How far the rule error rises without each head and each feed-forward layer, three ways."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.ablation_rows import AblationRows
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.measure.head_ablations import DRAWS, KINDS
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.facts.parts import part_kinds, part_names
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

ROWS = AblationRows(top=104, left=128, row=15, apart=12)
WORDS = {
    "zero": "it adds nothing",
    "mean": "it adds its mean by position",
    "resample": "it adds what it adds elsewhere",
}


@dataclass(frozen=True)
class Data:
    """Increase of the error by part and way, in percentage points."""

    step: int
    names: tuple[str, ...]
    rise: np.ndarray  # [part, kind]
    low: np.ndarray
    high: np.ndarray
    positions: int
    of: str


@figure("parts-silenced")
class PartsSilenced(Figure[Study, Data, None]):
    """A row a part, three marks in it."""

    def compute(self, study: Study) -> Data:
        found = part_kinds(study)
        names = part_names(study) if found.parts else ()
        parts = [[found.part(f"{name}: {kind}") for kind in KINDS] for name in names]
        values: Callable[[str], np.ndarray] = lambda key: (
            100
            * np.array([[getattr(part, key) for part in row] for row in parts], float).reshape(
                -1, len(KINDS)
            )
        )
        return Data(
            study.step,
            tuple(name.capitalize() for name in names),
            values("value"),
            values("low"),
            values("high"),
            found.n,
            held_out(study),
        )

    def height_of(self, data: Data) -> float:
        return ROWS.top + ROWS.tall(len(data.names)) + 46

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        if not data.names:
            canvas.headline(self.title, "No answer is ever in view.", stamp(data.step))
            return
        canvas.headline(
            self.title,
            f"Percentage points of rule error, at {grouped(data.positions)} positions of"
            f" {data.of}windows, with one part silenced at a time.  Bars: 95 % intervals.",
            stamp(data.step),
        )
        ROWS.key(canvas, 58, WORDS, 46, data.rise)
        axes = ROWS.panel(canvas, len(data.names), 66)
        low, high = float(np.nanmin(data.low)), float(np.nanmax(data.high))
        room = 0.03 * max(high - min(low, 0), 1)
        axes.set(xlim=(min(low, 0) - room, max(high, 1) + room))
        axes.set_xlabel("rise of the rule error, percentage points")
        axes.axvline(0, color=canvas.theme.ink, lw=1.2, zorder=2)
        ROWS.draw(
            canvas,
            axes,
            data.names,
            data.rise,
            data.low,
            data.high,
            lambda value: number(value, 1),
            beside=14,
        )

    def caption(self, data: Data) -> str:
        return (
            "Rise of the rule error, answer in view, with one part of the network silenced:"
            " circles, it adds nothing; squares, its mean over these windows at each position;"
            f" diamonds, what it adds in another sequence, mean of {DRAWS} permutations."
            " “Attention” and a number are all heads of that layer. Intervals: the paired rise,"
            " sequences resampled."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"without {name.lower()}: "
            + ", ".join(f"{kind} {value:.1f}" for kind, value in zip(KINDS, row))
            for name, row in zip(data.names, data.rise)
        )
        return (
            f"Rise of the rule error in percentage points with one part silenced, at step"
            f" {data.step:,}: {said}."
        )
