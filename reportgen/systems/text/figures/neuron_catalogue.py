"""The catalogue of neurons: those that are missed most, what they fire on, and what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL, TOKEN
from reportgen.systems.text.facts.neurons import REACH, Line, firing, lines, missed
from reportgen.systems.text.view import Study

TOP, ROW, FOOT = 104, 36, 46  # CSS pixels
COLUMNS = {
    "neuron": 0,
    "rise": 122,
    "fires": 276,
    "on": 326,
    "passages": 424,
    "raises": 566,
    "lowers": 668,
}  # left edges
WIDE = 100  # of the panel of losses


@dataclass(frozen=True)
class Row:
    """One neuron."""

    name: str
    rise: float
    low: float
    high: float
    fires: float
    on: tuple[str, ...]
    passages: tuple[str, ...]
    raises: tuple[str, ...]
    lowers: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """The neurons that are missed most, and how many there are."""

    step: int
    rows: tuple[Row, ...]
    classes: dict[str, str]
    rises: np.ndarray  # of all neurons that fire, nats
    shares: np.ndarray  # [layer, neuron] of the positions at which each fires


@figure("neuron-catalogue")
class NeuronCatalogue(Figure[Study, Data, float]):
    """One row a neuron; only those whose interval excludes zero."""

    def compute(self, study: Study) -> Data:
        def spelled(ids: tuple[int, ...]) -> tuple[str, ...]:
            return tuple(study.tokens[t] for t in ids)

        row: Callable[[Line], Row] = lambda line: Row(
            line.name,
            line.rise.value or 0.0,
            np.nan if line.rise.low is None else line.rise.low,
            np.nan if line.rise.high is None else line.rise.high,
            line.fires,
            spelled(line.on),
            line.passages[:2],
            spelled(line.raises),
            spelled(line.lowers),
        )
        rises = np.array([rise.value for rise in missed(study).values()], float)
        return Data(
            study.step,
            tuple(row(line) for line in lines(study)),
            dict(study.classes),
            rises,
            firing(study).share,
        )

    def height_of(self, data: Data) -> float:
        return TOP + max(len(data.rows), 2) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> float:
        return max([row.high for f in frames for row in f.rows] or [1.0])

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme, tall = canvas.theme, max(len(data.rows), 2) * ROW
        canvas.headline(
            self.title,
            "Each line: a neuron without which the loss rises, the whole 95 % interval above zero;"
            " largest rise first.\n“Raises” and “lowers” tell what firing hands straight to the"
            " logits; later layers read it too.",
            stamp(data.step),
        )
        heads = {
            "rise": "rise of the loss",
            "fires": "fires",
            "on": "fires on",
            "passages": "strongest after",
            "raises": "raises",
            "lowers": "lowers",
        }
        for key, words in heads.items():
            canvas.text(COLUMNS[key], TOP - 12, words, SMALL, theme.muted)
        if not data.rows:
            canvas.text(0, TOP + ROW, "No neuron is missed: no interval lies above zero.", BODY)
            return
        axes = canvas.panel(COLUMNS["rise"], TOP, WIDE, tall)
        axes.set(xlim=(0, 1.05 * scale), ylim=(len(data.rows), 0), xlabel="nats per token")
        axes.set_yticks([])
        axes.xaxis.set_major_locator(MaxNLocator(2))
        for i, row in enumerate(data.rows):
            y = TOP + (i + 0.5) * ROW + 4
            canvas.text(0, y, row.name, BODY, weight="bold")
            axes.plot(
                [row.low, row.high],
                [i + 0.5] * 2,
                color=theme.series["attention"],
                lw=2.4,
                solid_capstyle="butt",
            )
            axes.plot([row.rise], [i + 0.5], "o", ms=5.5, color=theme.series["attention"])
            canvas.text(COLUMNS["rise"] + WIDE + 8, y, number(row.rise, 3), SMALL, theme.muted)
            canvas.text(COLUMNS["fires"], y, f"{100 * row.fires:.0f} %", SMALL, theme.muted)
            for key, tokens, room in (
                ("on", row.on, 92),
                ("raises", row.raises, 96),
                ("lowers", row.lowers, 92),
            ):
                x = float(COLUMNS[key])
                for token in tokens:
                    wide = width_of(token, TOKEN, "bold")
                    if x + wide > COLUMNS[key] + room:
                        break
                    canvas.text(
                        x, y, token, TOKEN, theme.classes[data.classes[token]], weight="bold"
                    )
                    x += max(wide, 6) + 10
            for j, passage in enumerate(row.passages):
                canvas.text(COLUMNS["passages"], y - 8 + 15 * j, _cut(passage, 134), SMALL)

    def caption(self, data: Data) -> str:
        return (
            "Neurons by how far the loss on some held-out windows rises when a neuron has its mean"
            " at each position; bars are 95 % intervals, blocks resampled. Fires: share of the"
            " positions at which it is above zero. Fires on: the tokens on which it is strongest"
            f" on average. Strongest after: the passages before its strongest positions, up to"
            f" {REACH} tokens and the one it fires on. Raises, lowers: the tokens whose logits it"
            " changes most when it fires, straight through the last normalization."
        )

    def alt(self, data: Data) -> str:
        said = (
            "; ".join(
                f"{row.name}: loss up by {row.rise:.3f}, fires on {' '.join(row.on)}, raises"
                f" {' '.join(row.raises)}"
                for row in data.rows
            )
            or "none"
        )
        return (
            f"Table of the neurons whose ablation raises the loss most, among {data.shares.size} at"
            f" step"
            f" {data.step:,}: {said}."
        )


def _cut(words: str, room: float) -> str:
    """The end of a passage that fits."""
    while width_of(words, SMALL) > room and len(words) > 1:
        words = words[1:]
    return words
