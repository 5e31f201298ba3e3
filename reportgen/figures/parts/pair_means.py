"""Every query against every key where there are too many to show each: means by pair of tokens and by pair of positions, for each head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.figures.parts.canvas import Canvas, number
from reportgen.figures.parts.heads import head_name
from reportgen.figures.parts.matrices import Matrix, colour_bar, signed_norm
from reportgen.figures.parts.pairs import by_class, pair_attention, pair_scores
from reportgen.figures.parts.spacing import thinned
from reportgen.figures.parts.strips import step_stamp
from reportgen.figures.parts.views import signed_ticks
from reportgen.figures.parts.ways import Way
from reportgen.figures.style import SMALL
from reportgen.study import Study

TOP, SIDE, BETWEEN, FOOT, LEFTS = 84, 300, 62, 30, (48, 432)  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Means over the pairs that can stand in one sequence, of scores and of attention."""

    step: int
    classes: Mapping[str, str]
    d_head: int
    scores_by_token: np.ndarray  # [head, query token, key token], mean over positions
    attention_by_token: np.ndarray
    scores_by_position: np.ndarray  # [head, query position, key position], mean over tokens; NaN for keys in the future
    attention_by_position: np.ndarray


@dataclass(frozen=True)
class Scale:
    """One norm for all scores, and one for all attention."""

    scores: Normalize
    attention: Normalize


def means(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of values [query token, query position, key token, key position] with NaN where none can be: mean by pair of tokens, and by pair of positions."""
    with np.errstate(invalid="ignore"):  # a pair of positions that never comes stays NaN
        there = np.isfinite(pairs)
        filled = np.where(there, pairs, 0)
        return filled.sum((1, 3)) / there.sum((1, 3)), filled.sum((0, 2)) / there.sum((0, 2))


class PairMeans(Way):
    """For each head: scores and attention by pair of tokens, and by pair of positions."""

    data: ClassVar[type] = Data
    title = "Every query against every key"

    def compute(self, study: Study) -> Data:
        scores = [pair_scores(study.lattice, head) for head in range(study.config.model.n_heads)]
        found = [(means(s), means(pair_attention(s))) for s in scores]
        stacked = [np.stack([head[kind][by] for head in found]) for by in (0, 1) for kind in (0, 1)]
        return Data(study.step, study.classes, study.config.model.d_head, *stacked)

    def height_of(self, data: Data) -> float:
        return TOP + 2 * len(data.scores_by_token) * (SIDE + BETWEEN) + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        top = max(float(np.nanmax(a)) for f in frames for a in (f.attention_by_token, f.attention_by_position))
        return Scale(signed_norm(*(a for f in frames for a in (f.scores_by_token, f.scores_by_position))), Normalize(0, top))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp, count = canvas.theme, step_stamp(canvas), len(data.scores_by_token)
        canvas.headline(self.title, "Query on the left, key below.  By token: mean over all positions that can hold the two; by position: mean over all tokens, each query’s own key on the\n"
                        "diagonal.  Attention is that of a sequence in which the key token stands at every earlier position.")  # fmt: skip
        order, letter = by_class(data.classes), iter("abcdefghijklmnopqrstuvwxyz")
        names, places = [list(data.classes)[t] for t in order], [str(p) for p in range(data.scores_by_position.shape[-1])]
        maps: list[tuple[Matrix, str, int]] = []
        for row in range(2 * count):
            head, by = row // 2, ("token", "position")[row % 2]
            for x, kind, cmap, norm in ((LEFTS[0], "scores", theme.signed, scale.scores), (LEFTS[1], "attention", theme.probability, scale.attention)):
                axes = canvas.panel(x, TOP + row * (SIDE + BETWEEN), SIDE, SIDE)
                whom = names if by == "token" else places
                maps.append((Matrix(axes, theme, cmap, norm, whom, whom), f"{kind}_by_{by}", head))
                which = ", ".join(w for w in (f"by {by}", head_name(head, count)) if w)
                canvas.caption(axes, next(letter), f"{kind.capitalize()} {which}", f"query · key / √{data.d_head}, mean" if kind == "scores" else "mean")
                for ticks, across, get in ((axes.set_xticks, True, axes.get_xticklabels), (axes.set_yticks, False, axes.get_yticklabels)):
                    shown = thinned(whom, SIDE / len(whom), across=across)
                    ticks([i + .5 for i in shown], [whom[i] for i in shown])
                    for label, i in zip(get(), shown):
                        if by == "token":
                            label.set(color=theme.classes[data.classes[whom[i]]], weight="bold")
        top = float(scale.attention.vmax or 0)
        colour_bar(canvas, theme.signed, scale.scores, LEFTS[0], canvas.height - FOOT, 180, "mean score", signed_ticks(scale.scores))
        colour_bar(canvas, theme.probability, scale.attention, LEFTS[1], canvas.height - FOOT, 180, "mean attention", (0, round(top, 1)) if top >= .1 else (0,))
        canvas.text(canvas.width, canvas.height - FOOT + 8, "Plain: the key lies in the future.", SMALL, theme.muted, ha="right")

        def update(data: Data) -> None:
            stamp(data.step)
            for cells, name, head in maps:
                values = getattr(data, name)[head]
                cells.set(values[np.ix_(order, order)] if name.endswith("token") else values)

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return ("Queries (rows) against keys (columns) for each head: mean score and mean attention by pair of tokens, tokens of one class side by side, and by pair of positions. Scores: brown above zero, blue below. "
                "Attention depends on everything that is read, so it is that of the sequence that repeats the key’s token and ends with the query’s. Only pairs that can stand in one sequence count: any earlier key, and the query’s own.")  # fmt: skip

    def alt(self, data: Data) -> str:
        names, said = list(data.classes), []
        for h, scores in enumerate(data.scores_by_token):
            high, low = (np.unravel_index(int(flat), scores.shape) for flat in (scores.argmax(), scores.argmin()))
            entry = lambda at: f"query {names[at[0]]} with key {names[at[1]]} ({number(float(scores[at]), 1)})"
            said.append(f"{head_name(h, len(data.scores_by_token))} highest for {entry(high)}, lowest for {entry(low)}".strip())
        return f"Mean scores and attention by pair of tokens and by pair of positions at step {data.step:,}. Mean score by token: {'; '.join(said)}."
