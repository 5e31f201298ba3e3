"""One demonstration sequence against every next token: its values, the move to the sum, and the
sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import outcome_key, told
from reportgen.drawing.planes import View
from reportgen.drawing.scales import share_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, extent, shaped
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    DECIDED,
    Demonstration,
    SequenceHead,
    again,
    answers,
    demonstration,
    outcomes,
)
from reportgen.systems.sequence_rules.figures.parts.direct_logits import DirectLogits
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.sequence_points import Part
from reportgen.systems.sequence_rules.figures.parts.tokenmaps import GRID, TokenMaps
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the first row, each row, below the last, each row's planes
TOP, ROW, FOOT, TALL = 144, 266, 46, 224
MOST = 14  # tokens whose maps a row has room for
WORTH = 0.005  # a token whose region takes less of the view gets a thumbnail


@dataclass(frozen=True)
class Data:
    """One demonstration in the plane that the feed-forward network reads."""

    step: int
    number: int
    classes: dict[str, str]
    demo: Demonstration
    values: np.ndarray  # [position, dim]
    before: np.ndarray  # token plus position
    after: np.ndarray  # with what attention adds
    chances: np.ndarray  # [constrained position, token] probabilities of every next token there
    readout: Readout
    projected: bool  # do values stand behind the output projection (`parts.heads`)
    residual: bool  # does attention add to the stream, or stand in its place


@dataclass(frozen=True)
class Scale:
    """One view and one scale for all panels, and the tokens whose panels are large."""

    view: View  # square
    large: tuple[int, ...]
    norm: Normalize
    outcomes: frozenset[str]  # that occur in any frame


class Planes(Variant[Study, Data, Scale]):
    """(values; embedding to sum; sum) x every next token, for the demonstration in view."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane", "one_head")

    def suits(self, study: Study) -> bool:
        return super().suits(study) and len(study.tokens) <= MOST

    def height_of(self, data: Data) -> float:
        return TOP + (3 if data.residual else 2) * ROW + FOOT

    def compute(self, study: Study) -> Data:
        i, t = study.demonstration, study.trace
        demo = demonstration(study, i)
        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            demo,
            heads(study).values[i, 0],
            t.resid_pre(layer=-1)[i],
            t.resid_mid(layer=-1)[i],
            t.probabilities[i, list(demo.constrained)],
            study.readout,
            "W_O" in study.weights,
            study.config.model.residual,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        view = shaped(
            box(
                *(
                    a
                    for f in frames
                    for a in (f.values, f.after, *([f.before] if f.residual else []))
                )
            ),
            1,
        )
        large: set[int] = set()
        for f in frames:
            large |= {t for t, share in regions(f.readout, view).share.items() if share >= WORTH}
            large |= {
                t
                for i in f.demo.constrained
                for t in (*f.demo.targets[i], list(f.classes).index(f.demo.predicted[i]))
            }
        norm = share_norm(*(f.readout.raster(view, GRID) for f in frames))
        return Scale(view, tuple(sorted(large)), norm, outcomes(f.demo for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "Small maps: the probability of one next token over the plane that the feed-forward"
            " network reads.  Large map: the token that wins.\nA teal frame marks the token the"
            " rule wants and the positions that want it; only these positions have a colour.",
        )
        head = SequenceHead(canvas, 32, 62, data.classes, data.demo, data.number)
        where = ", behind W_O" if data.projected else ""
        moves = (
            [(Part.MOVES, "b", "Embedding to sum", "what attention adds")] if data.residual else []
        )
        sums = (
            (Part.SUMS, "c", "Sum", "what is read")
            if data.residual
            else (Part.SUMS, "b", "Attention output", "what is read")
        )
        parts = [(Part.VALUES, "a", "Values", f"squares hold an answer{where}"), *moves, sums]
        rows = [
            TokenMaps(
                canvas,
                TOP + i * ROW,
                TALL,
                part,
                scale.view,
                scale.large,
                scale.norm,
                data.classes,
                data.demo,
                (letter, words, note),
            )
            for i, (part, letter, words, note) in enumerate(parts)
        ]
        foot = TOP + len(rows) * ROW + 4
        chance_bar(canvas, 6, foot, 150, "probability of the next token", scale.norm)
        outcome_key(canvas, 190, foot + 6, scale.outcomes)
        canvas.text(
            190,
            foot + 24,
            f"Small maps: {extent(scale.view)}; dashes cross at zero.",
            SMALL,
            theme.muted,
        )

        def update(data: Data) -> None:
            stamp(data.step)
            head.set(data.demo, [f"{line}." for line in answers(data.demo)])
            outputs = rows[0].outputs(data.readout)
            points = [
                (data.values, data.values),
                *([(data.before, data.after)] if data.residual else []),
                (data.after, data.after),
            ]
            for row, ends in zip(rows, points):
                row.set(data.demo, *ends, outputs, data.chances)

        return update

    def caption(self, data: Data) -> str:
        if data.number > 1:
            return again(data.demo)
        rows = (
            "Values (a), the moves from token plus position to the sum with what attention adds"
            " (b), and the sums (c)"
            if data.residual
            else (
                "Values (a) and attention outputs, which take the place of token plus position (b),"
            )
        )
        where = " Values stand as the output projection writes them." if data.projected else ""
        return (
            f"{rows} of the demonstration {' '.join(data.demo.tokens)}, over the probability of"
            f" each next token and, large, over the token that wins.{where} A frame marks the token"
            f" the rule wants; a position is {told(outcomes([data.demo]), DECIDED)}. Dots of"
            " free positions carry the colour of their token's class. Tokens that win next"
            " to nowhere are shown as thumbnails."
        )

    def alt(self, data: Data) -> str:
        made = (
            "its moves by attention and its sums"
            if data.residual
            else "and what attention makes of them"
        )
        return (
            f"The sequence {' '.join(data.demo.tokens)} at step {data.step:,} over maps of the"
            " probability of each next token: its values,"
            f" {made}."
            f" {'; '.join(answers(data.demo))}."
        )


@figure("value-demo")
class ValueDemo(ByWidth):
    """What a sequence gives to every next token."""

    ways = (Planes(), DirectLogits())
