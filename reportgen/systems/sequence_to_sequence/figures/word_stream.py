"""One held-out input: what every part adds to the stream, position by position, and the logits that
come of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import signed_norm
from reportgen.systems.sequence_to_sequence.figures.parts.stream_maps import (
    StreamMaps,
    Word,
    word_stream,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, ROW, GAP, FOOT = 42, 100, 21, 16, 74  # CSS pixels


@dataclass(frozen=True)
class Scale:
    """Common to all parts and frames."""

    stream: Normalize
    logits: Normalize


@figure("word-stream")
class WordStream(Figure[Study, Word, Scale]):
    """A matrix a part, and the logits."""

    def compute(self, study: Study) -> Word:
        return word_stream(study)

    def height_of(self, data: Word) -> float:
        return TOP + len(data.tokens) * ROW + FOOT

    def scale(self, frames: Sequence[Word]) -> Scale:
        return Scale(
            signed_norm(*(f.parts for f in frames)), signed_norm(*(f.logits for f in frames))
        )

    def draw(self, canvas: Canvas, data: Word, scale: Scale) -> Callable[[Word], None]:
        parts, count, dims = data.parts.shape
        canvas.headline(
            f"{self.title} ({data.number})",
            "Rows: the positions of the input, then those of the outputs read so far.  Columns: the"
            " dimensions of the stream.\nThe sum of all parts is normalized, then read as logits;"
            " framed: the right token of each output.",
            stamp(data.step),
        )
        tall = count * ROW
        maps = StreamMaps(
            canvas,
            data,
            scale.stream,
            scale.logits,
            top=TOP,
            tall=tall,
            left=LEFT,
            gap=GAP,
            right=4,
            numbered=24,
            lettered=parts <= 5,
        )
        numbers = [str(d) if maps.unit > 10 else "" for d in range(dims)]
        for cells in maps.maps[:-1]:
            cells.axes.set_xticks(np.arange(dims) + 0.5, numbers)
        foot = TOP + tall + 40
        signed_bar(canvas, scale.stream, LEFT, foot, 140, "component of the stream")
        signed_bar(canvas, scale.logits, LEFT + 190, foot, 140, "logit")

        return maps.set

    def caption(self, data: Word) -> str:
        return (
            "What each part adds to the stream at every position, on one scale, and the logits of"
            " the next token. The rows under the line are outputs; their right tokens are framed."
            " The first matrix is the token’s embedding and that of its position together."
        )

    def alt(self, data: Word) -> str:
        size = np.linalg.norm(data.parts[:, data.first :], axis=-1).mean(1)
        sizes = ", ".join(f"{name} {value:.2f}" for name, value in zip(data.names, size))
        return (
            f"Input {data.read} at step {data.step:,}:"
            f" {int(data.right.sum())} of {len(data.wanted)} outputs are right. Mean length of what"
            f" each part adds at the outputs: {sizes}."
        )
