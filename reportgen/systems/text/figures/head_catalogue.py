"""The catalogue of heads: scores, what is lost without each, and what each may be called."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.text.facts.catalogue import QUARTER, catalogue
from reportgen.systems.text.facts.circuits import COPIES
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, FOOT = 122, 108, 34, 62  # CSS pixels
CELL, APART, RISE = 62, 14, 84  # width of a cell, between blocks, and of the column of losses
SHARES = {
    "previous token": "token\nbefore",
    "duplicate token": "earlier\ncopy",
    "prefix matching": "after a\ncopy",
    "prefix matching in text": "after a copy,\nin text",
}
SIGNED = {"copying": "eigen-\nvalues", "push on the token looked at": "push,\nlogits"}


@dataclass(frozen=True)
class Data:
    """One row a head."""

    step: int
    names: tuple[str, ...]
    shares: np.ndarray  # [head, score of SHARES] of attention
    even: np.ndarray  # [score] of attention spread evenly
    copies: np.ndarray  # [head, score of SIGNED]
    rise: np.ndarray  # [head] nats, when the head hands over its mean
    low: np.ndarray
    high: np.ndarray
    kinds: tuple[str, ...]


@figure("head-catalogue")
class HeadCatalogue(Figure[Study, Data, tuple[Normalize, float]]):
    """Two blocks of cells, a column of losses, and a name where there is one."""

    def compute(self, study: Study) -> Data:
        entries = catalogue(study)
        values: Callable[[Iterable[str]], np.ndarray] = lambda scores: np.array(
            [[np.nan if (v := e.scores[s].value) is None else v for s in scores] for e in entries]
        )
        even = np.array(
            [b.value if (b := entries[0].scores[s].baseline) else np.nan for s in SHARES]
        )

        def rise(key: str) -> np.ndarray:
            return np.array([getattr(e.rise, key) for e in entries], float)

        kinds = tuple(
            ", ".join(e.kinds) or ("not missed" if not e.missed else "no class") for e in entries
        )
        return Data(
            study.step,
            tuple(e.name for e in entries),
            values(SHARES),
            even,
            values(SIGNED),
            rise("value"),
            rise("low"),
            rise("high"),
            kinds,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.names) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> tuple[Normalize, float]:
        top = max(1.0, max(float(np.nanmax(np.abs(f.copies))) for f in frames))
        return Normalize(-top, top), max(
            *(float(np.nanmax([f.high, f.rise])) for f in frames), 1e-3
        )

    def draw(self, canvas: Canvas, data: Data, scale: tuple[Normalize, float]) -> None:
        theme, tall, (signed, most) = canvas.theme, len(data.names) * ROW, scale
        canvas.headline(
            self.title,
            "Shares of attention, copying, and the rise of the loss with the head’s mean in its"
            " position.  Bars: 95 % intervals.\nA class needs a score past its threshold and an"
            " interval that excludes zero.",
            stamp(data.step),
        )
        x, blocks = float(LEFT), []
        for letter, words, scores, norm, cmap, values in (
            ("a", "Attention on", SHARES, Normalize(0, 1), theme.probability, data.shares),
            ("b", "Copying", SIGNED, signed, theme.signed, data.copies),
        ):
            axes = canvas.panel(x, TOP, CELL * len(scores), tall)
            cells = Matrix(axes, theme, cmap, norm, len(data.names), len(scores), 2, BODY)
            cells.set(values)
            canvas.text(x, TOP - 40, f"{letter}  {words}", BODY, weight="bold")
            for i, label in enumerate(scores.values()):
                for j, line in enumerate(label.split("\n")):
                    canvas.text(
                        x + (i + 0.5) * CELL,
                        TOP - 18 + 12 * j,
                        line,
                        SMALL,
                        theme.muted,
                        ha="center",
                    )
            blocks.append((x, norm, cmap, CELL * len(scores)))
            x += CELL * len(scores) + APART
        for i, name in enumerate(data.names):
            canvas.text(LEFT - 10, TOP + (i + 0.5) * ROW + 4, name, BODY, ha="right", weight="bold")
        for i, value in enumerate(data.even):
            canvas.text(
                LEFT + (i + 0.5) * CELL,
                TOP + tall + 14,
                f"even {number(float(value), 2)}",
                SMALL,
                theme.muted,
                ha="center",
            )
        axes = canvas.panel(x, TOP, RISE, tall)
        axes.set(
            xlim=(min(-0.06 * most, 1.1 * float(np.nanmin([data.low, data.rise]))), 1.08 * most),
            ylim=(len(data.names), 0),
        )
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(2))
        axes.axvline(0, color=theme.ink, lw=1.0)
        canvas.text(x, TOP - 40, "c  Loss", BODY, weight="bold")
        canvas.text(x, TOP - 12, "rise, nats", SMALL, theme.muted)
        for i, (value, low, high) in enumerate(zip(data.rise, data.low, data.high)):
            axes.plot(
                [low, high],
                [i + 0.5] * 2,
                color=theme.series["attention"],
                lw=2.4,
                solid_capstyle="butt",
            )
            axes.plot([value], [i + 0.5], "o", ms=5.5, color=theme.series["attention"])
        x += RISE + 12
        canvas.text(x, TOP - 40, "Class", BODY, weight="bold")
        for i, kind in enumerate(data.kinds):
            named = kind not in ("no class", "not missed")
            for j, line in enumerate(kind.split(", ")):
                canvas.text(
                    x,
                    TOP + (i + 0.5) * ROW + 4 + 12 * (j - (kind.count(",") / 2)),
                    line,
                    BODY if named else SMALL,
                    theme.ink if named else theme.muted,
                    weight="bold" if named else "normal",
                )
        for (left, norm, cmap, wide), ticks in zip(
            blocks,
            (
                (0, 0.5, 1),
                (
                    round(-float(signed.vmax or 1) * 0.8, 1),
                    0,
                    round(float(signed.vmax or 1) * 0.8, 1),
                ),
            ),
        ):
            colour_bar(canvas, cmap, norm, left, TOP + tall + 32, min(wide, 150), "", ticks)

    def caption(self, data: Data) -> str:
        return (
            "(a) Mean attention on the token before, in held-out text; on the earlier copy of the"
            " present token, and on the token after that copy, where random tokens are read for"
            " the second time; and on tokens after earlier copies in held-out text. Below:"
            " attention spread evenly. (b) Copying score by the eigenvalues of the output circuit,"
            " −1 to 1, and how far the head raises the tokens it looks at. (c) Rise of the loss on"
            f" held-out text. Thresholds: {QUARTER} of the attention and twice an equal share,"
            f" interval included; a copying score of {COPIES}, above that of renamed tokens, and a"
            " push above zero. “not missed”: the interval of the rise contains zero, so the head"
            " gets no class."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name}: {row[0]:.2f} on the token before, {row[1]:.2f} on an earlier copy,"
            f" {row[2]:.2f} after it, copying {copy[0]:.2f}, loss up by {rise:.3f}, {kind}"
            for name, row, copy, rise, kind in zip(
                data.names, data.shares, data.copies, data.rise, data.kinds
            )
        )
        return (
            f"Table of {len(data.names)}"
            f" {'head and its' if len(data.names) == 1 else 'heads and their'} scores at step"
            f" {data.step:,}: {said}."
        )
