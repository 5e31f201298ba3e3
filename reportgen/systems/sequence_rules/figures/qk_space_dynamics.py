"""D5: all queries and keys in one plane, over training."""

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
from reportgen.drawing.planes import View, plane
from reportgen.drawing.views import box, closer, shaped
from reportgen.systems.sequence_rules.figures.parts.plane_marks import frame_view
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud
from reportgen.systems.sequence_rules.figures.parts.rings import Rings
from reportgen.systems.sequence_rules.view import Study

TOP, WIDE = 62, 332  # pixels
TALL = BOTTOM - TOP - 12


@dataclass(frozen=True)
class Data:
    """Queries and keys of every token at every position."""

    step: int
    loss: float
    error: float
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    q: np.ndarray  # [token, position, dim]
    k: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Two views of one plane, over all frames."""

    whole: View
    close: View | None  # around the keys, where that enlarges them
    curves: Curves


@figure("qk-space-dynamics")
class QKSpaceDynamics(Figure[Study, Data, Scale]):
    """The whole plane with the queries named, and the keys' part of it with the keys named."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        return Data(
            study.step,
            *loss_and_error(study),
            study.tokens,
            study.classes,
            study.lattice.q(head=0),
            study.lattice.k(head=0),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        keys = [f.k for f in frames]
        whole = shaped(box(*keys, *(f.q for f in frames), pad=0.06), WIDE / TALL)
        part = shaped(box(*keys, pad=0.06), WIDE / TALL)
        return Scale(whole, closer(whole, WIDE, part, WIDE), whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, last = canvas.theme, data.q.shape[1] - 1
        blue, red = theme.roles["query"], theme.roles["key"]
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        whole, close = (
            canvas.panel(40, TOP, WIDE, TALL),
            canvas.panel(canvas.width - EDGE - WIDE, TOP, WIDE, TALL),
        )
        for axes, view in ((whole, scale.whole), (close, scale.close or scale.whole)):
            plane(axes, theme, view, None, numbered=2)
        canvas.caption(
            whole, "a", "Queries", f"ringed at position {last};  small: keys", colour=blue
        )
        canvas.caption(
            close,
            "b",
            "Keys",
            f"{'the frame, enlarged' if scale.close else 'the same'}; filled ring: several tokens",
            colour=red,
        )
        if scale.close:
            frame_view(whole, scale.close, red, 1)
            for spine in close.spines.values():
                spine.set(edgecolor=red, linewidth=1)
        clouds = (
            Cloud(whole, theme, "key", ends=(), dot=0.35),
            Cloud(whole, theme, "query", ends=(), dot=0.7),
            Cloud(close, theme, "query", ends=(), dot=0.5, strength=0.3),
            Cloud(close, theme, "key", ends=(), dot=0.7),
        )
        queries, keys = (
            Rings(whole, theme, blue, data.tokens, data.classes),
            Rings(close, theme, red, data.tokens, data.classes),
        )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for cloud, points in zip(clouds, (data.k, data.q, data.q, data.k)):
                cloud.set(points, data.tokens)
            queries.set(data.q[:, -1])
            keys.set(data.k[:, -1])

        return update

    def caption(self, data: Data) -> str:
        return (
            f"Queries (blue dots) and keys (red squares) of all {len(data.tokens)} tokens at"
            f" {data.q.shape[1]} positions; a line joins one token over the positions. (a) All of"
            " them, queries named, (b) keys named, enlarged where (a) shows a frame. A ring"
            " names a token at position"
            f" {data.q.shape[1] - 1}; where tokens lie together, one ring filled in the colour of"
            " their class stands for all, or one with three dots where classes mix. Limits are"
            " fixed over the whole film. Below, on validation windows: loss in nats, and rule"
            " error where the"
            " answer is visible."
        )

    def alt(self, data: Data) -> str:
        q, k = (float(np.linalg.norm(points, axis=-1).max()) for points in (data.q, data.k))
        return (
            f"Film of all queries and keys over training; at step {data.step:,} the longest query"
            f" measures {q:.1f} and the longest key {k:.1f}, with a rule error of"
            f" {data.error:.3f} on validation windows."
        )
