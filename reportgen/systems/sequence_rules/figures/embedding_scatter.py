"""06: tokens, positions and their sums at full size, every point with its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import class_key
from reportgen.drawing.planes import Ladders, View
from reportgen.drawing.style import BODY, TOKEN
from reportgen.drawing.views import box, shaped
from reportgen.systems.sequence_rules.figures.parts.embeddings import (
    Embeddings,
    Path,
    class_means,
    embeddings,
)
from reportgen.systems.sequence_rules.figures.parts.projections import Projection, frame
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: upper edge, side and distance of the two planes at the left
TOP, SIDE, APART = 78, 264, 62
NAMES = 14  # for the names of axes
WIDE, TALL = 414, 2 * SIDE + APART  # of the plane at the right


@dataclass(frozen=True)
class Cloud:
    """The directions in which a cloud is shown, and the view that holds it."""

    projection: Projection
    view: View


@dataclass(frozen=True)
class Scale:
    """One view a panel, each named in it."""

    tokens: Cloud
    positions: Cloud
    sums: Cloud


def _cloud(frames: Sequence[np.ndarray], pad: float) -> Cloud:
    """A cloud in a square panel, shown along its own main directions in the last frame."""
    projection = Projection.of(frames[-1])
    return Cloud(projection, projection.view(*frames, rows=len(frames[-1]), pad=pad))


def _sums(frames: Sequence[Embeddings]) -> Cloud:
    """The sums in their tall panel."""
    projection = Projection.of(frames[-1].sums).upright
    if projection.line:
        return Cloud(
            projection, projection.view(*(f.sums for f in frames), rows=len(frames[-1].position))
        )
    return Cloud(
        projection, shaped(box(*(f.sums @ projection.axes for f in frames), pad=0.05), WIDE / TALL)
    )


@figure("embedding-scatter")
class EmbeddingScatter(Figure[Study, Embeddings, Scale]):
    """Each cloud in a frame of its own, so that every point can be read."""

    height = 732

    def compute(self, study: Study) -> Embeddings:
        return embeddings(study)

    def height_of(self, data: Embeddings) -> float:
        return self.height + (0 if data.token.shape[1] == 2 else NAMES)

    def scale(self, frames: Sequence[Embeddings]) -> Scale:
        return Scale(
            _cloud([f.token for f in frames], 0.07),
            _cloud([f.position for f in frames], 0.1),
            _sums(frames),
        )

    def draw(self, canvas: Canvas, data: Embeddings, scale: Scale) -> Callable[[Embeddings], None]:
        theme = canvas.theme
        own = (
            f"{'line' if data.token.shape[1] == 1 else 'plane'} in a frame of its own.  A sum is"
            " the token’s point moved by the position’s"
            if data.token.shape[1] < 3
            else "panel along the two directions in which its own points differ most"
        )
        canvas.headline(self.title, f"Each {own}.", stamp(data.step))
        a, b, c = (
            canvas.panel(40, TOP, SIDE, SIDE),
            canvas.panel(40, TOP + SIDE + APART, SIDE, SIDE),
            canvas.panel(canvas.width - WIDE - 1, TOP, WIDE, TALL),
        )
        last = len(data.position) - 1
        for axes, cloud, down, letter, words, note in (
            (a, scale.tokens, "token", "a", "Tokens", ""),
            (b, scale.positions, "position", "b", "Positions", "joined in order"),
            (
                c,
                scale.sums,
                "position",
                "c",
                "Token + position",
                f"named at positions 0 and {last}",
            ),
        ):
            projected = data.token.shape[1] != 2
            frame(axes, theme, cloud.view, cloud.projection, down, named=projected, numbered=3)
            canvas.caption(axes, letter, words, note)
        tokens, path, sums = (
            Ladders(a, theme, data.classes, ends=(0,), dot=1.4),
            Path(b, theme, size=TOKEN, dot=1.5),
            Ladders(c, theme, data.classes),
        )
        class_key(canvas, 40, canvas.height - 14, data.class_names, data.classes.values())
        canvas.text(
            canvas.width,
            canvas.height - 14,
            f"Lines join positions 0 to {last}; dots grow with the position.",
            BODY,
            theme.muted,
            ha="right",
        )

        def update(data: Embeddings) -> None:
            positions = np.arange(len(data.position))
            tokens.set(
                scale.tokens.projection.points(data.token, np.arange(len(data.token)))[:, None],
                data.tokens,
            )
            path.set(scale.positions.projection.points(data.position, positions))
            sums.set(scale.sums.projection.points(data.sums, positions), data.tokens)

        return update

    def caption(self, data: Embeddings) -> str:
        dims = data.token.shape[1]
        axes = (
            "Dimension 0 runs to the right, dimension 1 upwards; nothing is centred, the dashed"
            " cross is the origin."
            if dims == 2
            else (
                "The points have one dimension, which runs to the right; what runs down is the"
                " token or the position, in order. The dashed line is zero."
                if dims == 1
                else (
                    f"The points have {dims} dimensions; each panel shows its own points along the"
                    " two directions in which they differ most (principal components), whose"
                    " shares of the variance stand at the axes. Nothing is centred, the dashed"
                    " cross is the origin."
                )
            )
        )
        return (
            "(a) Token embeddings. (b) Position embeddings, joined in order. (c) Every token at"
            " every position: a line joins one token over the positions, the name carries the"
            f" position as an index. Tokens at one point share a label. {axes}"
        )

    def alt(self, data: Embeddings) -> str:
        centres = class_means(data)
        apart = [
            f"{data.class_names[m]} and {data.class_names[n]}"
            f" {np.linalg.norm(centres[m] - centres[n]):.1f}"
            for i, m in enumerate(centres)
            for n in list(centres)[i + 1 :]
        ]
        steps = np.linalg.norm(np.diff(data.position, axis=0), axis=1)
        return (
            f"Scatter plots of {len(data.tokens)} tokens, {len(data.position)} positions and their"
            f" {data.sums[..., 0].size} sums at step {data.step:,}. Distance between class means:"
            f" {', '.join(apart) or 'one class only'}; one position lies {steps.min():.2f} to"
            f" {steps.max():.2f} from the next."
        )
