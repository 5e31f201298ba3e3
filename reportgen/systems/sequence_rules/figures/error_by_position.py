"""25: errors and attention on the answer over every context tried, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.container import BarContainer

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar
from reportgen.drawing.scales import halves, share_norm
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.sequence_rules.facts.tried import Part, parts_of
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: left edges of the two columns and how wide they are, upper edges and heights of maps
# and bars, and the cells in which a number can still be read
COLUMNS, WIDE, MAPS, TALL, BARS, HIGH, READ = (34, 420), 330, 92, 210, 412, 130, 22


@dataclass(frozen=True)
class Data:
    """What was found in every context tried."""

    step: int
    lengths: tuple[int, int]  # the shortest and the longest; zeros where none were tried
    contexts: np.ndarray  # [distance, position] how many there are
    error: np.ndarray  # the same cells; NaN where no context has its answer there
    attention: np.ndarray
    tokens: tuple[str, ...]  # that are ever the answer
    by_token: np.ndarray  # [error or attention, token] of the longest contexts
    rivals: tuple[int, ...]
    by_rivals: np.ndarray  # [error or attention, number of rivals]


def _both(parts: Sequence[Part], head: int) -> np.ndarray:
    found = [[p.wrong / p.contexts, p.attention[head] / p.contexts] for p in parts]
    return np.array(found).reshape(-1, 2).T


@figure("error-by-position")
class ErrorByPosition(Figure[Study, Data, Normalize]):
    """Maps by position and distance of the answer; bars by answer and by number of rivals."""

    height = BARS + HIGH + 50

    def compute(self, study: Study) -> Data:
        tried = [c for c in study.verified.lengths if c.everything and c.contexts.any()]
        size = tried[-1].length if tried else 0
        attention = np.array([c.attention.sum((1, 2)) for c in tried[-1:]])
        head = int(attention.sum(0).argmax()) if tried else 0
        cells = np.full((3, size - 1 if tried else 0, size - 1 if tried else 0), np.nan)
        for check in tried:
            for lag in range(1, check.length):
                contexts = check.contexts[lag].sum()
                found = check.wrong[lag].sum(), check.attention[head, lag].sum()
                if contexts:
                    shares = (contexts, *(value / contexts for value in found))
                    cells[:, lag - 1, check.length - 1 - lag] = shares
        tokens, rivals = (parts_of(study, split) for split in ("token", "rivals"))
        return Data(
            study.step,
            (tried[0].length, size) if tried else (0, 0),
            cells[0],
            cells[1],
            cells[2],
            tuple(part.name.removeprefix("answer ") for part in tokens),
            _both(tokens, head),
            tuple(int(part.name.split()[0]) for part in rivals),
            _both(rivals, head),
        )

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """Of errors; attention lies between 0 and 1."""
        return share_norm(*(f.error for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None] | None:
        theme, (low, high) = canvas.theme, data.lengths
        canvas.headline(
            self.title,
            (
                f"Every context of {low} to {high} tokens in which an earlier position holds the"
                " answer.\nFrom the left: position of the answer.  Down: steps back to it."
                if high
                else "No context could be tried."
            ),
            stamp(data.step),
        )
        if not high:
            return None
        steps, columns = [str(i + 1) for i in range(high - 1)], [str(i) for i in range(high - 1)]
        readable = min(WIDE, TALL) / (high - 1) >= READ
        maps = []
        whole = Normalize(0, 1)
        for x, letter, words, note, cmap, norm in (
            (COLUMNS[0], "a", "Answered wrongly", "share of contexts", theme.entropy, scale),
            (
                COLUMNS[1],
                "b",
                "Attention on the answer",
                "mean over contexts",
                theme.probability,
                whole,
            ),
        ):
            axes = canvas.panel(x, MAPS, WIDE, TALL)
            canvas.caption(axes, letter, words, note)
            digits = 2 if readable else None
            maps.append(Matrix(axes, theme, cmap, norm, steps, columns, digits))
            colour_bar(canvas, cmap, norm, x + WIDE - 120, MAPS + TALL + 32, 120, "", ())
            for i, words in enumerate(halves(norm)[1]):
                canvas.text(
                    x + WIDE - 120 + 60 * i,
                    MAPS + TALL + 52,
                    words,
                    SMALL,
                    theme.muted,
                    ha="center",
                )
        bars = [
            self._bars(canvas, x, letter, words, names)
            for x, letter, words, names in (
                (COLUMNS[0], "c", "By the answer", data.tokens),
                (COLUMNS[1], "d", "By the number of rivals", [str(r) for r in data.rivals]),
            )
        ]

        def update(data: Data) -> None:
            for cells, values in zip(maps, (data.error, data.attention)):
                cells.set(values)
            for drawn, values in zip(bars, (data.by_token, data.by_rivals)):
                for row, heights in zip(drawn, values):
                    for bar, height in zip(row, heights):
                        bar.set_height(height)

        return update

    def _bars(
        self, canvas: Canvas, x: float, letter: str, words: str, names: Sequence[str]
    ) -> list[BarContainer]:
        """Two bars for each name: of errors, and of attention on the answer."""
        theme, at = canvas.theme, np.arange(len(names))
        axes = canvas.panel(x, BARS, WIDE, HIGH)
        canvas.caption(axes, letter, words, "contexts of the largest length")
        axes.set(xlim=(-0.6, len(names) - 0.4), ylim=(0, 1))
        axes.set_yticks((0, 0.5, 1), ("0", "0.5", "1"))
        named = thinned(names, WIDE / max(len(names), 1), across=True)
        axes.set_xticks(named, [names[i] for i in named])
        canvas.text(x, BARS + HIGH + 36, "left: answered wrongly", BODY, theme.series["error"])
        canvas.text(
            x + 150, BARS + HIGH + 36, "right: attention on it", BODY, theme.series["attention"]
        )
        return [
            axes.bar(at + shift, np.zeros(len(at)), width=0.34, color=theme.series[name])
            for shift, name in ((-0.19, "error"), (0.19, "attention"))
        ]

    def caption(self, data: Data) -> str:
        return (
            "Every context was tried whose next token the rule decides by one of its earlier"
            " tokens, whether the data can produce it or not. In a and b a cell has one position"
            " and one distance of the answer, and with them one length. Cells without a number"
            " have no context. In c and d are the longest of them; a rival is another token of the"
            " context that the rule could demand. Attention is that of the head that gives the"
            " answer most."
        )

    def alt(self, data: Data) -> str:
        if not data.lengths[1]:
            return f"At step {data.step:,} no context could be tried."
        worst, least = np.nanargmax(data.error), np.nanargmin(data.attention)
        told: Callable[[np.intp], str] = lambda at: (
            f"position {at % data.error.shape[1]}, {at // data.error.shape[1] + 1} back"
        )
        return (
            f"Maps by position and distance of the answer at step {data.step:,}: the largest share"
            f" of wrong answers is {np.nanmax(data.error):.2f}, at {told(worst)}, the least"
            f" attention {np.nanmin(data.attention):.2f}, at {told(least)}. Bars by answer: errors"
            f" up to {data.by_token[0].max():.2f}; by number of rivals: up to"
            f" {data.by_rivals[0].max():.2f}."
        )
