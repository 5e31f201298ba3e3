"""Small panels, one a token: the few likeliest tokens next to it, with a bar for the network and a
mark for the counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.keys import Entry, Layout, key
from reportgen.drawing.style import BODY, SMALL, TOKEN
from reportgen.measure.numbers import grouped
from reportgen.systems.text.figures.parts.kinds import ORDER

ACROSS, LIKELIEST = 3, 6  # panels in a row; tokens in a panel
PANELS = 12
WIDEST = 84  # CSS pixels of a name
TALL, ROW, NAME = (
    150,
    17,
    24,
)  # CSS pixels: a panel with the room below it, one of its rows, the name above them
WIDE, GAP = 236, 26


@dataclass(frozen=True)
class Choice:
    """One token and what is likeliest beside it."""

    token: str
    kind: str
    often: int  # times it stands there in the training blocks
    names: tuple[str, ...]
    kinds: tuple[str, ...]  # classes of the names
    network: np.ndarray  # [name]
    counts: np.ndarray  # [name], share in the training blocks


def asked(kinds: Sequence[str], often: np.ndarray, most: int = PANELS) -> list[int]:
    """Which tokens are asked about: of each kind in turn the most frequent ones, at most so
    many.
    """
    members = [
        [int(i) for i in np.argsort(-often, kind="stable") if kinds[i] == kind and often[i]]
        for kind in dict.fromkeys((*ORDER, *kinds))
    ]
    rounds = [ids[n] for n in range(most) for ids in members if n < len(ids)][:most]
    return sorted(
        rounds, key=lambda i: (next(k for k, ids in enumerate(members) if i in ids), -often[i])
    )


def choices(
    ids: Sequence[int],
    tokens: Sequence[str],
    classes: Sequence[str],
    network: np.ndarray,
    counts: np.ndarray,
    often: np.ndarray,
) -> tuple[Choice, ...]:
    """For each id the likeliest tokens by the network; `network` and `counts` are [asked token,
    other token].
    """
    out = []
    for i in ids:
        likeliest = np.argsort(-network[i], kind="stable")[:LIKELIEST]

        def pick(values: Sequence[str]) -> tuple[str, ...]:
            return tuple(values[j] for j in likeliest)

        out.append(
            Choice(
                tokens[i],
                classes[i],
                int(often[i]),
                pick(tokens),
                pick(classes),
                network[i, likeliest],
                counts[i, likeliest],
            )
        )
    return tuple(out)


def height(count: int, top: float) -> float:
    """CSS pixels of a sheet with so many panels below `top`."""
    return top + -(-count // ACROSS) * TALL + 26


def draw(canvas: Canvas, top: float, shown: Sequence[Choice], *, before: bool) -> None:
    """All panels; with `before` the asked token stands behind the likeliest ones, otherwise in
    front of them.
    """
    theme = canvas.theme
    room = max(
        28.0, *(width_of(name, BODY, "bold") + 2 for choice in shown for name in choice.names)
    )  # CSS pixels of the names
    fill = theme.probability(0.45)
    for n, choice in enumerate(shown):
        x, y = n % ACROSS * (WIDE + GAP), top + n // ACROSS * TALL
        ink = theme.classes[choice.kind]
        wide, length = width_of("…", TOKEN, "bold"), width_of(choice.token, TOKEN, "bold")
        canvas.text(
            x + (wide + 4 if before else 0), y + 14, choice.token, TOKEN, ink, weight="bold"
        )
        canvas.text(
            x if before else x + length + 5, y + 14, "…", TOKEN, ink, weight="bold"
        )  # apart, so that a token that is read from the right keeps its position
        often = f"{grouped(choice.often)} times"
        canvas.text(x + WIDE, y + 14, often, SMALL, theme.muted, ha="right")
        axes = canvas.panel(x + room + 6, y + NAME, WIDE - room - 6 - 70, ROW * len(choice.names))
        axes.set(xlim=(0, 1), ylim=(len(choice.names), 0))
        axes.barh(
            np.arange(len(choice.names)) + 0.5,
            choice.network,
            height=0.66,
            color=fill,
            lw=0,
            zorder=2,
        )
        axes.vlines(
            choice.counts,
            np.arange(len(choice.names)) + 0.08,
            np.arange(len(choice.names)) + 0.92,
            color=theme.ink,
            lw=1.8,
            zorder=3,
            clip_on=False,
        )
        axes.set_xticks([]), axes.set_yticks([])
        for side in ("bottom", "top", "right"):
            axes.spines[side].set_visible(False)
        for row, (name, kind, own, told) in enumerate(
            zip(choice.names, choice.kinds, choice.network, choice.counts)
        ):
            base = y + NAME + (row + 0.72) * ROW
            canvas.text(x + room, base, name, BODY, theme.classes[kind], ha="right", weight="bold")
            canvas.text(x + WIDE - 34, base, number(own, 3), SMALL, ha="right")
            canvas.text(x + WIDE, base, number(told, 3), SMALL, theme.muted, ha="right")
    foot = top + -(-len(shown) // ACROSS) * TALL + 4
    words = (
        "bar and left number: network;  mark and right number: share in the training blocks;  each"
        " panel from 0 to 1"
    )

    def sign(axes: Axes) -> None:
        axes.barh(0.5, 1, height=0.8, color=fill, lw=0)
        axes.vlines(0.6, 0, 1, color=theme.ink, lw=1.8)

    key(canvas, 0, foot + 9, [Entry(words, sign)], Layout(22, 10, 9, 28, size=SMALL))


def told(shown: Sequence[Choice], words: str) -> str:
    """The panels in a sentence."""
    said = "; ".join(
        f"{words} {c.token}: {c.names[0]} with {c.network[0]:.3f} (counts {c.counts[0]:.3f})"
        for c in shown
    )
    return f"Likeliest {said}."
