"""Film: what every part adds for one held-out input, and its logits, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import Canvas, halo, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips, whole_curves
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import digits_for
from reportgen.systems.sequence_to_sequence.figures.parts.answering import held_out_loss_and_error
from reportgen.systems.sequence_to_sequence.figures.word_stream import Data as Word
from reportgen.systems.sequence_to_sequence.figures.word_stream import word_stream
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, GAP = 54, 74, 12  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One demonstration at one checkpoint."""

    step: int
    loss: float
    error: float
    word: Word


@dataclass(frozen=True)
class Scale:
    """Norms and curves over all frames."""

    stream: Normalize
    logits: Normalize
    curves: Curves


@figure
class StreamDynamics(Figure):
    """A matrix a part, the logits, and the strips."""

    slug, title, height, film, needs = (
        "stream-dynamics",
        "What every part adds, over training",
        HEIGHT,
        True,
        ("attention",),
    )

    def compute(self, study: Study) -> Data:
        return Data(study.step, *held_out_loss_and_error(study), word_stream(study))

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.word.parts for f in frames)),
            signed_norm(*(f.word.logits for f in frames)),
            whole_curves(frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, word = canvas.theme, data.word
        (parts, count, dims), vocabulary = word.parts.shape, len(word.classes)
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="wrong")
        tall = BOTTOM - TOP - 20
        unit = (canvas.width - LEFT - EDGE - GAP * parts) / (parts * dims + vocabulary)
        maps, x = [], float(LEFT)
        for k, name in enumerate((*word.names, "logits")):
            columns, last = (vocabulary if k == parts else dims), k == parts
            axes, norm = (
                canvas.panel(x, TOP, unit * columns, tall),
                scale.logits if last else scale.stream,
            )
            numbers = unit > 22 and tall / count > 13
            maps.append(
                Matrix(
                    axes,
                    theme,
                    theme.signed,
                    norm,
                    [""] * count,
                    [""] * columns,
                    digits=(digits_for(norm, 10) if last else 1) if numbers else None,
                )
            )
            axes.set_xticks([]), axes.set_yticks([])
            canvas.caption(axes, "", name)
            if not k:
                name_tokens(axes, theme, word.tokens, word.classes)
            if last:
                names = list(word.classes)
                axes.set_xticks(
                    np.arange(vocabulary) + 0.5,
                    [
                        name if width_of(name, SMALL, "bold") < unit - 2 else f"\n{name}"
                        for name in names
                    ],
                )
                for label in axes.get_xticklabels():
                    label.set(
                        size=SMALL,
                        weight="bold",
                        color=theme.classes[word.classes[label.get_text().strip()]],
                    )
                for row, token in enumerate(word.wanted):
                    axes.add_patch(
                        Rectangle(
                            (token + 0.04, word.first + row + 0.07),
                            0.92,
                            0.86,
                            fill=False,
                            edgecolor=theme.outcomes["obeyed"],
                            lw=1.6,
                            zorder=6,
                            path_effects=halo(theme, 3),
                        )
                    )
            axes.axhline(word.first, color=theme.ink, lw=1.0, zorder=7)
            x += unit * columns + GAP

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for matrix, values in zip(maps, (*data.word.parts, data.word.logits)):
                matrix.set(values)

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            f"The held-out input {' '.join(data.word.tokens[1 : data.word.first + 1])}: what each"
            " part adds to the stream at every position (rows; those under the line write"
            " outputs), blue below zero and brown above, colours fixed over the film, and the"
            " logits, with the right tokens framed. Below: loss in nats on the outputs of held-out"
            " inputs, and the share of their tokens that are wrong."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of the stream over training; at step {data.step:,} {int(data.word.right.sum())}"
            f" of {len(data.word.wanted)} outputs of the input"
            f" {' '.join(data.word.tokens[1 : data.word.first + 1])} are right, and"
            f" {100 * data.error:.1f} % of all held-out tokens are wrong."
        )
