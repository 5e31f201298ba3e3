"""03: what the network is shown, and which tokens the rule decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.figures.parts.sequences import (
    CELL,
    ENTRY,
    LEFT,
    PITCH,
    WORDS,
    Block,
    Rows,
    marked,
    outcome_cells,
)
from reportgen.systems.sequence_rules.view import Study

ROWS = 6
TOP = 58
JOINED = "An arc runs from the answer to the cell that the rule fills with it."
ARC = "An arc joins a decided cell to the token that holds its answer. "


@dataclass(frozen=True)
class Data:
    """The beginnings of the first training sequences, and counts over all of them."""

    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    rows: Rows
    sequences: int
    written: int  # tokens in all training sequences
    decided: int  # of these, decided by the rule
    broken: int  # of these, against it
    lags: np.ndarray  # [lag] decided tokens by steps from the token before them back to the answer
    several: bool  # does the rule allow more than one token in a decided cell
    block: int  # tokens that the network sees at once

    @property
    def joined(self) -> bool:
        """Do arcs run from answers to the cells that they belong in."""
        return bool(self.lags.sum())

    @property
    def shown(self) -> tuple[str, ...]:
        """The outcomes that occur."""
        return tuple(o for o in WORDS if self.rows.count(o))

    @property
    def own_line(self) -> float:
        """CSS pixels for the legend where no room is left for it beside the bracket."""
        return 26 if LEFT + self.block * CELL + 40 + ENTRY * (len(self.shown) - 1) + 70 > 760 else 0


@figure("training-data")
class TrainingData(Figure[Study, Data, None]):
    """Training sequences as cells."""

    def compute(self, study: Study) -> Data:
        train, table = study.data.train, study.data.automaton
        there = train.tokens >= 0
        constrained = table.constrained[train.states] & there
        wrong = constrained & ~table.allowed[train.states, train.tokens.clip(0)]
        lag = table.lag[train.states][constrained]
        return Data(
            study.tokens,
            study.classes,
            marked(table, train.tokens[:ROWS]),
            len(train),
            int(there.sum()),
            int(constrained.sum()),
            int(wrong.sum()),
            np.bincount(lag[lag >= 0]),
            bool((table.allowed[train.states][constrained].sum(-1) > 1).any()),
            study.config.model.n_ctx,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.rows.tokens) * PITCH + 86 + data.own_line

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        theme = canvas.theme
        rows, cells = data.rows.tokens.shape
        canvas.headline(
            self.title,
            f"The beginnings of the first {rows} of {grouped(data.sequences)} training sequences. "
            f" {JOINED if data.joined else 'The rule fills the framed cells.'}",
        )
        block = Block(canvas, data.classes, (rows, cells), top=TOP)
        bottom = TOP + rows * PITCH
        seen = min(data.block, cells)
        bracket = canvas.panel(LEFT, bottom + 14, cells * CELL, 6)
        bracket.set(xlim=(0, cells), ylim=(1, 0))
        bracket.set_axis_off()
        bracket.plot(
            [0.05, 0.05, seen - 0.05, *([seen - 0.05] if seen == data.block else [])],
            [0, 1, 1, 0][: 4 if seen == data.block else 3],
            color=theme.muted,
            lw=1,
            clip_on=False,
        )
        canvas.text(
            LEFT + seen * CELL / 2,
            bottom + 33,
            f"the network reads {data.block} tokens at a time, from"
            f" anywhere{', more than are shown here' if seen < data.block else ''}",
            SMALL,
            theme.muted,
            ha="center",
        )
        outcome_cells(
            canvas,
            LEFT if data.own_line else LEFT + seen * CELL + 40,
            bottom + 40 + data.own_line,
            data.shown,
        )
        words = canvas.text(LEFT, bottom + 68 + data.own_line, "", BODY, theme.ink)

        def update(data: Data) -> None:
            block.set(data.rows, data.tokens)
            words.set_text(_reading(data))

        return update

    def caption(self, data: Data) -> str:
        return (
            "Each row is the beginning of one training sequence, each cell a token, numbered from"
            " the start of its sequence. A framed cell was decided by the rule, a plain one was"
            " drawn at random. "
            f"{ARC if data.joined else ''}{data.rows.unjoined(data.several)}"
        )

    def alt(self, data: Data) -> str:
        return (
            f"The beginnings of {len(data.rows.tokens)} training sequences as rows of cells;"
            f" {data.rows.count('obeyed')} cells were decided by the rule and obey it,"
            f" {data.rows.count('broken')} break it, {data.rows.count('free')} are free."
            f" {_reading(data)}"
        )


def _reading(data: Data) -> str:
    """What holds in all training sequences, counted."""
    share = data.decided / data.written
    words = (
        f"The rule decides {100 * share:.1f} % of all {grouped(data.written)} training tokens;"
        f" {grouped(data.broken)} break it."
    )
    if data.lags.sum():
        back = np.repeat(np.arange(len(data.lags)), data.lags) + 1
        words += (
            f"  Half of the answers stand at most {int(np.median(back))} cells back, the farthest"
            f" {back.max()}."
        )
    return words
