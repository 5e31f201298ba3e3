"""A sheet of panels, one a token: what is likeliest beside it on one side, by the network and in
the text.
"""

import abc
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, stamp
from reportgen.drawing.names import readable
from reportgen.systems.text.facts.neighbours import kinds
from reportgen.systems.text.figures.parts.choices import (
    WIDEST,
    Choice,
    asked,
    choices,
    draw,
    height,
    told,
)
from reportgen.systems.text.view import Study

TOP = 68  # CSS pixels above the first panels


@dataclass(frozen=True)
class Data:
    """Some tokens, and what stands beside them."""

    step: int
    choices: tuple[Choice, ...]
    agree: (
        float  # share of all tokens of the text for which the first choice is a most frequent one
    )


class ChoiceSheet(Figure[Study, Data, None]):
    """The likeliest tokens on one side of some tokens."""

    before: ClassVar[bool]  # are they those that stand before
    lead: ClassVar[str]  # the line below the title
    shown: ClassVar[str]  # what bars are, in the caption

    @abc.abstractmethod
    def tables(self, study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Chances by the network and shares in the training blocks [asked token, other token], and
        how often each asked token stands there.
        """

    def compute(self, study: Study) -> Data:
        network, counts, often = self.tables(study)
        names = readable(study.rule.tokens.names, study.tokens, WIDEST)
        # of several that are equally frequent, any is right, as in the facts of the table
        right = counts[np.arange(len(counts)), network.argmax(1)] == counts.max(1)
        agree = float((often * right).sum() / often.sum())
        return Data(
            study.step,
            choices(
                asked(kinds(study), often),
                names,
                list(study.classes.values()),
                network,
                counts,
                often,
            ),
            agree,
        )

    def height_of(self, data: Data) -> float:
        return height(len(data.choices), TOP)

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        canvas.headline(self.title, self.lead, stamp(data.step))
        draw(canvas, TOP, data.choices, before=self.before)

    def caption(self, data: Data) -> str:
        return (
            f"For some frequent tokens of each kind {self.shown} (bars, left numbers), and how"
            " often they do in the training blocks (marks, right numbers)."
        )

    def alt(self, data: Data) -> str:
        return (
            f"{told(data.choices, 'before' if self.before else 'after')} At step {data.step:,} the"
            f" first choice is a most frequent one for {100 * data.agree:.1f} % of the text."
        )
