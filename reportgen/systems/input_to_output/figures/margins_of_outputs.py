"""How many outputs are right by how much, of inputs that train and of inputs that are held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, key
from reportgen.systems.input_to_output.facts.probe import margins
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, WIDE, TALL, BINS = 56, 88, 690, 190, 48  # CSS pixels; bars along the axis


@dataclass(frozen=True)
class Data:
    """Leads of right answers [output token], logits."""

    step: int
    train: np.ndarray
    holdout: np.ndarray

    @property
    def split(self) -> bool:
        """Are some inputs held out."""
        return len(self.holdout) > 0


@dataclass(frozen=True)
class Scale:
    """Edges of the bars."""

    edges: np.ndarray


@figure("margins-of-outputs")
class MarginsOfOutputs(Figure[Study, Data, Scale]):
    """Two rows of bars over one axis."""

    height = TOP + TALL + 56

    def compute(self, study: Study) -> Data:
        found, in_train = margins(study), study.data.in_train
        return Data(study.step, found[in_train].ravel(), found[~in_train].ravel())

    def scale(self, frames: Sequence[Data]) -> Scale:
        every = np.concatenate([v for f in frames for v in (f.train, f.holdout)])
        low, high = min(float(every.min()), 0.0), max(float(every.max()), 0.0)
        high = high if high > low else low + 1
        return Scale(np.linspace(low, high, BINS + 1))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        theme, edges = canvas.theme, scale.edges
        canvas.headline(
            self.title,
            "Output tokens by the logit of the right answer less that of the best other one; left"
            " of the line another one leads.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, WIDE, TALL)
        middles, wide = (edges[1:] + edges[:-1]) / 2, float(edges[1] - edges[0])
        kinds = (("training", data.train, "train"), ("held out", data.holdout, "attention"))
        shown = kinds if data.split else (("all", data.train, "train"),)
        most = 0.0
        for i, (_, values, ink) in enumerate(shown):
            share = np.histogram(values, edges)[0] / len(values)
            most = max(most, float(share.max()))
            each = wide / len(shown)
            at = middles + (i - (len(shown) - 1) / 2) * each
            axes.bar(at, share, width=0.92 * each, color=theme.series[ink], lw=0)
        axes.axvline(0, color=theme.ink, lw=1.0, zorder=4)
        axes.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.06 * most), xlabel="lead, logits")
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        canvas.caption(axes, "", "Share of the output tokens", "of each kind")
        key(
            canvas,
            LEFT + 430,
            TOP - 8,
            [
                Entry(
                    f"{name}, least {number(float(values.min()), 2)}",
                    None,
                    ink=theme.series[ink],
                    weight="bold",
                )
                for name, values, ink in shown
            ],
        )

    def caption(self, data: Data) -> str:
        return (
            "Grey: output tokens of training inputs; blue: of held-out ones, each as shares of"
            " their kind."
            if data.split
            else "The output tokens of all inputs."
        ) + " At a lead of 0 the right answer and another one are equally likely."

    def alt(self, data: Data) -> str:
        told = [
            f"{name} inputs from {values.min():.2f} to {values.max():.2f}, median"
            f" {np.median(values):.2f}, {int((values <= 0).sum())} not above 0"
            for name, values in (
                (("training", data.train), ("held-out", data.holdout))
                if data.split
                else (("all", data.train),)
            )
        ]
        return f"Leads of the right answers at step {data.step:,}, in logits: {'; '.join(told)}."
