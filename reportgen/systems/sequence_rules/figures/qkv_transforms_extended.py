"""X1: the three matrices of the attention head, their clouds, and every component of every query,
key and value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import SMALL
from reportgen.systems.sequence_rules.figures.parts.cells import in_class_colours
from reportgen.systems.sequence_rules.figures.parts.transforms import (
    ROLES,
    TransformRow,
    Transforms,
    TransformScale,
    transform_scale,
    transforms,
)
from reportgen.systems.sequence_rules.view import Study

TOP, TALL, WIDE, BETWEEN = 376, 168, 213, 26  # of the component maps, in pixels


@dataclass(frozen=True)
class Scale:
    """The scales of the upper row, and of the maps below."""

    row: TransformScale
    components: Mapping[str, Normalize]  # role -> one norm for its dimensions


@figure("qkv-transforms-extended")
class QKVTransformsExtended(Figure[Study, Transforms, Scale]):
    """The transforms, and below them token x position maps of each dimension of Q, K and V."""

    height = 822

    def compute(self, study: Study) -> Transforms:
        return transforms(study)

    def scale(self, frames: Sequence[Transforms]) -> Scale:
        return Scale(
            transform_scale(frames),
            {role: signed_norm(*(f.points[role] for f in frames)) for role in ROLES},
        )

    def draw(self, canvas: Canvas, data: Transforms, scale: Scale) -> Callable[[Transforms], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Above: the matrices and the clouds they make.  Below: the same queries, keys and"
            " values as numbers, one colour scale for each of the three.",
            stamp(data.step),
        )
        row = TransformRow(canvas, data, scale.row, top=78, side=214, frames=False)
        tokens, positions = data.tokens, [str(p) for p in range(data.sums.shape[1])]
        fits = (
            TALL / len(tokens) >= 13 and WIDE / len(positions) >= 25
        )  # does a number stand in a cell
        named = thinned(tokens, TALL / len(tokens), across=False)
        maps: dict[tuple[str, int], Matrix] = {}
        for i, (role, (_, words)) in enumerate(ROLES.items()):
            x, norm = 44 + i * (WIDE + BETWEEN), scale.components[role]
            for dim in range(data.points[role].shape[-1]):
                axes = canvas.panel(x, TOP + dim * (TALL + 32), WIDE, TALL)
                maps[role, dim] = Matrix(
                    axes, theme, theme.signed, norm, tokens, positions, digits=1 if fits else None
                )
                axes.set_yticks([n + 0.5 for n in named], [tokens[n] for n in named])
                in_class_colours(
                    axes.get_yticklabels(), theme, data.classes, [tokens[n] for n in named]
                )
                if dim:
                    axes.set_xlabel("position", labelpad=0)
                else:
                    axes.set_xticks([])
                canvas.caption(
                    axes, "efghij"[2 * i + dim], words, f"dim {dim}", colour=theme.roles[role]
                )
            signed_bar(canvas, norm, x + WIDE - 130, TOP + 2 * TALL + 68, 130, "")
            canvas.text(x, TOP + 2 * TALL + 76, words.lower(), SMALL, theme.muted)

        def update(data: Transforms) -> None:
            row.set(data)
            for (role, dim), cells in maps.items():
                cells.set(data.points[role][..., dim])

        return update

    def caption(self, data: Transforms) -> str:
        return (
            "(a) Token plus position embedding of every token at every position. (b, c, d) W_Q, W_K"
            " and W_V with their values on one scale, and below each the cloud it makes, all in one"
            " view. (e to j) Each dimension of the queries, keys and values: a row is a token, a"
            " column a position; brown is positive, blue negative. Each role has its own colour"
            " scale, given below its maps."
        )

    def alt(self, data: Transforms) -> str:
        spans = [
            f"{words.lower()} from {data.points[role].min():.1f} to {data.points[role].max():.1f}"
            for role, (_, words) in ROLES.items()
        ]
        return (
            "Matrices, clouds and component maps of every token at every position at step"
            f" {data.step:,}: {', '.join(spans)}."
        )
