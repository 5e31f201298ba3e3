"""Prompts: what the network expects after them, and how far down its list the token that came
stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.marks.names import name_cells
from reportgen.drawing.names import in_line
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import BODY, SMALL, TOKEN
from reportgen.drawing.twins import readable_on
from reportgen.systems.text.facts.prompts import TOP as LISTED
from reportgen.systems.text.facts.prompts import prompts
from reportgen.systems.text.view import Study

TOP, ROW, FOOT = 104, 40, 52  # CSS pixels
ENDS, CAME, CELLS, CELL, RANKS = (
    292,
    312,
    362,
    50,
    640,
)  # right edge of the prompts; left edges of the token that came, the list, a cell, the ranks


@dataclass(frozen=True)
class Data:
    """Prompts and lists."""

    step: int
    joined: str  # between two tokens
    classes: dict[str, str]
    prompts: tuple[tuple[str, ...], ...]
    came: tuple[str, ...]
    likeliest: tuple[tuple[str, ...], ...]
    chances: np.ndarray  # [prompt, position]
    pairs: tuple[tuple[str, ...], ...]  # the list of pair counts
    rank: np.ndarray
    rank_of_pairs: np.ndarray


@figure("prompts")
class PromptTests(Figure[Study, Data, Normalize]):
    """A row for each prompt."""

    def compute(self, study: Study) -> Data:
        found = prompts(study)
        joined = "" if study.rule.unit == "characters" else " "
        return Data(
            study.step,
            joined,
            dict(study.classes),
            tuple(map(study.spelled, found.tokens)),
            study.spelled(found.came),
            tuple(map(study.spelled, found.likeliest)),
            found.chances,
            tuple(map(study.spelled, found.likeliest_of_pairs)),
            found.rank,
            found.rank_of_pairs,
        )

    def sequences(self, study: Study) -> Int[np.ndarray, "sequence position"]:
        return prompts(study).tokens

    def height_of(self, data: Data) -> float:
        return TOP + len(data.prompts) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return share_norm(*(f.chances for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            f"The first held-out window of {len(data.prompts)} blocks, not hand-picked.  Framed:"
            " the token that came, where it is in the list.\nSmall, below each list: that of"
            " pair counts, from the last token alone.",
            stamp(data.step),
        )
        for x, words, ha in (
            (ENDS, "prompt", "right"),
            (CAME, "came", "left"),
            (CELLS, f"{LISTED} likeliest, with their chances", "left"),
            (RANKS + 50, "rank", "right"),
            (RANKS + 108, "by pairs", "right"),
        ):
            canvas.text(x, TOP - 10, words, SMALL, theme.muted, ha=ha)
        for i, prompt in enumerate(data.prompts):
            self._row(canvas, TOP + i * ROW, data, i, prompt, scale)
        foot = TOP + len(data.prompts) * ROW + 18
        chance_bar(canvas, CELLS, foot, 140, norm=scale, unit="chance")

    def _row(
        self,
        canvas: Canvas,
        y: float,
        data: Data,
        i: int,
        prompt: tuple[str, ...],
        scale: Normalize,
    ) -> None:
        theme, words = canvas.theme, list(prompt)
        while len(words) > 1 and width_of(data.joined.join(map(in_line, words)), BODY) > ENDS - 14:
            words.pop(0)
        canvas.text(
            ENDS,
            y + 18,
            ("…" if len(words) < len(prompt) else "") + data.joined.join(map(in_line, words)),
            BODY,
            ha="right",
        )
        canvas.text(
            CAME,
            y + 18,
            data.came[i],
            TOKEN,
            theme.classes[data.classes[data.came[i]]],
            weight="bold",
        )
        axes = canvas.panel(CELLS, y, CELL * LISTED, 26)
        axes.set(xlim=(0, LISTED), ylim=(1, 0))
        axes.set_axis_off()
        axes.pcolormesh(
            np.arange(LISTED + 1),
            [0, 1],
            data.chances[i][None],
            cmap=theme.probability,
            norm=scale,
            edgecolors=[theme.paper],
            linewidth=1.2,
        )
        name_cells(axes, "x", data.likeliest[i])
        for j, (token, chance) in enumerate(zip(data.likeliest[i], data.chances[i])):
            ink = readable_on(theme, theme.probability(scale(chance))[:3])
            axes.text(
                j + 0.3, 0.54, token, size=BODY, weight="bold", color=ink, ha="center", va="center"
            )
            axes.text(
                j + 0.7,
                0.56,
                number(float(chance), 2).removeprefix("0"),
                size=SMALL,
                color=ink,
                ha="center",
                va="center",
            )
            if token == data.came[i]:
                axes.plot(
                    [j + 0.03, j + 0.97, j + 0.97, j + 0.03, j + 0.03],
                    [0.04, 0.04, 0.96, 0.96, 0.04],
                    color=theme.ink,
                    lw=1.6,
                )
        for j, token in enumerate(data.pairs[i]):
            canvas.text(CELLS + (j + 0.3) * CELL, y + 36, token, SMALL, theme.muted, ha="center")
        canvas.text(RANKS + 50, y + 18, f"{data.rank[i]}", BODY, ha="right", weight="bold")
        canvas.text(RANKS + 108, y + 18, f"{data.rank_of_pairs[i]}", BODY, theme.muted, ha="right")

    def caption(self, data: Data) -> str:
        return (
            f"The last tokens of some prompts, the token that came next in the text, the {LISTED}"
            " tokens that the network holds likeliest, and the rank of the one that came in the"
            " whole list, from 1. Beside it the rank in the list of the pair counts"
            " of the training blocks."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{came} at rank {own} (pair counts {other})"
            for came, own, other in zip(data.came, data.rank, data.rank_of_pairs)
        )
        return (
            f"{len(data.prompts)} {'prompt' if len(data.prompts) == 1 else 'prompts'} at step"
            f" {data.step:,} and where the token that came stands in the list: {said}."
        )
