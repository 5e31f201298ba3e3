"""The attention of every head on one sequence over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, FilmStrips, whole_curves
from reportgen.drawing.head_maps import HeadMaps, layout
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.style import SMALL
from reportgen.systems.repeated_sequences.facts.phases import onset_accuracy
from reportgen.systems.repeated_sequences.figures.attention import Data as Seen
from reportgen.systems.repeated_sequences.figures.attention import seen
from reportgen.systems.repeated_sequences.view import Study

TOP, HEAD = 74, 44


@dataclass(frozen=True)
class Data:
    """One frame."""

    step: int
    loss: float  # where the next token is known from a copy
    error: float  # share of right answers there: what the second strip shows
    seen: Seen
    onset: int | None  # when half of the answers are right


@figure("repeats-attention-dynamics")
class RepeatsAttentionDynamics(Figure[Study, Data, tuple[np.ndarray, np.ndarray, np.ndarray]]):
    """Maps of all heads; below, what it does to the answers."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])
        onset = onset_accuracy(study).value
        return Data(
            study.step,
            at("told_loss"),
            at("accuracy"),
            seen(study),
            None if onset is None else int(onset),
        )

    def scale(self, frames: Sequence[Data]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return whole_curves(frames)

    def draw(
        self, canvas: Canvas, data: Data, scale: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale, words="right", mark=data.onset)
        place = layout(
            len(data.seen.names), canvas.width - 2 * EDGE, BOTTOM - TOP - 20 + HEAD, HEAD
        )
        spare = BOTTOM - TOP - 20 + HEAD - place.rows * (place.side + HEAD)
        maps = HeadMaps(
            canvas,
            data.seen.names,
            data.seen.tokens,
            data.seen.classes,
            TOP + spare / 2,
            place,
            HEAD,
            x=EDGE,
        )
        maps.mark(theme, data.seen.stripe)
        colour_bar(
            canvas, theme.probability, Normalize(0, 1), canvas.width - EDGE - 250, 17, 54, "", ()
        )
        (
            canvas.text(
                canvas.width - EDGE - 256, 24, "attention 0", SMALL, theme.muted, ha="right"
            ),
            canvas.text(canvas.width - EDGE - 190, 24, "1", SMALL, theme.muted),
        )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            maps.set(data.seen.pattern)

        return update

    def caption(self, data: Data) -> str:
        mark = (
            f" The dashed line marks step {data.onset:,}, from which half of the answers are right."
            if data.onset is not None
            else ""
        )
        return (
            f"Attention on one held-out sequence of period {data.seen.period} at every checkpoint,"
            " one map a head, colours fixed over the film; teal frames: right after an earlier"
            " copy of the row’s token. Below, on validation sequences: the loss where the next"
            " token is known from a copy, in nats, and"
            f" the share of these positions at which the likeliest token is the right one.{mark}"
        )

    def alt(self, data: Data) -> str:
        said = ", ".join(
            f"{name.lower()} {share:.2f}"
            for name, share in zip(data.seen.names, data.seen.on_stripe)
        )
        return (
            f"Film of attention on a sequence of {len(data.seen.tokens)} tokens over training; at"
            f" step {data.step:,} the attention right after earlier copies is {said}, and"
            f" {data.error:.3f} of the tokens known from a copy are answered rightly on validation"
            " sequences."
        )
