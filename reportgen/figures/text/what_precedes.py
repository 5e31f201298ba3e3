"""What precedes some tokens: the likeliest previous tokens, by Bayes' rule, each beside its share in the text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.facts.text.neighbours import kinds
from reportgen.facts.text.table import backwards
from reportgen.figures.base import Figure, figure, stamp
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.choices import PANELS, WIDEST, Choice, asked, choices, draw, height, told
from reportgen.figures.parts.names import readable
from reportgen.study import Study

TOP = 68  # CSS pixels above the first panels


@dataclass(frozen=True)
class Data:
    """Some tokens, and what stands before them."""

    step: int
    choices: tuple[Choice, ...]
    agree: float  # share of all tokens of the text for which the first choice is the most frequent one


@figure
class WhatPrecedes(Figure):
    """The likeliest previous tokens of some tokens."""

    slug, title, needs = "what-precedes", "What stands before a token", ("table",)
    height = height(PANELS, TOP)

    def compute(self, study: Study) -> Data:
        counts, classes = study.counts, list(study.classes.values())
        names = readable(study.rule.tokens.names, study.tokens, WIDEST)
        often, network, table = counts.pairs.sum(0).astype(float), backwards(study).T, counts.before.T
        agree = float((often * (network.argmax(1) == table.argmax(1))).sum() / often.sum())
        return Data(study.step, choices(asked(kinds(study), often), names, classes, np.asarray(network), np.asarray(table), often), agree)

    def height_of(self, data: Data) -> float:
        return height(len(data.choices), TOP)

    def scale(self, frames: Sequence[Data]) -> None:
        return None

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        canvas.headline(self.title, "The network turned around: how likely each previous token is, given the next one.  Of each kind the most frequent tokens are asked about.", stamp(data.step))
        draw(canvas, TOP, data.choices, before=True)
        return lambda data: None

    def caption(self, data: Data) -> str:
        return ("For some frequent tokens of each kind the tokens likeliest to stand before them, from the network’s chances of the next token and the frequency of each token by Bayes’ rule (bars, left numbers), "
                "and how often they do in the training blocks (marks, right numbers). ␣ is a space, ⏎ a line end, □ any token too rare to have a name.")  # fmt: skip

    def alt(self, data: Data) -> str:
        return f"{told(data.choices, 'before')} At step {data.step:,} the first choice is the most frequent one for {100 * data.agree:.1f} % of the text."
