"""Film: every input of two places, and by how much its right answer leads, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import ListedColormap, Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, HEIGHT, Curves, FilmStrips, whole_curves
from reportgen.drawing.matrices import Matrix, sided_norm
from reportgen.drawing.style import BODY
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.figures import margins_of_inputs
from reportgen.systems.input_to_output.figures.margins_of_inputs import PairMap, margins_by_pair
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, GAP = 60, 66, 64  # CSS pixels
SIDE = BOTTOM - TOP - 26


@dataclass(frozen=True)
class Data:
    """One checkpoint."""

    step: int
    loss: float  # of held-out inputs
    error: float
    inputs: margins_of_inputs.Data


@dataclass(frozen=True)
class Scale:
    """Colours, and the curves of the strips."""

    margin: Normalize
    curves: Curves


@figure("inputs-over-training")
class InputsOverTraining(Figure[Study, Data, Scale]):
    """The map of leads beside that of the split."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        at = study.checkpoint
        loss = float(study.history("validation_loss")[at])
        return Data(
            study.step, loss, 1 - float(study.history("holdout_right")[at]), margins_by_pair(study)
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(sided_norm(*(f.inputs.margin for f in frames)), whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="wrong")
        axes = canvas.panel(LEFT, TOP, SIDE, SIDE)
        canvas.caption(axes, "", "Lead of the right answer", "warm: it leads")
        pairs = PairMap(canvas, axes, data.inputs, scale.margin)
        small = canvas.panel(LEFT + SIDE + GAP, TOP, SIDE, SIDE)
        kinds = ListedColormap([theme.outcomes["broken"], theme.series["train"], theme.cell])
        sides = Matrix(small, theme, kinds, Normalize(0, 2), *data.inputs.in_train.shape)
        canvas.caption(small, "", "Wrong", "red; grey: trains")
        x = LEFT + 2 * SIDE + GAP + 18
        words = [canvas.text(x, TOP + 20 + 18 * i, "", BODY, theme.muted) for i in range(4)]

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            pairs.set(data.inputs)
            wrong, in_train = data.inputs.wrong, data.inputs.in_train
            sides.set(np.where(wrong, 0, np.where(in_train, 1, 2)).astype(float))
            told = (
                "wrong",
                f"{grouped(int((wrong & in_train).sum()))} that train",
                f"{grouped(int((wrong & ~in_train).sum()))} held out",
                "",
            )
            for text, said in zip(words, told):
                text.set_text(said)

        return update

    def caption(self, data: Data) -> str:
        return (
            "A cell is an input. Left: by how many logits the right answer leads (warm colours) or"
            " lies behind (cold). Right: inputs that are answered wrongly, in red, and of the"
            " others those that train, in grey. Below: the loss on held-out inputs, and the share"
            " of them that are wrong."
        )

    def alt(self, data: Data) -> str:
        wrong, in_train = data.inputs.wrong, data.inputs.in_train
        return (
            f"Film of all inputs over training; at step {grouped(data.step)}"
            f" {int((wrong & in_train).sum())} training inputs and {int((wrong & ~in_train).sum())}"
            " held-out ones are wrong."
        )
