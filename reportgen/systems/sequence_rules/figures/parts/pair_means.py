"""Every query against every key where there are too many to show each: means by pair of tokens and
by pair of positions, for each head.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.drawing.spacing import thinned
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import Variant
from reportgen.systems.sequence_rules.figures.parts.heads import head_name
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    by_class,
    pair_attention,
    pair_scores,
)
from reportgen.systems.sequence_rules.view import Study

TOP, SIDE, BETWEEN, FOOT, LEFTS = 84, 300, 62, 30, (48, 432)  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Means over the pairs that can stand in one sequence, of scores and of attention."""

    step: int
    classes: Mapping[str, str]
    d_head: int
    scores_by_token: np.ndarray  # [head, query token, key token], mean over positions
    # share of its attention that a query gives to all earlier keys, if each is this token; the rest
    # goes to its own key
    attention_by_token: np.ndarray
    scores_by_position: (
        np.ndarray
    )  # [head, query position, key position], mean over tokens; NaN for keys in the future
    attention_by_position: np.ndarray


def means(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of values [query token, query position, key token, key position] with NaN where none can be:
    mean by pair of tokens, and by pair of positions.
    """
    with np.errstate(invalid="ignore"):  # a pair of positions that never comes stays NaN
        there = np.isfinite(pairs)
        filled = np.where(there, pairs, 0)
        return filled.sum((1, 3)) / there.sum((1, 3)), filled.sum((0, 2)) / there.sum((0, 2))


def given(attention: np.ndarray) -> np.ndarray:
    """Share of its attention that a query gives to earlier keys of one token [query token, key
    token], mean over its positions from 1 on.
    """
    earlier = np.tri(attention.shape[1], k=-1, dtype=bool)[None, :, None, :]
    return np.asarray(np.where(earlier, attention, 0).sum(-1)[:, 1:].mean(1))


class PairMeans(Variant[Study, Data, Normalize]):
    """For each head: scores and attention by pair of tokens, and by pair of positions."""

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        scores = [pair_scores(study.lattice, head) for head in range(study.config.model.n_heads)]
        attention = [pair_attention(s) for s in scores]
        by_score, by_weight = [means(s) for s in scores], [means(a)[1] for a in attention]
        return Data(
            study.step,
            study.classes,
            study.config.model.d_head,
            np.stack([s[0] for s in by_score]),
            np.stack([given(a) for a in attention]),
            np.stack([s[1] for s in by_score]),
            np.stack(by_weight),
        )

    def height_of(self, data: Data) -> float:
        return TOP + 2 * len(data.scores_by_token) * (SIDE + BETWEEN) + FOOT

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return signed_norm(*(a for f in frames for a in (f.scores_by_token, f.scores_by_position)))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, stamp, count = canvas.theme, step_stamp(canvas), len(data.scores_by_token)
        canvas.headline(
            self.title,
            "Query on the left, key below; means over positions or over tokens.  Attention is that"
            " of a sequence in which every earlier token is the\nkey token: by token the share that"
            " all of them get together, the rest goes to the query’s own key; by position that of"
            " each.",
        )
        order, letter = by_class(data.classes), iter("abcdefghijklmnopqrstuvwxyz")
        names, places = (
            [list(data.classes)[t] for t in order],
            [str(p) for p in range(data.scores_by_position.shape[-1])],
        )
        maps: list[tuple[Matrix, str, int]] = []
        for row in range(2 * count):
            head, by = row // 2, ("token", "position")[row % 2]
            for x, kind, cmap, norm in (
                (LEFTS[0], "scores", theme.signed, scale),
                (LEFTS[1], "attention", theme.probability, Normalize(0, 1)),
            ):
                axes = canvas.panel(x, TOP + row * (SIDE + BETWEEN), SIDE, SIDE)
                whom = names if by == "token" else places
                maps.append((Matrix(axes, theme, cmap, norm, whom, whom), f"{kind}_by_{by}", head))
                which = ", ".join(w for w in (f"by {by}", head_name(head, count)) if w)
                canvas.caption(
                    axes,
                    next(letter),
                    f"{kind.capitalize()} {which}",
                    (
                        f"query · key / √{data.d_head}"
                        if kind == "scores"
                        else "share of earlier keys"
                        if by == "token"
                        else ""
                    ),
                )
                for ticks, across, get in (
                    (axes.set_xticks, True, axes.get_xticklabels),
                    (axes.set_yticks, False, axes.get_yticklabels),
                ):
                    shown = thinned(whom, SIDE / len(whom), across=across)
                    ticks([i + 0.5 for i in shown], [whom[i] for i in shown])
                    for label, i in zip(get(), shown):
                        if by == "token":
                            label.set(color=theme.classes[data.classes[whom[i]]], weight="bold")
        foot = canvas.height - FOOT
        signed_bar(canvas, scale, LEFTS[0], foot, 140, "mean score")
        chance_bar(canvas, LEFTS[0] + 190, foot, 140, "mean attention")
        canvas.text(
            LEFTS[1],
            canvas.height - FOOT + 8,
            "By position, on the diagonal: each query’s own key.  Plain: later keys.",
            SMALL,
            theme.muted,
        )

        def update(data: Data) -> None:
            stamp(data.step)
            for cells, name, head in maps:
                values = getattr(data, name)[head]
                cells.set(values[np.ix_(order, order)] if name.endswith("token") else values)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Queries (rows) against keys (columns) for each head: mean score by pair of tokens,"
            " tokens of one class side by side, and by pair of positions, brown above zero, blue"
            " below; and attention. Attention depends on everything that is read, so it is that of"
            " the sequence that repeats the key’s token and ends with the query’s: by token the"
            " share that all earlier keys get together, by position what each gets. Only pairs that"
            " can stand in one sequence count: any earlier key, and the query’s own."
        )

    def alt(self, data: Data) -> str:
        names, said = list(data.classes), []
        for h, scores in enumerate(data.scores_by_token):
            high, low = (
                np.unravel_index(int(flat), scores.shape)
                for flat in (scores.argmax(), scores.argmin())
            )
            entry: Callable[[tuple[np.intp, ...]], str] = lambda at: (
                f"query {names[at[0]]} with key {names[at[1]]} ({number(float(scores[at]), 1)})"
            )
            said.append(
                f"{head_name(h, len(data.scores_by_token))} highest for {entry(high)}, lowest for"
                f" {entry(low)}".strip()
            )
        return (
            "Mean scores and attention by pair of tokens and by pair of positions at step"
            f" {data.step:,}. Mean score by token: {'; '.join(said)}."
        )
