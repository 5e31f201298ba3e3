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
    Demonstration,
    SequenceHead,
    demonstrations,
    number_of,
    outcomes,
    told_of_each,
)
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, named
from reportgen.systems.sequence_rules.view import Study

TOP, BLOCK, FOOT = 70, 330, 62  # CSS pixels: above the first block, each block, below the last
LEFT, WIDE, GAP, TALL = 12, 239, 14, 226  # the three planes of a block


@dataclass(frozen=True)
class Data:
    """Values, attention outputs and sums of the demonstrations."""

    step: int
    classes: dict[str, str]
    demos: tuple[Demonstration, ...]
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
    outcomes: frozenset[str]  # that occur in any frame


@figure("value-arrows")
class ValueArrows(Figure[Study, Data, Scale]):
    """Value, attention output and sum as arrows in the plane: one row a sequence."""

    def height_of(self, data: Data) -> float:
        return TOP + len(data.demos) * BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        t, own = study.trace, heads(study)
        return Data(
            study.step,
            dict(study.classes),
            demonstrations(study),
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

        shown = outcomes(demo for f in frames for demo in f.demos)
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
        blocks = [
            self._block(canvas, TOP + i * BLOCK, data, i, scale) for i in range(len(data.demos))
        ]
        foot = TOP + len(blocks) * BLOCK + 16
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
            for i, block in enumerate(blocks):
                block(data, i)

        return update

    def _block(
        self, canvas: Canvas, y: float, data: Data, index: int, scale: Scale
    ) -> Callable[[Data, int], None]:
        """One sequence: its head and three planes."""
        theme, demo, green = canvas.theme, data.demos[index], canvas.theme.roles["value"]
        head = SequenceHead(canvas, LEFT + 20, y, data.classes, demo, index + 1)
        panels = [canvas.panel(LEFT + i * (WIDE + GAP), y + 76, WIDE, TALL) for i in range(3)]
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
        again = panels[1].scatter(
            [], [], s=14, marker="s", color=green, alpha=0.6, linewidths=0, zorder=3
        )
        links = LineCollection([], colors=[green], alpha=0.5, zorder=3.5, capstyle="round")
        panels[1].add_collection(links, autolim=False)
        starts = dots(panels[2], theme, 20, inks, rim=0.8, zorder=7)
        labels = [Labels(axes, theme) for axes in panels]

        def update(data: Data, index: int) -> None:
            demo, zero = data.demos[index], np.zeros_like(data.v[index])
            head.set(demo, self._reading(data, index))
            moves = (
                (zero, data.v[index]),
                (zero, data.added[index]),
                (data.before[index], data.after[index]),
            )
            at = data.v[index], data.added[index], data.before[index]
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
            again.set_offsets(data.v[index])
            pairs = [(i, j) for i in demo.constrained for j in range(i + 1)]
            links.set_segments(
                [np.array([data.added[index, i], data.v[index, j]]) for i, j in pairs]
            )
            links.set_linewidth([4 * data.pattern[index, i, j] for i, j in pairs])
            starts.set_offsets(data.before[index])

        return update

    @staticmethod
    def _reading(data: Data, index: int) -> list[str]:
        demo = data.demos[index]
        length: Callable[[np.ndarray], str] = lambda a: number(float(np.hypot(*a)), 1)
        return [
            f"{demo.tokens[i]} at {i}: value of length {length(data.v[index, i])}, attention output"
            f" of length {length(data.added[index, i])}, sum read as {demo.predicted[i]}."
            for i in demo.constrained
        ]

    def caption(self, data: Data) -> str:
        where = "Values stand as the output projection writes them. " if data.projected else ""
        return (
            f"{where}For each demonstration sequence the value of every position (a), its attention"
            " output, the weighted mean of the values it reads (b), and the sum with token plus"
            " position (c), as arrows in common views. In b and c arrows are"
            f" {told(outcomes(data.demos), OBEYED)}."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Values, attention outputs and sums of {number_of(data.demos)} as arrows at step"
            f" {data.step:,}. "
            + told_of_each(data.demos, lambda i: " ".join(self._reading(data, i)))
        )
