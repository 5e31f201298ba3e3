"""D1: tokens, positions and their sums over training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import (
    BOTTOM,
    EDGE,
    HEIGHT,
    Curves,
    FilmStrips,
    loss_and_error,
    whole_curves,
)
from reportgen.drawing.keys import class_key
from reportgen.drawing.planes import Ladders, View
from reportgen.drawing.style import BODY
from reportgen.drawing.views import WORTH
from reportgen.systems.sequence_rules.figures.parts.embeddings import Beads
from reportgen.systems.sequence_rules.figures.parts.projections import Projection, frame
from reportgen.systems.sequence_rules.figures.parts.rings import Rings
from reportgen.systems.sequence_rules.view import Study

TOP, SIDE = 66, 232  # CSS pixels
LEFT = 30


@dataclass(frozen=True)
class Data:
    """The embeddings of one frame, nothing centred."""

    step: int
    loss: float
    error: float
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    token: np.ndarray  # [token, dim]
    position: np.ndarray  # [position, dim]
    sums: np.ndarray  # [token, position, dim]


@dataclass(frozen=True)
class Scale:
    """The directions that are shown, one view for tokens and one for sums of the same size, one for
    positions, over all frames.
    """

    projection: Projection  # fitted to the sums of the last frame
    tokens: View
    view: View
    close: View
    curves: Curves


@figure("embeddings-dynamics")
class EmbeddingsDynamics(Figure[Study, Data, Scale]):
    """The three scatters, names riding with their points."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        return Data(
            study.step,
            *loss_and_error(study),
            study.tokens,
            study.classes,
            study.rule.class_names,
            study.weights["W_E"],
            study.weights["W_pos"],
            study.lattice.sums,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        last = frames[-1]
        projection, clouds = (
            Projection.of(last.sums),
            [c for f in frames for c in (f.token, f.sums)],
        )
        tokens, sums = (
            projection.view(*clouds, rows=len(rows)) for rows in (last.token, last.position)
        )
        positions = projection.view(*(f.position for f in frames), rows=len(last.position))
        enlarged = sums[1] - sums[0] >= WORTH * (positions[1] - positions[0])
        close = positions if enlarged else sums
        return Scale(projection, tokens, sums, close, whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, projection = canvas.theme, scale.projection
        positions = np.arange(len(data.position))
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        gap = (canvas.width - EDGE - LEFT - 3 * SIDE) / 2
        a, b, c = (canvas.panel(LEFT + i * (SIDE + gap), TOP, SIDE, SIDE) for i in range(3))
        zoom = (scale.view[1] - scale.view[0]) / (scale.close[1] - scale.close[0])
        notes = (
            "ring without a name: several tokens",
            f"enlarged {zoom:.1f} times" if zoom >= WORTH else "the frame of a",
            "the frame of a",
        )
        for axes, view, down, letter, words, note in zip(
            (a, b, c),
            (scale.tokens, scale.close, scale.view),
            ("", "position", "position"),
            "abc",
            ("Tokens", "Positions", "Token + position"),
            notes,
        ):
            frame(axes, theme, view, projection, down, named=False, numbered=2)
            axes.tick_params(labelleft=bool(down) if projection.line else axes is a)
            canvas.caption(axes, letter, words, note)
        for i, name in enumerate(projection.names("in order") if data.token.shape[1] != 2 else ()):
            canvas.text(
                canvas.width - EDGE,
                BOTTOM - 22 + 14 * i,
                f"{('to the right', 'downwards' if projection.line else 'upwards')[i]}: {name}",
                BODY,
                theme.muted,
                ha="right",
            )
        rings = Rings(a, theme, theme.muted, data.tokens, data.classes)
        path = Beads(b, theme, len(data.position))
        sums = Ladders(c, theme, data.classes, ends=(), dot=0.9)
        class_key(canvas, LEFT, BOTTOM - 8, data.class_names, data.classes.values())

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            rings.set(projection.points(data.token, np.arange(len(data.token))))
            path.set(projection.points(data.position, positions))
            sums.set(projection.points(data.sums, positions), data.tokens)

        return update

    def caption(self, data: Data) -> str:
        shown = Projection.of(data.sums).words(
            "the sums of the last checkpoint", fitted=", the same over the whole film"
        )
        return (
            "(a) Token embeddings, a ring around each name; where tokens lie together, one ring"
            " filled in the colour of their class stands for all, or one with three dots where"
            " classes mix. (b) Position embeddings, joined in order. "
            f"(c) Every token at every position: a line joins one token over {len(data.position)}"
            " positions, dots grow with the position. Nothing is centred and the limits are fixed"
            " over the whole film. "
            "Below, on validation windows: loss in nats, and rule error where the answer is"
            f" visible.{shown}"
        )

    def alt(self, data: Data) -> str:
        def far(points: np.ndarray) -> float:
            return float(np.linalg.norm(points, axis=-1).max())

        return (
            f"Film of token and position embeddings over training; at step {data.step:,} the"
            f" farthest token lies {far(data.token):.1f} from the origin and the farthest position"
            f" {far(data.position):.1f}, with a rule error of {data.error:.3f} on validation"
            " windows."
        )
