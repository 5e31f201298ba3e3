"""10: one query and what it would score with a key anywhere in the plane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix, colour_bar
from reportgen.drawing.planes import View, plane
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import BODY
from reportgen.drawing.views import box, shaped, signed_ticks
from reportgen.systems.sequence_rules.figures.parts.focus import Focus, focus
from reportgen.systems.sequence_rules.figures.parts.pairs import pair_scores
from reportgen.systems.sequence_rules.figures.parts.queries import (
    Field,
    field_norm,
    named_ends,
    role_legend,
)
from reportgen.systems.sequence_rules.view import Study

SIDE = 400  # of the field, in pixels


@dataclass(frozen=True)
class Data:
    """One query, all keys, and the scores of those it may read."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    focus: Focus
    queries: np.ndarray  # all of them [token, position, dim]
    keys: np.ndarray
    scores: np.ndarray  # [token, position] of the focused query; NaN where it reads no such key

    @property
    def position(self) -> int:
        """Where the query stands."""
        return self.focus.position

    @property
    def name(self) -> str:
        """The focused token, written."""
        return self.tokens[self.focus.token]

    @property
    def query(self) -> np.ndarray:
        """The focused query."""
        return self.queries[self.focus.token, self.position]


@dataclass(frozen=True)
class Scale:
    """Two views of one plane, and the norm of the field."""

    view: View  # around all keys
    whole: View  # around all queries and keys
    norm: Normalize


def reading(data: Data) -> dict[str, tuple[str, int, float]]:
    """The readable keys with the highest and the lowest score, and the query's own: token,
    position, score.
    """
    entry = lambda flat: (
        data.tokens[(at := np.unravel_index(int(flat), data.scores.shape))[0]],
        int(at[1]),
        float(data.scores[at]),
    )
    own = data.focus.token, data.position
    return {
        "highest": entry(np.nanargmax(data.scores)),
        "lowest": entry(np.nanargmin(data.scores)),
        "own": (data.name, data.position, float(data.scores[own])),
    }


@figure
class QKFocus(Figure):
    """The query of the trigger, or of the last token of the demonstration: a field of scores, the
    keys it may read, and the others in grey.
    """

    slug, title, height = "qk-focus", "One query, and the score it gives to every key", 584
    needs = ("head_plane",)

    def compute(self, study: Study) -> Data:
        chosen = focus(study)
        scores = pair_scores(study.lattice)[chosen.token, chosen.position]
        return Data(
            study.step,
            study.tokens,
            study.classes,
            chosen,
            study.lattice.q[0],
            study.lattice.k[0],
            scores,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        keys = [f.keys for f in frames]
        view = shaped(box(*keys), 1)
        return Scale(
            view,
            shaped(box(*keys, *(f.queries for f in frames)), 1),
            field_norm(view, *(f.query for f in frames)),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, p = canvas.theme, data.position
        blue, red = theme.roles["query"], theme.roles["key"]
        grey = theme.outcomes["free"]
        canvas.headline(
            self.title,
            f"The query of {data.name} ({data.focus.why}) at position {p}, the"
            f" {'middle' if p < data.keys.shape[1] - 1 else 'last'} one.  It may read any token at"
            f" positions 0 to {p - 1}, and its own key.",
            stamp(data.step),
        )
        main = canvas.panel(44, 84, SIDE, SIDE)
        plane(main, theme, scale.view)
        field = Field(main, theme, scale.norm, scale.view)
        canvas.caption(main, "a", "Score at every point of the plane", "query · point / √2")
        masked = main.scatter(
            [],
            [],
            marker="s",
            s=11,
            color=[grey],
            edgecolors=[theme.paper],
            linewidths=0.5,
            zorder=3,
        )
        free = main.scatter(
            [],
            [],
            marker="s",
            s=22,
            color=[red],
            edgecolors=[theme.paper],
            linewidths=0.7,
            zorder=4,
        )
        own = main.scatter(
            [],
            [],
            marker="s",
            s=70,
            color=[red],
            edgecolors=[theme.ink],
            linewidths=1.6,
            zorder=4.5,
        )
        labels = Labels(main, theme)
        colour_bar(
            canvas,
            theme.signed,
            scale.norm,
            44,
            84 + SIDE + 58,
            176,
            "score",
            signed_ticks(scale.norm),
        )
        role_legend(
            canvas,
            250,
            84 + SIDE + 62,
            [("s", red, "key it may read"), ("s", grey, "key it may not")],
        )
        role_legend(
            canvas,
            250,
            84 + SIDE + 84,
            [("-", theme.ink, "score zero"), (">", blue, "towards the query")],
        )

        left, row, column = 506, min(20, 240 / len(data.tokens)), min(50, 254 // (p + 1))
        cells = canvas.panel(left, 84, column * (p + 1), row * len(data.tokens))
        rows = Matrix(
            cells,
            theme,
            theme.signed,
            scale.norm,
            data.tokens,
            [str(i) for i in range(p + 1)],
            digits=1 if column >= 30 and row >= 14 else None,
            size=9,
        )
        canvas.caption(cells, "b", "The same scores", "by token and position")
        named = thinned(data.tokens, row, across=False)
        cells.set_yticks([n + 0.5 for n in named], [data.tokens[n] for n in named])
        for label, n in zip(cells.get_yticklabels(), named):
            label.set(color=theme.classes[data.classes[data.tokens[n]]], weight="bold")
        cells.add_patch(
            Rectangle(
                (p, data.focus.token),
                1,
                1,
                fill=False,
                edgecolor=theme.ink,
                lw=1.6,
                zorder=5,
                clip_on=False,
            )
        )
        cells.set_xlabel("position of the key", labelpad=2)
        small, low = 132, 84 + round(row * len(data.tokens)) + 72
        whole = canvas.panel(left, low, small, small)
        plane(whole, theme, scale.whole, None)
        canvas.caption(whole, "c", "Where the query lies")
        x0, x1, y0, y1 = scale.view
        whole.add_patch(
            Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=theme.muted, lw=1, zorder=6)
        )
        cloud = whole.scatter([], [], s=5, color=[blue], alpha=0.35, linewidths=0, zorder=3)
        tip = whole.scatter(
            [], [], s=34, color=[blue], edgecolors=[theme.paper], linewidths=0.8, zorder=7
        )
        name = Labels(whole, theme)
        said = canvas.text(
            left + small + 14, low + 2, "", BODY, theme.ink, va="top", linespacing=1.3
        )

        def update(data: Data) -> None:
            keys, may = data.keys, np.isfinite(data.scores)
            mine = np.zeros_like(may)
            mine[data.focus.token, data.position] = True
            field.set(data.query)
            for dots, which in ((masked, ~may), (free, may & ~mine), (own, mine)):
                dots.set_offsets(keys[which])
            first, last = 0, max(data.position - 1, 0)
            at = lambda t, p, token, colour: Mark(keys[t, p, 0], keys[t, p, 1], token, p, colour)
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
            rows.set(data.scores[:, : data.position + 1])
            cloud.set_offsets(data.queries.reshape(-1, 2))
            tip.set_offsets(data.query[None])
            name.set(
                [Mark(data.query[0], data.query[1], data.name, data.position, blue)],
                avoid=data.queries.reshape(-1, 2),
            )
            found = reading(data)
            where = lambda what: (
                f"{what.capitalize()}: {number(found[what][2], 1)}\n{found[what][0]} at position"
                f" {found[what][1]}"
            )
            said.set_text(
                f"{where('highest')}\n\n{where('lowest')}\n\nIts own key:"
                f" {number(found['own'][2], 1)}"
            )

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            f"(a) The query of {data.name} at position {data.position}: the fill is the score that"
            " a key at each point of the plane would get, brown above zero, blue below, with a"
            " line where it is zero. Red squares are the keys this query may read, named at their"
            f" {'first and last' if len(named_ends(data.tokens)) > 1 else 'last'} position; its own"
            " key is outlined. Grey squares cannot be read: later positions, and other tokens at"
            " the query’s own position. (b) The scores of the readable keys as numbers. (c) All"
            " queries, with this one named; the frame is the part of the plane shown in (a)."
        )

    def alt(self, data: Data) -> str:
        found = reading(data)
        say = lambda what: (
            f"{number(found[what][2], 1)} ({found[what][0]} at position {found[what][1]})"
        )
        return (
            f"The scores that the query of {data.name} at position {data.position} gives at step"
            f" {data.step:,}: the highest of the {int(np.isfinite(data.scores).sum())} keys it may"
            f" read is {say('highest')}, the lowest {say('lowest')}; its own key gets"
            f" {number(found['own'][2], 1)}."
        )
