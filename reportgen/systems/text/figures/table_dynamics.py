"""The table of chances over training, beside the counts that it comes to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, FilmStrips
from reportgen.drawing.matrices import Matrix, colour_bar
from reportgen.drawing.style import PANEL, SMALL, TITLE
from reportgen.systems.text.figures.embedding_dynamics import curves
from reportgen.systems.text.figures.pair_tables import LEAST, among, chances
from reportgen.systems.text.figures.parts.kinds import name_kinds, order_told
from reportgen.systems.text.view import Study

SIDE, LEFT = 262, 40  # CSS pixels of a map
RIGHT, UPPER = 760 - EDGE - 262, BOTTOM - 262


@dataclass(frozen=True)
class Data:
    """Chances [token, next] of the network and in the training blocks, kind by kind."""

    step: int
    loss: float
    right: float
    kinds: tuple[str, ...]
    network: np.ndarray
    counts: np.ndarray
    excess: float  # nats
    left_out: int  # tokens that are rarer than these


@dataclass(frozen=True)
class Scale:
    """Powers of ten, and the curves of the whole training."""

    norm: Normalize
    curves: tuple[np.ndarray, np.ndarray, np.ndarray]


@figure("table-dynamics")
class TableDynamics(Figure[Study, Data, Scale]):
    """Two maps, one of which moves."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        found = chances(study)
        at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])
        return Data(
            study.step,
            at("validation_loss"),
            at("accuracy"),
            found.kinds,
            found.network,
            found.counts,
            found.excess,
            found.left_out,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(Normalize(np.log10(LEAST), 0), curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, count = canvas.theme, len(data.kinds)
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="guessed")
        maps = []
        for x, letter, words in ((LEFT, "a", "Network"), (RIGHT, "b", "Counts")):
            axes = canvas.panel(x, UPPER, SIDE, SIDE)
            maps.append(Matrix(axes, theme, theme.probability, scale.norm, count, count))
            for columns in (False, True):
                name_kinds(canvas, axes, data.kinds, columns=columns)
            canvas.text(x, UPPER - 24, f"{letter}  {words}", PANEL, weight="bold")
        middle = LEFT + SIDE + 34
        (
            canvas.text(middle, UPPER + 40, "Row: the last token", SMALL, theme.muted),
            canvas.text(middle, UPPER + 54, "Column: the next one", SMALL, theme.muted),
        )
        colour_bar(
            canvas,
            theme.probability,
            scale.norm,
            middle,
            UPPER + 96,
            110,
            "chance",
            (-3, -2, -1, 0),
            ("≤ 0.001", "", "0.1", "1"),
        )
        canvas.text(middle, UPPER + 156, "Apart, nats per token", SMALL, theme.muted)
        apart = canvas.text(middle, UPPER + 180, "", TITLE, weight="bold")
        maps[1].set(np.log10(np.maximum(data.counts, LEAST)))

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.right)
            maps[0].set(np.log10(np.maximum(data.network, LEAST)))
            apart.set_text(f"{data.excess:.3f}")

        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) Chance of each next token (column) after each token (row) by the network, for"
            f" {among(len(data.kinds), data.left_out)}, kind by kind ({order_told(data.kinds)});"
            " (b) the share of each in the training blocks, which stays. One logarithmic scale."
            " Apart: Kullback-Leibler divergence of the first from the second, mean over the text."
            " Below: validation loss in nats, and the share of validation tokens that are the"
            " likeliest guess."
        )

    def alt(self, data: Data) -> str:
        return (
            "Film of the network’s table of chances beside that of the counts; at step"
            f" {data.step:,} they are {data.excess:.3f} nats apart, at a validation loss of"
            f" {data.loss:.3f} nats and {100 * data.right:.1f} % right guesses."
        )
