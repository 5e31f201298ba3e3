"""05: where tokens and positions lie before attention, as numbers and as points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.figures.base import Figure, figure, stamp
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.embeddings import Embeddings, Path, class_means, embeddings
from reportgen.figures.parts.matrices import Matrix, colour_bar, signed_norm
from reportgen.figures.parts.planes import Ladders, View, common_view, legend, plane
from reportgen.figures.parts.views import signed_ticks
from reportgen.figures.style import BODY
from reportgen.study import Study

TOP, MAPS, SIDE = 86, 240, 226  # upper edge and height of the maps, side of the planes


@dataclass(frozen=True)
class Scale:
    """One norm for all maps; one view for all planes, and the view of the positions alone."""

    norm: Normalize
    view: View
    close: View


@figure
class TokenEmbeddings(Figure):
    """Every weight of the embeddings, then the same numbers as points in one frame."""

    slug, title, height = "token-embeddings", "What the model has before attention: a token plus its position", 714
    needs = ("plane",)

    def compute(self, study: Study) -> Embeddings:
        return embeddings(study)

    def scale(self, frames: Sequence[Embeddings]) -> Scale:
        clouds = [c for f in frames for c in (f.token, f.position, f.sums)]
        return Scale(signed_norm(*clouds), common_view(*clouds), common_view(*(f.position for f in frames), pad=.16))

    def draw(self, canvas: Canvas, data: Embeddings, scale: Scale) -> Callable[[Embeddings], None]:
        theme = canvas.theme
        canvas.headline(self.title, "Above: every weight, one colour scale for all four maps.  Below: the same numbers as points, in one frame and not centred.", stamp(data.step))
        maps = _maps(canvas, data, scale.norm)
        low = TOP + MAPS + 92
        gap = (canvas.width - 44 - 3 * SIDE) / 2
        e, f, g = (canvas.panel(44 + i * (SIDE + gap), low, SIDE, SIDE) for i in range(3))
        for axes, letter, words, note in ((e, "e", "Tokens", ""), (f, "f", "Positions", "inset: enlarged"), (g, "g", "Token + position", "named at position 0")):
            plane(axes, theme, scale.view, ("dimension 0", "dimension 1") if axes is e else None)
            canvas.caption(axes, letter, words, note)
        tokens, sums = Ladders(e, theme, data.classes, ends=(0,)), Ladders(g, theme, data.classes, ends=(0,), dot=.8)
        inset = canvas.panel(44 + SIDE + gap + 6, low + SIDE - 104, 98, 98)
        plane(inset, theme, scale.close, None)
        paths = Path(f, theme, named=False), Path(inset, theme)
        legend(canvas, 44, low + SIDE + 56, [(kind, data.class_names[kind]) for kind in dict.fromkeys(data.classes.values())])
        canvas.text(canvas.width, low + SIDE + 56, f"Lines join positions 0 to {len(data.position) - 1}; dots grow with the position.", BODY, theme.muted, ha="right")

        def update(data: Embeddings) -> None:
            for matrix, values in zip(maps, (data.token, data.position, *np.moveaxis(data.sums, -1, 0))):
                matrix.set(values)
            tokens.set(data.token[:, None], data.tokens)
            sums.set(data.sums, data.tokens)
            for path in paths:
                path.set(data.position)

        update(data)
        return update

    def caption(self, data: Embeddings) -> str:
        return ("(a) Token embeddings W_E, (b) position embeddings W_pos, (c, d) their sum for every token at every position, in each dimension. Blue is negative, brown positive, zero nearly the paper; one scale for all maps. "
                "(e, f, g) The same numbers as points: one view for all three, the dashed cross is the origin. The inset enlarges the positions. In g a line joins one token at all positions; its name stands at position 0, and "
                "the line has the shape of f for every token. Names in one place are written as one label.")  # fmt: skip

    def alt(self, data: Embeddings) -> str:
        means = ", ".join(f"{data.class_names[kind]} ({x:.1f}, {y:.1f})" for kind, (x, y) in class_means(data).items())
        spread = np.ptp(data.position, axis=0)
        return f"Heat maps and scatter plots of {len(data.tokens)} token and {len(data.position)} position embeddings at step {data.step:,}. Class means: {means}. Positions span {spread[0]:.1f} by {spread[1]:.1f}."


def _maps(canvas: Canvas, data: Embeddings, norm: Normalize) -> list[Matrix]:
    """The four heat maps side by side, and the bar that says what their colours are worth."""
    theme, places, dims = canvas.theme, [str(p) for p in range(len(data.position))], ("dim 0", "dim 1")
    row = MAPS / max(len(data.tokens), len(places))
    kinds = (("a", "Token", "", 30, 92, data.tokens, dims), ("b", "Position", "", 174, 92, places, dims), ("c", "Token + position", "dim 0", 318, 206, data.tokens, places), ("d", "Token + position", "dim 1", 554, 206, data.tokens, places))
    maps = []
    for letter, words, note, x, wide, rows, columns in kinds:
        axes = canvas.panel(x, TOP, wide, len(rows) * row)
        maps.append(Matrix(axes, theme, theme.signed, norm, rows, columns, digits=1 if row >= 15 else None))
        canvas.caption(axes, letter, words, note)
        if rows is data.tokens:
            for label, token in zip(axes.get_yticklabels(), rows):
                label.set(color=theme.classes[data.classes[token]], weight="bold", size=BODY)
        if columns is places:
            axes.set_xlabel("position", labelpad=2)
    colour_bar(canvas, theme.signed, norm, 174, min(TOP + len(places) * row + 56, TOP + MAPS + 40), 92, "weight", signed_ticks(norm))
    return maps
