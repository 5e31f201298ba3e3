"""D1: tokens, positions and their sums over training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.figures.base import Figure, figure
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.embeddings import Beads
from reportgen.figures.parts.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips, loss_and_error, whole_curves
from reportgen.figures.parts.planes import Ladders, View, common_view, legend, plane
from reportgen.figures.parts.rings import Rings
from reportgen.study import Study

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
    """One view for tokens and sums, one for positions, over all frames."""

    view: View
    close: View
    curves: Curves


@figure
class EmbeddingsDynamics(Figure):
    """The three scatters, names riding with their points."""

    slug, title, height, film = "embeddings-dynamics", "Tokens, positions and their sums", HEIGHT, True
    needs = ("plane",)

    def compute(self, study: Study) -> Data:
        return Data(study.step, *loss_and_error(study), study.tokens, study.classes, study.rule.class_names, study.weights["W_E"], study.weights["W_pos"], study.lattice.sums)

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(common_view(*(f.token for f in frames), *(f.sums for f in frames)), common_view(*(f.position for f in frames)), whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        gap = (canvas.width - EDGE - LEFT - 3 * SIDE) / 2
        a, b, c = (canvas.panel(LEFT + i * (SIDE + gap), TOP, SIDE, SIDE) for i in range(3))
        zoom = (scale.view[1] - scale.view[0]) / (scale.close[1] - scale.close[0])
        notes = ("ring without a name: several tokens", f"enlarged {zoom:.1f} times", "the frame of a")
        for axes, view, letter, words, note in zip((a, b, c), (scale.view, scale.close, scale.view), "abc", ("Tokens", "Positions", "Token + position"), notes):
            plane(axes, theme, view, None)
            axes.tick_params(length=2, labelbottom=True, labelleft=axes is a)
            canvas.caption(axes, letter, words, note)
        rings = Rings(a, theme, theme.muted, data.tokens, data.classes)
        path = Beads(b, theme, len(data.position))
        sums = Ladders(c, theme, data.classes, ends=(), dot=.9)
        legend(canvas, LEFT, BOTTOM - 8, [(kind, data.class_names[kind]) for kind in dict.fromkeys(data.classes.values())])

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            rings.set(data.token)
            path.set(data.position)
            sums.set(data.sums, data.tokens)

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return ("(a) Token embeddings, a ring around each name; where tokens lie together, one ring filled in the colour of their class stands for all, or one with three dots where classes mix. (b) Position embeddings, joined in order. "
                f"(c) Every token at every position: a line joins one token over {len(data.position)} positions, dots grow with the position. Nothing is centred and the limits are fixed over the whole film. "
                "Below: validation loss in nats, and rule error where the answer is visible.")  # fmt: skip

    def alt(self, data: Data) -> str:
        far = lambda points: float(np.linalg.norm(points, axis=-1).max())
        return (f"Film of token and position embeddings over training; at step {data.step:,} the farthest token lies {far(data.token):.1f} from the origin and the farthest position {far(data.position):.1f}, "
                f"with a rule error of {data.error:.3f}.")  # fmt: skip
