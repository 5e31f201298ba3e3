"""The rule error at every depth, if the stream were read there."""

from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.facts.depth import answers_sorted, error_read_early
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

TOP, LEFT, ROW, APART, FOOT = 96, 128, 34, 66, 40  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One row a depth."""

    step: int
    names: tuple[str, ...]
    error: np.ndarray  # [depth, value low high]
    blind: float  # error of a guess without looking back
    between: np.ndarray  # [depth, value low high] of the variance; empty where it is not measured
    positions: int
    of: str


def _table(parts: tuple[tuple[str, object], ...]) -> np.ndarray:
    read = [[getattr(part, key) for key in ("value", "low", "high")] for _, part in parts]
    return np.array(read, float).reshape(-1, 3)


@figure("error-by-depth")
class ErrorByDepth(Figure[Study, Data, None]):
    """Depth downwards: the error, and how far the stream is sorted by the answer."""

    def compute(self, study: Study) -> Data:
        error = error_read_early(study)
        between = answers_sorted(study)
        return Data(
            study.step,
            tuple(name for name, _ in error.parts),
            _table(error.parts),
            error.baseline.value if error.baseline else float("nan"),
            _table(between.parts),
            error.n,
            held_out(study),
        )

    def height_of(self, data: Data) -> float:
        return TOP + (1 + bool(len(data.between))) * (len(data.names) * ROW + APART) - APART + FOOT

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        if not data.names:
            canvas.headline(self.title, "No answer is ever in view.", stamp(data.step))
            return
        theme, tall, wide = canvas.theme, len(data.names) * ROW, canvas.width - LEFT - 64
        canvas.headline(
            self.title,
            "Depth downwards: the stream before the first layer and after each part of the"
            f" network, at {grouped(data.positions)} positions of {data.of}windows.\nLines: 95 %"
            " intervals.",
            stamp(data.step),
        )
        panels = [("a", "Rule error if it were read here", "% of positions", data.error, "error")]
        if len(data.between):
            note = "% of the variance of the stream"
            panels.append(("b", "Between different answers", note, data.between,
                           "attention"))  # fmt: skip
        for i, (letter, words, note, values, ink) in enumerate(panels):
            top = TOP + i * (tall + APART)
            axes = canvas.panel(LEFT, top, wide, tall)
            canvas.caption(axes, letter, words, note, theme.series[ink])
            axes.set(xlim=(0, 100), ylim=(len(data.names), 0))
            axes.set_yticks(np.arange(len(data.names)) + 0.5, data.names)
            axes.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=theme.ink)
            at = np.arange(len(data.names)) + 0.5
            axes.barh(at, 100 * values[:, 0], height=0.56, color=theme.series[ink], zorder=2)
            for row, (value, low, high) in enumerate(100 * values):
                axes.plot([low, high], [row + 0.5] * 2, color=theme.ink, lw=1.4, zorder=4)
                canvas.text(
                    canvas.width,
                    top + (row + 0.5) * ROW + 4,
                    number(float(value), 1),
                    SMALL,
                    theme.muted,
                    ha="right",
                )
            if letter == "a" and np.isfinite(data.blind):
                axes.axvline(100 * data.blind, color=theme.ink, lw=1.0, dashes=(4, 3), zorder=3)
                words = f"guess without looking back {number(100 * data.blind, 1)}"
                canvas.text(
                    LEFT + wide * data.blind,
                    top + tall + 30,
                    words,
                    SMALL,
                    theme.muted,
                    ha="center" if data.blind < 0.75 else "right",
                )

    def caption(self, data: Data) -> str:
        sorted_by = (
            " (b) How much of the variance of the stream at these positions lies between those with"
            " different answers: all of it, where positions with the same answer are at one point."
            if len(data.between)
            else ""
        )
        return (
            "(a) The rule error if the stream at a depth went through the last normalization, if"
            " there is one, with its own mean and length, and to the unembedding; dashed: the best"
            f" guess without looking back.{sorted_by} Nothing trained the early streams to be read"
            " like that: a high error says that the answer is not there in this form, not that it"
            " is not there."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name} {100 * row[0]:.1f} %" for name, row in zip(data.names, data.error)
        )
        more = "; ".join(
            f"{name} {100 * row[0]:.1f} %" for name, row in zip(data.names, data.between)
        )
        more = f" Variance between answers: {more}." if more else ""
        return f"Bars of the rule error by depth at step {data.step:,}: {said}.{more}"
