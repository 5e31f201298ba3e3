"""Sequences as rows of cells, marked by the rule: what it decided, whether that was obeyed, and
where the answer stood.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import Entry, Layout, Sign, key
from reportgen.drawing.strips import Strip
from reportgen.drawing.style import BODY, SMALL
from reportgen.rules.automaton import Automaton

# cells in a row; CSS pixels of a cell, from row to row, and left of the first cell
CELLS, CELL, PITCH, LEFT = 20, 36.8, 57, 24
ENTRY = 215  # CSS pixels of an entry of the key
WORDS = {
    "obeyed": "decided by the rule, obeyed",
    "broken": "decided by the rule, broken",
    "free": "free",
}


@dataclass(frozen=True)
class Rows:
    """The beginnings of sequences."""

    tokens: np.ndarray  # [row, cell] ids; -1 after the end
    outcomes: tuple[tuple[str, ...], ...]  # of each cell: free, obeyed or broken
    sources: np.ndarray  # [row, cell] the cell that holds the answer; -1 where none is shown

    @property
    def joined(self) -> bool:
        """Does an arc run from any answer to its cell."""
        return bool((self.sources >= 0).any())

    def unjoined(self, several: bool) -> str:
        """What a decided cell without an arc means, for a caption, or why there are no arcs at all,
        of which nothing is said then; `several`: does the rule ever allow more than one token.
        """
        if self.joined:
            return (
                "A decided cell without an arc is one for which the rule allows several tokens."
                if several
                else ""
            )
        return (
            "The rule allows several tokens at once."
            if several
            else "The rule names no earlier token as the answer."
        )

    def count(self, outcome: str) -> int:
        """Cells with this outcome."""
        return sum(
            o == outcome
            for row, ids in zip(self.outcomes, self.tokens)
            for o, i in zip(row, ids)
            if i >= 0
        )


def marked(table: Automaton, tokens: np.ndarray, reach: int | None = None) -> Rows:
    """The first cells of sequences [row, token] of ids; with `reach`, only answers within that many
    tokens before a cell are joined to it.
    """
    tokens = tokens[:, :CELLS]
    states = table.walk(tokens)
    constrained = table.constrained[states] & (tokens >= 0)
    right = table.allowed[states, tokens.clip(0)]
    lag = table.lag[states]
    shown = constrained & (lag >= 0) & (lag < (reach or tokens.shape[1]))
    outcomes = np.where(constrained, np.where(right, "obeyed", "broken"), "free")
    return Rows(
        tokens,
        tuple(tuple(map(str, row)) for row in outcomes),
        np.where(shown, np.arange(tokens.shape[1]) - 1 - lag, -1),
    )


class Block:
    """Rows under one another, numbered at the left; the numbers of the cells stand below the last
    row.
    """

    def __init__(
        self,
        canvas: Canvas,
        classes: Mapping[str, str],
        shape: tuple[int, int],
        *,
        top: float,
        numbered: bool = True,
    ) -> None:
        rows, self.cells = shape
        self.strips = []
        for i in range(rows):
            y = top + i * PITCH
            self.strips.append(
                Strip(
                    canvas.panel(LEFT, y, self.cells * CELL, 50), canvas.theme, classes, self.cells
                )
            )
            canvas.text(LEFT - 10, y + 39, str(i + 1), BODY, canvas.theme.muted, ha="right")
        for j in range(self.cells if numbered else 0):
            canvas.text(
                LEFT + (j + 0.5) * CELL,
                top + rows * PITCH + 8,
                str(j),
                SMALL,
                canvas.theme.muted,
                ha="center",
            )

    def set(self, rows: Rows, names: Sequence[str]) -> None:
        for strip, ids, outcomes, sources in zip(
            self.strips, rows.tokens, rows.outcomes, rows.sources
        ):
            strip.set(
                [names[i] if i >= 0 else "" for i in ids],
                [o if i >= 0 else "" for i, o in zip(ids, outcomes)],
                [None if s < 0 else int(s) for s in sources],
            )


def outcome_cells(canvas: Canvas, x: float, y: float, outcomes: Collection[str]) -> None:
    """What the fill of a cell says, of the outcomes that occur."""

    def cell(kind: str) -> Sign:
        return lambda axes: Strip(axes, canvas.theme, {}, 1).set([""], [kind], [None])

    for kind, words in WORDS.items():
        if kind in outcomes:
            key(canvas, x, y, [Entry(words, cell(kind))], Layout(24, 30, 25, 30))
            x += ENTRY
