"""21: what one token scores and attends to, for every other token at every pair of positions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.text import Text

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar, signed_norm
from reportgen.drawing.style import EXPORT_SCALE, PANEL, SMALL, TOKEN
from reportgen.drawing.views import signed_ticks
from reportgen.systems.sequence_rules.figures.parts.focus import Focus, focus
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    by_class,
    pair_attention,
    pair_scores,
)
from reportgen.systems.sequence_rules.view import Study

# height of a group of maps and of a map's head, sides of the group, room between maps; pixels
AREA, HEAD, LEFT, RIGHT, GAP = 268, 25, 24, 756, 14


@dataclass(frozen=True)
class Data:
    """The rows of one query token in the maps of all pairs."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    focus: Focus
    d_head: int
    scores: (
        np.ndarray
    )  # [query position, key token, key position]; NaN where no sequence holds both
    attention: (
        np.ndarray
    )  # the same for sequences of one key token with the focused token at the end

    @property
    def name(self) -> str:
        """The focused token, written."""
        return self.tokens[self.focus.token]


def mean_scores(data: Data) -> np.ndarray:
    """Mean score of each key token over the cells that can occur."""
    return np.asarray(np.nanmean(data.scores, axis=(0, 2)))


def shares(data: Data) -> np.ndarray:
    """How much of its attention the query gives to each key token, mean over its positions that can
    read one.
    """
    given = np.where(np.isfinite(data.attention).any(-1), np.nansum(data.attention, -1), np.nan)
    return np.asarray(np.nanmean(given, axis=0))


def maps_in_rows(count: int, width: float, height: float, head: float) -> tuple[int, float]:
    """Columns and side of square maps, each with a head, that fill an area best."""

    def side(columns: int) -> float:
        return min((width + GAP) / columns - GAP, height / -(-count // columns) - head)

    columns = max(range(1, count + 1), key=side)
    return columns, side(columns)


@figure("trigger-scores")
class TriggerScores(Figure[Study, Data, Normalize]):
    """The trigger's queries against every key: scores and attention, one causal triangle a key
    token.
    """

    height = 784

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
        return signed_norm(*(f.scores for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, positions = canvas.theme, data.scores.shape[0]
        order = by_class(data.classes)
        canvas.headline(
            self.title,
            f"The query of {data.name} ({data.focus.why}) at each position, one map for each key"
            " token.  Grey: no sequence holds both.",
            stamp(data.step),
        )
        columns, side = maps_in_rows(len(order), RIGHT - LEFT, AREA, HEAD)
        side = (
            int(side * EXPORT_SCALE / positions) * positions / EXPORT_SCALE
        )  # whole pixels a cell
        gap = (RIGHT - LEFT - columns * side) / max(columns - 1, 1)
        chance = Normalize(0, 1)
        groups: list[tuple[list[Matrix], list[Text]]] = []
        for top, words, note, cmap, norm, label, ticks in (
            (
                76,
                "a  Scores",
                f"query · key / √{data.d_head}.  Beside each key token: the mean of its map.",
                theme.signed,
                scale,
                "score",
                signed_ticks(scale),
            ),
            (
                438,
                "b  Attention",
                (
                    f"where every token before the {data.name} is the key token.  Beside it: the"
                    " mean share that it gets; the rest goes to the query’s own key."
                ),
                theme.probability,
                chance,
                "attention",
                (0, 0.5, 1),
            ),
        ):
            canvas.text(LEFT, top, words, PANEL, weight="bold")
            canvas.text(LEFT + width_of(words, PANEL, "bold") + 7, top, note, SMALL, theme.muted)
            maps, heads = [], []
            for i, token in enumerate(order):
                x, y, name = (
                    LEFT + (i % columns) * (side + gap),
                    top + HEAD + 8 + (i // columns) * (side + HEAD),
                    data.tokens[token],
                )
                axes = canvas.panel(x, y, side, side)
                maps.append(Matrix(axes, theme, cmap, norm, positions, positions))
                maps[-1].mesh.set_cmap(
                    cmap.with_extremes(bad=theme.faint)
                )  # a cell that cannot occur must not look like zero
                canvas.text(x, y - 5, name, TOKEN, theme.classes[data.classes[name]], weight="bold")
                heads.append(canvas.text(x + side, y - 5, "", SMALL, theme.muted, ha="right"))
                ends = ([0.5, positions - 0.5], ["0", str(positions - 1)])
                if i % columns == 0:
                    axes.set_yticks(*ends)
                if i >= len(order) - columns:
                    axes.set_xticks(*ends)
            below = top + HEAD + 8 + AREA + 16
            colour_bar(canvas, cmap, norm, LEFT, below, 150, label, ticks)
            canvas.text(
                LEFT + 176,
                below + 8,
                "Down: position of the query.  Across: position of the key.",
                SMALL,
                theme.muted,
            )
            groups.append((maps, heads))

        def update(data: Data) -> None:
            for (maps, heads), values, beside, digits in zip(
                groups, (data.scores, data.attention), (mean_scores(data), shares(data)), (1, 2)
            ):
                for cells, head, token, mean in zip(maps, heads, order, beside[list(order)]):
                    cells.set(values[:, token])
                    head.set_text(number(mean, digits))

        return update

    def caption(self, data: Data) -> str:
        return (
            f"Each map is about one token that {data.name} may look at, the key, named above it;"
            f" tokens of one class stand together. A row is the position at which {data.name} is"
            " read, a column the position of the key. (a) The attention score of this pair, before"
            " the softmax: brown above zero, blue below. (b) The attention, from 0 to 1, that"
            f" {data.name} gives to each column at the end of a sequence in which every earlier"
            " token is this key, so that only positions can make a difference. Grey cells cannot"
            " occur: the key would lie in the future, or at the query’s own position with another"
            " token there."
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
            f"Causal maps of the query of {data.name} at step {data.step:,}. Mean scores by class"
            f" of key: {', '.join(said)}."
        )
