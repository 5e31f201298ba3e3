"""Average attention by offset: how many steps back, and how far from the position after the earlier
copy.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.measure.heads import heads
from reportgen.measure.numbers import grouped
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.view import Study

TOP, LEFT, WIDE, EACH, APART = 92, 40, 452, 128, 62  # CSS pixels
NEAR, BEYOND = 24, 4  # steps back that are shown; positions before and after the answer


@dataclass(frozen=True)
class Data:
    """Mean attention by offset."""

    step: int
    names: tuple[str, ...]
    new: np.ndarray  # [head, steps back], queries whose token is read for the first time
    again: np.ndarray  # the same, queries whose token has come before
    even: np.ndarray  # [steps back] of attention spread evenly, all queries
    # [head, position from the answer]: all earlier answers together, queries whose token has come
    # before
    answer: np.ndarray
    even_answer: np.ndarray
    sequences: int


def by_steps(pattern: np.ndarray, where: np.ndarray, steps: int) -> np.ndarray:
    """Mean attention [step back] of the queries `where` [sequence, query] holds that have so many
    tokens before them.
    """
    out = np.full(steps, np.nan)
    for back in range(steps):
        found = np.diagonal(pattern, -back, 1, 2)[where[:, back:]]
        out[back] = found.mean() if found.size else np.nan
    return out


def by_answer(pattern: np.ndarray, follows: np.ndarray, told: np.ndarray) -> np.ndarray:
    """Mean attention [-4 .. 4] on keys so many positions from a token that came after an earlier
    copy; keys of the future have none.
    """
    out = []
    length = pattern.shape[1]
    for offset in range(-BEYOND, BEYOND + 1):
        moved = np.zeros_like(follows)
        if offset >= 0:
            moved[:, :, offset:] = follows[:, :, : length - offset]
        else:
            moved[:, :, :offset] = follows[:, :, -offset:]
        out.append(float((pattern * moved).sum(2)[told].mean()))
    return np.array(out)


@figure("repeats-attention-by-offset")
class AttentionByOffset(Figure[Study, Data, None]):
    """One row a head: by steps back, and around the answer."""

    def compute(self, study: Study) -> Data:
        sequences, pattern = study.data.holdout, study.holdout.pattern()
        length = study.config.model.n_ctx
        steps, follows = min(NEAR, length), sequences.follows
        again = np.asarray(sequences.copies.any(2))
        flat = np.tri(length) / np.arange(1, length + 1)[:, None]
        flat = np.broadcast_to(flat, follows.shape)
        every = np.ones(again.shape, bool)
        looks = [pattern[:, layer, head] for layer, head in heads(study)]
        return Data(
            study.step,
            tuple(name_of(study, at).capitalize() for at in heads(study)),
            np.stack([by_steps(p, ~again, steps) for p in looks]),
            np.stack([by_steps(p, again, steps) for p in looks]),
            by_steps(flat, every, steps),
            np.stack([by_answer(p, follows, sequences.told) for p in looks]),
            by_answer(flat, follows, sequences.told),
            len(sequences),
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.names) * (EACH + APART) - APART + 54

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme = canvas.theme
        first, later, even = theme.series["attention"], theme.outcomes["obeyed"], theme.muted
        canvas.headline(
            self.title,
            f"Mean over {grouped(data.sequences)} held-out sequences.  Blue bars: tokens read for"
            " the first time; teal rings: tokens that have come before.\nDashes: attention spread"
            " evenly.",
            stamp(data.step),
        )
        x = LEFT + WIDE + 64
        for i, name in enumerate(data.names):
            y = TOP + i * (EACH + APART)
            steps = np.arange(data.new.shape[1])
            axes = canvas.panel(LEFT, y, WIDE, EACH)
            self._axes(axes, (-0.6, len(steps) - 0.4))
            axes.xaxis.set_major_locator(MaxNLocator(12, integer=True))
            canvas.caption(
                axes, "abcdefgh"[2 * i % 8], name, "steps back; 0 is the position itself"
            )
            axes.bar(steps, np.nan_to_num(data.new[i]), width=0.62, color=first, zorder=2)
            (rings,) = axes.plot(
                steps, data.again[i], "o", ms=5, mfc=theme.paper, mec=later, mew=1.6, zorder=4
            )
            rings.set_clip_on(False)
            axes.plot(steps, data.even, color=even, lw=1.2, ls=(0, (3, 2)), zorder=3)
            around = np.arange(-BEYOND, BEYOND + 1)
            right = canvas.panel(x, y, canvas.width - x, EACH)
            self._axes(right, (-BEYOND - 0.6, BEYOND + 0.6))
            right.set_xticks(
                around, [f"{'+' if o > 0 else '−' if o < 0 else ''}{abs(o)}" for o in around]
            )
            canvas.caption(right, "abcdefgh"[(2 * i + 1) % 8], "Around the answer", "offset")
            right.bar(around, data.answer[i], width=0.62, color=later, zorder=2)
            right.plot(around, data.even_answer, color=even, lw=1.2, ls=(0, (3, 2)), zorder=3)

    @staticmethod
    def _axes(axes: Axes, limits: tuple[float, float]) -> None:
        axes.set(xlim=limits, ylim=(0, 1.03))
        axes.yaxis.set_major_locator(MaxNLocator(5))

    def caption(self, data: Data) -> str:
        return (
            "Left: mean attention on the token so many steps back, over the positions that have so"
            " many tokens before them; bars for positions whose token is read for the first time,"
            " rings for positions whose token has come before. Right: for the latter, mean"
            " attention so many positions from a token that came right after an earlier copy, all"
            " copies together: 0 is prefix matching, −1 the copy itself. Dashes: uniform attention"
            " over all tokens read so far."
        )

    def alt(self, data: Data) -> str:
        most: Callable[[np.ndarray], int] = lambda row: int(np.nanargmax(row))
        said = "; ".join(
            f"{name.lower()} looks most {_back(most(new))} when a token is new"
            f" ({np.nanmax(new):.2f}), and puts {answer[BEYOND]:.2f} right after earlier copies of"
            " one that is not"
            for name, new, answer in zip(data.names, data.new, data.answer)
        )
        return (
            "Bar charts of mean attention by steps back and around the answer, at step"
            f" {data.step:,}: {said}."
        )


def _back(steps: int) -> str:
    """How far back, in words."""
    return f"{steps} step{'' if steps == 1 else 's'} back"
