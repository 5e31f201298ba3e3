"""06: tokens, positions and their sums at full size, every point with its name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.figures.base import Figure, figure, stamp
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.embeddings import Embeddings, Path, class_means, embeddings
from reportgen.figures.parts.planes import Ladders, View, common_view, legend, plane
from reportgen.figures.parts.views import box, shaped
from reportgen.figures.style import BODY, TOKEN
from reportgen.study import Study

TOP, SIDE, APART = 78, 264, 62  # CSS pixels: upper edge, side and distance of the two planes at the left
WIDE, TALL = 414, 2 * SIDE + APART  # of the plane at the right


@dataclass(frozen=True)
class Scale:
    """One view a panel, each named in it."""

    tokens: View
    positions: View
    sums: View


@figure
class EmbeddingScatter(Figure):
    """Each cloud in a frame of its own, so that every point can be read."""

    slug, title, height = "embedding-scatter", "Tokens, positions and their sums, point by point", 732
    needs = ("plane",)

    def compute(self, study: Study) -> Embeddings:
        return embeddings(study)

    def scale(self, frames: Sequence[Embeddings]) -> Scale:
        tokens = common_view(*(f.token for f in frames))
        return Scale(tokens, common_view(*(f.position for f in frames), pad=.1), shaped(box(*(f.sums for f in frames), pad=.05), WIDE / TALL))

    def draw(self, canvas: Canvas, data: Embeddings, scale: Scale) -> Callable[[Embeddings], None]:
        theme = canvas.theme
        canvas.headline(self.title, "Each plane in a frame of its own.  A sum is the token’s point moved by the position’s.", stamp(data.step))
        a, b, c = canvas.panel(40, TOP, SIDE, SIDE), canvas.panel(40, TOP + SIDE + APART, SIDE, SIDE), canvas.panel(canvas.width - WIDE - 1, TOP, WIDE, TALL)
        last = len(data.position) - 1
        for axes, view, letter, words, note in ((a, scale.tokens, "a", "Tokens", ""), (b, scale.positions, "b", "Positions", "joined in order"),
                                                (c, scale.sums, "c", "Token + position", f"named at positions 0 and {last}")):  # fmt: skip
            plane(axes, theme, view, None)
            axes.tick_params(length=3, labelbottom=True, labelleft=True)
            canvas.caption(axes, letter, words, note)
        tokens, path, sums = Ladders(a, theme, data.classes, ends=(0,), dot=1.4), Path(b, theme, size=TOKEN, dot=1.5), Ladders(c, theme, data.classes)
        legend(canvas, 40, self.height - 14, [(kind, data.class_names[kind]) for kind in dict.fromkeys(data.classes.values())])
        canvas.text(canvas.width, self.height - 14, f"Lines join positions 0 to {last}; dots grow with the position.", BODY, theme.muted, ha="right")

        def update(data: Embeddings) -> None:
            tokens.set(data.token[:, None], data.tokens)
            path.set(data.position)
            sums.set(data.sums, data.tokens)

        update(data)
        return update

    def caption(self, data: Embeddings) -> str:
        return ("(a) Token embeddings. (b) Position embeddings, joined in order. (c) Every token at every position: a line joins one token over the positions, "
                "the name carries the position as an index. Tokens in one place share a label. Dimension 0 runs to the right, dimension 1 upwards; nothing is centred, the dashed cross is the origin.")  # fmt: skip

    def alt(self, data: Embeddings) -> str:
        centres = class_means(data)
        apart = [f"{data.class_names[m]} and {data.class_names[n]} {np.linalg.norm(centres[m] - centres[n]):.1f}" for i, m in enumerate(centres) for n in list(centres)[i + 1 :]]
        steps = np.linalg.norm(np.diff(data.position, axis=0), axis=1)
        return (f"Scatter plots of {len(data.tokens)} tokens, {len(data.position)} positions and their {data.sums[..., 0].size} sums at step {data.step:,}. Distance between class means: {', '.join(apart) or 'one class only'}; "
                f"one position lies {steps.min():.2f} to {steps.max():.2f} from the next.")  # fmt: skip
