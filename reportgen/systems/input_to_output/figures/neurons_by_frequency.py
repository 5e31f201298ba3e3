"""How much of each neuron's power lies in one frequency, and in which."""

from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import SMALL
from reportgen.systems.input_to_output.facts.clock import keys, neurons
from reportgen.systems.input_to_output.view import Study
from reportgen.systems.input_to_output.waves import TUNED

LEFT, TOP, WIDE, TALL, APART, LOW = 52, 92, 696, 190, 58, 96  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Neurons that are not the same for every input, at one checkpoint."""

    step: int
    frequencies: int
    best: np.ndarray  # [neuron] the frequency with most of its power
    share: np.ndarray  # [neuron] how much that is
    neurons: int  # all of them
    keys: np.ndarray


@figure("neurons-by-frequency")
class NeuronsByFrequency(Figure[Study, Data, None]):
    """A dot a neuron; below how many there are of each frequency."""

    height = TOP + TALL + APART + LOW + 48

    def compute(self, study: Study) -> Data:
        shares, alive = neurons(study)
        return Data(
            study.step,
            len(shares),
            1 + shares.argmax(0)[alive],
            shares.max(0)[alive],
            len(alive),
            keys(study),
        )

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme, every = canvas.theme, np.arange(1, 1 + data.frequencies)
        canvas.headline(
            self.title,
            "A dot is a neuron: across, the frequency with most of its power over all inputs; up,"
            " how much of it that is.\nBlue: at least 85 % in that frequency.",
            stamp(data.step),
        )
        above = canvas.panel(LEFT, TOP, WIDE, TALL)
        below = canvas.panel(LEFT, TOP + TALL + APART, WIDE, LOW)
        tuned = data.share >= TUNED
        spread = 0.32 * (2 * np.random.default_rng(0).random(len(data.best)) - 1)
        for which, ink, size in ((~tuned, "train", 9), (tuned, "attention", 12)):
            above.scatter(
                data.best[which] + spread[which],
                data.share[which],
                s=size,
                color=[theme.series[ink]],
                lw=0,
            )
        above.axhline(TUNED, color=theme.ink, lw=0.9, dashes=(4, 3))
        above.set(ylim=(0, 1.03))
        canvas.caption(above, "a", "Share in one frequency", f"{len(data.best)} neurons")
        counts = [
            np.bincount(data.best[w], minlength=data.frequencies + 1)[1:] for w in (tuned, ~tuned)
        ]
        whole = counts[0] + counts[1]
        below.bar(every, counts[0], width=0.7, color=theme.series["attention"], lw=0)
        below.bar(every, counts[1], width=0.7, bottom=counts[0], color=theme.series["train"], lw=0)
        below.set(ylim=(0, 1.2 * max(1, int(whole.max()))))
        for k, count in zip(every.tolist(), counts[0]):
            if count:
                below.text(
                    k,
                    int(whole[k - 1]),
                    str(count),
                    size=SMALL,
                    ha="center",
                    va="bottom",
                    color=theme.series["attention"],
                )
        canvas.caption(
            below, "b", "Neurons of each frequency", "blue, and their number: with at least 85 %"
        )
        for axes in (above, below):
            axes.set(xlim=(0.3, data.frequencies + 0.7))
            axes.set_xticks(every[:: 1 if data.frequencies <= 28 else 5])
        below.set_xlabel("frequency")

    def caption(self, data: Data) -> str:
        return (
            "Activations of each neuron at the query of the output, over all inputs, as sums of"
            " waves; the power in a frequency is that of its waves of either number and of their"
            f" products. {data.neurons - len(data.best)} of {data.neurons} neurons are the same for"
            " every input and are left out. Across, dots are put apart at random."
        )

    def alt(self, data: Data) -> str:
        tuned = data.share >= TUNED
        kinds = [
            f"{int((data.best[tuned] == k).sum())} of frequency {k}"
            for k in np.unique(data.best[tuned])
        ]
        return (
            f"Of {data.neurons} neurons at step {data.step:,} {int(tuned.sum())} have at least 85 %"
            f" of their power in one frequency{': ' if kinds else ''}{', '.join(kinds)}."
        )
