"""S2: every query against every key, by pair of tokens: the score, and the attention it turns
into.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import figure
from reportgen.drawing.matrices import signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import EXPORT_SCALE
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.systems.sequence_rules.figures.parts.pair_means import PairMeans
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    PairMap,
    by_class,
    class_means,
    pair_attention,
    pair_scores,
)
from reportgen.systems.sequence_rules.view import Study

ROOM, TOP, TALL = 350, 100, 514  # pixels
CELL = 1.5  # pixels of a pair's cell, at least; smaller ones cannot be read


@dataclass(frozen=True)
class Data:
    """All queries and keys by pair of tokens [query token, query position, key token, key
    position]; NaN where no sequence holds both.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    d_head: int
    scores: np.ndarray
    attention: np.ndarray  # of the sequence that holds the key token at every earlier position


class Every(Variant[Study, Data, Normalize]):
    """Two maps of all queries against all keys."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("one_head",)

    def suits(self, study: Study) -> bool:
        return super().suits(study) and len(study.tokens) * study.config.model.n_ctx * CELL <= ROOM

    def height_of(self, data: Data) -> float:
        return TALL

    def compute(self, study: Study) -> Data:
        scores = pair_scores(study.lattice)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.config.model.d_head,
            scores,
            pair_attention(scores),
        )

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return signed_norm(*(f.scores for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        stamp = step_stamp(canvas)
        theme, positions, order = canvas.theme, data.scores.shape[1], by_class(data.classes)
        canvas.headline(
            self.title,
            "A block is a pair of tokens: query on the left, key above.  Within it, rows are"
            f" positions of the query and columns positions of the key,\nboth 0 to"
            f" {positions - 1}.  Grey: no sequence holds both, since the key would lie in the"
            " future, or on the query’s own position.",
        )
        count = positions * len(order)
        whole = (
            int(ROOM * EXPORT_SCALE / count) * count / EXPORT_SCALE
        )  # whole pixels a cell, unless that leaves too much room
        side = whole if whole > 0.9 * ROOM else ROOM
        frames = [canvas.panel(x, TOP, side, side) for x in (24, 760 - side)]
        maps = [
            PairMap(axes, theme, cmap, norm, data.tokens, data.classes, order, positions)
            for axes, cmap, norm in zip(
                frames, (theme.signed, theme.probability), (scale, Normalize(0, 1))
            )
        ]
        for x, letter, words, note in (
            (24, "a", "Scores", f"query · key / √{data.d_head}"),
            (760 - side, "b", "Attention", "where all earlier tokens are the key token"),
        ):
            head = canvas.panel(x, TOP - 16, side, 10)
            head.set_axis_off()
            canvas.caption(head, letter, words, note)
        signed_bar(canvas, scale, 24, TOP + side + 32, 180, "score")
        chance_bar(canvas, 760 - side, TOP + side + 32, 180, "attention")

        def update(data: Data) -> None:
            stamp(data.step)
            for cells, values in zip(maps, (data.scores, data.attention)):
                cells.set(values)

        return update

    def caption(self, data: Data) -> str:
        return (
            f"All {data.scores.shape[0] * data.scores.shape[1]} queries (rows) against all keys"
            " (columns), tokens of one class side by side, stronger lines between classes. (a)"
            " Scores: brown above zero, blue below. (b) Attention depends on everything that is"
            " read, so each row stands for one whole sequence: the key token repeated, with the"
            " query’s token at its end. The row is what the network’s attention is there; what it"
            " lacks to 1 goes to the query’s own key. Grey cells cannot occur."
        )

    def alt(self, data: Data) -> str:
        scores = class_means(data.scores, data.classes)
        (qa, ka), (qb, kb) = (
            max(scores, key=scores.__getitem__),
            min(scores, key=scores.__getitem__),
        )
        return (
            f"Two maps of all queries against all keys at step {data.step:,}. Scores run from"
            f" {number(float(np.nanmin(data.scores)), 1)} to"
            f" {number(float(np.nanmax(data.scores)), 1)}; highest on average is {qa} query with"
            f" {ka} key ({number(scores[qa, ka], 1)}), lowest {qb} query with {kb} key"
            f" ({number(scores[qb, kb], 1)})."
        )


@figure("qk-full-heatmap")
class QKFullHeatmap(ByWidth):
    """All queries against all keys."""

    ways = (Every(), PairMeans())
