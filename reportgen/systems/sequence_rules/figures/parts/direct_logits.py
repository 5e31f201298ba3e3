"""One sequence against every next token at any width: what each part of the network adds to each
logit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, halo, number
from reportgen.drawing.keys import told
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.scales import share_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.variants import Variant
from reportgen.drawing.views import digits_for, if_wide
from reportgen.systems.sequence_rules.figures.parts.cells import name_next
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    BRIEFLY,
    SequenceHead,
    again,
    answers,
    head_room,
    outcomes,
)
from reportgen.systems.sequence_rules.figures.parts.logit_parts import LogitParts, logit_parts
from reportgen.systems.sequence_rules.figures.parts.notes import notes
from reportgen.systems.sequence_rules.view import Study

TOP, HEAD, ROW, BETWEEN, FOOT, LEFT = 62, 84, 19, 52, 58, 108  # CSS pixels
LOW = 13  # CSS pixels of a row of key positions, where there are many of them


@dataclass(frozen=True)
class Scale:
    """One norm for the parts and their sum, one for what is read, and one for probabilities."""

    parts: Normalize
    read: Normalize
    chance: Normalize
    outcomes: frozenset[str]  # that occur in any frame


def _digits(norm: Normalize, cell: float) -> int | None:
    """Decimals of a logit in a cell of this width in CSS pixels."""
    return if_wide(1 if cell >= 36 else digits_for(norm, 10), cell, 21)


class Sum:
    """The logits after one position: a row a part, their sum, and the probabilities that come out,
    with a frame around what the rule allows.
    """

    def __init__(
        self,
        canvas: Canvas,
        y: float,
        letter: str,
        at: int,
        data: LogitParts,
        scale: Scale,
    ) -> None:
        self.theme, self.at, wide = canvas.theme, at, canvas.width - LEFT
        theme, rows, count = canvas.theme, [*data.names, "= logits"], len(data.classes)
        cell = wide / count
        axes = canvas.panel(LEFT, y, wide, ROW * len(rows))
        self.parts = Matrix(
            axes, theme, theme.signed, scale.parts, rows, count, digits=_digits(scale.parts, cell)
        )
        below = canvas.panel(LEFT, y + ROW * len(rows) + 3, wide, ROW)
        self.chance = Matrix(
            below,
            theme,
            theme.probability,
            scale.chance,
            ["probability"],
            count,
            digits=if_wide(2, cell, 24),
        )
        canvas.caption(
            axes, letter, f"After {data.demo.tokens[at]} at {at}", f"wanted: {data.demo.wanted[at]}"
        )
        name_next(below, theme, data.classes)
        axes.axhline(len(rows) - 1, color=theme.muted, lw=1.2)

        def frame(t: int) -> Rectangle:
            return Rectangle((t + 0.035, 0.06), 0.93, 0.88, fill=False, lw=1.8, zorder=6)

        self.frames = [below.add_patch(frame(t)) for t in data.demo.targets[at]]
        for patch in self.frames:
            patch.set_path_effects(halo(theme, 3))

    def set(self, data: LogitParts) -> None:
        """Other numbers of the same sequence."""
        self.parts.set(np.concatenate([data.parts[self.at], data.logits[self.at][None]]))
        self.chance.set(data.probabilities[self.at][None])
        for frame in self.frames:
            frame.set_edgecolor(self.theme.outcomes[data.demo.outcomes[self.at]])


class DirectLogits(Variant[Study, LogitParts, Scale]):
    """Parts x every next token for the last constrained positions, and what the last one reads from
    each position.
    """

    data: ClassVar[type] = LogitParts

    def compute(self, study: Study) -> LogitParts:
        return logit_parts(study, study.demonstration)

    def _reads(self, data: LogitParts) -> float:
        """Height of the map by position read."""
        return len(data.demo.tokens) * (ROW if len(data.demo.tokens) <= 12 else LOW)

    def height_of(self, data: LogitParts) -> float:
        return (
            TOP
            + HEAD
            + head_room(len(data.demo.tokens))
            + len(data.shown) * (ROW * (len(data.names) + 2) + BETWEEN)
            + self._reads(data)
            + BETWEEN
            + FOOT
        )

    def scale(self, frames: Sequence[LogitParts]) -> Scale:
        return Scale(
            signed_norm(
                *(a for f in frames for a in (f.parts[list(f.shown)], f.logits[list(f.shown)]))
            ),
            signed_norm(*(f.read for f in frames)),
            share_norm(*(f.probabilities[list(f.shown)] for f in frames)),
            outcomes(f.demo for f in frames),
        )

    def draw(self, canvas: Canvas, data: LogitParts, scale: Scale) -> Callable[[LogitParts], None]:
        stamp, demo = step_stamp(canvas), data.demo
        canvas.headline(
            self.title,
            "The logits of the next token as a sum of what each part of the network adds, one"
            " column a token; last row: the probability that comes out.\nFrames: what the rule"
            f" allows, {told(scale.outcomes, BRIEFLY)}.",
        )
        head = SequenceHead(canvas, 32, TOP, data.classes, demo, data.number)
        y, blocks = TOP + HEAD + head_room(len(demo.tokens)), []
        for letter, at in zip("abc", data.shown):
            blocks.append(Sum(canvas, y, letter, at, data, scale))
            y += ROW * (len(data.names) + 2) + BETWEEN
        read = self._read(canvas, y, data, scale.read)
        foot = canvas.height - 38
        signed_bar(canvas, scale.parts, LEFT, foot, 120, f"logit ({'abc'[: len(blocks)]})")
        signed_bar(canvas, scale.read, LEFT + 150, foot, 120, f"logit ({'abcd'[len(blocks)]})")
        chance_bar(canvas, LEFT + 300, foot, 120, "probability", scale.chance)
        notes(
            canvas,
            LEFT + 448,
            foot - 1,
            "Each row less its mean over the tokens:",
            "a constant changes no probability.",
        )

        def update(data: LogitParts) -> None:
            stamp(data.step)
            head.set(data.demo, [f"{line}." for line in answers(data.demo)])
            for block in blocks:
                block.set(data)
            read.set(data.read)

        return update

    def _read(self, canvas: Canvas, y: float, data: LogitParts, norm: Normalize) -> Matrix:
        """What attention adds at the last position by the position it reads."""
        theme, demo, wide = canvas.theme, data.demo, canvas.width - LEFT
        count, tall = len(demo.tokens), self._reads(data)
        axes = canvas.panel(LEFT, y, wide, tall)
        read = Matrix(
            axes,
            theme,
            theme.signed,
            norm,
            count,
            len(data.classes),
            digits=_digits(norm, wide / len(data.classes)) if tall / count >= ROW else None,
        )
        canvas.caption(
            axes,
            "abcd"[len(data.shown)],
            f"What attention adds at {count - 1}, by the position it reads",
            "all heads together; these rows add up to attention’s share above",
        )
        name_next(axes, theme, data.classes)
        name_tokens(axes, theme, demo.tokens, data.classes)
        return read

    def caption(self, data: LogitParts) -> str:
        if data.number > 1:
            return again(data.demo)
        return (
            "What each part of the network adds to the logit of every next token, at the last"
            f" {len(data.shown)} positions of the sequence after which the rule decides:"
            f" {', '.join(data.names)}. The rows above the line add up to the logits, and these"
            " make the probabilities; each row is shown less its mean over the tokens, which"
            " changes no probability. Below, what attention adds at the last position, taken apart"
            " by the position that it reads. Brown raises a logit, blue lowers it."
        )

    def alt(self, data: LogitParts) -> str:
        at = data.shown[-1]
        token = list(data.classes).index(data.demo.predicted[at])
        adds = ", ".join(
            f"{name} {number(float(value), 1)}"
            for name, value in zip(data.names, data.parts[at, :, token])
        )
        return (
            f"The logits of {' '.join(data.demo.tokens)} at step {data.step:,}, taken apart. After"
            f" {data.demo.tokens[at]} at {at} the logit of {data.demo.predicted[at]}, the likeliest"
            f" token, is made of: {adds}. {'; '.join(answers(data.demo)[-3:])}."
        )
