"""How many steps back each head looks, beside where the answers stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, dot, key, line
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.figures.parts.lags import Lags, back, lags
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = 24_000  # positions averaged, at most
TOP, LEFT, WIDE, APART = 84, 40, 712, 56  # CSS pixels
ALONE, EACH = 236, 160  # CSS pixels of a panel where there is one head, and of each of several


@dataclass(frozen=True)
class Data:
    """Attention by lag on held-out windows."""

    step: int
    lags: Lags
    windows: int
    queries: int  # at which the rule decides
    of: str  # what these windows are


@figure("attention-by-lag")
class AttentionByLag(Figure[Study, Data, float]):
    """One panel a head: bars, and the frames that the answers would fill."""

    height = TOP + ALONE + 80

    def compute(self, study: Study) -> Data:
        windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
        queries = int(windows.constrained.sum())
        seen = lags(study, windows)[0]
        return Data(study.step, seen, len(windows), queries, held_out(study))

    def height_of(self, data: Data) -> float:
        heads = len(data.lags.names)
        return self.height if heads == 1 else TOP + heads * (EACH + APART) - APART + 80

    def scale(self, frames: Sequence[Data]) -> float:
        """The largest share of any panel, as the end of all their axes."""
        return min(
            1.03,
            1.08
            * max(
                float(
                    np.nanmax(
                        np.concatenate(
                            [
                                f.lags.decided.ravel(),
                                f.lags.free.ravel(),
                                f.lags.even,
                                f.lags.answer,
                            ]
                        )
                    )
                )
                for f in frames
            ),
        )

    def draw(self, canvas: Canvas, data: Data, scale: float) -> Callable[[Data], None]:
        theme, positions = canvas.theme, np.arange(data.lags.decided.shape[1])
        canvas.headline(
            self.title,
            "Mean attention of the queries that have so many tokens before them, over"
            f" {grouped(data.windows)} {data.of}windows.  0 is the query’s own position.",
            stamp(data.step),
        )
        tall = ALONE if len(data.lags.names) == 1 else EACH
        panels = []
        for i, name in enumerate(data.lags.names):
            axes = canvas.panel(LEFT, TOP + i * (tall + APART), WIDE, tall)
            axes.set(xlim=(-0.6, len(positions) - 0.4), ylim=(0, scale))
            axes.xaxis.set_major_locator(MaxNLocator(min(16, len(positions)), integer=True))
            axes.yaxis.set_major_locator(MaxNLocator(5))
            canvas.caption(
                axes, "abcdefgh"[i % 8], name, "share of its attention", theme.series["attention"]
            )
            bars = axes.bar(
                positions,
                np.zeros(len(positions)),
                width=0.62,
                color=theme.series["attention"],
                zorder=2,
            )
            frames = axes.bar(
                positions,
                np.zeros(len(positions)),
                width=0.82,
                facecolor="none",
                edgecolor=theme.outcomes["obeyed"],
                lw=1.8,
                zorder=3,
            )
            (free,) = axes.plot(
                [],
                [],
                "o",
                ms=5,
                mfc=theme.paper,
                mec=theme.muted,
                mew=1.3,
                zorder=5,
                clip_on=False,
            )
            even = axes.hlines(
                positions,
                positions - 0.42,
                positions + 0.42,
                color=theme.ink,
                lw=1.2,
                linestyles=[(0, (2, 1.5))],
                zorder=4,
            )
            panels.append((bars, frames, free, even))
        axes.set_xlabel("steps back", labelpad=3)
        self._legend(canvas, data)

        def update(data: Data) -> None:
            seen = data.lags
            for (bars, frames, free, even), decided, other in zip(panels, seen.decided, seen.free):
                for bar, height in zip(bars, np.nan_to_num(decided)):
                    bar.set_height(height)
                for frame, height in zip(
                    frames, seen.answer if len(seen.answer) else np.zeros(len(positions))
                ):
                    frame.set_height(height), frame.set_visible(bool(height))
                free.set_data(positions, other)
                even.set_segments(
                    [[(p - 0.42, v), (p + 0.42, v)] for p, v in zip(positions, seen.even)]
                )

        return update

    @staticmethod
    def _legend(canvas: Canvas, data: Data) -> None:
        """What bar, ring, dashes and frame stand for."""
        theme, lags, blue = canvas.theme, data.lags, canvas.theme.series["attention"]
        teal = theme.outcomes["obeyed"]
        ring = dict(facecolor=[theme.paper], edgecolor=theme.muted, linewidths=1.3)
        frame = dict(facecolor="none", edgecolor=teal, linewidths=1.8)
        bar = line(blue, 7, solid_capstyle="butt")
        entries = [
            Entry("where the rule decides", bar, bool(np.isfinite(lags.decided).any()), blue),
            Entry(
                "where it does not",
                dot("o", theme.muted, 25, **ring),
                bool(np.isfinite(lags.free).any()),
            ),
            Entry("evenly spread", line(theme.ink, 1.2, ls=(0, (2, 1.5))), ink=theme.ink),
            Entry(
                "where the answers stand",
                dot("s", teal, 64, **frame),
                bool(lags.answer.any()),
                teal,
            ),
        ]
        key(canvas, LEFT, canvas.height - 14, entries, Layout(20, 10, 9, 27, 52))

    def caption(self, data: Data) -> str:
        free = (
            " Rings: the same at positions after which the next token is free."
            if np.isfinite(data.lags.free).any()
            else ""
        )
        answer = (
            " Framed: the share of all answers that the windows hold which stand so many steps"
            " back; a head that reads the answer alone would fill the frames."
            if len(data.lags.answer)
            else ""
        )
        return (
            f"Bars: mean attention so many steps back, at the {data.queries:,} positions of"
            f" {data.windows:,} {data.of}windows after which the rule decides the next token; each"
            " bar counts only queries that have so many tokens before them, so the bars of a panel"
            f" need not add up to one.{free} Dashes: what attention spread evenly over all tokens"
            f" read so far would give.{answer}"
        )

    def alt(self, data: Data) -> str:
        seen = data.lags
        most = "; ".join(
            f"{name.lower()} looks most {back(row)} ({np.nanmax(row):.2f})"
            for name, row in zip(
                seen.names, seen.decided if np.isfinite(seen.decided).any() else seen.free
            )
        )
        answer = (
            f" The answers that the windows hold stand most often {back(seen.answer)}"
            f" ({seen.answer.max():.2f}); the mean attention on them is {seen.read:.2f}."
            if len(seen.answer)
            else ""
        )
        return (
            f"Bar charts of mean attention by steps back at step {data.step:,}: {most}, where"
            f" evenly spread attention would give {np.nanmax(seen.even):.2f} at most.{answer}"
        )
