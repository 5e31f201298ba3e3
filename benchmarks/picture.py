"""The pictures of the page: our way beside the plain way on one axis of seconds, and cost over
size.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator
from PIL import Image

from benchmarks.growth import Curve
from benchmarks.measure import Line
from reportgen.drawing.canvas import PX, Canvas
from reportgen.drawing.rendering import shrink
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.style import (
    BODY,
    CSS_DPI,
    EXPORT_SCALE,
    SMALL,
    WIDTH,
    Colour,
    Theme,
    applied,
    theme,
)
from reportgen.drawing.twins import twins

TOP, ROW, RIGHT = 92, 56, 88
LABEL = 56  # CSS pixels that a time needs beside its mark
COLUMNS, PANEL, APART, GAP = 3, (192, 128), 64, 72


def seconds(value: float) -> str:
    """A time in two or three digits."""
    return (
        f"{value:,.0f} s"
        if value >= 100
        else f"{value:.1f} s"
        if value >= 9.95
        else f"{value:.2f} s"
    )


def times(ratio: float) -> str:
    """A ratio in two or three digits."""
    return f"× {ratio:,.0f}" if ratio >= 99.5 else f"× {ratio:.1f}"


def on_paper(look: Theme) -> dict:
    """A box in the colour of the paper behind words, which stay words in an SVG."""
    return dict(fc=look.paper, ec="none", pad=1)


def table_height(lines: Sequence[Line]) -> float:
    """CSS pixels."""
    return TOP + ROW * len(lines) + 46


def growth_height(curves: Sequence[Curve]) -> float:
    """CSS pixels."""
    return 62 + (PANEL[1] + GAP) * -(-len(curves) // COLUMNS)


def draw_table(canvas: Canvas, lines: Sequence[Line]) -> None:
    """A row a line: every run, medians, and the target as a tick."""
    look = canvas.theme
    ours, plain, target = look.series["attention"], look.muted, look.outcomes["broken"]
    canvas.headline(
        "Our way beside the plain way",
        "Seconds for the whole work, by the clock.  Large: medians; small: single runs.  Right: how"
        " many times longer the plain way takes.",
    )
    axes = canvas.panel(8, TOP, WIDTH - RIGHT - 8, ROW * len(lines))
    axes.set(xscale="log", ylim=(ROW * len(lines), 0))
    spots = [
        way.scale * s.seconds
        for line in lines
        for way in (line.ours, line.plain)
        if way
        for s in way.samples
    ]
    axes.set_xlim(min(spots) / 2.2, max(spots) * 3)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g} s")
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=look.faint, lw=0.6)
    for i, line in enumerate(lines):
        y = ROW * i + 36
        canvas.text(
            8, TOP + ROW * i + 17, line.work, BODY, look.ink, weight="bold", bbox=on_paper(look)
        )
        limit = line.most_seconds or (
            line.plain.seconds / line.least_ratio if line.least_ratio and line.plain else None
        )
        if limit is not None:
            axes.plot([limit] * 2, [y - 9, y + 9], color=target, lw=1.6, zorder=3)
        if line.plain is not None:
            axes.plot(
                [line.ours.seconds, line.plain.seconds], [y, y], color=look.faint, lw=2, zorder=1
            )
            _marks(
                axes,
                y,
                [line.plain.scale * s.seconds for s in line.plain.samples],
                line.plain.seconds,
                dict(mfc=look.paper, mec=plain, mew=1.6),
            )
        _marks(
            axes,
            y,
            [line.ours.scale * s.seconds for s in line.ours.samples],
            line.ours.seconds,
            dict(mfc=ours, mec=ours),
        )
        after = line.plain is None or line.ours.seconds > line.plain.seconds
        _value(axes, line.ours.seconds, y, ours, limit, after=after)
        if line.plain is not None:
            _value(axes, line.plain.seconds, y, plain, limit, after=not after)
            canvas.text(
                WIDTH,
                TOP + ROW * i + 40,
                times(line.plain.seconds / line.ours.seconds),
                10,
                look.ink,
                ha="right",
                weight="bold",
            )
    key = canvas.panel(0, 56, WIDTH, 20)
    key.set(xlim=(0, WIDTH), ylim=(20, 0))
    key.set_axis_off()
    for x, words, style in (
        (12, "ours", dict(marker="o", mfc=ours, mec=ours)),
        (72, "plain", dict(marker="o", mfc=look.paper, mec=plain, mew=1.6)),
        (136, "target, at most", dict(marker="|", mec=target, mew=1.6, ms=13)),
    ):
        key.plot([x], [10], **dict(ls="", ms=8) | style)
        key.text(x + 10, 10, words, size=SMALL, color=look.muted, va="center_baseline")


def _marks(axes: Axes, y: float, runs: Sequence[float], median: float, style: dict) -> None:
    axes.plot(
        runs,
        [y] * len(runs),
        ls="",
        marker="o",
        ms=3,
        zorder=2,
        **style | dict(mfc=style["mec"], mew=0, alpha=0.6),
    )
    axes.plot([median], [y], ls="", marker="o", ms=8, zorder=4, **style)


def _value(
    axes: Axes, x: float, y: float, colour: Colour, limit: float | None, *, after: bool
) -> None:
    """The median in words, outside its mark, and beyond the target's tick where that would stand in
    the words.
    """
    far, side = 8.0, 1 if after else -1
    if limit is not None:
        pixels = (
            side
            * (axes.transData.transform((limit, y))[0] - axes.transData.transform((x, y))[0])
            * CSS_DPI
            / axes.figure.dpi
        )
        far = pixels * PX + 5 if 0 < pixels < LABEL else far
    axes.annotate(
        seconds(x),
        (x, y),
        (side * far, 0),
        textcoords="offset points",
        ha="left" if after else "right",
        va="center_baseline",
        size=SMALL,
        color=colour,
        bbox=dict(fc=axes.get_facecolor(), ec="none", pad=1),
        zorder=2.5,
    )


def draw_growth(canvas: Canvas, curves: Sequence[Curve]) -> None:
    """A panel a size, both axes logarithmic, the last row as wide as the others; the dashed line is
    cost in proportion.
    """
    look = canvas.theme
    canvas.headline(
        "How cost grows with each size",
        "Processor seconds over one size, the others fixed; both axes logarithmic.  Dashed: in"
        " proportion to the size, through the last point.",
    )
    for i, curve in enumerate(curves):
        row, column = divmod(i, COLUMNS)
        shared = min(COLUMNS, len(curves) - row * COLUMNS)
        width = (COLUMNS * (PANEL[0] + APART) - shared * APART) / shared
        axes = canvas.panel(
            44 + (width + APART) * column, 84 + (PANEL[1] + GAP) * row, width, PANEL[1]
        )
        at, cost = np.array(curve.at, float), np.array([way.cpu for way in curve.ways])
        room = (at[-1] / at[0]) ** 0.09
        axes.set(xscale="log", yscale="log", xlim=(at[0] / room, at[-1] * room))
        proportional = cost[-1] * at / at[-1]
        axes.plot(at, proportional, color=look.muted, lw=0.9, dashes=(4, 3))
        axes.plot(at, cost, color=look.series["attention"], marker="o", ms=4)
        axes.set_ylim(min(cost.min(), proportional.min()) / 1.3, cost.max() * 1.6)
        labelled = at if len(at) < 6 else at[::2]
        axes.set_xticks(
            labelled, [f"{n:,.0f}" if n < 10_000 else f"{n / 1e6:.2g} M" for n in labelled]
        )
        axes.yaxis.set_major_locator(
            LogLocator(subs=(1, 2, 5) if cost.max() / axes.get_ylim()[0] < 60 else (1,))
        )
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.set_xlabel(curve.fixed, labelpad=2, size=SMALL)
        canvas.caption(axes, chr(ord("a") + i), curve.what[:1].upper() + curve.what[1:])


def write(folder: Path, name: str, height: float, draw: Callable[[Canvas], None]) -> None:
    """`name`.svg, for light and dark pages, and .png."""
    dpi = CSS_DPI * EXPORT_SCALE
    with applied(theme("light")):
        canvas = Canvas(theme("light"), height)
        draw(canvas)
        canvas.figure.set_dpi(dpi)
        sheets = Sheets(round(WIDTH * EXPORT_SCALE), int(height * EXPORT_SCALE), dpi, twins())
        pixels, drawing = sheets.draw(canvas.figure)
    (folder / f"{name}.png").write_bytes(shrink(Image.fromarray(pixels[..., :3])))
    (folder / f"{name}.svg").write_text(drawing, encoding="utf-8")
