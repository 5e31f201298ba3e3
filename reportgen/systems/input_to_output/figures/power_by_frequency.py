"""Which frequencies the embeddings of the numbers have, and which the logits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.scales import end_of
from reportgen.drawing.style import SMALL
from reportgen.systems.input_to_output.facts.clock import embedding_shares, keys, logit_power
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, WIDE, TALL, APART = 52, 92, 696, 120, 62  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Shares of power [frequency] at one checkpoint."""

    step: int
    embeddings: np.ndarray
    logits: np.ndarray
    keys: np.ndarray  # the key frequencies


@figure("power-by-frequency")
class PowerByFrequency(Figure[Study, Data, float]):
    """Two rows of bars over one axis."""

    height = TOP + 2 * TALL + APART + 50

    def compute(self, study: Study) -> Data:
        return Data(study.step, embedding_shares(study), logit_power(study), keys(study))

    def scale(self, frames: Sequence[Data]) -> float:
        return end_of(1.0, *(v for f in frames for v in (f.embeddings, f.logits)))

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme, every = canvas.theme, np.arange(1, 1 + len(data.embeddings))
        canvas.headline(
            self.title,
            "A frequency is how often a wave goes round while a number goes once round the clock."
            "\nBlue: the key frequencies, the fewest with nine tenths of the embeddings’ power."
            "  Dashes: equal shares.",
            stamp(data.step),
        )
        top = 1.12 * max(float(data.embeddings.max()), float(data.logits.max()), scale / 4)
        panels = (("a", "Embeddings of the numbers", data.embeddings), ("b", "Logits", data.logits))
        for i, (letter, name, values) in enumerate(panels):
            axes = canvas.panel(LEFT, TOP + i * (TALL + APART), WIDE, TALL)
            canvas.caption(axes, letter, name, "share of the power in each frequency")
            key = np.isin(every, data.keys)
            for which, ink in ((key, "attention"), (~key, "train")):
                axes.bar(every[which], values[which], width=0.7, color=theme.series[ink], lw=0)
            axes.axhline(1 / len(every), color=theme.ink, lw=0.9, dashes=(4, 3), zorder=4)
            axes.set(xlim=(0.3, len(every) + 0.7), ylim=(0, top))
            step = max(1, len(every) // 28)
            axes.set_xticks(every[:: step if step == 1 else 5])
            for k in data.keys:
                axes.text(
                    k,
                    values[k - 1] + 0.02 * top,
                    str(k),
                    size=SMALL,
                    ha="center",
                    va="bottom",
                    path_effects=halo(theme),
                    zorder=5,
                )
        axes.set_xlabel("frequency")

    def caption(self, data: Data) -> str:
        return (
            "Power of each frequency, as a share of all; the constant is left out. (a) Of W_E over"
            " the numbers, all dimensions added up. (b) Of the logits over the right answer: mean"
            " logits of the inputs with the same right answer, without their mean over answers. The"
            " key frequencies are those of (a)."
        )

    def alt(self, data: Data) -> str:
        told = ", ".join(
            f"{k} with {data.embeddings[k - 1]:.2f} of the embeddings and"
            f" {data.logits[k - 1]:.2f} of the logits"
            for k in data.keys
        )
        return (
            f"Of {len(data.embeddings)} frequencies at step {data.step:,} the key ones are {told}."
        )
