"""What follows some tokens: the network's likeliest next tokens, each beside its share in the text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.facts.text.neighbours import kinds
from reportgen.figures.base import Figure, figure, stamp
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.choices import PANELS, WIDEST, Choice, asked, choices, draw, height, told
from reportgen.figures.parts.names import readable
from reportgen.study import Study

TOP = 68  # CSS pixels above the first panels


@dataclass(frozen=True)
class Data:
    """Some tokens, and what comes after them."""

    step: int
    choices: tuple[Choice, ...]
    agree: float  # share of all tokens of the text for which the first choice is the most frequent one


@figure
class WhatFollows(Figure):
    """The likeliest next tokens of some tokens."""

    slug, title, needs = "what-follows", "What comes after a token", ("table",)
    height = height(PANELS, TOP)

    def compute(self, study: Study) -> Data:
        counts, classes = study.counts, list(study.classes.values())
        names = readable(study.rule.tokens.names, study.tokens, WIDEST)
        often, network, table = counts.often, study.table, counts.after
        agree = float((often * (network.argmax(1) == table.argmax(1))).sum() / often.sum())
        return Data(study.step, choices(asked(kinds(study), often), names, classes, np.asarray(network), np.asarray(table), often), agree)

    def height_of(self, data: Data) -> float:
        return height(len(data.choices), TOP)

    def scale(self, frames: Sequence[Data]) -> None:
        return None

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        canvas.headline(self.title, "The network’s likeliest next tokens; of each kind of token the most frequent ones are asked about.", stamp(data.step))
        draw(canvas, TOP, data.choices, before=False)
        return lambda data: None

    def caption(self, data: Data) -> str:
        return ("For some frequent tokens of each kind the tokens that the network holds likeliest to come next (bars, left numbers), "
                "and how often they do in the training blocks (marks, right numbers). ␣ is a space, ⏎ a line end, □ any token too rare to have a name.")  # fmt: skip

    def alt(self, data: Data) -> str:
        return f"{told(data.choices, 'after')} At step {data.step:,} the first choice is the most frequent one for {100 * data.agree:.1f} % of the text."
