"""20: for each query of the demonstration, the score a key would get anywhere in the plane, all on
one scale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, halo, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, dot, key, line
from reportgen.drawing.labels import Labels
from reportgen.drawing.planes import View, plane
from reportgen.drawing.style import INDEX, SMALL, TOKEN
from reportgen.drawing.views import box, shaped
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
)
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, named
from reportgen.systems.sequence_rules.figures.parts.queries import Field, field_norm
from reportgen.systems.sequence_rules.view import Study

# queries shown, panels in a row, and sizes in pixels
MOST, COLUMNS, LEFT, GAP, TOP, HEAD = 16, 4, 24, 14, 84, 24
SIDE = (760 - LEFT - GAP * (COLUMNS - 1)) / COLUMNS


@dataclass(frozen=True)
class Data:
    """The demonstration with its queries, keys and attention."""

    step: int
    demo: Demonstration
    kinds: tuple[str, ...]  # class of each token
    q: np.ndarray  # [position, dim]
    k: np.ndarray
    scores: np.ndarray  # [query, key]; NaN where the key lies in the future
    pattern: np.ndarray

    @property
    def shown(self) -> range:
        """The last MOST positions."""
        return range(max(0, len(self.q) - MOST), len(self.q))


@dataclass(frozen=True)
class Scale:
    """One view and one norm for all fields."""

    view: View
    norm: Normalize


@figure("query-fields")
class QueryFields(Figure[Study, Data, Scale]):
    """One field of q.k a query, with the keys it may read."""

    def height_of(self, data: Data) -> float:
        return TOP + -(-len(data.shown) // COLUMNS) * (SIDE + HEAD) + 52

    def compute(self, study: Study) -> Data:
        at, trace = study.demonstration, study.trace
        demo = demonstration(study, at)
        return Data(
            study.step,
            demo,
            tuple(study.classes[t] for t in demo.tokens),
            trace.q(layer=0, head=0)[at],
            trace.k(layer=0, head=0)[at],
            trace.attn_scores(layer=0, head=0)[at].filled(np.nan),
            trace.pattern(layer=0, head=0)[at],
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        view = shaped(box(*(f.k for f in frames), pad=0.12), 1)
        return Scale(view, field_norm(view, *(f.q for f in frames)))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        blue, red, grey = theme.roles["query"], theme.roles["key"], theme.outcomes["free"]
        canvas.headline(
            self.title,
            f"{' '.join(data.demo.tokens)}: one panel for each token’s query.  The fill is the"
            " score a key would get there; one colour scale for all panels.",
            stamp(data.step),
        )
        panels = []
        for i, at in enumerate(data.shown):
            x, y = (
                LEFT + (i % COLUMNS) * (SIDE + GAP),
                TOP + HEAD * (i // COLUMNS) + SIDE * (i // COLUMNS),
            )
            axes = canvas.panel(x, y, SIDE, SIDE)
            plane(axes, theme, scale.view, None)
            field = Field(axes, theme, scale.norm, scale.view)
            token, kind = data.demo.tokens[at], data.kinds[at]
            canvas.text(x, y - 6, token, TOKEN, theme.classes[kind], weight="bold")
            canvas.text(
                x + width_of(token, TOKEN, "bold") + 2, y - 3.5, str(at), INDEX, theme.muted
            )
            reads = canvas.text(x + SIDE, y - 6, "", SMALL, theme.muted, ha="right")
            wanted = axes.scatter(
                [],
                [],
                marker="s",
                s=110,
                facecolor="none",
                edgecolors=[theme.outcomes["obeyed"]],
                linewidths=1.8,
                zorder=5,
                path_effects=halo(theme, 3.4),
            )
            masked = dots(axes, theme, 15, [grey], marker="s", rim=0.6)
            keys = dots(axes, theme, 26, [red], marker="s", zorder=6)
            panels.append((at, field, keys, masked, wanted, reads, Labels(axes, theme, size=9)))
        low = self.height_of(data) - 40
        signed_bar(canvas, scale.norm, LEFT, low, 150, f"query · point / √{data.q.shape[1]}")
        future = data.shown[0] < len(data.q) - 1
        key(
            canvas,
            LEFT + 186,
            low + 8,
            [
                Entry("key it may read", dot("s", red, 30)),
                Entry("key in the future", dot("s", grey, 30), future),
                Entry("score zero", line(theme.ink, 1.5)),
                Entry("towards the query", dot(">", blue, 30), bool(data.q.any())),
            ],
            Layout(apart=40),
        )
        held = any(data.demo.sources[at] >= 0 for at in data.shown)
        canvas.text(
            LEFT + 186,
            low + 28,
            f"{'Framed: the key that holds the answer.  ' if held else ''}Above a panel: where most"
            " attention goes.",
            SMALL,
            theme.muted,
        )

        def update(data: Data) -> None:
            names = data.demo.tokens
            for at, field, keys, masked, wanted, reads, labels in panels:
                field.set(data.q[at])
                keys.set_offsets(data.k[: at + 1])
                masked.set_offsets(data.k[at + 1 :].reshape(-1, 2))
                source = data.demo.sources[at]
                wanted.set_offsets(data.k[[source]] if source >= 0 else np.empty((0, 2)))
                most = int(data.pattern[at].argmax())
                reads.set_text(f"{data.pattern[at, most]:.2f} on {names[most]} at {most}")
                labels.set(named(names[: at + 1], data.k, [red] * len(names)), avoid=data.k)

        return update

    def caption(self, data: Data) -> str:
        shown = (
            ""
            if len(data.shown) == len(data.q)
            else f" (the last {len(data.shown)} of {len(data.q)} positions)"
        )
        return (
            f"One panel for each query of one demonstration{shown}: the fill is the score that a"
            " key at each point would get from this query, brown above zero, blue below, on one"
            " scale, so a weak query looks pale. The line is score zero, the arrow points towards"
            " the query. Red squares are the keys it may read, its own among them; grey ones lie"
            " in the future."
            + (
                " A teal frame marks the key that holds the answer."
                if any(data.demo.sources[at] >= 0 for at in data.shown)
                else ""
            )
        )

    def alt(self, data: Data) -> str:
        most = data.pattern.argmax(-1)
        constrained = [
            f"the {data.demo.tokens[i]} at position {i} gives most, {data.pattern[i, most[i]]:.2f},"
            f" to {data.demo.tokens[most[i]]} at {most[i]} ({data.demo.outcomes[i]})"
            for i in data.demo.constrained
        ]
        return (
            f"Fields of scores for the queries of {' '.join(data.demo.tokens)} at step"
            f" {data.step:,}; the scores of readable keys run from"
            f" {number(float(np.nanmin(data.scores)), 1)} to"
            f" {number(float(np.nanmax(data.scores)), 1)}. Where the rule decides,"
            f" {'; '.join(constrained)}."
        )
