"""Composition of heads beside that of the same matrices turned at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.controls import MOST, Control
from reportgen.systems.repeated_sequences.facts.circuits import (
    KINDS,
    composed,
    pairs,
    turned,
)
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.view import Study

TOP, EACH, APART, LEFT = 96, 78, 52, 34
WORDS = {"Q": "queries", "K": "keys", "V": "values"}


@dataclass(frozen=True)
class Data:
    """Ratios of every pair of heads, and of the largest pair turned at random."""

    step: int
    names: tuple[str, ...]  # of the pairs
    values: np.ndarray  # [kind, pair]
    seeds: np.ndarray  # [kind, seed, pair]
    random: np.ndarray  # [kind, draw] of the pair with most


@figure("repeats-composition")
class RepeatsComposition(Figure[Study, Data, tuple[float, float]]):
    """One row a kind: a histogram of random turns, and lines where the trained pairs lie."""

    height = TOP + 3 * EACH + 2 * APART + 44

    def compute(self, study: Study) -> Data:
        seeds = [study.of_seed(i) for i in range(len(study.run.seeds))]
        every = np.array([[composed(seed, kind) for seed in seeds] for kind in KINDS])
        names = tuple(f"{name_of(study, a)} into {name_of(study, b)}" for a, b in pairs(study))
        random = np.array([turned(study, kind).draws for kind in KINDS])
        return Data(study.step, names, every[:, study.seed], every, random)

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        values = np.concatenate(
            [np.concatenate([f.seeds.ravel(), f.random.ravel()]) for f in frames]
        )
        room = 0.08 * (values.max() - values.min() or 1)
        return max(0.0, float(values.min() - room)), float(values.max() + room)

    def draw(self, canvas: Canvas, data: Data, scale: tuple[float, float]) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Size of a product of two matrices over the product of their sizes.  Grey: its two"
            f" matrices\nturned against each other at random, {data.random.shape[1]} times.  Long"
            " lines: the network on these pages; short ones: all seeds.",
            stamp(data.step),
        )
        roles = {"Q": theme.roles["query"], "K": theme.roles["key"], "V": theme.roles["value"]}
        for i, kind in enumerate(KINDS):
            y = TOP + i * (EACH + APART)
            counts, edges = np.histogram(data.random[i], bins=np.linspace(*scale, 61))
            axes = canvas.panel(LEFT, y, canvas.width - LEFT - 8, EACH)
            axes.set(xlim=scale, ylim=(0, 1.25))
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.xaxis.set_major_locator(MaxNLocator(9))
            axes.stairs(
                counts / max(counts.max(), 1) * 0.8, edges, fill=True, color=theme.faint, zorder=1
            )
            bound = Control(data.random[i]).bound
            axes.vlines(bound, 0, 1.0, color=theme.muted, lw=1.2, ls=(0, (3, 2)), zorder=2)
            for values in data.seeds[i]:
                axes.vlines(values, 0, 0.28, color=roles[kind], lw=1, alpha=0.6, zorder=2)
            axes.vlines(data.values[i], 0, 1.0, color=roles[kind], lw=2.2, zorder=3)
            best = int(data.values[i].argmax())
            at = data.values[i, best]
            left = at < (scale[0] + scale[1]) / 2
            axes.annotate(
                f"{at:.3f}",
                (at, 1.0),
                xytext=(5 if left else -5, -2),
                textcoords="offset points",
                size=BODY,
                weight="bold",
                color=roles[kind],
                ha="left" if left else "right",
                va="center",
            )
            canvas.caption(
                axes,
                "abc"[i],
                f"{kind}-composition",
                f"into the {WORDS[kind]}"
                + (
                    f"; largest: {data.names[best]}"
                    if len(data.names) > 1
                    else f"; {data.names[0]}"
                ),
                colour=roles[kind],
            )
        told = ", ".join(
            f"{kind} mean {draws.mean():.3f}, {MOST} up to {Control(draws).bound:.3f}"
            for kind, draws in zip(KINDS, data.random)
        )
        canvas.text(LEFT, self.height - 6, f"turned at random: {told}", SMALL, theme.muted)

    def caption(self, data: Data) -> str:
        return (
            "For every pair of an earlier and a later head: the Frobenius norm of the product of"
            " what the first writes (W_OV) and what the second reads by (W_QK for queries, its"
            " transpose for keys, W_OV for values), over the product of the two norms. Streams are"
            " rows; the centring and gains of each layer’s normalization are counted in. Grey: the"
            " matrices of the pair with the largest value, the first turned against the second by"
            " random rotations, which leave their sizes and ranks as they are. Dashed: what"
            f" {MOST} of them stay under, the threshold of the claims beside it. A value to the"
            " right of it is more than chance, one to the left of the grey less."
        )

    def alt(self, data: Data) -> str:
        said = ", ".join(f"{kind} {values.max():.3f}" for kind, values in zip(KINDS, data.values))
        random = "; ".join(
            f"{kind} {draws.min():.3f} to {draws.max():.3f}"
            for kind, draws in zip(KINDS, data.random)
        )
        return (
            f"Composition of heads at step {data.step:,}, largest of {len(data.names)}"
            f" pair{'s' * (len(data.names) != 1)}: {said}; turned at random: {random}."
        )
