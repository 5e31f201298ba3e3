"""16 to 18: one demonstration sequence on the map of next tokens: its values, and where attention
moves it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import OUTCOMES, Entry, Layout, dot, key, line, told
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, extent, shaped
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    DECIDED,
    FEW,
    Demonstration,
    SequenceHead,
    again,
    answers,
    demonstration,
    outcomes,
)
from reportgen.systems.sequence_rules.figures.parts.direct_logits import DirectLogits
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.sequence_points import Part, Points
from reportgen.systems.sequence_rules.view import Study

TOP, WIDE, TALL, GAP, FOOT = 146, 366, 300, 28, 52  # CSS pixels: of each map, around them


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

    @property
    def wanted(self) -> tuple[int, ...]:
        """Tokens that the rule allows after one of the constrained positions."""
        return tuple(sorted({t for allowed in self.demo.targets for t in allowed}))

    @property
    def arrived(self) -> np.ndarray:
        """Where the arrows of the second map begin, or its points lie."""
        return self.before if self.residual else self.after


@dataclass(frozen=True)
class Scale:
    """One view for both maps."""

    view: View
    outcomes: frozenset[str]  # that occur in any frame


def in_words(data: Data, tokens: Sequence[int]) -> str:
    """Some of the tokens that the rule allows, named where they are few."""
    names = [list(data.classes)[t] for t in tokens]
    return " or ".join(names) if len(names) <= FEW else f"one of {len(names)} tokens"


def nowhere(data: Data, shown: Collection[int]) -> str:
    """Which tokens that the rule allows are not among those that win somewhere."""
    lost = [t for t in data.wanted if t not in shown]
    if len(lost) > FEW:
        return f"{len(lost)} of the tokens that the rule allows win nowhere here."
    names = " and ".join(list(data.classes)[t] for t in lost)
    return f"{names} {'wins' if len(lost) == 1 else 'win'} nowhere here." if lost else ""


class Planes(Variant[Study, Data, Scale]):
    """Values, and the moves to the sums, over the regions of the tokens that win."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane", "one_head")

    def height_of(self, data: Data) -> float:
        return TOP + TALL + FOOT

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
        clouds = (a for f in frames for a in (f.values, f.after, f.arrived))
        return Scale(shaped(box(*clouds), WIDE / TALL), outcomes(f.demo for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "The plane that the feed-forward network reads, cut by the token that wins; paler where"
            f" it is less sure.\nOutlined: where {in_words(data, data.wanted)} wins, which the rule"
            " allows after a position with a large dot.",
        )
        head = SequenceHead(canvas, 32, 62, data.classes, data.demo, data.number)
        where = ", behind W_O" if data.projected else ""
        second = (
            (Part.MOVES, "b", "Embedding to sum", "what attention adds, and what is then read")
            if data.residual
            else (Part.SUMS, "b", "Attention output", "what is read")
        )
        maps = []
        for x, (part, letter, words, note) in (
            (0, (Part.VALUES, "a", "Values", f"squares hold an answer{where}")),
            (WIDE + GAP, second),
        ):
            axes = canvas.panel(x, TOP, WIDE, TALL)
            plane(axes, theme, scale.view, None)
            canvas.caption(
                axes, letter, words, note, theme.roles["value"] if part is Part.VALUES else None
            )
            land = Landscape(axes, theme, data.classes, scale.view, list(data.classes).__getitem__)
            maps.append((land, Points(axes, canvas, part, data.demo, data.classes)))
        foot = TOP + TALL + 24
        key(
            canvas,
            0,
            foot,
            [
                Entry(
                    words,
                    line(theme.outcomes[kind], 1.3)
                    if kind == "free"
                    else dot("o", theme.outcomes[kind], 44),
                    kind in scale.outcomes and (kind != "free" or data.residual),
                )
                for kind, words in OUTCOMES.items()
            ],
            Layout(wide=14),
        )
        canvas.text(0, foot + 22, f"Both maps: {extent(scale.view)}.", SMALL, theme.muted)
        lost = canvas.text(canvas.width, foot, "", SMALL, theme.ink, ha="right")

        def update(data: Data) -> None:
            stamp(data.step)
            head.set(data.demo, [f"{line}." for line in answers(data.demo)])
            for (land, points), (start, end) in zip(
                maps, ((data.values, data.values), (data.arrived, data.after))
            ):
                path = np.concatenate([start + (end - start) * s for s in np.linspace(0, 1, 30)])
                land.show(data.readout, avoid=path)
                land.frame(data.wanted, theme.outcomes["obeyed"])
                lost.set_text(nowhere(data, land.around))
                points.set(data.demo, start, end, land.written(WIDE))

        return update

    def caption(self, data: Data) -> str:
        if data.number > 1:
            return again(data.demo)
        second = (
            "the moves by attention from token plus position to the sum (b),"
            if data.residual
            else "what attention puts in the place of token plus position (b),"
        )
        where = " Values stand as the output projection writes them." if data.projected else ""
        return (
            f"Values (a) and {second} of the demonstration {' '.join(data.demo.tokens)}, over the"
            f" regions of the plane in which each token wins.{where} A line surrounds the regions"
            " of the tokens that the rule allows after one of the positions at which it decides,"
            " as far as they win anywhere here. What is read at such a position is a large dot in"
            f" (b), {told(outcomes([data.demo]) - {'free'}, DECIDED)}; small dots carry the colour"
            " of their token’s class."
        )

    def alt(self, data: Data) -> str:
        made = (
            "its values, and its moves by attention to the sums"
            if data.residual
            else "its values, and what attention makes of them"
        )
        return (
            f"The sequence {' '.join(data.demo.tokens)} at step {data.step:,} over a map of the"
            f" token that wins: {made}. {'; '.join(answers(data.demo))}."
        )


@figure("value-demo")
class ValueDemo(ByWidth):
    """What a sequence gives to every next token."""

    ways = (Planes(), DirectLogits())
