"""Film: what every part adds for one held-out input, and its logits, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips, whole_curves
from reportgen.drawing.matrices import signed_norm
from reportgen.systems.sequence_to_sequence.figures.parts.answering import held_out_loss_and_error
from reportgen.systems.sequence_to_sequence.figures.parts.stream_maps import (
    StreamMaps,
    Word,
    word_stream,
)
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


@figure("stream-dynamics")
class StreamDynamics(Figure[Study, Data, Scale]):
    """A matrix a part, the logits, and the strips."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        return Data(study.step, *held_out_loss_and_error(study), word_stream(study))

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.word.parts for f in frames)),
            signed_norm(*(f.word.logits for f in frames)),
            whole_curves(frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        word = data.word
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="wrong")
        maps = StreamMaps(
            canvas,
            word,
            scale.stream,
            scale.logits,
            top=TOP,
            tall=BOTTOM - TOP - 20,
            left=LEFT,
            gap=GAP,
            right=EDGE,
            numbered=22,
        )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            maps.set(data.word)

        return update

    def caption(self, data: Data) -> str:
        return (
            f"The held-out input {data.word.read}: what each"
            " part adds to the stream at every position (rows; those under the line are"
            " outputs), blue below zero and brown above, colours fixed over the film, and the"
            " logits, with the right tokens framed. Below: loss in nats on the outputs of held-out"
            " inputs, and the share of their tokens that are wrong."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of the stream over training; at step {data.step:,} {int(data.word.right.sum())}"
            f" of {len(data.word.wanted)} outputs of the input"
            f" {data.word.read} are right, and"
            f" {100 * data.error:.1f} % of all held-out tokens are wrong."
        )
