"""All seeds: what each reaches on what it was not trained on."""

from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.style import BODY
from reportgen.measure.few_seeds import of_seeds
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.seeds import right, solves
from reportgen.systems.input_to_output.view import Study

LEFT, WIDE, TOP, ROW = 76, 560, 76, 24  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Each seed at the last checkpoint."""

    step: int
    names: tuple[str, ...]
    train: np.ndarray  # [seed]
    holdout: np.ndarray
    solved: np.ndarray
    shown: int


@figure("seeds-of-outputs")
class SeedsOfOutputs(Figure[Study, Data, None]):
    """A row a network, with its training inputs and its held-out ones."""

    def compute(self, study: Study) -> Data:
        return Data(
            study.step,
            tuple(f"seed {seed}" for seed in study.run.seeds),
            right(study, "train"),
            right(study, "holdout"),
            solves(study),
            study.seed,
        )

    def height_of(self, data: Data) -> float:
        return TOP + ROW * len(data.names) + 44

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme, count = canvas.theme, len(data.names)
        canvas.headline(
            self.title,
            "Of each network: training inputs (ring) and held-out inputs (dot) whose output is"
            " right.  Bold: the network on these pages.",
            f"step {grouped(data.step)}",
        )
        axes = canvas.panel(LEFT, TOP, WIDE, ROW * count)
        axes.set(xlim=(-0.02, 1.02), ylim=(count, 0))
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_yticks([])
        for i, name in enumerate(data.names):
            ink = theme.series["attention" if i == data.shown else "validation"]
            weight = "bold" if i == data.shown else "normal"
            y = TOP + ROW * (i + 0.5) + 4
            canvas.text(LEFT - 12, y, name, BODY, ha="right", weight=weight)
            axes.plot([data.holdout[i], data.train[i]], [i + 0.5] * 2, color=theme.faint, lw=2)
            axes.plot(
                [data.train[i]], [i + 0.5], "o", ms=7, mfc=theme.paper, mec=ink, clip_on=False
            )
            axes.plot([data.holdout[i]], [i + 0.5], "o", ms=4.4, color=ink, clip_on=False)
            canvas.text(
                LEFT + WIDE + 22,
                y,
                f"{100 * data.holdout[i]:.1f} %",
                BODY,
                theme.ink if i == data.shown else theme.muted,
                weight=weight,
            )

    def caption(self, data: Data) -> str:
        return (
            "A row for each network; all have the same data and differ in their first weights and"
            " in the order of batches, where these are not full. Numbers: held-out inputs right."
        )

    def alt(self, data: Data) -> str:
        told = of_seeds(int(data.solved.sum()), len(data.names), "answer", "every input")
        return (
            f"At step {grouped(data.step)} {told}; held-out inputs right:"
            f" {', '.join(f'{100 * value:.1f} %' for value in data.holdout)}."
        )
