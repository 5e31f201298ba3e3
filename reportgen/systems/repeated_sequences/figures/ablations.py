"""Right answers with one head silenced, three ways."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.ablation_rows import AblationRows
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import SMALL
from reportgen.measure.head_ablations import DRAWS, KINDS
from reportgen.measure.heads import heads
from reportgen.measure.numbers import grouped
from reportgen.systems.repeated_sequences.facts.ablations import head_kinds
from reportgen.systems.repeated_sequences.facts.behaviour import accuracy_told
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.view import Study

ROWS = AblationRows(top=108, left=128, row=19, apart=18)
WORDS = {
    "zero": "it adds nothing",
    "mean": "it adds its mean by position",
    "resample": "it adds what it adds elsewhere",
}


@dataclass(frozen=True)
class Data:
    """Accuracy left by head and way."""

    step: int
    names: tuple[str, ...]
    left: np.ndarray  # [head, kind]
    low: np.ndarray
    high: np.ndarray
    whole: float
    guess: float
    positions: int


@figure("repeats-ablations")
class RepeatsAblations(Figure[Study, Data, None]):
    """One row a head, three marks in it."""

    def compute(self, study: Study) -> Data:
        falls, accuracy = head_kinds(study), accuracy_told(study)
        names = tuple(name_of(study, at) for at in heads(study))
        parts = [[falls.part(f"{name}: {kind}") for kind in KINDS] for name in names]
        whole = accuracy.value or 0.0
        values: Callable[[str], np.ndarray] = lambda key: np.array(
            [[getattr(part, key) for part in row] for row in parts], float
        )
        return Data(
            study.step,
            names,
            whole - values("value"),
            whole - values("high"),
            whole - values("low"),
            whole,
            accuracy.baseline.value if accuracy.baseline else 0.0,
            accuracy.n,
        )

    def height_of(self, data: Data) -> float:
        return ROWS.top + ROWS.tall(len(data.names)) + 44

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            f"Share of right answers at {grouped(data.positions)} positions where the next token is"
            " known from a copy, one head silenced at a time.  Bars: 95 % intervals.",
            stamp(data.step),
        )
        ROWS.key(canvas, 58, WORDS, 46, data.left)
        axes = ROWS.panel(canvas, len(data.names), 66)
        axes.set(xlim=(-0.02, 1.02), xlabel="share of right answers")
        axes.axvline(data.whole, color=theme.ink, lw=1.4, zorder=2)
        axes.axvline(data.guess, color=theme.muted, lw=1.2, ls=(0, (1, 2)), zorder=2)
        inward = data.whole > 0.5  # the two names keep apart, whichever lines lie close together
        for words, at, colour, right in (
            (f"whole network {data.whole:.3f}", data.whole, theme.ink, inward),
            (
                f"a token read {data.guess:.3f}",
                data.guess,
                theme.muted,
                not inward and data.guess < data.whole,
            ),
        ):
            axes.annotate(
                words,
                (at, 0),
                xytext=(-4 if right else 4, 6),
                textcoords="offset points",
                size=SMALL,
                color=colour,
                ha="right" if right else "left",
            )
        written = "{:.3f}".format
        shown = data.left, data.low, data.high
        ROWS.draw(canvas, axes, data.names, *shown, written, beside=14)

    def caption(self, data: Data) -> str:
        return (
            "Accuracy where the next token is known from a copy with one head silenced: circles,"
            " it adds nothing; squares, its mean over held-out sequences at each position;"
            f" diamonds, what it adds in another sequence, mean of {DRAWS} permutations."
            " Intervals: the paired fall of accuracy, sequences resampled. Solid line: the whole"
            " network; dotted: one of the other tokens read so far, drawn at random."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"without {name}: "
            + ", ".join(f"{kind} {value:.3f}" for kind, value in zip(KINDS, row))
            for name, row in zip(data.names, data.left)
        )
        return (
            f"Share of right answers with one head silenced, at step {data.step:,}; the whole"
            f" network has {data.whole:.3f}. {said}."
        )
