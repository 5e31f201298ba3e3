"""The embedding on paper: as seen from where it is widest, and folded so that neighbours stay
neighbours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import class_key
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.names import readable
from reportgen.drawing.style import BODY
from reportgen.drawing.views import box, shaped
from reportgen.systems.text.facts.neighbours import seen
from reportgen.systems.text.figures.parts.principal import axes_of
from reportgen.systems.text.view import Study

MOST = 90  # tokens that are drawn, the most frequent ones
TOP, SIDE, BETWEEN = 92, 372, 12
PERPLEXITY = 15.0  # neighbours that t-SNE tries to keep, about


@dataclass(frozen=True)
class Data:
    """Two maps [token, xy] of the same embedding."""

    step: int
    classes: Mapping[str, str]  # of the tokens that are drawn, in their order
    class_names: tuple[tuple[str, str], ...]
    principal: np.ndarray
    share: tuple[float, ...]  # of the variance, along each axis of the first map
    folded: np.ndarray
    left_out: int  # tokens too rare to be drawn


@dataclass(frozen=True)
class Scale:
    """A view of each map."""

    principal: tuple[float, float, float, float]
    folded: tuple[float, float, float, float]


def folded(points: np.ndarray, start: np.ndarray) -> np.ndarray:
    """t-SNE by cosine distance from a given start (van der Maaten and Hinton 2008), always with the
    same random numbers; the start itself where there are too few points.
    """
    if len(points) < 5:
        return start
    from sklearn.manifold import TSNE

    begin = (1e-4 * start / max(float(start.std()), 1e-9)).astype(np.float32)
    return np.asarray(
        TSNE(
            2,
            perplexity=min(PERPLEXITY, (len(points) - 1) / 3),
            metric="cosine",
            init=begin,
            learning_rate="auto",
            random_state=0,
        ).fit_transform(points.astype(np.float32)),
        float,
    )


@figure("embedding-map")
class EmbeddingMap(Figure[Study, Data, Scale]):
    """Principal axes at the left, t-SNE at the right."""

    height = TOP + SIDE + 40

    def compute(self, study: Study) -> Data:
        ids, kinds = seen(study), list(study.classes.values())
        drawn, points = ids[:MOST], study.weights["W_E"]
        middle, axes, share = axes_of(points[ids])
        principal = (points[drawn] - middle) @ axes
        told = readable(study.rule.tokens.names, study.tokens, 60)
        names = tuple(
            (kind, name)
            for kind, name in study.rule.class_names.items()
            if kind in {kinds[i] for i in drawn}
        )
        return Data(
            study.step,
            {told[i]: kinds[i] for i in drawn},
            names,
            principal,
            share,
            folded(points[drawn], principal),
            len(study.tokens) - len(drawn),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            shaped(box(*(f.principal for f in frames), pad=0.04), 1),
            box(*(f.folded for f in frames), pad=0.04),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "The same embedding twice.  Left, distances are those of two of its directions.  Right,"
            " only the nearest neighbours are kept:\nhow far apart two groups lie there, and how"
            " large they are, means little.",
            stamp(data.step),
        )
        names = list(data.classes)
        panels = []
        for i, (letter, words, note, view) in enumerate(
            (
                (
                    "a",
                    "Principal axes",
                    (
                        f"{100 * data.share[0]:.0f} % of the variance across,"
                        f" {100 * data.share[1]:.0f} % up"
                    ),
                    scale.principal,
                ),
                ("b", "t-SNE", "by cosine, from (a)", scale.folded),
            )
        ):
            axes = canvas.panel(2 + i * (SIDE + BETWEEN), TOP, SIDE, SIDE)
            axes.set(xlim=view[:2], ylim=view[2:]), axes.set_xticks([]), axes.set_yticks([])
            for spine in axes.spines.values():
                spine.set_visible(True)
            canvas.caption(axes, letter, words, note)
            dots = {
                kind: axes.scatter(
                    [],
                    [],
                    s=16,
                    marker=theme.markers[kind],
                    color=[theme.classes[kind]],
                    edgecolors=[theme.paper],
                    linewidths=0.6,
                    zorder=5,
                )
                for kind, _ in data.class_names
            }
            panels.append((dots, Labels(axes, theme, BODY, merge=0.1)))
        class_key(canvas, 2, TOP + SIDE + 24, dict(data.class_names), data.classes.values())

        def update(data: Data) -> None:
            for (dots, labels), points in zip(panels, (data.principal, data.folded)):
                for kind, cloud in dots.items():
                    cloud.set_offsets(
                        points[[data.classes[n] == kind for n in names]].reshape(-1, 2)
                    )
                labels.set(
                    [
                        Mark(x, y, name, None, theme.classes[data.classes[name]])
                        for (x, y), name in zip(points, names)
                    ]
                )

        return update

    def caption(self, data: Data) -> str:
        return (
            f"The embedding of the {len(data.classes)} most frequent"
            f" tokens{f'; {data.left_out} rarer ones are left out' if data.left_out else ''}. (a)"
            " Projection on the two directions in which the embeddings of all frequent tokens vary"
            " most. (b) t-SNE by cosine distance, with fixed random numbers and begun at (a): it"
            " keeps near tokens near, while distances between groups, their sizes and their"
            " densities mean little."
        )

    def alt(self, data: Data) -> str:
        ends = [
            list(data.classes)[i]
            for i in (
                data.principal[:, 0].argmin(),
                data.principal[:, 0].argmax(),
                data.principal[:, 1].argmin(),
                data.principal[:, 1].argmax(),
            )
        ]
        return (
            f"Two maps of {len(data.classes)} tokens at step {data.step:,}. The two principal axes"
            f" hold {100 * sum(data.share):.0f} % of the variance; the first runs from {ends[0]} to"
            f" {ends[1]}, the second from {ends[2]} to {ends[3]}. The second map is a t-SNE of the"
            " same embedding."
        )
