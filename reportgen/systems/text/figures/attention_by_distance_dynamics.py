"""Film: how far back each head looks, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips
from reportgen.drawing.style import BODY
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import mean_by_distance, name_of
from reportgen.systems.text.view import Study

LEFT, TOP, GAP, APART = 48, 74, 36, 48  # CSS pixels
NEAR = 8  # positions back that are shown


@dataclass(frozen=True)
class Data:
    """Mean attention by distance over the demonstrations, at one checkpoint."""

    step: int
    loss: float
    right: float
    names: tuple[str, ...]
    attention: np.ndarray  # [head, distance]


@dataclass(frozen=True)
class Scale:
    """The highest bar, and the curves of the whole training: steps, loss, right guesses."""

    top: float
    curves: Curves


@figure("attention-by-distance-dynamics")
class AttentionByDistanceDynamics(Figure[Study, Data, Scale]):
    """Bars side by side, and the strips."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        found = mean_by_distance(study.trace.pattern())
        at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])
        return Data(
            study.step,
            at("validation_loss"),
            at("accuracy"),
            tuple(name_of(study, at).capitalize() for at in heads(study)),
            np.stack([found[at][: NEAR + 1] for at in heads(study)]),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        curves = (
            np.array([f.step for f in frames]),
            np.array([f.loss for f in frames]),
            np.array([f.right for f in frames]),
        )
        return Scale(float(max(f.attention.max() for f in frames)), curves)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, count = canvas.theme, len(data.names)
        canvas.film_headline(self.title)
        canvas.text(16, 42, "Attention by positions back", BODY, theme.muted)
        strips = FilmStrips(canvas, *scale.curves, words="guessed")
        rows = 1 if count <= 2 else 2
        columns = -(-count // rows)
        wide, tall = (
            (canvas.width - LEFT - EDGE - GAP * (columns - 1)) / columns,
            (BOTTOM - TOP - 26 - APART * (rows - 1)) / rows,
        )
        bars = []
        for i, name in enumerate(data.names):
            row, column = divmod(i, columns)
            axes = canvas.panel(
                LEFT + column * (wide + GAP), TOP + row * (tall + APART), wide, tall
            )
            axes.set(xlim=(-0.6, data.attention.shape[1] - 0.4), ylim=(0, 1.05 * scale.top))
            axes.set_xticks(np.arange(0, data.attention.shape[1], 2))
            axes.yaxis.set_major_locator(MaxNLocator(4))
            canvas.caption(axes, "", name)
            bars.append(
                axes.bar(
                    np.arange(data.attention.shape[1]),
                    np.zeros(data.attention.shape[1]),
                    width=0.66,
                    color=theme.series["attention"],
                )
            )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.right)
            for drawn, values in zip(bars, data.attention):
                for bar, value in zip(drawn, values):
                    bar.set_height(value)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Mean attention of each head on the token so many positions back, over the"
            " demonstration passages; 0 is the position itself. Below: validation loss in nats,"
            " and the share of tokens that are the likeliest guess."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of attention by distance over training; at step {data.step:,}, over the"
            " demonstration passages, "
            + ", ".join(
                f"{name.lower()} puts {row[1]:.2f} on the token before and {row[2]:.2f} two back"
                for name, row in zip(data.names, data.attention)
            )
            + f", and the validation loss is {data.loss:.3f}."
        )
