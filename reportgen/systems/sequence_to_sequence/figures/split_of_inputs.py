"""Which inputs train, and which are held out: all of them as a map, on one split and on the
other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import Entry, Layout, fill, key
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.data import Rows
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, SIDE, APART, LOW, TALL = (
    40,
    92,
    312,
    388,
    456,
    96,
)  # CSS pixels: maps, from one column to the next, top and height of the bars


@dataclass(frozen=True)
class Split:
    """One way to hold inputs out."""

    name: str
    held_out: np.ndarray  # [first half of the digits, second half]
    train: np.ndarray  # [digit] share of the training inputs that begin with it
    holdout: np.ndarray  # the same of the held-out inputs


@dataclass(frozen=True)
class Data:
    """The configured split, then the one beside it."""

    splits: tuple[Split, ...]
    digits: tuple[str, ...]
    half: int  # digits that a row stands for
    length: int  # digits of an input
    inputs: int
    kept: int  # inputs held out


@figure("split-of-inputs")
class SplitOfInputs(Figure[Study, Data, float]):
    """A map of all inputs for each split, and how often each first digit occurs."""

    height = 612

    def compute(self, study: Study) -> Data:
        data, digits = study.data, study.tokens[:-1]
        half = data.length // 2
        shares: Callable[[Rows], np.ndarray] = lambda rows: (
            np.bincount(rows.tokens[:, 1], minlength=len(digits))[: len(digits)] / len(rows)
        )
        splits = tuple(
            Split(
                name,
                each.held_out.reshape(len(digits) ** half, -1),
                shares(each.train),
                shares(each.holdout),
            )
            for name, each in study.splits
        )
        return Data(splits, digits, half, data.length, len(data.rows), len(data.holdout))

    def scale(self, frames: Sequence[Data]) -> float:
        """The largest share of any bar."""
        return max(float(max(s.train.max(), s.holdout.max())) for f in frames for s in f.splits)

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme = canvas.theme
        words = "first digit" if data.half == 1 else f"first {data.half} digits"
        canvas.headline(
            self.title,
            f"All {grouped(data.inputs)} inputs: the row is the {words}, the column the rest, both"
            f" counted up from 0.  {grouped(data.kept)} of them are held out.",
        )
        for i, split in enumerate(data.splits):
            x = LEFT + i * APART
            self._map(canvas, canvas.panel(x, TOP, SIDE, SIDE), split, data)
            canvas.caption(
                canvas.figure.axes[-1],
                "ab"[i],
                f"{split.name.capitalize()} split",
                "the split of this report" if not i else "the same seeds are also trained on it",
            )
            axes = canvas.panel(x, LOW, SIDE, TALL)
            canvas.caption(axes, "cd"[i], "First digit", "share of the inputs of either kind")
            at = np.arange(len(data.digits))
            for shift, values, colour in (
                (-0.2, split.train, theme.series["train"]),
                (0.2, split.holdout, theme.series["validation"]),
            ):
                axes.bar(at + shift, values, width=0.36, color=colour)
                for k, value in enumerate(values):
                    axes.text(
                        k + shift,
                        value + 0.03 * scale,
                        f"{value:.2f}" if len(at) < 6 else "",
                        ha="center",
                        size=8,
                        color=theme.muted,
                    )
            axes.set(xlim=(-0.6, len(at) - 0.4), ylim=(0, 1.18 * scale))
            axes.set_xticks(at, list(data.digits)), axes.set_yticks([])
            axes.spines["left"].set_visible(False)
        entries = [
            Entry(name, fill(ink := theme.series[series]), ink=ink, weight="bold")
            for name, series in (("trains", "train"), ("held out", "validation"))
        ]
        key(canvas, LEFT, canvas.height - 12, entries, Layout(beside=19, apart=52))

    @staticmethod
    def _map(canvas: Canvas, axes: Axes, split: Split, data: Data) -> None:
        theme, (side, across) = canvas.theme, split.held_out.shape
        colours = ListedColormap([theme.series["train"], theme.series["validation"]])
        gap = 1.2 if max(side, across) <= 32 else 0.0
        axes.pcolormesh(
            np.arange(across + 1),
            np.arange(side + 1),
            split.held_out.astype(float),
            cmap=colours,
            vmin=0,
            vmax=1,
            edgecolors=[theme.paper] if gap else "none",
            linewidth=gap,
            rasterized=not gap,
        )
        axes.set(xlim=(0, across), ylim=(side, 0))
        count = len(data.digits)
        middles, first = (
            (np.arange(count) + 0.5) / count,
            [f"{d}{'·' * (data.half - 1)}" for d in data.digits],
        )
        (
            axes.set_yticks(middles * side, first),
            axes.set_xticks(middles * across, first if 2 * data.half == data.length else []),
        )
        axes.tick_params(length=0, pad=3)
        for spine in axes.spines.values():
            spine.set_visible(False)

    def caption(self, data: Data) -> str:
        return (
            "Each cell is an input; the first half of its digits gives the row, the second half the"
            " column. Grey inputs train, the others are never trained on. Below: how many of the"
            " inputs of either kind begin with each digit."
        )

    def alt(self, data: Data) -> str:
        most: Callable[[Split], int] = lambda split: int(split.holdout.argmax())
        return f"Maps of all {data.inputs:,} inputs, {data.kept:,} of them held out. " + " ".join(
            f"On the {s.name} split {100 * s.holdout.max():.0f} % of the held-out inputs begin with"
            f" {data.digits[most(s)]}, and {100 * s.train[most(s)]:.0f} % of the training inputs."
            for s in data.splits
        )
