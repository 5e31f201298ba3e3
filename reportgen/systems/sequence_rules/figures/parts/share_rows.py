"""A share for each token as a dot on a scale that is the same in every report, wide enough for the
smallest and the largest.
"""

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import halo
from reportgen.drawing.style import SMALL, Theme

LINES = (0.001, 0.01, 0.1, 1.0)  # shares with a line and a number
# the least that is told apart from nothing; the one from which words stand left of their dot
LEAST, TURN = LINES[0], 0.3
BESIDE = 7  # points from a dot to its words


class ShareRows:
    """A row a token with a dot in the colour and mark of its class; the scale grows tenfold from
    line to line.

    `named` are the rows whose share is written beside the dot; `none` is written where there is
    none.
    """

    def __init__(
        self, axes: Axes, theme: Theme, kinds: Sequence[str], named: Collection[int], none: str
    ) -> None:
        self.none, self.rows = none, np.arange(len(kinds)) + 0.5
        axes.set(xscale="log", xlim=(LEAST, 1), ylim=(len(kinds), 0))
        axes.minorticks_off()
        axes.set_xticks(LINES, [f"{100 * line:g} %" for line in LINES])
        axes.tick_params(axis="x", length=0)
        axes.grid(axis="x", color=theme.faint, lw=0.8)
        axes.hlines(self.rows, LEAST, 1, color=theme.faint, lw=0.8, linestyles=(0, (1, 2.5)))
        self.members = {
            kind: [i for i, k in enumerate(kinds) if k == kind] for kind in dict.fromkeys(kinds)
        }
        self.dots = {
            kind: axes.scatter(
                [],
                [],
                s=30,
                marker=theme.markers[kind],
                color=[theme.classes[kind]],
                zorder=4,
                clip_on=False,
            )
            for kind in self.members
        }
        self.words = {
            i: axes.annotate(
                "",
                (LEAST, self.rows[i]),
                (0, 0),
                textcoords="offset points",
                size=SMALL,
                va="center_baseline",
                color=theme.muted,
                path_effects=halo(theme),
                zorder=5,
            )
            for i in named
        }

    def set(self, shares: np.ndarray) -> None:
        """Shares [row]; one below the scale stands at its edge, one that is none has no dot."""
        at = np.where(np.isfinite(shares), shares.clip(LEAST, 1), np.nan)
        for kind, members in self.members.items():
            self.dots[kind].set_offsets(np.stack([at[members], self.rows[members]], -1))
        for i, words in self.words.items():
            left = at[i] > TURN
            words.xy = (float(np.nan_to_num(at[i], nan=LEAST)), self.rows[i])
            words.set(
                text=in_words(shares[i]) if np.isfinite(shares[i]) else self.none,
                ha="right" if left else "left",
                position=(-BESIDE if left else BESIDE, 0),
            )


def in_words(share: float) -> str:
    """A share with two digits that count."""
    return (
        f"{100 * share:.{max(0, -int(np.floor(np.log10(share))) - 1)}f} %"
        if share >= LEAST
        else f"below {100 * LEAST:g} %"
    )
