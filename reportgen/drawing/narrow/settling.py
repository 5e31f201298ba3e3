"""The last corrections of a narrow sheet: words that would leave it are broken or moved, words of
one line are moved apart, and numbers along an axis that touch are thinned out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reportgen.drawing.keys import KEY, WORDS
from reportgen.drawing.margins import blocks
from reportgen.drawing.narrow.extra_lines import MANY, wordy
from reportgen.drawing.narrow.headline import EDGE, NARROW, ROOM
from reportgen.drawing.narrow.wrapping import broken
from reportgen.drawing.style import CSS_DPI

SHORT = 24  # letters of words that are rather moved than broken
GAP = 8  # CSS pixels at least between words of one line
MARKED = 40  # words of a panel that are looked at: more are numbers of cells
RIM = 2  # CSS pixels that words keep to the edges of the sheet
SPACING = 1.05  # of broken lines, in heights of a line


@dataclass(frozen=True)
class Settling:
    """Corrects a sheet as it is laid out with this renderer."""

    sheet: Figure
    renderer: RendererBase
    limited: Mapping[Text, float]  # CSS pixels that the names of rows may be wide
    follows: Sequence[tuple[Text, Text]] = ()  # words and those that go on with their sentence

    @property
    def css(self) -> float:
        """CSS pixels in one of the renderer."""
        return CSS_DPI / self.sheet.dpi

    @property
    def height(self) -> float:
        """Of the sheet, in CSS pixels."""
        return float(self.sheet.bbox.height) * self.css

    def settle(self, words: Sequence[Text]) -> None:
        """Correct these words and all axes."""
        for text, room in self.limited.items():
            self._break(text, room, around=True)
        for text, more in self.follows:
            self._join(text, more)
        for text in words:
            self._keep(text)
        self._apart([text for text in words if text.get_label() not in (KEY, WORDS)])
        for axes in self.sheet.axes:
            axes.apply_aspect()
            for text in axes.texts[:MARKED]:
                self._anchor(text)
            if axes.axison:
                self._shift(axes.xaxis.label)
                if not self._staggered(axes):
                    self._thin(axes.get_xticklabels(), down=False)
                self._thin(axes.get_yticklabels(), down=True)

    def _box(self, text: Text) -> Bbox:
        return text.get_window_extent(self.renderer)

    def _span(self, text: Text) -> tuple[float, float]:
        """Where words begin and end, in CSS pixels."""
        box = self._box(text)
        return box.x0 * self.css, box.x1 * self.css

    def _keep(self, text: Text) -> None:
        """Break or move words that would leave the sheet."""
        left, right = self._span(text) if text.get_text().strip() else (0.0, 0.0)
        if left >= 0 and right <= NARROW:
            return
        room = NARROW - RIM - left if text.get_horizontalalignment() == "left" else ROOM
        if right - left > room and len(text.get_text()) > SHORT:
            self._break(text, room)
            if text.get_horizontalalignment() == "right":
                text.set(ha="left", x=EDGE / NARROW)
            left, right = self._span(text)
        self._move(text, max(0.0, RIM - left) - max(0.0, right - NARROW + RIM))

    def _join(self, text: Text, more: Text) -> None:
        """Let the lines of a sentence be broken anew."""
        if self._wide([text]) > ROOM - EDGE or self._wide([more]) > ROOM - EDGE:
            text.set_text(f"{text.get_text()} {more.get_text()}")
            more.set_text("")

    def _apart(self, words: Sequence[Text]) -> None:
        """Move words of one line that came to overlap, or break them where they have no room."""
        rows: dict[int, list[Text]] = {}
        for text in words:
            if text.get_text().strip() and not text.get_rotation():
                rows.setdefault(round(text.get_position()[1] * self.height), []).append(text)
        for row in rows.values():
            row.sort(key=lambda text: self._span(text)[0])
            spans = [self._span(text) for text in row]
            if all(after[0] >= before[1] for before, after in zip(spans, spans[1:])):
                continue
            middles = [(left + right) / 2 for left, right in spans]
            if self._wide(row) > NARROW and len(row) <= MANY:
                for text in row:
                    self._break(text, ROOM / len(row) - GAP)
            if self._wide(row) > NARROW:
                continue
            sizes = [right - left + GAP for left, right in map(self._span, row)]
            ends = blocks(middles, sizes, RIM - GAP / 2, NARROW - RIM + GAP / 2)
            for text, old, new in zip(row, middles, ends):
                self._move(text, new - old)

    def _wide(self, row: Sequence[Text]) -> float:
        """CSS pixels that words need side by side."""
        return sum(right - left + GAP for left, right in map(self._span, row)) - GAP

    def _move(self, text: Text, across: float) -> None:
        x, y = text.get_position()
        text.set_position((x + across / NARROW, y))

    def _break(self, text: Text, room: float, *, around: bool = False) -> None:
        """Break words into lines that fit; the first line keeps its place, or the middle of all."""
        box, lines = self._box(text), text.get_text().split("\n")
        letter = box.width * self.css / max(map(len, lines))
        parts = (part for line in lines for part in broken(line, room, letter))
        text.set(text="\n".join(parts), linespacing=SPACING)
        new = self._box(text)
        higher = ((new.y0 + new.y1 - box.y0 - box.y1) / 2 if around else new.y1 - box.y1) * self.css
        x, y = text.get_position()
        text.set_position((x, y - higher / self.height))

    def _anchor(self, text: Text) -> None:
        """Let words of a panel that would leave the sheet begin or end where they are anchored."""
        if text.get_text().strip() and text.get_horizontalalignment() == "center":
            left, right = self._span(text)
            if left < -RIM or right > NARROW + RIM:
                text.set_horizontalalignment("left" if left < -RIM else "right")

    def _shift(self, label: Text) -> None:
        """Put the name of an axis that would leave the sheet at the end of its axis."""
        left, right = self._span(label) if label.get_text().strip() else (0.0, 0.0)
        if left < 0 or right > NARROW:
            label.set(x=float(right > NARROW), ha="right" if right > NARROW else "left")

    def _staggered(self, axes: Axes) -> bool:
        """Put every second name below a panel, where names that are words touch, one line lower, if
        that is enough.
        """
        labels = axes.get_xticklabels()
        names = [label.get_text() for label in labels]
        spans = [self._span(label) for label in labels if label.get_text()]
        touching = any(after[0] < before[1] for before, after in pairwise(spans))
        fitting = all(spans[i + 2][0] >= spans[i][1] for i in range(len(spans) - 2))
        if not (names and touching and fitting and all(map(wordy, names))):
            return False
        axes.set_xticks(axes.get_xticks(), [f"{chr(10) * (i % 2)}{n}" for i, n in enumerate(names)])
        return True

    def _thin(self, labels: Sequence[Text], *, down: bool) -> None:
        """Hide names along an axis that would leave the sheet, and every second, or third, .. so
        that none touch.
        """
        for label in labels:
            left, right = self._span(label)
            label.set_visible(label.get_visible() and left >= -RIM and right <= NARROW + RIM)
        shown = [label for label in labels if label.get_visible() and label.get_text()]
        boxes = [self._box(label) for label in shown]
        ends = [(box.y0, box.y1) if down else (box.x0 - 2, box.x1 + 2) for box in boxes]
        order = sorted(range(len(shown)), key=lambda i: ends[i])
        for every in range(1, len(shown)):
            kept = order[::every]
            if all(ends[b][0] >= ends[a][1] for a, b in zip(kept, kept[1:])):
                for i in set(order) - set(kept):
                    shown[i].set_visible(False)
                return
