"""The attention of every head of every layer on one demonstration, side by side."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.head_maps import GAP, LEFT, HeadMaps, Layout
from reportgen.drawing.style import WIDTH
from reportgen.systems.sequence_rules.facts.heads import head_names
from reportgen.systems.sequence_rules.view import Study

TOP, HEAD, FOOT = 98, 46, 44  # CSS pixels
MOST, WIDEST = 4, 330  # maps in a row, and CSS pixels of one


def place_of(heads: int, layers: int, width: float) -> Layout:
    """A layer a row, where that has a few heads; of single heads, two layers."""
    columns = min(heads, MOST) if heads > 1 else min(layers, 2)
    side = min((width - LEFT - GAP * (columns - 1)) / columns, WIDEST)
    return Layout(columns, -(-heads * layers // columns), side, LEFT)


@dataclass(frozen=True)
class Data:
    """One sequence in all heads."""

    step: int
    names: tuple[str, ...]
    layers: int
    tokens: tuple[str, ...]
    classes: dict[str, str]
    answers: np.ndarray  # [(query, key)] where a query's answer stands
    pattern: np.ndarray  # [head, query, key]


@figure("head-maps")
class HeadMapsOfSequence(Figure[Study, Data, None]):
    """One map a head."""

    def compute(self, study: Study) -> Data:
        i, windows = study.demonstration, study.demonstrations
        pattern = study.trace.pattern()[i]
        at = np.flatnonzero(windows.held[i])
        return Data(
            study.step,
            tuple(name.capitalize() for name in head_names(study)),
            study.config.model.n_layers,
            tuple(study.tokens[int(t)] for t in windows.inputs[i]),
            dict(study.classes),
            np.stack([at, windows.source[i, at]], -1),
            pattern.reshape(-1, *pattern.shape[-2:]),
        )

    def height_of(self, data: Data) -> float:
        place = place_of(len(data.names) // data.layers, data.layers, WIDTH)
        return TOP + place.rows * (place.side + HEAD) - HEAD + FOOT + 30

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        framed = "  Teal frames: where the answer stands." if len(data.answers) else ""
        canvas.headline(
            self.title,
            "Down: the position that looks.  Across: the position looked at.  A head is called by"
            f" its layer and its number in it.\n{framed.strip()}",
            stamp(data.step),
        )
        place = place_of(len(data.names) // data.layers, data.layers, canvas.width)
        maps = HeadMaps(canvas, data.names, data.tokens, data.classes, TOP, place, HEAD)
        maps.mark(canvas.theme, data.answers)
        bottom = TOP + place.rows * (place.side + HEAD) - HEAD + 40
        chance_bar(canvas, place.left, bottom, 150, "attention")
        return lambda data: maps.set(data.pattern)

    def caption(self, data: Data) -> str:
        framed = (
            " Framed: the position that holds the answer, in rows where the rule decides and one"
            " does."
            if len(data.answers)
            else ""
        )
        return (
            "Attention from each position (row) to each position up to it (column), one map a"
            f" head; each row sums to 1, the future is masked.{framed}"
        )

    def alt(self, data: Data) -> str:
        where = tuple(data.answers.T)
        said = [
            f"{name.lower()}: {values[where].mean():.2f}"
            for name, values in zip(data.names, data.pattern)
        ]
        on = f" Mean attention on the answer: {'; '.join(said)}." if len(data.answers) else ""
        return (
            f"Heat maps of attention on the sequence {' '.join(data.tokens)} in"
            f" {len(data.names)} heads, at step {data.step:,}.{on}"
        )
