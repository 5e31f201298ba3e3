"""10: one query and what it would score with a key anywhere in the plane."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, dot, key, line
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.planes import View, plane
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import BODY, Colour
from reportgen.drawing.views import box, closer, shaped
from reportgen.systems.sequence_rules.figures.parts.cells import in_class_colours
from reportgen.systems.sequence_rules.figures.parts.focus import OneQuery, one_query, reading
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, frame_view
from reportgen.systems.sequence_rules.figures.parts.queries import (
    Field,
    field_norm,
    named_ends,
)
from reportgen.systems.sequence_rules.view import Study

SIDE, SMALL_SIDE = 400, 132  # of the field and of the whole plane, in pixels
RIGHT = 506  # left edge of what stands beside the field


@dataclass(frozen=True)
class Scale:
    """Two views of one plane, and the norm of the field."""

    view: View  # around all keys; around all queries and keys where these lie hardly further out
    whole: View | None  # around all queries and keys, where the other one is closer
    norm: Normalize


@figure("qk-focus")
class QKFocus(Figure[Study, OneQuery, Scale]):
    """The query of the trigger, or of the last token of the demonstration: a field of scores, the
    keys it may read, and the others in grey.
    """

    height = 584

    def compute(self, study: Study) -> OneQuery:
        return one_query(study)

    def scale(self, frames: Sequence[OneQuery]) -> Scale:
        keys = [f.keys for f in frames]
        whole = shaped(box(*keys, *(f.queries for f in frames)), 1)
        close = closer(whole, SIDE, shaped(box(*keys), 1), SIDE)
        view = close or whole
        return Scale(view, whole if close else None, field_norm(view, *(f.query for f in frames)))

    def draw(self, canvas: Canvas, data: OneQuery, scale: Scale) -> Callable[[OneQuery], None]:
        p = data.position
        canvas.headline(
            self.title,
            f"The query of {data.name} ({data.focus.why}) at position {p}, the"
            f" {'middle' if p < data.keys.shape[1] - 1 else 'last'} one.  It may read any token at"
            f" positions 0 to {p - 1}, and its own key.",
            stamp(data.step),
        )
        row = min(20, 240 / len(data.tokens))
        low = 84 + round(row * len(data.tokens)) + 72
        panels = (
            self._field(canvas, data, scale),
            self._cells(canvas, row, data, scale.norm),
            *([self._whole(canvas, low, scale.view, scale.whole)] if scale.whole else []),
            self._said(canvas, low, RIGHT + (SMALL_SIDE + 14 if scale.whole else 0)),
        )

        def update(data: OneQuery) -> None:
            for panel in panels:
                panel(data)

        return update

    @staticmethod
    def _field(canvas: Canvas, data: OneQuery, scale: Scale) -> Callable[[OneQuery], None]:
        """The score at every point, with the keys that the query may read and those it may not."""
        theme, blue, red = canvas.theme, canvas.theme.roles["query"], canvas.theme.roles["key"]
        grey = theme.outcomes["free"]
        main = canvas.panel(44, 84, SIDE, SIDE)
        plane(main, theme, scale.view)
        field = Field(main, theme, scale.norm, scale.view)
        canvas.caption(main, "a", "Score at every point of the plane", "query · point / √2")
        masked = dots(main, theme, 11, [grey], marker="s", rim=0.5, zorder=3)
        free = dots(main, theme, 22, [red], marker="s", zorder=4)
        own = dots(main, theme, 70, [red], marker="s", rim=1.6, zorder=4.5)
        own.set_edgecolor([theme.ink])
        labels = Labels(main, theme)
        signed_bar(canvas, scale.norm, 44, 84 + SIDE + 58, 176, "score")
        keys = [
            Entry("key it may read", dot("s", red, 30)),
            Entry("key it may not", dot("s", grey, 30), not np.isfinite(data.scores).all()),
        ]
        lines = [
            Entry("score zero", line(theme.ink, 1.5)),
            Entry("towards the query", dot(">", blue, 30), bool(data.query.any())),
        ]
        for i, entries in enumerate((keys, lines)):
            key(canvas, 250, 84 + SIDE + 62 + 22 * i, entries, Layout(apart=40))

        def update(data: OneQuery) -> None:
            keys, may = data.keys, np.isfinite(data.scores)
            mine = np.zeros_like(may)
            mine[data.focus.token, data.position] = True
            field.set(data.query)
            for cloud, which in ((masked, ~may), (free, may & ~mine), (own, mine)):
                cloud.set_offsets(keys[which])
            first, last = 0, max(data.position - 1, 0)

            def at(t: int, p: int, token: str, colour: Colour) -> Mark:
                return Mark(keys[t, p, 0], keys[t, p, 1], token, p, colour)

            marks = [
                at(t, e, token, red)
                for t, token in enumerate(data.tokens)
                for e in sorted({first, last} if len(named_ends(data.tokens)) > 1 else {last})
                if may[t, e]
            ]
            labels.set(
                [*marks, at(data.focus.token, data.position, data.name, theme.ink)],
                avoid=keys.reshape(-1, 2),
            )

        return update

    @staticmethod
    def _cells(
        canvas: Canvas, row: float, data: OneQuery, norm: Normalize
    ) -> Callable[[OneQuery], None]:
        """The scores of the readable keys as numbers, the query's own key framed."""
        theme, p = canvas.theme, data.position
        column = min(50, 254 // (p + 1))
        cells = canvas.panel(RIGHT, 84, column * (p + 1), row * len(data.tokens))
        rows = Matrix(
            cells,
            theme,
            theme.signed,
            norm,
            data.tokens,
            [str(i) for i in range(p + 1)],
            digits=1 if column >= 30 and row >= 14 else None,
            size=9,
        )
        canvas.caption(cells, "b", "The same scores", "by token and position")
        shown = thinned(data.tokens, row, across=False)
        names = [data.tokens[n] for n in shown]
        cells.set_yticks([n + 0.5 for n in shown], names)
        in_class_colours(cells.get_yticklabels(), theme, data.classes, names)
        own = Rectangle((p, data.focus.token), 1, 1, fill=False, lw=1.6, zorder=5)
        own.set(edgecolor=theme.ink, clip_on=False)
        cells.add_patch(own)
        cells.set_xlabel("position of the key", labelpad=2)
        return lambda data: rows.set(data.scores[:, : data.position + 1])

    @staticmethod
    def _whole(
        canvas: Canvas, low: float, view: View, everything: View
    ) -> Callable[[OneQuery], None]:
        """All queries with this one named, and the part of the plane that the field shows."""
        theme, blue = canvas.theme, canvas.theme.roles["query"]
        whole = canvas.panel(RIGHT, low, SMALL_SIDE, SMALL_SIDE)
        plane(whole, theme, everything, None)
        canvas.caption(whole, "c", "Where the query lies")
        frame_view(whole, view, theme.muted, 1)
        cloud = whole.scatter([], [], s=5, color=[blue], alpha=0.35, linewidths=0, zorder=3)
        tip = dots(whole, theme, 34, [blue], rim=0.8, zorder=7)
        name = Labels(whole, theme)

        def update(data: OneQuery) -> None:
            every = data.queries.reshape(-1, 2)
            cloud.set_offsets(every)
            tip.set_offsets(data.query[None])
            mark = Mark(data.query[0], data.query[1], data.name, data.position, blue)
            name.set([mark], avoid=every)

        return update

    @staticmethod
    def _said(canvas: Canvas, low: float, left: float) -> Callable[[OneQuery], None]:
        """The highest score, the lowest, and that of the query's own key in words."""
        text = canvas.text(left, low + 2, "", BODY, va="top", linespacing=1.3)

        def update(data: OneQuery) -> None:
            found = reading(data)
            where: Callable[[str], str] = lambda what: (
                f"{what.capitalize()}: {number(found[what][2], 1)}\n{found[what][0]} at position"
                f" {found[what][1]}"
            )
            text.set_text(
                f"{where('highest')}\n\n{where('lowest')}\n\nIts own key:"
                f" {number(found['own'][2], 1)}"
            )

        return update

    def caption(self, data: OneQuery) -> str:
        return (
            f"(a) The query of {data.name} at position {data.position}: the fill is the score that"
            " a key at each point of the plane would get, brown above zero, blue below, with a"
            " line where it is zero. Red squares are the keys this query may read, named at their"
            f" {'first and last' if len(named_ends(data.tokens)) > 1 else 'last'} position; its own"
            " key is outlined. Grey squares cannot be read: later positions, and other tokens at"
            " the query’s own position. (b) The scores of the readable keys as numbers."
            + (
                " (c) All queries, with this one named; the frame is the part of the plane shown in"
                " (a)."
                if self.scale([data]).whole
                else ""
            )
        )

    def alt(self, data: OneQuery) -> str:
        found = reading(data)
        say: Callable[[str], str] = lambda what: (
            f"{number(found[what][2], 1)} ({found[what][0]} at position {found[what][1]})"
        )
        return (
            f"The scores that the query of {data.name} at position {data.position} gives at step"
            f" {data.step:,}: the highest of the {int(np.isfinite(data.scores).sum())} keys it may"
            f" read is {say('highest')}, the lowest {say('lowest')}; its own key gets"
            f" {number(found['own'][2], 1)}."
        )
