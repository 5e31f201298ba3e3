"""21: what one token scores and attends to, for every other token at every pair of positions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Colormap, Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.marks.names import name_cells
from reportgen.drawing.matrices import Matrix, sided_norm
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import SMALL
from reportgen.systems.sequence_rules.figures.parts.cells import in_class_colours
from reportgen.systems.sequence_rules.figures.parts.focus import Focus, focus
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    by_class,
    pair_attention,
    pair_scores,
)
from reportgen.systems.sequence_rules.view import Study

LEFT, TOP, WIDE, GAP, FOOT = 34, 84, 676, 50, 28  # CSS pixels of the maps, below each, and below
LOW, HIGH, ROW = 204, 484, 11  # CSS pixels of a map at least and at most, and of a row with a name


@dataclass(frozen=True)
class Data:
    """The rows of one query token in the maps of all pairs."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    focus: Focus
    d_head: int
    # [query position, key token, key position]; NaN where no sequence holds both
    scores: np.ndarray
    # the same for sequences of one key token with the focused token at the end
    attention: np.ndarray

    @property
    def name(self) -> str:
        """The focused token, written."""
        return self.tokens[self.focus.token]


def mean_scores(data: Data) -> np.ndarray:
    """Mean score of each key token over the cells that can occur."""
    return np.asarray(np.nanmean(data.scores, axis=(0, 2)))


def side_by_side(data: Data, values: np.ndarray) -> np.ndarray:
    """Values [query position, key token, key position] as one map: a row a key token, by class, and
    a block of columns a query, which holds the keys up to its own.
    """
    order = list(by_class(data.classes))
    return np.concatenate([keys[order, : at + 1] for at, keys in enumerate(values)], axis=1)


def tall(data: Data) -> float:
    """CSS pixels of a map: so many that each row has its name, as far as a page has room."""
    return min(HIGH, max(LOW, ROW * len(data.tokens)))


@figure("trigger-scores")
class TriggerScores(Figure[Study, Data, Normalize]):
    """The trigger's queries against every key: one map of scores and one of attention."""

    def height_of(self, data: Data) -> float:
        return TOP + 2 * (tall(data) + GAP) + FOOT

    def compute(self, study: Study) -> Data:
        chosen, scores = focus(study), pair_scores(study.lattice)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            chosen,
            study.config.model.d_head,
            scores[chosen.token],
            pair_attention(scores)[chosen.token],
        )

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return sided_norm(*(f.scores for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, name = canvas.theme, data.name
        canvas.headline(
            self.title,
            f"A block of columns is the query of {name} ({data.focus.why}) at the position below"
            " it, with the keys from position 0 to its own.\nA row is the token at the key.  Grey:"
            " no sequence holds both.",
            stamp(data.step),
        )
        lower = TOP + tall(data) + GAP
        scores = self._map(canvas, TOP, data, theme.signed, scale)
        shares = self._map(canvas, lower, data, theme.probability, Normalize(0, 1))
        canvas.caption(scores.axes, "a", "Scores", f"query · key / √{data.d_head}")
        canvas.caption(
            shares.axes, "b", "Attention", f"where every token before the {name} is the key’s"
        )
        canvas.text(LEFT + WIDE + 46, TOP - 7, "mean", SMALL, theme.muted, ha="right")
        order = by_class(data.classes)
        beside = {
            order[row]: canvas.text(
                LEFT + WIDE + 46,
                TOP + tall(data) * (row + 0.5) / len(order),
                "",
                SMALL,
                theme.muted,
                ha="right",
                va="center",
            )
            for row in thinned(data.tokens, tall(data) / len(order), across=False)
        }
        foot = lower + tall(data) + 46
        signed_bar(canvas, scale, LEFT, foot, 150, "a: score")
        chance_bar(canvas, LEFT + 200, foot, 150, "b: attention")

        def update(data: Data) -> None:
            means = mean_scores(data)
            for token, text in beside.items():
                text.set_text(number(float(means[token]), 1))
            for cells, values in ((scores, data.scores), (shares, data.attention)):
                cells.set(side_by_side(data, values))

        return update

    @staticmethod
    def _map(canvas: Canvas, top: float, data: Data, cmap: Colormap, norm: Normalize) -> Matrix:
        """Rows named by key token, blocks by the position of their query."""
        theme, count = canvas.theme, len(data.scores)
        names = [data.tokens[i] for i in by_class(data.classes)]
        pairs = [(query, key) for query in range(count) for key in range(query + 1)]
        axes = canvas.panel(LEFT, top, WIDE, tall(data))
        cells = Matrix(axes, theme, cmap, norm, len(names), len(pairs))
        # a cell that cannot occur must not look like zero
        cells.mesh.set_cmap(cmap.with_extremes(bad=theme.faint))
        name_cells(axes, "x", [f"key at {key}, query at {query}" for query, key in pairs])
        name_cells(axes, "y", names)
        box = axes.get_window_extent()  # at the sheet's own resolution a pixel is a CSS pixel
        named = thinned(names, box.height / len(names), across=False)
        axes.set_yticks([row + 0.5 for row in named], [names[row] for row in named])
        in_class_colours(axes.get_yticklabels(), theme, data.classes, [names[r] for r in named])
        starts, room = np.cumsum(np.arange(count)), box.width / len(pairs)
        for start in starts[1:]:
            axes.axvline(start, color=theme.paper, lw=3)
        fit = [q for q in range(count) if room * (q + 1) > width_of(str(q), SMALL) + 2]
        axes.set_xticks([starts[q] + (q + 1) / 2 for q in fit], [str(q) for q in fit])
        return cells

    def caption(self, data: Data) -> str:
        return (
            f"A row is a token that {data.name} may look at, the key; tokens of one class stand"
            f" together. A block of columns is one position at which {data.name} is read, and its"
            " columns are the positions of the key, from 0 at the left to the query’s own at the"
            " right. (a) The attention score of each pair, before the softmax: brown above zero,"
            " blue below, each on a scale of its own; at the right the mean of the row. (b) The"
            f" attention, from 0 to 1, that {data.name} gives to each position at the end of a"
            " sequence in which every earlier token is the key of the row, so that only positions"
            " can make a difference; what is missing up to 1 in a block goes to the query’s own"
            f" key. Grey cells cannot occur: at its own position the key is that of {data.name}."
        )

    def alt(self, data: Data) -> str:
        score = mean_scores(data)
        kinds = list(dict.fromkeys(data.classes.values()))

        def of(kind: str) -> list[int]:
            return [i for i, t in enumerate(data.tokens) if data.classes[t] == kind]

        said = [
            f"{kind} keys {number(float(score[of(kind)].mean()), 1)} (by token"
            f" from {number(float(score[of(kind)].min()), 1)} to"
            f" {number(float(score[of(kind)].max()), 1)})"
            if len(of(kind)) > 1
            else f"{kind} keys {number(float(score[of(kind)].mean()), 1)}"
            for kind in kinds
        ]
        return (
            f"Two maps of the queries of {data.name} at step {data.step:,}, by key token and pair"
            f" of positions: scores and attention. Mean scores by class of key: {', '.join(said)}."
        )
