"""The attention of every head on one demonstration sequence over training, with what is predicted
after each token.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.answers import AnswerColumn
from reportgen.drawing.bars import ends_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.films import (
    BOTTOM,
    EDGE,
    HEIGHT,
    Curves,
    FilmStrips,
    loss_and_error,
    whole_curves,
)
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.variants import Variant
from reportgen.systems.sequence_rules.figures.parts.attention_maps import reading
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
)
from reportgen.systems.sequence_rules.figures.parts.heads import head_name, heads
from reportgen.systems.sequence_rules.view import Study

LEFT, TOP, GAP, SAY = 40, 78, 44, 62  # pixels


@dataclass(frozen=True)
class Data:
    """Scores and attention of one demonstration at one checkpoint."""

    step: int
    loss: float
    error: float
    classes: dict[str, str]
    demo: Demonstration
    scores: np.ndarray  # [head, query, key], NaN where masked
    pattern: np.ndarray


@dataclass(frozen=True)
class Scale:
    """The norm of the scores over all frames."""

    scores: Normalize
    curves: Curves


class AttentionFilm(Variant[Study, Data, Scale]):
    """One matrix of attention a head; of a single head also its scores."""

    data: ClassVar[type] = Data
    title = "Attention over training"

    def compute(self, study: Study) -> Data:
        i, every = study.demonstration, heads(study)
        return Data(
            study.step,
            *loss_and_error(study),
            dict(study.classes),
            demonstration(study, i),
            every.scores[i],
            every.pattern[i],
        )

    def height_of(self, data: Data) -> float:
        return HEIGHT

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(signed_norm(*(f.scores for f in frames)), whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, demo, heads_ = canvas.theme, data.demo, len(data.pattern)
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        alone, chance, count = heads_ == 1, Normalize(0, 1), len(demo.tokens)
        panels = [("Scores", theme.signed, scale.scores)] * alone + [
            (
                f"Attention{f', {name}' if (name := head_name(h, heads_)) else ''}",
                theme.probability,
                chance,
            )
            for h in range(heads_)
        ]
        wide = (canvas.width - LEFT - EDGE - SAY - 14 - GAP * (len(panels) - 1)) / len(panels)
        tall = BOTTOM - TOP - 20
        maps = []
        for i, (words, cmap, norm) in enumerate(panels):
            axes = canvas.panel(LEFT + i * (wide + GAP), TOP, wide, tall)
            maps.append(Matrix(axes, theme, cmap, norm, count, count))
            name_tokens(axes, theme, demo.tokens, data.classes, columns=True)
            canvas.caption(axes, "", words)
            x = LEFT + i * (wide + GAP) + wide
            ends = ("−", "+") if alone and not i else ("0", "1")
            ends_bar(canvas, cmap, x, TOP - 17, norm, ends)
        says = canvas.panel(canvas.width - EDGE - SAY, TOP, SAY, tall)
        canvas.caption(says, "", "Says")
        column = AnswerColumn(says, theme, count)

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for cells, values in zip(maps, [*([data.scores[0]] if alone else []), *data.pattern]):
                cells.set(values)
            demo = data.demo
            column.set(demo.predicted, demo.chance.tolist(), demo.outcomes, data.classes)

        return update

    def caption(self, data: Data) -> str:
        return (
            f"The sequence {' '.join(data.demo.tokens)}: from each position (row) to each position"
            f" up to it (column), {'the scores and ' if len(data.pattern) == 1 else ''}the"
            " attention of each head, colours fixed over the film; at the right the likeliest"
            " token after each position, teal where it obeys the rule, magenta where it breaks it,"
            " grey where the rule leaves it free. Below, on validation windows: loss in nats,"
            " and rule error"
            " where the window shows the answer."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of the attention on {' '.join(data.demo.tokens)} over training; at step"
            f" {data.step:,}: {reading(data.demo, data.pattern, data.demo.constrained[-1])}, with"
            f" a rule error of {data.error:.3f} on validation windows."
        )
