"""D2: embeddings, queries, keys and values over training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import EDGE, HEIGHT, Curves, FilmStrips, loss_and_error, whole_curves
from reportgen.drawing.keys import class_key
from reportgen.drawing.planes import Ladders, View, common_view, plane
from reportgen.drawing.style import SMALL, TITLE
from reportgen.drawing.views import box, shaped
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud
from reportgen.systems.sequence_rules.figures.parts.transforms import ROLES
from reportgen.systems.sequence_rules.view import Study

WIDE, TALL, LARGE = 176, 134, 290  # pixels: the small planes and the common one
CLOUDS = ("stream", *ROLES)


@dataclass(frozen=True)
class Data:
    """Every token at every position before attention, and as query, key and value."""

    step: int
    loss: float
    error: float
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    points: Mapping[str, np.ndarray]  # "stream" and each role -> [token, position, dim]


@dataclass(frozen=True)
class Scale:
    """A view for each cloud and one for queries, keys and values together, over all frames."""

    views: Mapping[str, View]
    common: View
    curves: Curves


@figure("qkv-dynamics")
class QKVDynamics(Figure[Study, Data, Scale]):
    """Four planes, each with its own fixed limits, and the last three of them in one."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        lattice = study.lattice
        return Data(
            study.step,
            *loss_and_error(study),
            study.tokens,
            study.classes,
            study.rule.class_names,
            {
                "stream": lattice.sums,
                "query": lattice.q(head=0),
                "key": lattice.k(head=0),
                "value": lattice.v(head=0),
            },
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        views = {
            name: shaped(box(*(f.points[name] for f in frames), pad=0.06), WIDE / TALL)
            for name in CLOUDS
        }
        return Scale(
            views,
            common_view(*(f.points[role] for f in frames for role in ROLES), pad=0.04),
            whole_curves(frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        class_key(
            canvas,
            EDGE + width_of(self.title, TITLE, "bold") + 28,
            24,
            data.class_names,
            data.classes.values(),
        )
        own: dict[str, Ladders] = {}
        for i, (name, letter) in enumerate(zip(CLOUDS, "abcd")):
            axes = canvas.panel(40 + (i % 2) * (WIDE + 36), 60 + (i // 2) * (TALL + 22), WIDE, TALL)
            plane(axes, theme, scale.views[name], None, numbered=2)
            axes.set_xticks([])
            canvas.caption(
                axes,
                letter,
                "Token + position" if name == "stream" else ROLES[name][1],
                f"{np.ptp(scale.views[name][:2]):.1f} wide",
                colour=theme.roles[name] if name in ROLES else None,
            )
            own[name] = Ladders(axes, theme, data.classes, ends=(), dot=0.5)
        together = canvas.panel(canvas.width - EDGE - LARGE, 60, LARGE, LARGE)
        plane(together, theme, scale.common, None)
        canvas.caption(
            together, "e", "b, c and d in one view", f"{np.ptp(scale.common[:2]):.1f} wide"
        )
        clouds = {role: Cloud(together, theme, role, dot=0.6, ends=()) for role in ROLES}
        x = canvas.width - EDGE - LARGE + 8
        for role, (_, words) in ROLES.items():
            canvas.text(x, 60 + LARGE - 8, words, SMALL, theme.roles[role], weight="bold")
            x += width_of(words, SMALL, "bold") + 12

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for name, ladders in own.items():
                ladders.set(data.points[name], data.tokens)
            for role, cloud in clouds.items():
                cloud.set(data.points[role], data.tokens)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Every token at every position: (a) token plus position embedding, (b) query, (c) key,"
            " (d) value. A line joins one token over the positions, dots grow with the position;"
            " colour and marker give the class. Each plane keeps its limits through the whole film;"
            " (e) shows the last three on one scale. Below, on validation windows: loss in"
            " nats, and rule error"
            " where the answer is visible."
        )

    def alt(self, data: Data) -> str:
        reach = {
            ROLES[role][1].lower(): float(np.linalg.norm(data.points[role], axis=-1).max())
            for role in ROLES
        }
        return (
            f"Film of embeddings, queries, keys and values over training; at step {data.step:,} the"
            " longest vectors measure "
            + ", ".join(f"{size:.1f} ({name})" for name, size in reach.items())
            + "."
        )
