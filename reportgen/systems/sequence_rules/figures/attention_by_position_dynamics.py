"""A film: where each position looks on average, per head, and how many steps back that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import (
    BOTTOM,
    EDGE,
    HEIGHT,
    Curves,
    FilmStrips,
    loss_and_error,
    whole_curves,
)
from reportgen.drawing.keys import Entry, Layout, key, line
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.style import SMALL, TITLE
from reportgen.systems.sequence_rules.figures.parts.lags import Lags, back, lags
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = 4_000  # positions averaged in a frame, at most
# CSS pixels: upper edge, left edge, least width of the lines, between panels
TOP, LEFT, LINES, APART = 74, 40, 190, 34
AFTER_DECIDED = " at the positions after which the rule decides the next token"
DEEP = BOTTOM - 38 - TOP
DASHES = (
    "-",
    (0, (3, 1.5)),
    (0, (1, 1)),
    (0, (5, 1.5, 1, 1.5)),
)  # of the first head, the second, ..


@dataclass(frozen=True)
class Data:
    """Mean attention of one frame."""

    step: int
    loss: float
    error: float
    mean: np.ndarray  # [head, query position, key position]; NaN for keys in the future
    lags: Lags
    windows: int
    of: str  # what these windows are


@dataclass(frozen=True)
class Scale:
    """The end of the axis of lags, and the curves of the training."""

    top: float
    curves: Curves


@figure("attention-by-position-dynamics")
class AttentionByPositionDynamics(Figure[Study, Data, Scale]):
    """A map a head, and one line a head over the lags."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
        seen, mean = lags(study, windows)
        return Data(study.step, *loss_and_error(study), mean, seen, len(windows), held_out(study))

    def scale(self, frames: Sequence[Data]) -> Scale:
        shares = [
            np.nan_to_num(a).max(initial=0)
            for f in frames
            for a in (f.lags.decided, f.lags.free, f.lags.answer)
        ]
        return Scale(min(1.03, 1.08 * max(shares)), whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, (heads, positions) = canvas.theme, data.mean.shape[:2]
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        side = min(DEEP, (canvas.width - EDGE - LEFT - LINES - heads * APART - 10) / heads)
        right = EDGE + width_of(self.title, TITLE, "bold") + 96
        colour_bar(canvas, theme.probability, Normalize(0, 1), right, 15, 80, "", ())
        for x, words in ((right - 6, "attention 0"), (right + 86, "1")):
            canvas.text(x, 23, words, SMALL, theme.muted, ha="right" if x < right else "left")
        images = []
        for h, name in enumerate(data.lags.names):
            axes = canvas.panel(LEFT + h * (side + APART), TOP, side, side)
            images.append(
                axes.imshow(
                    np.zeros((positions, positions)),
                    cmap=theme.probability.with_extremes(bad=theme.cell),
                    norm=Normalize(0, 1),
                    interpolation="nearest",
                    aspect="auto",
                )
            )
            axes.set(
                xticks=range(0, positions, max(1, positions // 8)),
                yticks=range(0, positions, max(1, positions // 8)),
            )
            axes.tick_params(length=0)
            for spine in axes.spines.values():
                spine.set_visible(False)
            axes.set_xlabel("key position", labelpad=2)
            if h == 0:
                axes.set_ylabel("query position", labelpad=2)
            canvas.caption(axes, "abcdefgh"[h % 8], name)
        left = LEFT + heads * (side + APART) + 10
        axes = canvas.panel(left, TOP, canvas.width - EDGE - left, side)
        axes.set(xlim=(-0.4, positions - 0.6), ylim=(0, scale.top))
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel("steps back", labelpad=2)
        canvas.caption(
            axes,
            "abcdefghi"[min(heads, 8)],
            "By steps back",
            "where the rule decides" if heads == 1 else "",
        )
        answer = axes.bar(
            np.arange(positions),
            np.zeros(positions),
            width=0.8,
            facecolor="none",
            edgecolor=theme.outcomes["obeyed"],
            lw=1.4,
            zorder=2,
        )
        for frame, share in zip(answer, data.lags.answer):
            frame.set_height(share), frame.set_visible(bool(share))
        lines = [
            axes.plot(
                [],
                [],
                marker="o",
                ls=DASHES[h % 4],
                ms=3.5,
                lw=1.8,
                color=theme.series["attention"],
                zorder=4,
            )[0]
            for h in range(heads)
        ]
        blue, teal = theme.series["attention"], theme.outcomes["obeyed"]
        small = Layout(24, 6, 6, 32, 44, SMALL)
        names = data.lags.names if heads > 1 else ()
        lines_key = [
            Entry(name, line(blue, 1.8, ls=DASHES[h % 4]), ink=blue) for h, name in enumerate(names)
        ]
        key(canvas, left, BOTTOM - 2, lines_key, small)
        words = "framed: where the answers stand"
        x = canvas.width - EDGE - width_of(words, SMALL) if heads == 1 else LEFT
        framed = Entry(words, None, bool(data.lags.answer.any()), teal)
        key(canvas, x, BOTTOM - 2, [framed], small)

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for image, mean in zip(images, data.mean):
                image.set_data(np.ma.masked_invalid(mean))
            for curve, decided, free in zip(lines, data.lags.decided, data.lags.free):
                seen = decided if np.isfinite(decided).any() else free
                curve.set_data(np.arange(positions), seen)

        return update

    def caption(self, data: Data) -> str:
        heads, decided = len(data.lags.names), bool(np.isfinite(data.lags.decided).any())
        answer = (
            " Framed: the share of the answers that the windows hold which stand so many steps"
            " back."
            if len(data.lags.answer)
            else ""
        )
        return (
            f"{'A map a head: the' if heads > 1 else 'Left: the'} mean attention from each"
            f" position of a window (row) to each position up to it (column), over"
            f" {data.windows:,} {data.of}windows, the same ones in all frames. Right: mean"
            f" attention by steps back{AFTER_DECIDED if decided else ''}"
            f"{', one line a head' if heads > 1 else ''},"
            f" over the queries that have so many tokens before them.{answer} Below: validation"
            " loss in nats, and rule error."
        )

    def alt(self, data: Data) -> str:
        shown = data.lags.decided if np.isfinite(data.lags.decided).any() else data.lags.free
        most = "; ".join(
            f"{name.lower()} looks most {back(row)} ({np.nanmax(row):.2f})"
            for name, row in zip(data.lags.names, shown)
        )
        return (
            f"Film of the mean attention from position to position over training; at step"
            f" {data.step:,} {most}, with a validation loss of {data.loss:.3f}."
        )
