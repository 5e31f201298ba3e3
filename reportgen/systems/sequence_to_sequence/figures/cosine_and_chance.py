"""Cosines of last states with embeddings, beside what other names for the digits and other seeds
give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.style import BODY, SMALL, Theme
from reportgen.measure.numbers import interval_written
from reportgen.systems.sequence_to_sequence.facts.cosine import cosine_seeds, cosines, renamed
from reportgen.systems.sequence_to_sequence.facts.probe import wanted
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, SIDE, TOP, RIGHT, WIDE, LANE, APART = 44, 212, 92, 330, 406, 74, 66  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Cosines, and shares of outputs whose nearest embedding is right."""

    step: int
    digits: tuple[str, ...]
    mean: np.ndarray  # [right token, digit] mean cosine
    shares: np.ndarray  # [way to name the digits], first their own names
    seeds: np.ndarray  # [seed] with their own names
    shown: int
    # mean over the seeds and its interval; NaN where there are too few for one
    middle: tuple[float, float, float]
    guess: float


@figure("cosine-and-chance")
class CosineAndChance(Figure[Study, Data, Normalize]):
    """A matrix of mean cosines; dots for the ways to name the digits, and for the seeds."""

    height = 92 + 212 + 100

    def compute(self, study: Study) -> Data:
        found, goal, digits = cosines(study), wanted(study), study.tokens[:-1]
        mean = np.stack(
            [
                found[goal == k].mean(0) if (goal == k).any() else np.full(len(digits), np.nan)
                for k in range(len(digits))
            ]
        )
        every = np.array(
            [
                float((cosines(s).argmax(-1) == wanted(s)).mean())
                for s in map(study.of_seed, range(len(study.run.seeds)))
            ]
        )
        fact = cosine_seeds(study)
        middle, low, high = (np.nan if v is None else v for v in (fact.value, fact.low, fact.high))
        return Data(
            study.step,
            digits,
            mean,
            renamed(study),
            every,
            study.seed,
            (middle, low, high),
            1 / len(digits),
        )

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """Cosines lie between -1 and 1."""
        return Normalize(-1, 1)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Which embedding is nearest to the residual stream before the unembedding: that of the"
            " right token?",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, SIDE, SIDE)
        matrix = Matrix(
            axes,
            theme,
            theme.signed,
            scale,
            data.digits,
            data.digits,
            digits=2 if SIDE / len(data.digits) > 30 else None,
        )
        matrix.set(data.mean)
        canvas.caption(axes, "a", "Mean cosine")
        axes.set_xlabel("embedding of", labelpad=2), axes.set_ylabel("right token", labelpad=2)
        lanes = (
            (
                "b",
                "This network, pairings of digits",
                f"{len(data.shares)} pairings; filled: the right one",
                data.shares,
                0,
            ),
            (
                "c",
                "Every seed, right pairing",
                "filled: this network; "
                + (
                    "mark: mean" if np.isnan(data.middle[1]) else "line: mean and its 95 % interval"
                ),
                data.seeds,
                data.shown,
            ),
        )
        for i, (letter, words, note, values, shown) in enumerate(lanes):
            lane = canvas.panel(RIGHT, TOP + i * (LANE + APART), WIDE, LANE)
            canvas.caption(lane, letter, words, note)
            lane.set(xlim=(-0.02, 1.02), ylim=(0, 1))
            (
                lane.set_yticks([]),
                lane.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
            )
            lane.spines["left"].set_visible(False)
            lane.axvline(data.guess, color=theme.muted, lw=1.0, dashes=(1.5, 3), zorder=1)
            self._dots(lane, theme, values, shown)
            if i:
                mean, low, high = data.middle
                (
                    lane.plot([low, high], [0.93, 0.93], color=theme.ink, lw=2, zorder=3),
                    lane.plot([mean], [0.93], "|", color=theme.ink, ms=9, mew=2, zorder=3),
                )
                lane.text(
                    (mean if np.isnan(high) else high) + 0.02,
                    0.93,
                    f"{100 * mean:.1f} %",
                    size=BODY,
                    va="center",
                    weight="bold",
                    color=theme.ink,
                    path_effects=halo(theme),
                )
            else:
                lane.text(
                    data.guess + 0.01,
                    0.93,
                    "a guess",
                    size=SMALL,
                    color=theme.muted,
                    va="center",
                    path_effects=halo(theme),
                )
        lane.set_xlabel("outputs whose nearest embedding is that of the right token", labelpad=3)
        signed_bar(canvas, scale, LEFT, TOP + SIDE + 62, 132, "cosine")

    @staticmethod
    def _dots(axes: Axes, theme: Theme, values: np.ndarray, shown: int) -> None:
        """A dot a value, stacked where they would touch."""
        levels: dict[int, int] = {}
        for k in np.argsort(values, kind="stable").tolist():
            taken = {
                level for other, level in levels.items() if abs(values[other] - values[k]) < 0.02
            }
            levels[k] = next(n for n in range(len(values) + 1) if n not in taken)
        step, ink = min(0.13, 0.72 / (1 + max(levels.values()))), theme.series["attention"]
        for k, level in levels.items():
            axes.plot(
                [values[k]],
                [0.09 + step * level],
                "o",
                ms=5.5,
                mfc=ink if k == shown else theme.paper,
                mec=ink if k == shown else theme.muted,
                mew=1.2,
                clip_on=False,
                zorder=5 if k == shown else 3,
            )

    def caption(self, data: Data) -> str:
        return (
            "(a) Mean cosine between the residual stream before the last normalization and the"
            " embedding of each digit, by the right token. (b) The share of outputs whose largest"
            " cosine is that of the right token, with the right pairing of digits and embeddings"
            " and with other pairings: a network that gives each digit some direction fits some of"
            f" the {len(data.shares)}. (c) The same share for every seed. Dotted: a guess among the"
            " digits."
        )

    def alt(self, data: Data) -> str:
        mean, low, high = data.middle
        interval = "" if np.isnan(low) else f" ({interval_written(low, high, 'percent')})"
        return (
            f"At step {data.step:,} the nearest embedding is that of the right token at"
            f" {100 * data.shares[0]:.1f} % of the outputs; other pairings of digits and embeddings"
            f" give {100 * data.shares[1:].min():.1f} to {100 * data.shares[1:].max():.1f} %. Over"
            f" {len(data.seeds)} seeds the mean is {100 * mean:.1f} %{interval}, a guess"
            f" {100 * data.guess:.0f} %."
        )
