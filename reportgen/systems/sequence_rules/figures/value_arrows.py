"""Value, attention output and sum of every position as arrows, for each demonstration sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.collections import LineCollection

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import outcome_key, told
from reportgen.drawing.labels import Labels
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import box, extent, shaped
from reportgen.systems.sequence_rules.figures.parts.arrows import Arrow
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    OBEYED,
    InView,
    SequenceHead,
    again,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, named
from reportgen.systems.sequence_rules.view import Study

TOP, BLOCK, FOOT = 70, 330, 62  # CSS pixels: above the sequence, with its planes, below them
LEFT, WIDE, GAP, TALL = 12, 239, 14, 226  # the three planes


@dataclass(frozen=True)
class Data(InView):
    """Values, attention outputs and sums of the demonstrations."""

    pattern: np.ndarray  # [sequence, query, key]
    v: np.ndarray  # [sequence, position, dim]
    added: np.ndarray  # what attention adds
    before: np.ndarray  # token plus position
    after: np.ndarray  # the sum
    projected: bool  # do values stand behind the output projection (`parts.heads`)


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    values: View
    stream: View
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


@figure("value-arrows")
class ValueArrows(Figure[Study, Data, Scale]):
    """Value, attention output and sum as arrows in the plane, of one sequence."""

    def height_of(self, data: Data) -> float:
        return TOP + BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        t, own = study.trace, heads(study)
        return Data(
            *in_view(study),
            t.pattern(layer=-1, head=0),
            own.values[:, 0],
            t.attn_out(layer=-1),
            t.resid_pre(layer=-1),
            t.resid_mid(layer=-1),
            own.projected,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        def view(*names: str) -> View:
            return shaped(
                box(*(getattr(f, name) for f in frames for name in names), pad=0.12), WIDE / TALL
            )

        shown = outcomes(f.demo for f in frames)
        return Scale(view("v", "added"), view("before", "after"), shown)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "Attention replaces a position's own value (a) by a weighted mean of the values up to"
            " it (b) and adds that to token plus position (c).\nIn b, green squares are the values"
            " again; a line joins a constrained position's output to each value it reads, as wide"
            " as its weight.",
        )
        block = self._block(canvas, data, scale)
        foot = TOP + BLOCK + 16
        beside = outcome_key(canvas, LEFT, foot, scale.outcomes)
        behind = "  Values stand behind the output projection." if data.projected else ""
        canvas.text(
            beside,
            foot,
            (
                f"Dots in c: token plus position.{behind}"
                if behind
                else "Dots in c: token plus position, before attention."
            ),
            SMALL,
            theme.muted,
        )
        canvas.text(
            LEFT,
            foot + 20,
            f"a, b: {extent(scale.values)}.  c: {extent(scale.stream)}.",
            SMALL,
            theme.muted,
        )

        def update(data: Data) -> None:
            stamp(data.step)
            block(data)

        return update

    def _block(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        """The sequence: its head and three planes."""
        theme, demo, green = canvas.theme, data.demo, canvas.theme.roles["value"]
        head = SequenceHead(canvas, LEFT + 20, TOP, data.classes, demo, data.shown + 1)
        panels = [canvas.panel(LEFT + i * (WIDE + GAP), TOP + 76, WIDE, TALL) for i in range(3)]
        for axes, view, letter, words, note, colour in zip(
            panels,
            (scale.values, scale.values, scale.stream),
            "abc",
            ("Values", "Attention output", "Sum"),
            ("from the origin", "from the origin", "from before to after"),
            (green, None, None),
        ):
            plane(axes, theme, view, None)
            canvas.caption(axes, letter, words, note, colour)
        inks = [theme.classes[data.classes[t]] for t in demo.tokens]
        above = [4 if outcome == "free" else 6 for outcome in demo.outcomes]
        arrows = [[Arrow(axes, zorder=z) for z in above] for axes in panels]
        values = panels[1].scatter(
            [], [], s=14, marker="s", color=green, alpha=0.6, linewidths=0, zorder=3
        )
        links = LineCollection([], colors=[green], alpha=0.5, zorder=3.5, capstyle="round")
        panels[1].add_collection(links, autolim=False)
        starts = dots(panels[2], theme, 20, inks, rim=0.8, zorder=7)
        labels = [Labels(axes, theme) for axes in panels]

        def update(data: Data) -> None:
            v, added, before, after, pattern = (
                each[data.shown]
                for each in (data.v, data.added, data.before, data.after, data.pattern)
            )
            demo, zero = data.demo, np.zeros_like(v)
            head.set(demo, self._reading(data))
            moves, at = ((zero, v), (zero, added), (before, after)), (v, added, before)
            for own, (starts_, ends), points, names, role in zip(
                arrows, moves, at, labels, (green, None, None)
            ):
                for arrow, start, end, outcome in zip(own, starts_, ends, demo.outcomes):
                    arrow.set(
                        start,
                        end,
                        role or theme.outcomes[outcome],
                        1.2 if outcome == "free" or role else 2.2,
                    )
                path = np.concatenate(
                    [starts_ + (ends - starts_) * s for s in np.linspace(0, 1, 40)]
                )
                names.set(named(demo.tokens, points, inks), avoid=path)
            values.set_offsets(v)
            pairs = [(i, j) for i in demo.constrained for j in range(i + 1)]
            links.set_segments([np.array([added[i], v[j]]) for i, j in pairs])
            links.set_linewidth([4 * pattern[i, j] for i, j in pairs])
            starts.set_offsets(before)

        return update

    @staticmethod
    def _reading(data: Data) -> list[str]:
        demo, v, added = data.demo, data.v[data.shown], data.added[data.shown]
        length: Callable[[np.ndarray], str] = lambda a: number(float(np.hypot(*a)), 1)
        return [
            f"{demo.tokens[i]} at {i}: value of length {length(v[i])}, attention output"
            f" of length {length(added[i])}, sum read as {demo.predicted[i]}."
            for i in demo.constrained
        ]

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        where = "Values stand as the output projection writes them. " if data.projected else ""
        return (
            f"{where}Of the demonstration {' '.join(data.demo.tokens)}, the value of every position"
            " (a), its attention output, the weighted mean of the values it reads (b), and the sum"
            " with token plus position (c), as arrows in common views. In b and c arrows are"
            f" {told(outcomes([data.demo]), OBEYED)}.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            f"Values, attention outputs and sums of {' '.join(data.demo.tokens)} as arrows at step"
            f" {data.step:,}. {' '.join(self._reading(data))}"
        )
