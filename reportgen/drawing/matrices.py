"""Matrices of values, their token names, and the bars that say what a colour is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize, TwoSlopeNorm

from reportgen.drawing.canvas import PX, Canvas, number, reach_of, width_of
from reportgen.drawing.keys import BAR
from reportgen.drawing.marks.names import Along, at_position, name_cells
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import CSS_DPI, INDEX, SMALL, TOKEN, Theme
from reportgen.drawing.twins import readable_on

ROW = 14  # CSS pixels that a row needs for a name in full size
NAMES = 36  # CSS pixels beside a matrix for the names of its rows and their positions
CLOSE = 1  # CSS pixels at least that numbers keep to the edges of their cells, both together
SPACIOUS = 10  # CSS pixels of a cell below which the gaps between cells grow thinner


class Matrix:
    """A matrix of values: cells with gaps, the number in each if `digits` say so, masked cells
    plain. Rows and columns are names, or how many there are where none are written beside them.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        cmap: Colormap,
        norm: Normalize,
        rows: Sequence[str] | int,
        columns: Sequence[str] | int,
        digits: int | None = None,
        size: float = SMALL,
    ) -> None:
        self.axes, self.theme, self.cmap, self.norm, self.digits = axes, theme, cmap, norm, digits
        n, m = (names if isinstance(names, int) else len(names) for names in (rows, columns))
        box = axes.get_window_extent()  # at the sheet's own resolution a pixel is a CSS pixel
        gap = 1.2 * min(1.0, min(box.width / m, box.height / n) / SPACIOUS)
        self.mesh = axes.pcolormesh(
            np.arange(m + 1),
            np.arange(n + 1),
            np.zeros((n, m)),
            cmap=cmap.with_extremes(bad=theme.cell),
            norm=norm,
            edgecolors=[theme.paper],
            linewidth=gap,
            antialiased=True,
        )
        axes.set(xlim=(0, m), ylim=(n, 0))
        for ticks, names in ((axes.set_xticks, columns), (axes.set_yticks, rows)):
            (
                ticks([])  # a tick without a name costs as much as one with
                if isinstance(names, int)
                else ticks(np.arange(len(names)) + 0.5, names)
            )
        axes.tick_params(length=0, pad=3)
        for spine in axes.spines.values():
            spine.set_visible(False)
        self.numbers = (
            []
            if digits is None
            else [
                [
                    axes.text(j + 0.5, i + 0.53, "", ha="center", va="center", size=size)
                    for j in range(m)
                ]
                for i in range(n)
            ]
        )

    def _crowded(self, written: Sequence[Sequence[str]]) -> bool:
        """Would numbers come too close to those in the cells beside theirs."""
        sheet, (first, last) = self.axes.get_figure(root=True), self.axes.get_xlim()
        pixel = sheet.dpi / CSS_DPI if sheet else 1.0
        cell = self.axes.get_window_extent().width / pixel / abs(last - first)
        size = float(self.numbers[0][0].get_fontsize())
        return max(width_of(words, size) for row in written for words in row) > cell - CLOSE

    def set(self, values: np.ndarray) -> None:
        """Values [row, column]; a cell that is no number is masked. Values that round to zero are
        set faintly, and where cells are too narrow for them none is written.
        """
        self.mesh.set_array(np.ma.masked_invalid(values))
        self.mesh.changed()  # values alone do not tell a film that the cells have to be drawn again
        written = [
            [number(v, self.digits or 0) if np.isfinite(v) else "" for v in row] for row in values
        ]
        if self.numbers and self._crowded(written):
            written = [[""] * len(row) for row in written]
        for row, line, words in zip(values, self.numbers, written):
            for value, text, said in zip(row, line, words):
                text.set_text(said)
                if np.isfinite(value):
                    text.set(
                        color=readable_on(self.theme, self.cmap(self.norm(value))[:3]),
                        alpha=1 if round(value, self.digits or 0) else 0.4,
                    )


def name_tokens(
    axes: Axes,
    theme: Theme,
    tokens: Sequence[str],
    classes: Mapping[str, str],
    columns: bool = False,
) -> None:
    """Rows (and columns) named by token in its class colour, with the position as an index, so that
    two triggers stay apart.

    Where cells are small names are set small, rows with their position beside them, columns without
    one, and only every second, third, .. one is named.
    """
    sheet, box, count = axes.get_figure(root=True), axes.get_window_extent(), len(tokens)
    pixel = sheet.dpi / CSS_DPI if sheet else 1.0  # films have more pixels to each of CSS
    width = sheet.bbox.width if sheet else np.inf

    def edge(i: int) -> float:
        """How far the middle of column `i` is from the right edge of the sheet, less a margin."""
        return float((width - box.x0 - box.width * (i + 0.5) / count) / pixel - 5)

    along: Along
    for along in ("y", "x") if columns else ("y",):
        name_cells(axes, along, [at_position(token, i) for i, token in enumerate(tokens)])
        (axes.set_yticks if along == "y" else axes.set_xticks)([])
        room = (box.height if along == "y" else box.width) / count / pixel
        full = (
            room >= ROW
            if along == "y"
            else room
            >= 2
            + max(
                reach_of(t, TOKEN, "bold") + 1.5 + reach_of(str(i), INDEX)
                for i, t in enumerate(tokens)
            )
        )
        size = TOKEN if full else SMALL
        for i in range(count) if full else thinned(tokens, room, across=along == "x"):
            token = tokens[i]
            colour, wide = theme.classes[classes[token]], reach_of(token, size, "bold")
            at, where = (
                ((0, i + 0.5), axes.get_yaxis_transform())
                if along == "y"
                else ((i + 0.5, 0), axes.get_xaxis_transform())
            )
            index = str(i) if full or along == "y" else ""
            shift = (
                (-9 - wide - (reach_of(index, INDEX) - 5 if len(index) > 1 else 0), -5)
                if along == "y"
                else (
                    min(-(wide + (6 if index else 0)) / 2, edge(i) - wide - reach_of(index, INDEX)),
                    -15,
                )
            )
            behind = (wide + 1.5, -2.5)
            if (
                along == "y" and not full
            ):  # side by side, since an index below the line would stand on that of the next row
                last = reach_of(str(count - 1), INDEX)
                apart = max(
                    1.0, min(7.0, NAMES - 4 - last - max(reach_of(t, size, "bold") for t in tokens))
                )
                shift, behind = (
                    (-4 - last - apart - wide, -4),
                    (wide + apart + last - reach_of(index, INDEX), 0),
                )
            for words, dx, dy, points, weight, ink in (
                (token, 0.0, 0.0, size, "bold", colour),
                (index, *behind, INDEX, "normal", theme.muted),
            ):
                axes.annotate(
                    words,
                    at,
                    ((shift[0] + dx) * PX, (shift[1] + dy) * PX),
                    xycoords=where,
                    textcoords="offset points",
                    annotation_clip=False,
                    size=points,
                    weight=weight,
                    color=ink,
                )


def signed_norm(*arrays: np.ndarray) -> Normalize:
    """A scale with zero in the middle that holds all arrays; where all are zero or empty, from
    minus one to one.
    """
    top = (
        max((float(np.nanmax(np.abs(a))) for a in arrays if np.isfinite(a).any()), default=0.0)
        or 1.0
    )
    return Normalize(-top, top)


def sided_norm(*arrays: np.ndarray) -> Normalize:
    """A scale with white at zero, and below and above it colours that reach as far as the data of
    that sign, so that large values of one sign do not make those of the other pale; a side is at
    least a fifth of the other one, since what is small beside it has to look small.
    """
    far, seen = float(signed_norm(*arrays).vmax or 1), [a[np.isfinite(a)] for a in arrays]
    low, high = (
        max([far / 5, *(float((sign * a).max(initial=0)) for a in seen)]) for sign in (-1, 1)
    )
    return TwoSlopeNorm(0, -low, high)


def colour_bar(
    canvas: Canvas,
    cmap: Colormap,
    norm: Normalize,
    x: float,
    y: float,
    width: float,
    label: str,
    ticks: Sequence[float],
    words: Sequence[str] | None = None,
) -> None:
    """A thin horizontal bar with its unit at the left end of the scale's own line."""
    axes = canvas.panel(x, y, width, 8)
    axes.set_label(BAR)
    low, high = float(norm.vmin or 0), float(norm.vmax or 0)
    axes.imshow(
        np.linspace(low, high, 256)[None],
        aspect="auto",
        cmap=cmap,
        norm=norm,
        extent=(low, high, 0, 1),
    )
    (
        axes.set_yticks([]),
        axes.set_xticks(
            ticks, words or [number(t, 0 if float(t).is_integer() else 1) for t in ticks]
        ),
    )
    axes.tick_params(length=3, pad=1.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    canvas.text(x, y - 5, label, SMALL, canvas.theme.muted)
