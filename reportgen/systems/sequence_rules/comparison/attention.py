"""Where the heads of every report look on average, at the positions where its rule decides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.config.needs import lacks
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.style import BODY, SMALL, WIDTH
from reportgen.systems.sequence_rules.comparison.sheet import HEAD, Panel, Sheet
from reportgen.systems.sequence_rules.facts.attention import attention_on_answer
from reportgen.systems.sequence_rules.view import Study

SIDE, ABOVE, GAP = 118, 32, 8  # pixels of a panel's square, above it, and between its heads
BAR = 120  # pixels of the colour bar
SHARE = Normalize(0, 1)


@dataclass(frozen=True)
class MeanAttention(Panel):
    """The mean attention of one report."""

    # [layer * head, query, key] at constrained positions whose answer the window tells; a query
    # that is never constrained has no numbers
    attention: np.ndarray
    on_answer: float  # share on the position of the answer; no number where no position holds it


class AttentionMaps(Sheet[MeanAttention]):
    """Small multiples, a square a head."""

    slug, title = "attention-maps", "What the heads look at where the rule decides"
    panel, columns, pitch = MeanAttention, 5, 164

    def compute(self, study: Study) -> MeanAttention:
        seen = study.data.holdout_windows.visible  # [window, query]
        pattern = study.holdout.pattern()  # [window, layer, head, query, key]
        constrained = seen.sum(0)
        total = np.einsum("wq,wlhqk->lhqk", seen.astype(float), pattern)
        mean = np.where(constrained[:, None] > 0, total / constrained.clip(1)[:, None], np.nan)
        on = None if lacks(study.config, ("held",)) else attention_on_answer(study).value
        return MeanAttention(
            study.config.name, mean.reshape(-1, *mean.shape[2:]), np.nan if on is None else on
        )

    def draw(self, canvas: Canvas, data: Sequence[MeanAttention], scale: None) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title, "Rows: constrained positions, first above; columns: positions looked at."
        )
        colour_bar(
            canvas,
            theme.probability,
            SHARE,
            WIDTH - BAR - 8,
            22,
            BAR,
            "share of attention ",
            (0, 1),
            ("0", "1"),
        )
        for panel, x, y in self.places(data):
            self.head(
                canvas,
                x,
                y,
                panel.name,
                (
                    f"on the answer {number(panel.on_answer, 3)}"
                    if np.isfinite(panel.on_answer)
                    else "no one position is the answer"
                ),
            )
            heads, size = len(panel.attention), panel.attention.shape[-1]
            side = (SIDE + GAP) / heads - GAP
            for h, pattern in enumerate(panel.attention):
                axes = canvas.panel(x + h * (side + GAP), y + ABOVE, side, side)
                cells = theme.probability(SHARE(np.nan_to_num(pattern)))
                cells[np.isnan(pattern).any(-1)] = (*theme.cell, 1)
                cells[np.triu_indices(size, 1)] = (*theme.paper, 1)
                axes.imshow(
                    cells, extent=(0, size, size, 0), interpolation="nearest", aspect="auto"
                )
                axes.set(xticks=(), yticks=())
                for spine in axes.spines.values():
                    spine.set(visible=True, color=theme.faint)
                if heads > 1:
                    canvas.text(
                        x + h * (side + GAP),
                        y + ABOVE + side + 13,
                        f"head {h + 1}",
                        SMALL,
                        theme.muted,
                    )
        if not data:
            canvas.text(0, HEAD + 20, "No report has been built yet.", BODY, theme.muted)

    def caption(self, data: Sequence[MeanAttention]) -> str:
        return (
            "Attention of the displayed seed, averaged over the held-out positions where the rule"
            " decides and the window tells the answer; plain grey rows are positions at which it"
            " never does, and no position can look ahead. An average over positions hides what"
            " changes from one to the next: a head that always finds the answer, wherever it"
            " stands, is spread out here. The number above each panel is the share that falls on"
            " the position holding the answer, where one position does; other positions that hold"
            " the same token are not counted."
        )

    def alt(self, data: Sequence[MeanAttention]) -> str:
        told = "; ".join(
            (
                f"{p.name} {p.on_answer:.3f}"
                if np.isfinite(p.on_answer)
                else f"{p.name} has no such position"
            )
            for p in data
        )
        return (
            f"Mean attention of {len(data)} reports by constrained position and position looked at."
            f" Share on the position of the answer: {told or 'none yet'}."
        )
