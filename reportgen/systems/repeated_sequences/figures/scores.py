"""The scores of every head, over all seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.scales import end_of
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.fact import Fact
from reportgen.measure.heads import heads
from reportgen.systems.repeated_sequences.facts.circuits import copying_score
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.facts.scores import (
    duplicate_token,
    induction_stripe,
    prefix_matching,
    previous_token,
)
from reportgen.systems.repeated_sequences.view import Study

SCORES = (
    ("previous token", previous_token),
    ("duplicate token", duplicate_token),
    ("prefix matching", prefix_matching),
    ("induction stripe", induction_stripe),
    ("copying", copying_score),
)
TOP, LEFT, ROW, APART, AXIS = (
    96,
    116,
    24,
    40,
    16,
)  # CSS pixels; AXIS: more room below the block whose axis is written out


@dataclass(frozen=True)
class Data:
    """One value a score, seed and head."""

    step: int
    names: tuple[str, ...]
    values: np.ndarray  # [score, head, seed]
    shown: int  # index of the displayed seed
    even: np.ndarray  # [score] what an indifferent head has


@figure("repeats-scores")
class RepeatsScores(Figure[Study, Data, float]):
    """One block of bars a score; copying runs from -1 to 1."""

    def compute(self, study: Study) -> Data:
        seeds = [study.of_seed(i) for i in range(len(study.run.seeds))]
        found: list[list[Fact]] = [[measure(seed) for seed in seeds] for _, measure in SCORES]
        values = np.array(
            [
                [[dict(f.parts)[name_of(study, at)].value for f in row] for at in heads(study)]
                for row in found
            ],
            dtype=float,
        )
        even = [mine.value if (mine := row[study.seed].baseline) else np.nan for row in found]
        return Data(
            study.step,
            tuple(name_of(study, at) for at in heads(study)),
            values,
            study.seed,
            np.array(even),
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(SCORES) * (ROW * len(data.names) + APART) - APART + AXIS + 34

    def scale(self, frames: Sequence[Data]) -> float:
        """Where shares of attention end: the same for all kinds and heads."""
        shares = [words != "copying" for words, _ in SCORES]
        return end_of(1.0, *(a for f in frames for a in (f.values[shares], f.even[shares])))

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme, count, seeds = canvas.theme, len(data.names), data.values.shape[2]
        canvas.headline(
            self.title,
            f"Bars: the network on these pages.  Circles: {'all ' if seeds > 1 else ''}{seeds}"
            f" seed{'s' * (seeds != 1)}, the same head side by side.\nDashes: what"
            " uniform attention has; for copying, the mean of random heads.",
            stamp(data.step),
        )
        for i, (words, _) in enumerate(SCORES):
            signed = words == "copying"
            y = TOP + i * (ROW * count + APART) + AXIS * signed
            axes = canvas.panel(LEFT, y, canvas.width - LEFT - 60, ROW * count)
            axes.set(xlim=(-1.02, 1.02) if signed else (0, 1.02 * scale), ylim=(count, 0))
            axes.set_yticks(np.arange(count) + 0.5, data.names)
            axes.tick_params(axis="y", length=0, labelsize=BODY)
            axes.set_xticks(
                np.linspace(-1, 1, 5) if signed else np.linspace(0, scale, 5 if scale == 1 else 3)
            )
            axes.tick_params(axis="x", labelbottom=signed or i == len(SCORES) - 2)
            canvas.caption(
                axes,
                "abcdefgh"[i],
                words.capitalize(),
                "eigenvalues of the circuit, −1 to 1" if signed else "share of attention",
            )
            axes.barh(
                np.arange(count) + 0.5,
                data.values[i, :, data.shown],
                height=0.62,
                color=theme.series["attention"],
                alpha=0.85,
                zorder=2,
            )
            axes.axvline(data.even[i], color=theme.muted, lw=1.2, ls=(0, (3, 2)), zorder=3)
            if signed:
                axes.axvline(0, color=theme.faint, lw=0.8, zorder=1)
            for head in range(count):
                axes.plot(
                    data.values[i, head],
                    np.full(seeds, head + 0.5),
                    "o",
                    ms=5.5,
                    mfc=theme.paper,
                    mec=theme.ink,
                    mew=1,
                    alpha=0.8,
                    zorder=4,
                    clip_on=False,
                )
                canvas.text(
                    canvas.width,
                    y + (head + 0.5) * ROW + 4,
                    f"{data.values[i, head, data.shown]:.2f}".replace("-", "−"),
                    SMALL,
                    theme.muted,
                    ha="right",
                )

    def caption(self, data: Data) -> str:
        return (
            "Mean attention of each head on the position before (previous token), on earlier"
            " copies of the current token (duplicate token), on the tokens right after earlier"
            " copies, all copies counted (prefix matching) and the latest alone (induction"
            " stripe), and the copying score of its output circuit: the sum of the real parts of"
            " its eigenvalues over the sum of their sizes. Bars: the network shown; circles: every"
            " seed."
        )

    def alt(self, data: Data) -> str:
        at: Callable[[int], str] = lambda i: ", ".join(
            f"{name} {value:.2f}" for name, value in zip(data.names, data.values[i, :, data.shown])
        )
        return (
            f"Bars of five scores by head at step {data.step:,}: "
            + "; ".join(f"{words}: {at(i)}" for i, (words, _) in enumerate(SCORES))
            + "."
        )
