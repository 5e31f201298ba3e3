"""Every input of two places as a cell: by how much its right answer leads, and which inputs
train.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, sided_norm
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.probe import margins, right
from reportgen.systems.input_to_output.figures.parts.names import name_axis
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, SIDE, SMALLER, GAP = 44, 96, 420, 220, 56  # CSS pixels
FEW = 400  # wrong cells that are framed one by one


@dataclass(frozen=True)
class Data:
    """One checkpoint: [first, second] each."""

    step: int
    first: tuple[str, ...]
    second: tuple[str, ...]
    classes: Mapping[str, str]
    margin: np.ndarray  # the least of an output
    wrong: np.ndarray
    in_train: np.ndarray

    @property
    def split(self) -> bool:
        """Are some inputs held out."""
        return not self.in_train.all()


@figure("margins-of-inputs")
class MarginsOfInputs(Figure[Study, Data, Normalize]):
    """A map of all inputs, and a smaller one of the split."""

    height = TOP + SIDE + 84

    def compute(self, study: Study) -> Data:
        return margins_by_pair(study)

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return sided_norm(*(f.margin for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        canvas.headline(
            self.title,
            "Rows: the first token of an input.  Columns: the second.  Warm colours: the right"
            " answer leads; cold, and framed: another one does.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, SIDE, SIDE)
        canvas.caption(axes, "a" if data.split else "", "Lead of the right answer", "logits")
        pairs = PairMap(canvas, axes, data, scale)
        if data.split:
            _split(canvas, data)
        signed_bar(canvas, scale, LEFT, canvas.height - 34, 132, "logits")
        return pairs.set

    def caption(self, data: Data) -> str:
        return (
            f"{'(a) ' if data.split else ''}A cell is an input; its colour says by how many logits"
            " the right answer leads over the best other one, or lies behind it; inputs that are"
            " answered wrongly are framed."
            + (
                " (b) The inputs that train, in grey; the others are held out."
                if data.split
                else ""
            )
        )

    def alt(self, data: Data) -> str:
        held = int((data.wrong & ~data.in_train).sum())
        return (
            f"All {data.wrong.size:,} inputs at step {data.step:,}: {int(data.wrong.sum())} are"
            f" answered wrongly{f', {held} of them held out' if data.split else ''}; the least lead"
            f" is {data.margin.min():.2f} logits."
        )


def _split(canvas: Canvas, data: Data) -> None:
    """The smaller map: which inputs train."""
    theme, count = canvas.theme, int(data.in_train.sum())
    small = canvas.panel(LEFT + SIDE + GAP, TOP, SMALLER, SMALLER)
    kinds = ListedColormap([theme.series["train"], theme.cell])
    split = Matrix(small, theme, kinds, Normalize(0, 1), *data.in_train.shape)
    split.set(1.0 - data.in_train)
    canvas.caption(
        small, "b", "Which inputs train", f"{grouped(count)} of {grouped(data.in_train.size)}, grey"
    )


def margins_by_pair(study: Study) -> Data:
    """The numbers of one checkpoint."""
    places = study.rule.places
    shape = tuple(len(each) for each in places)
    first, second = (tuple(map(str, each)) for each in places)
    return Data(
        study.step,
        first,
        second,
        dict(study.classes),
        margins(study).min(1).reshape(shape),
        np.asarray(~right(study).all(1)).reshape(shape),
        study.data.in_train.reshape(shape),
    )


class PairMap:
    """The map of all inputs, which can be moved to other data."""

    def __init__(self, canvas: Canvas, axes: object, data: Data, scale: Normalize) -> None:
        theme = canvas.theme
        self.matrix = Matrix(axes, theme, theme.signed, scale, *data.margin.shape)  # type: ignore[arg-type]
        self.axes = self.matrix.axes
        name_axis(self.axes, theme, data.first, along_x=False, classes=data.classes)
        name_axis(self.axes, theme, data.second, along_x=True, classes=data.classes)
        self.frames = LineCollection([], colors=[theme.outcomes["broken"]], linewidths=0.9)
        self.axes.add_collection(self.frames)

    def set(self, data: Data) -> None:
        """Show these data; frames only where they are few enough to be told apart."""
        self.matrix.set(data.margin)
        cells = np.argwhere(data.wrong)
        shown = cells if len(cells) <= FEW else cells[:0]
        self.frames.set_segments(
            [
                np.array([[j, i], [j + 1, i], [j + 1, i + 1], [j, i + 1], [j, i]], float)
                for i, j in shown
            ]
        )
