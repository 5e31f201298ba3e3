"""08: what the three matrices of the attention head make of every token at every position."""

from collections.abc import Callable, Sequence

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import class_key
from reportgen.drawing.planes import Ladders, plane
from reportgen.systems.sequence_rules.figures.parts.transforms import (
    ALONE,
    ROLES,
    TransformRow,
    Transforms,
    TransformScale,
    transform_scale,
    transforms,
)
from reportgen.systems.sequence_rules.view import Study


@figure("qkv-transforms")
class QKVTransforms(Figure[Study, Transforms, TransformScale]):
    """Embeddings, the matrices W_Q, W_K, W_V, and the queries, keys and values they make."""

    height = 716

    def compute(self, study: Study) -> Transforms:
        return transforms(study)

    def scale(self, frames: Sequence[Transforms]) -> TransformScale:
        return transform_scale(frames)

    def draw(
        self, canvas: Canvas, data: Transforms, scale: TransformScale
    ) -> Callable[[Transforms], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Every token at every position is multiplied by three matrices.  Above: all clouds in"
            " one view.  Below: the coloured frames, enlarged.",
            stamp(data.step),
        )
        row = TransformRow(canvas, data, scale, top=84, side=246, frames=True)
        side, top = ALONE, 428
        close: dict[str, Ladders] = {}
        for i, (role, (_, words)) in enumerate(ROLES.items()):
            axes = canvas.panel(44 + i * (side + 25), top, side, side)
            plane(
                axes,
                theme,
                scale.own[role],
                ("dimension 0", "dimension 1") if i == 0 else None,
                numbered=3,
            )
            for spine in axes.spines.values():
                spine.set(edgecolor=theme.roles[role], linewidth=1)
            canvas.caption(axes, "efg"[i], words, "the frame, enlarged", colour=theme.roles[role])
            close[role] = Ladders(axes, theme, data.classes, ends=())
        class_key(canvas, 44, top + side + 56, data.class_names, data.classes.values())
        canvas.text(
            760,
            top + side + 56,
            f"A line joins one token at positions 0 to {data.sums.shape[1] - 1}; dots grow with"
            " position.",
            8,
            theme.muted,
            ha="right",
        )

        def update(data: Transforms) -> None:
            row.set(data)
            for role, ladders in close.items():
                ladders.set(data.points[role], data.tokens)

        return update

    def caption(self, data: Transforms) -> str:
        return (
            f"(a) Each of the {len(data.tokens)} tokens at each of {data.sums.shape[1]} positions,"
            " as token plus position embedding, named once, at the last position: colour and marker"
            " give the token’s class. (b, c, d) The matrices W_Q, W_K and W_V with their values;"
            " rows are the dimensions that go in, columns those that come out; brown is positive,"
            " blue negative, one scale for all three. Below each matrix is the cloud it makes, all"
            " three in one view; the frame is what (e, f, g) show enlarged."
        )

    def alt(self, data: Transforms) -> str:
        reach = {words.lower(): abs(data.points[role]).max() for role, (_, words) in ROLES.items()}
        return (
            "Embeddings, the three matrices of the attention head, and three clouds of points at"
            f" step {data.step:,}. The largest component is {reach['queries']:.1f} among queries,"
            f" {reach['keys']:.1f} among keys and {reach['values']:.1f} among values."
        )
