"""How sure each token gets in a view, how much of it it wins, and whether it can win at all."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import SMALL, TOKEN

FIRST = 76  # CSS pixels from the left edge of the sheet to the bars
BARS = 74  # CSS pixels from the bottom of the bars to that of the sheet
SHARE, CAN = "% of view", "Can win"
NEVER = "–"  # the share of a token that wins nowhere in view


class TokenBars:
    """At the foot of a sheet a bar a token with its highest probability, filled where it wins, and
    two lines of words below.
    """

    def __init__(self, canvas: Canvas, tokens: Sequence[str], classes: Mapping[str, str]) -> None:
        theme, count, wide = canvas.theme, len(tokens), canvas.width - FIRST
        self.theme = theme
        self.inks = [theme.classes[classes[token]] for token in tokens]
        fills = theme.fills(classes)
        self.fills = [fills[token] for token in tokens]
        floor = canvas.height - BARS
        bars = canvas.panel(FIRST, floor - 66, wide, 66)
        bars.set(xlim=(-0.5, count - 0.5), ylim=(0, 1.3)), bars.set_yticks([]), bars.set_xticks([])
        bars.spines["left"].set_visible(False)
        canvas.caption(
            bars,
            "c",
            "Highest probability each token reaches in this view",
            "filled: it wins somewhere in view",
        )
        self.columns = bars.bar(range(count), np.zeros(count), width=0.5, linewidth=0.8)
        middle: Callable[[int], float] = lambda i: FIRST + wide * (i + 0.5) / count
        rows = {SHARE: floor + 38, CAN: floor + 55}
        for words, y in rows.items():
            canvas.text(0, y, words, SMALL, theme.muted)
        for i, (token, ink) in enumerate(zip(tokens, self.inks)):
            canvas.text(middle(i), floor + 18, token, TOKEN, ink, weight="bold", ha="center")
        self.heights = [
            bars.text(i, 0, "", ha="center", va="bottom", size=SMALL, color=theme.ink)
            for i in range(count)
        ]
        self.words = {
            words: [canvas.text(middle(i), y, "", SMALL, ha="center") for i in range(count)]
            for words, y in rows.items()
        }
        canvas.text(
            0,
            canvas.height - 3,
            "Can win: somewhere in the whole space before the unembedding, wherever the layers"
            " might lead (solved as a linear program)",
            SMALL,
            theme.muted,
        )

    def set(
        self, highest: np.ndarray, shares: Mapping[int, float], owners: Collection[int]
    ) -> None:
        """Highest probabilities [token], shares of the view of those that win in it, and those that
        can win somewhere.
        """
        for i, (column, height) in enumerate(zip(self.columns, self.heights)):
            column.set_height(highest[i])
            column.set(facecolor=self.fills[i] if i in shares else "none", edgecolor=self.inks[i])
            height.set(y=highest[i] + 0.04, text=f"{highest[i]:.2f}")
            share = shares.get(i, 0.0)
            rounded = "<1" if 0 < share < 0.005 else f"{100 * share:.0f}"
            self._write(SHARE, i, rounded if share else NEVER, bool(share))
            self._write(CAN, i, "yes" if i in owners else "no", i in owners)

    def _write(self, row: str, i: int, words: str, holds: bool) -> None:
        self.words[row][i].set(text=words, color=self.theme.ink if holds else self.theme.muted)
