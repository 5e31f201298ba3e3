"""What the heads of one layer write, on the way to the queries, keys or values of a later one
alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.patching import WAYS, averaged
from reportgen.systems.repeated_sequences.facts.pairs import FEATURES, layer_pairs, patching
from reportgen.systems.repeated_sequences.view import Study

TOP, LEFT, GAP, ROW, APART = 98, 76, 20, 34, 22
LETTERS = {"q": "query", "k": "key", "v": "value"}


@dataclass(frozen=True)
class Data:
    """Mean effects with intervals."""

    step: int
    layers: tuple[str, ...]
    effects: (
        np.ndarray
    )  # [feature, pair of layers, letter, way, (value, low, high)]; NaN where no pair can tell


@figure("repeats-path-patching")
class RepeatsPathPatching(Figure[Study, Data, tuple[float, float]]):
    """One panel a feature, three rows a pair of layers."""

    def compute(self, study: Study) -> Data:
        pairs = list(layer_pairs(study))
        found = np.full((len(FEATURES), len(pairs), len(LETTERS), len(WAYS), 3), np.nan)
        for f, feature in enumerate(FEATURES):
            if (on := patching(study, feature)) is None:
                continue
            for i, (a, b) in enumerate(pairs):
                for j, letter in enumerate(LETTERS):
                    for w, way in enumerate(WAYS):
                        fact = averaged(on.path(way, a, b, letter), on.pairs)
                        found[f, i, j, w] = [
                            np.nan if x is None else x for x in (fact.value, fact.low, fact.high)
                        ]
        return Data(study.step, tuple(f"layer {a} to layer {b}" for a, b in pairs), found)

    def height_of(self, data: Data) -> float:
        return TOP + len(data.layers) * (3 * ROW + APART) + 30

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        known = [f.effects[np.isfinite(f.effects)] for f in frames]
        values = np.concatenate([*known, [0.0, 1.0]])
        return float(values.min()) - 0.08, float(values.max()) + 0.08

    def draw(self, canvas: Canvas, data: Data, scale: tuple[float, float]) -> None:
        theme, tall = canvas.theme, len(data.layers) * (3 * ROW + APART)
        canvas.headline(
            self.title,
            "Only what the earlier layer’s heads write is put into the other run, and only one of"
            " three readings of the later layer gets it.\nFilled: denoising; open: noising; bars:"
            " 95 % intervals.  1: the whole difference comes this way.",
            stamp(data.step),
        )
        wide = (canvas.width - LEFT - 2 * GAP) / 3
        for f, feature in enumerate(FEATURES):
            x = LEFT + f * (wide + GAP)
            axes = canvas.panel(x, TOP, wide, tall)
            axes.set(xlim=scale, ylim=(tall, 0))
            axes.set_yticks([])
            axes.set_xticks([0, 0.5, 1])
            (
                axes.axvline(0, color=theme.muted, lw=0.9, zorder=1),
                axes.axvline(1, color=theme.faint, lw=0.9, zorder=1),
            )
            canvas.caption(axes, "abc"[f], feature.capitalize())
            if not np.isfinite(data.effects[f]).any():
                axes.text(
                    sum(scale) / 2,
                    tall / 2,
                    "both inputs are\nanswered alike",
                    ha="center",
                    va="center",
                    size=SMALL,
                    color=theme.muted,
                )
            for i, words in enumerate(data.layers):
                y = i * (3 * ROW + APART) + APART
                if not f and len(data.layers) > 1:
                    canvas.text(0, TOP + y - 8, words, SMALL, theme.muted)
                for j, role in enumerate(LETTERS.values()):
                    at = y + (j + 0.5) * ROW
                    if not f:
                        canvas.text(
                            LEFT - 12,
                            TOP + at + 4,
                            {"query": "queries", "key": "keys", "value": "values"}[role],
                            BODY,
                            theme.roles[role],
                            ha="right",
                            weight="bold",
                        )
                    for w in range(len(WAYS)):
                        value, low, high = data.effects[f, i, j, w]
                        shift = at + (-6, 6)[w]
                        axes.plot(
                            [low, high], [shift, shift], color=theme.roles[role], lw=1.8, zorder=2
                        )
                        axes.plot(
                            [value],
                            [shift],
                            "o",
                            ms=6.5,
                            mec=theme.roles[role],
                            mfc=theme.paper if w else theme.roles[role],
                            mew=1.5,
                            zorder=3,
                        )

    def caption(self, data: Data) -> str:
        return (
            "Effect of what all heads of the earlier layer write, carried straight to the queries,"
            " keys or values of the later one and by no other way, on the difference between the"
            " clean and the corrupt answer; as a share of the difference between the two runs. One"
            " panel for each feature in which the two inputs of a pair differ. Filled: clean parts"
            " put into the corrupt run; open: corrupt parts put into the clean one. The three need"
            " not add up to one."
        )

    def alt(self, data: Data) -> str:
        said = []
        for feature, table in zip(FEATURES, data.effects):
            if np.isfinite(table).any():
                said.append(
                    f"{feature}: "
                    + ", ".join(
                        f"{role} {np.nanmax(table[:, j, 0, 0]):.2f}"
                        for j, role in enumerate(LETTERS.values())
                    )
                )
            else:
                said.append(f"{feature}: both inputs are answered nearly alike")
        return (
            f"Effects of single paths between layers at step {data.step:,}, by denoising;"
            f" {'; '.join(said)}."
        )
