"""04: text that the network writes by itself, at the first checkpoint kept and at this one, from
the same starts and the same random numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.style import BODY, PANEL
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact
from reportgen.measure.numbers import at_step, grouped, interval_written
from reportgen.systems.sequence_rules.facts.generated import written_text
from reportgen.systems.sequence_rules.figures.parts.sequences import (
    PITCH,
    WORDS,
    Block,
    Rows,
    marked,
    outcome_cells,
)
from reportgen.systems.sequence_rules.view import Study

ROWS = 4
TOPS = (96, 380)  # of the first row of each text
INTACT = "the tokens that the network reads there are such as the data can produce, and decide"


@dataclass(frozen=True)
class Rate:
    """A share of positions, with its 95 % interval over sequences."""

    value: float  # NaN where there is no such position
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Text:
    """What one checkpoint writes."""

    step: int
    rows: Rows
    broken: Rate  # where the rule decides
    visible: Rate  # of these, where the network's window tells the answer
    again: Rate  # how often the trigger follows the trigger


@dataclass(frozen=True)
class Data:
    """Text of the first checkpoint and of this one."""

    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    trigger: str | None
    block: int
    sequences: int
    length: int
    several: bool  # does the rule allow more than one token in a decided cell
    held: bool  # does an earlier token hold the answer
    texts: tuple[Text, Text]


def _rate(found: Fact) -> Rate:
    value, low, high = (
        float("nan") if v is None else float(v) for v in (found.value, found.low, found.high)
    )
    return Rate(value, low, high, found.n)


def _text(study: Study, written: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> Text:
    text, constrained, broken, seen = written
    sample = Sample(np.arange(len(text)), len(text), "sequences")
    share: Callable[[np.ndarray, np.ndarray], Rate] = lambda values, where: _rate(
        sample.average(values, where, unit="percent", of="positions", counted=True)
    )
    again = text == (-1 if study.trigger is None else study.trigger)
    return Text(
        study.step,
        marked(study.data.automaton, text[:ROWS], study.config.model.n_ctx),
        share(broken, constrained),
        share(broken, constrained & seen),
        share(again, constrained),
    )


@figure("generated-sequences")
class GeneratedSequences(Figure[Study, Data, frozenset[str]]):
    """Generated text as cells, before and after."""

    height = 664

    def compute(self, study: Study) -> Data:
        start = study.at(int(study.run.steps[0]))
        written = [(s, written_text(s)) for s in (start, study)]
        sequences, length = written[0][1][0].shape
        first, last = (_text(s, w) for s, w in written)
        trigger = None if study.trigger is None else study.tokens[study.trigger]
        return Data(
            study.tokens,
            study.classes,
            trigger,
            study.config.model.n_ctx,
            sequences,
            length,
            _several(study),
            study.rule.holds_answers,
            (first, last),
        )

    def scale(self, frames: Sequence[Data]) -> frozenset[str]:
        """The outcomes that occur."""
        texts = [text for f in frames for text in f.texts]
        return frozenset(o for o in WORDS if any(text.rows.count(o) for text in texts))

    def draw(self, canvas: Canvas, data: Data, scale: frozenset[str]) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Sampled token by token.  Both checkpoints get the same first tokens and the same"
            " random numbers.",
        )
        shape = data.texts[0].rows.tokens.shape
        blocks, heads, rates = [], [], []
        for letter, top in zip("ab", TOPS):
            heads.append((letter, canvas.text(0, top - 28, "", PANEL, weight="bold")))
            rates.append(canvas.text(0, top - 10, "", BODY, theme.muted))
            blocks.append(Block(canvas, data.classes, shape, top=top, numbered=letter == "b"))
        outcome_cells(canvas, 24, TOPS[1] + ROWS * PITCH + 40, scale)

        def update(data: Data) -> None:
            for block, (letter, head), rate, text in zip(blocks, heads, rates, data.texts):
                block.set(text.rows, data.tokens)
                head.set_text(f"{letter}  Step {grouped(text.step)}")
                rate.set_text(_rates(data, text))

        return update

    def caption(self, data: Data) -> str:
        arcs = (
            "; an arc runs from the answer to the cell it belongs in. No arc: the answer lies"
            f" outside the {data.block} tokens that the network"
            f" reads{', or the rule allows several tokens' if data.several else ''}. "
            if any(text.rows.joined for text in data.texts)
            else ". "
            if data.held
            else f". {data.texts[1].rows.unjoined(data.several)} "
        )
        seen = "" if data.held else f"{_population(data).capitalize()}: {INTACT}. "
        return (
            f"Text sampled at temperature 1, each row one sequence, {at_step(data.texts[0].step)}"
            f" and {at_step(data.texts[1].step)}. Framed cells are those that the rule"
            f" decides{arcs}Plain cells are free and cannot be wrong. {seen}The rates are those"
            f" of {data.sequences:,} sequences of {data.length} tokens, with 95 % intervals over"
            " sequences."
        )

    def alt(self, data: Data) -> str:
        first, last = data.texts
        seen = (
            f"; {_population(data)}, {_percent(first.visible.value)} and"
            f" {_percent(last.visible.value)}"
            if last.visible.n
            else ""
        )
        return (
            f"Rows of sampled tokens {at_step(first.step)} and {at_step(last.step)}. Of the cells"
            f" that the rule decides, {_percent(first.broken.value)} are broken at first and"
            f" {_percent(last.broken.value)} at the later step{seen}."
        )


def _several(study: Study) -> bool:
    windows = study.data.holdout_windows
    return bool((windows.allowed[windows.constrained].sum(-1) > 1).any())


def _population(data: Data) -> str:
    """Which of the decided cells the second rate is of."""
    return "answer in view" if data.held else "after unbroken windows"


def _percent(share: float) -> str:
    return (
        "none"
        if np.isnan(share) or share == 0
        else f"{100 * share:.1f} %"
        if share >= 0.0005
        else "under 0.1 %"
    )


def _rates(data: Data, text: Text) -> str:
    """The rates of one text in a line."""
    if not text.broken.n:
        return "The rule decides nothing in this text."

    def span(rate: Rate) -> str:
        if np.isnan(rate.low):
            return _percent(rate.value)
        return f"{_percent(rate.value)} ({interval_written(rate.low, rate.high, 'percent')})"

    words = f"Broken: {span(text.broken)} of {grouped(text.broken.n)} decided cells"
    if text.visible.n:
        words += f"; {_population(data)}: {span(text.visible)} of {grouped(text.visible.n)}"
    return words + (
        f".  {data.trigger} after {data.trigger}: {_percent(text.again.value)}."
        if data.trigger
        else "."
    )
