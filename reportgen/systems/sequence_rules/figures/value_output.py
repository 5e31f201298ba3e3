"""14: what attention carries: values, their weighted means, and where both lie, of one
demonstration sequence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import told
from reportgen.drawing.labels import Labels
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, digits_for, extent, shaped
from reportgen.systems.sequence_rules.figures.parts.cells import frame_row
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    PREDICTED,
    InView,
    SequenceHead,
    again,
    framed,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.plane_marks import around, dots, named
from reportgen.systems.sequence_rules.figures.parts.value_maps import ValueMaps, reading
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the sequence, with its panels, below them, each panel
TOP, BLOCK, FOOT, TALL = 70, 312, 52, 184
PLANES, WIDE = (450, 608), 151  # left edges and width of the two planes


@dataclass(frozen=True)
class Data(InView):
    """Attention, values and attention outputs of the demonstrations."""

    pattern: np.ndarray  # [sequence, query, key], NaN where masked
    v: np.ndarray  # [sequence, position, dim]
    z: np.ndarray  # pattern @ v
    projected: bool  # do values stand behind the output projection (`parts.heads`)


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    vectors: Normalize
    view: View


class Planes(Variant[Study, Data, Scale]):
    """Attention, values, attention @ values, and the planes of both, of one sequence."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane", "one_head")

    def height_of(self, data: Data) -> float:
        return TOP + BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        own = heads(study)
        return Data(
            *in_view(study),
            own.pattern[:, 0],
            own.values[:, 0],
            own.outputs[:, 0],
            own.projected,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        values = [f.v for f in frames]  # outputs are means of values, so they lie among them
        return Scale(signed_norm(*values), shaped(box(*values, pad=0.12), WIDE / TALL))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "Each row of attention (a) weighs the values (b); the weighted mean is the row's output"
            " (c).  An output therefore lies among the values\nit reads (d, e).  Framed rows and"
            " rings: positions after which the rule decides."
            + ("  Values stand behind the output projection." if data.projected else ""),
        )
        block = self._block(canvas, data, scale)
        foot = TOP + BLOCK + 14
        chance_bar(canvas, 32, foot, 110, "a: attention")
        signed_bar(canvas, scale.vectors, 176, foot, 110, "b, c: component")
        canvas.text(
            324,
            foot - 2,
            "d, e: dots in the colour of their token's class; e: faint green squares are the values"
            " again.",
            SMALL,
            theme.muted,
        )
        canvas.text(324, foot + 12, f"Both planes: {extent(scale.view)}.", SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            block(data)

        return update

    def _block(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        """The sequence: its head, three matrices over the same rows, two planes in one view."""
        theme, demo, green = canvas.theme, data.demo, canvas.theme.roles["value"]
        head = SequenceHead(canvas, 32, TOP, data.classes, demo, data.shown + 1)
        top = TOP + 76
        a_axes, v_axes, z_axes = (
            canvas.panel(x, top, wide, TALL) for x, wide in ((32, 240), (286, 70), (364, 70))
        )
        dims, count = tuple(f"dim {d}" for d in range(data.v.shape[-1])), len(demo.tokens)
        pattern = Matrix(a_axes, theme, theme.probability, Normalize(0, 1), count, count, digits=2)
        v, z = (
            Matrix(
                axes,
                theme,
                theme.signed,
                scale.vectors,
                count,
                dims,
                digits=digits_for(scale.vectors),
            )
            for axes in (v_axes, z_axes)
        )
        name_tokens(a_axes, theme, demo.tokens, data.classes, columns=True)
        planes = [canvas.panel(x, top, WIDE, TALL) for x in PLANES]
        for axes, letter, words, colour in (
            (a_axes, "a", "Attention", None),
            (v_axes, "b", "Values", green),
            (z_axes, "c", "Output", None),
            (planes[0], "d", "Values", green),
            (planes[1], "e", "Outputs", None),
        ):
            canvas.caption(
                axes, letter, words, "each row sums to 1" if letter == "a" else "", colour
            )
        for i in framed(demo):
            for axes, wide in ((a_axes, i + 1), (z_axes, len(dims))):
                frame_row(axes, i, wide, theme.classes[data.classes[demo.tokens[i]]])
        for axes in planes:
            plane(axes, theme, scale.view, None)
        inks = [theme.classes[data.classes[t]] for t in demo.tokens]
        values = planes[1].scatter(
            [], [], s=11, marker="s", color=green, alpha=0.55, linewidths=0, zorder=3
        )
        rings = planes[1].scatter([], [], s=74, facecolors="none", linewidths=1.8, zorder=4)
        clouds = [dots(axes, theme, 22, inks) for axes in planes]
        labels = [Labels(axes, theme) for axes in planes]
        circle = around(12, 6 * (scale.view[1] - scale.view[0]) / WIDE)  # names stay off the rings

        def update(data: Data) -> None:
            demo, points = data.demo, (data.v[data.shown], data.z[data.shown])
            head.set(demo, self._reading(data))
            pattern.set(data.pattern[data.shown])
            ringed = points[1][list(demo.constrained)]
            for matrix, cloud, artist, names, avoid in zip(
                (v, z), points, clouds, labels, (None, (ringed[:, None] + circle).reshape(-1, 2))
            ):
                matrix.set(cloud)
                artist.set_offsets(cloud)
                names.set(named(demo.tokens, cloud, inks), avoid=avoid)
            values.set_offsets(points[0])
            rings.set_offsets(ringed)
            rings.set_edgecolor([theme.outcomes[demo.outcomes[i]] for i in demo.constrained])

        return update

    @staticmethod
    def _reading(data: Data) -> list[str]:
        demo, v, z = data.demo, data.v[data.shown], data.z[data.shown]
        lines = []
        for i in demo.constrained:
            if (s := demo.sources[i]) >= 0:
                gap = float(np.hypot(*(z[i] - v[s])))
                lines.append(
                    f"{demo.tokens[i]} at {i}: its output lies {number(gap, 2)} from the value of"
                    f" {demo.tokens[s]} at {s}, the answer."
                )
            else:
                lines.append(f"{reading(demo, z[None], i)}.")
        return lines

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        where = (
            "Values and outputs stand as the output projection writes them. "
            if data.projected
            else ""
        )
        return (
            f"{where}Attention (a), values (b) and attention outputs (c) of each position, and"
            " values (d) and outputs (e) in one plane, of the demonstration"
            f" {' '.join(data.demo.tokens)}. Rings mark positions after which the rule decides:"
            f" {told(outcomes([data.demo]), PREDICTED)}.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            f"Values and attention outputs of {' '.join(data.demo.tokens)} at step {data.step:,}."
            f" {' '.join(self._reading(data))}"
        )


@figure("value-output")
class ValueOutput(ByWidth):
    """Attention, values, and attention @ values, of one sequence."""

    ways = (Planes(), ValueMaps())
