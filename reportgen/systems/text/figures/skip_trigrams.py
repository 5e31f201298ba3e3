"""Skip-trigrams read off the weights, each beside what held-out text says of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, dot, key
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.text.facts.skips import ALL
from reportgen.systems.text.facts.skips_checked import skip_lifts
from reportgen.systems.text.view import Study

TOP, ROW, APART, FOOT = 112, 18, 30, 48  # CSS pixels
SPELLED, ADDS, CHART, WIDE, COUNTS = (
    12,
    256,
    276,
    330,
    690,
)  # left edges, but of the column of what is added, whose right edge it is
LEAST, MOST = 1 / 8, 32.0  # lifts between which the chart runs


@dataclass(frozen=True)
class Row:
    """One skip-trigram."""

    head: int
    kind: str
    words: str
    strength: str
    lift: float  # 0 where the token never came
    low: float
    high: float
    times: str
    positions: str


@dataclass(frozen=True)
class Data:
    """Skip-trigrams head by head, all heads together first."""

    step: int
    rows: tuple[Row, ...]
    blocks: int


@figure("skip-trigrams")
class SkipTrigrams(Figure[Study, Data, None]):
    """A forest of lifts."""

    def compute(self, study: Study) -> Data:
        rows = []
        for _, part in skip_lifts(study).parts:
            d = part.details
            rows.append(
                Row(
                    d["head"],
                    d["kind"],
                    d["words"],
                    d["strength"],
                    part.value or 0.0,
                    np.nan if part.low is None else part.low,
                    np.nan if part.high is None else part.high,
                    d["times"],
                    d["places"],
                )
            )
        return Data(study.step, tuple(rows), len(study.data.holdout_blocks))

    def height_of(self, data: Data) -> float:
        return (
            TOP
            + len(data.rows) * ROW
            + len({(r.head, r.kind) if r.head == ALL else r.head for r in data.rows}) * APART
            + FOOT
        )

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme, tall = canvas.theme, self.height_of(data) - TOP - FOOT
        canvas.headline(
            self.title,
            "Source, query → next token; a dot is any token between.  Right: how many times"
            " likelier the token is after the query when the source\nstands there than after the"
            f" query anyway, in {data.blocks} held-out blocks, with 95 % intervals.",
            stamp(data.step),
        )
        if not data.rows:
            canvas.text(
                0, TOP, "In this text no source and query stand together often enough.", BODY
            )
            return
        self._key(canvas, data.rows)
        axes = canvas.panel(CHART, TOP, WIDE, tall)
        axes.set(
            xlim=(np.log2(LEAST) - 0.35, np.log2(MOST)),
            ylim=(tall, 0),
            xlabel=canvas.said("lift in held-out text"),
        )
        axes.set_yticks([])
        axes.set_xticks(
            [np.log2(LEAST) - 0.2, -2, -1, 0, 1, 2, 3, 4], ["0", "¼", "½", "1", "2", "4", "8", "16"]
        )
        axes.axvline(0, color=theme.ink, lw=1.2, zorder=1)
        for x, words, ha in ((ADDS, "adds", "right"), (COUNTS + 40, "came, of", "right")):
            canvas.text(x, TOP - 10, words, SMALL, theme.muted, ha=ha)
        y, last = 0.0, None
        for row in data.rows:
            group = (row.head, row.kind) if row.head == ALL else row.head
            if group != last:
                y += APART
                where = "right before the query" if row.kind == "next to it" else "further back"
                canvas.text(
                    0,
                    TOP + y - 7,
                    (
                        f"All heads together, source {where}"
                        if row.head == ALL
                        else f"Head {row.head} by itself"
                    ),
                    BODY,
                    weight="bold",
                )
                last = group
            self._row(canvas, axes, y + ROW / 2, row)
            y += ROW

    @staticmethod
    def _key(canvas: Canvas, rows: Sequence[Row]) -> None:
        """What the colours of dots say, and what a ring does."""
        theme = canvas.theme
        teal, grey = theme.outcomes["obeyed"], theme.outcomes["free"]
        ring = dot("o", grey, facecolor=[theme.paper], edgecolor=[grey], linewidths=1.4)
        came = [row for row in rows if row.lift > 0]
        entries = [
            Entry("the whole interval lies above 1", dot("o", teal), any(r.low > 1 for r in came)),
            Entry("it does not", dot("o", grey), not all(r.low > 1 for r in came)),
            Entry("it never came", ring, len(came) < len(rows)),
        ]
        key(canvas, CHART, 76, entries)

    @staticmethod
    def _row(canvas: Canvas, axes: Axes, middle: float, row: Row) -> None:
        theme, y = canvas.theme, TOP + middle + 4
        colour = theme.outcomes["obeyed"] if row.low > 1 else theme.outcomes["free"]
        canvas.text(SPELLED, y, row.words, BODY, weight="bold")
        canvas.text(
            ADDS,
            y,
            f"+{row.strength} {'chance' if row.head == ALL else 'logits'}",
            SMALL,
            theme.muted,
            ha="right",
        )
        canvas.text(
            COUNTS + 40, y, f"{row.times} of {row.positions}", SMALL, theme.muted, ha="right"
        )
        at: Callable[[float], float] = lambda value: (
            float(np.log2(np.clip(value, LEAST, MOST)))
            if value > LEAST
            else float(np.log2(LEAST)) - 0.2
        )
        if row.lift > 0:
            axes.plot(
                [at(row.low), at(row.high)],
                [middle, middle],
                color=colour,
                lw=2.2,
                zorder=3,
                solid_capstyle="butt",
            )
            axes.plot([at(row.lift)], [middle], "o", ms=6, color=colour, zorder=4)
        else:
            axes.plot(
                [at(0.0)], [middle], "o", ms=6, mfc=theme.paper, mec=colour, mew=1.4, zorder=4
            )

    def caption(self, data: Data) -> str:
        return (
            "Skip-trigrams with the strongest effect, read off the weights alone: of all heads"
            " together by the chance that the next token gains, of each head by itself by the"
            " logits that it adds (source right before the query, and further back). Only pairs of"
            " source and query that are frequent in the training blocks are asked. The lift is"
            " measured in held-out blocks; teal where its whole interval lies above 1, grey"
            " elsewhere, a ring where the token never came."
        )

    def alt(self, data: Data) -> str:
        together = [r for r in data.rows if r.head == ALL]
        real = sum(r.low > 1 for r in together)
        best = max((r for r in data.rows if r.low > 1), key=lambda r: r.low, default=None)
        words = (
            f" The surest: {best.words}, {best.lift:.1f} times likelier ({best.times} of"
            f" {best.positions})."
            if best
            else ""
        )
        return (
            f"Lifts of {len(data.rows)} skip-trigrams in held-out text at step {data.step:,}; of"
            f" {len(together)} read off all heads together {real} lie above 1 with their whole"
            f" interval, of {len(data.rows) - len(together)} of single heads"
            f" {sum(r.low > 1 for r in data.rows) - real}.{words}"
        )
