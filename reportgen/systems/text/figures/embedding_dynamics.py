"""The embedding over training, seen all the while from where its last state is widest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, TOP, FilmStrips
from reportgen.drawing.planes import View
from reportgen.drawing.style import BODY
from reportgen.drawing.views import box, shaped
from reportgen.systems.text.facts.neighbours import kinds, seen
from reportgen.systems.text.figures.parts.choices import asked
from reportgen.systems.text.figures.parts.principal import axes_of
from reportgen.systems.text.view import Study

MOST = 40  # tokens that are drawn, of each kind the most frequent ones
GAP, TALL = 12, BOTTOM - TOP - 34


@dataclass(frozen=True)
class Data:
    """Where tokens lie at one checkpoint."""

    step: int
    loss: float
    right: float
    classes: Mapping[str, str]
    points: np.ndarray  # [token, direction], the directions two by two
    shares: tuple[float, ...]  # of the variance of the last embedding, by direction


@dataclass(frozen=True)
class Scale:
    """A view of each two directions, and the curves of the whole training: steps, loss, right
    guesses.
    """

    views: tuple[View, ...]
    curves: tuple[np.ndarray, np.ndarray, np.ndarray]


class Read(Protocol):
    """What a frame says of how well the network reads."""

    @property
    def step(self) -> int:
        """The checkpoint."""

    @property
    def loss(self) -> float:
        """Nats per token of the validation blocks."""

    @property
    def right(self) -> float:
        """Share of right guesses."""


def curves(frames: Sequence[Read]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, loss and right guesses of all frames."""
    return (
        np.array([f.step for f in frames]),
        np.array([f.loss for f in frames]),
        np.array([f.right for f in frames]),
    )


@figure("embedding-dynamics")
class EmbeddingDynamics(Figure[Study, Data, Scale]):
    """Tokens as moving names."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        ids, classes, last = (
            seen(study),
            list(study.classes.values()),
            study.at(int(study.run.steps[-1])),
        )
        middle, axes, shares = axes_of(
            last.weights["W_E"][ids], 4 if study.config.model.d_model > 2 else 2
        )
        told = kinds(study)
        drawn = ids[asked([told[i] for i in ids], study.counts.often[ids], MOST)]
        at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])
        return Data(
            study.step,
            at("validation_loss"),
            at("accuracy"),
            {study.tokens[i]: classes[i] for i in drawn},
            (study.weights["W_E"][drawn] - middle) @ axes,
            shares,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        aspect, pairs = self._wide(frames[0]) / TALL, range(0, len(frames[0].shares), 2)
        return Scale(
            tuple(
                shaped(box(*(f.points[:, i : i + 2] for f in frames), pad=0.04), aspect)
                for i in pairs
            ),
            curves(frames),
        )

    @staticmethod
    def _wide(data: Data) -> float:
        panels = len(data.shares) // 2
        return (760 - 2 * EDGE - GAP * (panels - 1)) / panels

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="guessed")
        wide, names = self._wide(data), []
        for i in range(len(data.shares) // 2):
            axes = canvas.panel(EDGE + i * (wide + GAP), TOP + 22, wide, TALL)
            (
                axes.set(xlim=scale.views[i][:2], ylim=scale.views[i][2:]),
                axes.set_xticks([]),
                axes.set_yticks([]),
            )
            for spine in axes.spines.values():
                spine.set_visible(True)
            across, up = (f"{100 * share:.0f} %" for share in data.shares[2 * i : 2 * i + 2])
            canvas.caption(
                axes,
                "ab"[i],
                "Directions of most variance" if i == 0 else "The next two",
                f"{across} across, {up} up",
            )
            names.append(
                [
                    axes.text(
                        0,
                        0,
                        name,
                        size=BODY,
                        weight="bold",
                        color=theme.classes[kind],
                        ha="center",
                        va="center",
                        clip_on=True,
                    )
                    for name, kind in data.classes.items()
                ]
            )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.right)
            for i, panel in enumerate(names):
                for text, point in zip(panel, data.points):
                    text.set_position(point[2 * i : 2 * i + 2])

        return update

    def caption(self, data: Data) -> str:
        return (
            f"Each name stands where the embedding of its token lies, for {len(data.classes)}"
            " tokens, of each kind the most frequent ones, projected on the directions in which"
            " the last embedding varies most, two by two, with their shares of its variance; these"
            " and the limits stay the same throughout. Below: validation loss in nats, and the"
            " share of validation tokens that are the likeliest guess."
        )

    def alt(self, data: Data) -> str:
        size = np.linalg.norm(data.points, axis=1).mean()
        return (
            f"Film of the embedding of {len(data.classes)} tokens over training; at step"
            f" {data.step:,} their mean distance from the middle is {size:.2f}, the validation loss"
            f" {data.loss:.3f} nats and {100 * data.right:.1f} % of the guesses there are right."
        )
