"""15: what attention adds to each position of a sequence, and into which token's region that
leads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.core.exact.geometry import Regions, regions
from reportgen.core.readout import Readout
from reportgen.drawing.answers import AnswerColumn
from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import outcome_key, told
from reportgen.drawing.labels import Labels
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, digits_for, extent, shaped
from reportgen.systems.sequence_rules.figures.parts.arrows import Arrow
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    OBEYED,
    InView,
    SequenceHead,
    again,
    answers,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.notes import notes
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, named
from reportgen.systems.sequence_rules.figures.parts.stream_maps import StreamMaps
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the sequence, with its panels, below them, each panel
TOP, BLOCK, FOOT, TALL = 70, 366, 78, 248
ADDED, LAND = (306, 156), (476, 283)  # left edge and width of the two planes
GRID = 121  # raster of the fade


@dataclass(frozen=True)
class Data(InView):
    """The residual stream of the demonstrations before and after attention."""

    before: np.ndarray  # [sequence, position, dim] token plus position
    added: np.ndarray  # what attention adds
    after: np.ndarray  # their sum
    readout: Readout


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    vectors: Normalize
    added: View
    view: View
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class Planes(Variant[Study, Data, Scale]):
    """Embedding, attention output and sum as numbers and as arrows over the decision regions, of
    one sequence.
    """

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane",)

    def height_of(self, data: Data) -> float:
        return TOP + BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        t = study.trace
        return Data(
            *in_view(study),
            t.resid_pre(layer=-1),
            t.attn_out(layer=-1),
            t.resid_mid(layer=-1),
            study.readout,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        parts = ("before", "added", "after")
        before, added, after = ([getattr(f, name) for f in frames] for name in parts)
        return Scale(
            signed_norm(*before, *added, *after),
            shaped(box(*added, pad=0.14), ADDED[1] / TALL),
            shaped(box(*before, *after), LAND[1] / TALL),
            outcomes(f.demo for f in frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Token plus position (a) and what attention adds (b) make the sum (c) that enters the"
            " feed-forward network.  In the plane (f) an arrow\nruns from a to c.  Only positions"
            " after which the rule decides are coloured; everywhere else the next token is free.",
        )
        block = self._block(canvas, data, scale)
        foot = TOP + BLOCK + 14
        signed_bar(canvas, scale.vectors, 32, foot, 130, "a, b, c: component")
        outcome_key(canvas, 306, foot + 2, scale.outcomes)
        notes(
            canvas,
            306,
            foot + 20,
            "f: coloured by the token that wins there, faded where it is unsure.  Dot: before",
            f"attention; arrowhead: after it.  e: {extent(scale.added)}.",
            f"f: {extent(scale.view)}.",
        )

        def update(data: Data) -> None:
            stamp(data.step)
            cut = regions(data.readout, scale.view)
            chance = data.readout.raster(scale.view, GRID)
            block(data, cut, chance)

        return update

    def _block(
        self, canvas: Canvas, data: Data, scale: Scale
    ) -> Callable[[Data, Regions, np.ndarray], None]:
        """The sequence: its head, numbers and predictions at the left, planes at the right."""
        theme, demo, n = canvas.theme, data.demo, len(data.demo.tokens)
        head = SequenceHead(canvas, 32, TOP, data.classes, demo, data.shown + 1)
        top = TOP + 76
        frames = [canvas.panel(32 + i * 66, top, 60, TALL) for i in range(3)]
        maps = [
            Matrix(
                axes,
                theme,
                theme.signed,
                scale.vectors,
                n,
                ("dim 0", "dim 1"),
                digits=digits_for(scale.vectors),
            )
            for axes in frames
        ]
        name_tokens(frames[0], theme, demo.tokens, data.classes)
        table, added, land = (
            canvas.panel(230, top, 62, TALL),
            canvas.panel(ADDED[0], top, ADDED[1], TALL),
            canvas.panel(LAND[0], top, LAND[1], TALL),
        )
        for axes, letter, words, note in zip(
            (*frames, table, added, land),
            "abcdef",
            ("Start", "+ Attn", "= Sum", "Says", "What attention adds", "Start to sum"),
            ("", "", "", "", "", "over the winning tokens"),
        ):
            canvas.caption(
                axes, letter, words, note, theme.roles["value"] if letter in "be" else None
            )
        says = AnswerColumn(table, theme, n)
        planes = self._planes(added, land, canvas, data, scale)

        def update(data: Data, cut: Regions, chance: np.ndarray) -> None:
            demo = data.demo
            head.set(demo, [f"{line}." for line in answers(demo)])
            for matrix, values in zip(maps, (data.before, data.added, data.after)):
                matrix.set(values[data.shown])
            says.set(demo.predicted, demo.chance.tolist(), demo.outcomes, data.classes)
            planes(data, cut, chance)

        return update

    @staticmethod
    def _planes(
        added: Axes, axes: Axes, canvas: Canvas, data: Data, scale: Scale
    ) -> Callable[[Data, Regions, np.ndarray], None]:
        """What attention adds as arrows from the origin; the same arrows from where each position
        starts, over the regions.
        """
        theme, demo = canvas.theme, data.demo
        plane(added, theme, scale.added, None)
        plane(axes, theme, scale.view, None)
        inks = [theme.classes[data.classes[t]] for t in demo.tokens]
        land = Landscape(axes, theme, data.classes, scale.view, list(data.classes).__getitem__)
        moves = [
            tuple(Arrow(panel, zorder=4 if outcome == "free" else 6) for panel in (added, axes))
            for outcome in demo.outcomes
        ]
        starts = dots(axes, theme, 20, inks, rim=0.8, zorder=7)
        tips, names = Labels(added, theme), Labels(axes, theme)

        def update(data: Data, cut: Regions, chance: np.ndarray) -> None:
            demo, along = data.demo, np.linspace(0, 1, 40)[:, None, None]
            before, added, after = (
                each[data.shown] for each in (data.before, data.added, data.after)
            )
            path, ray = (
                (before * (1 - along) + after * along).reshape(-1, 2),
                (added * along).reshape(-1, 2),
            )
            land.show_regions(cut, chance, avoid=path)
            ends = zip(moves, before, added, after, demo.outcomes)
            for (out, move), start, step, end, outcome in ends:
                width = 1.1 if outcome == "free" else 2.2
                out.set(np.zeros(2), step, theme.outcomes[outcome], width)
                move.set(start, end, theme.outcomes[outcome], width)
            starts.set_offsets(before)
            tips.set(named(demo.tokens, added, inks), avoid=ray)
            names.set(
                named(demo.tokens, before, inks),
                avoid=np.concatenate([path, land.written(LAND[1])]),
            )

        return update

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Token plus position (a), what attention adds (b), their sum (c) and the likeliest next"
            " token with its probability (d), of the demonstration"
            f" {' '.join(data.demo.tokens)}; what attention adds as arrows from the origin (e), and"
            " from where each position starts over the exact decision regions of feed-forward"
            " network and head (f)."
            f" Positions are {told(outcomes([data.demo]), OBEYED)}.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            f"Residual stream of {' '.join(data.demo.tokens)} at step {data.step:,}, before and"
            f" after attention. {'; '.join(answers(data.demo))}."
        )


@figure("residual-stream")
class ResidualStream(ByWidth):
    """Embedding, attention output and sum, of one sequence."""

    ways = (Planes(), StreamMaps())
