"""How far the output moves as the value moves: each position's landscape in the space of what
attention may add.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.patches import FancyArrowPatch

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.planes import View, common_view, plane
from reportgen.drawing.strips import outcome_legend, step_stamp
from reportgen.drawing.style import INDEX, SMALL, TOKEN
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
)
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.output_maps import listed
from reportgen.systems.sequence_rules.figures.parts.packing import Box, pack
from reportgen.systems.sequence_rules.view import Study

WANTS = "wants {}"
FINENESS = 101  # cells along each side of the rasters
ROW = 13  # CSS pixels from one line of text below a panel to the next
ABOVE, BELOW = 62, 44  # and above and below all panels


@dataclass(frozen=True)
class Data:
    """One demonstration: where the stream stands before attention, what attention adds, and the
    output with and without it.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    demo: Demonstration
    start: (
        np.ndarray
    )  # [position, xy] the stream before the last layer's attention: held fixed in a panel
    added: np.ndarray  # [position, xy] what that attention adds
    readout: Readout
    without: np.ndarray  # [position, token] probabilities if it added nothing

    @property
    def output(self) -> np.ndarray:
        """Probabilities [position, token] with what attention adds."""
        return self.readout.probabilities(self.start + self.added)

    @property
    def moved(self) -> np.ndarray:
        """Total variation distance [position] between the outputs without and with attention: the
        probability that changes hands.
        """
        return np.abs(self.output - self.without).sum(-1) / 2


@figure
class FrozenOutput(Figure):
    """One shifted landscape a position, one view for all, with the arrow from nothing to what
    attention adds.
    """

    slug = "frozen-output"
    title = "How far the output moves as the value moves"
    height = 604
    needs = ("plane", "residual")

    def compute(self, study: Study) -> Data:
        at, trace = study.demonstration, study.trace
        start = trace.resid_pre(layer=-1)[at]
        return Data(
            study.step,
            study.tokens,
            study.classes,
            demonstration(study, at),
            start,
            trace.attn_out(layer=-1)[at],
            study.readout,
            study.readout.probabilities(start),
        )

    def scale(self, frames: Sequence[Data]) -> View:
        return common_view(*(f.added for f in frames), pad=0.12)

    def _places(self, data: Data) -> tuple[tuple[Box, ...], int]:
        """A square for each position, and how many lines stand below it: three where what is wanted
        has no room beside the token.
        """
        wanted = max(
            (
                width_of(WANTS.format(w), SMALL)
                for w, outcome in zip(data.demo.wanted, data.demo.outcomes)
                if outcome != "free"
            ),
            default=0,
        )
        for lines in (2, 3):
            places = pack(
                Box(0, ABOVE, 760, self.height - ABOVE - BELOW),
                len(data.demo.tokens),
                head=24 + lines * ROW + 4,
                gap=10,
            ).large
            beside = (
                wanted
                + max(
                    width_of(f"{token}{i}", TOKEN, "bold")
                    for i, token in enumerate(data.demo.tokens)
                )
                + 6
            )
            if beside < places[0].width:
                return places, 2
        return places, 3

    def height_of(self, data: Data) -> float:
        places, _ = self._places(data)
        return places[-1].y + places[-1].height + BELOW

    def draw(self, canvas: Canvas, data: Data, scale: View) -> Callable[[Data], None]:
        theme, view, unit = canvas.theme, scale, " of the probability"
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Each panel keeps one position’s token and place fixed and lets what attention adds"
            " take every value: the winning token there.\nArrow: from nothing added to what this"
            " network’s attention adds.  Judged only where the rule decides the next token.",
        )
        places, lines = self._places(data)
        panels = []
        for i, place in enumerate(places):
            y = place.y - lines * ROW - 4
            axes = canvas.panel(place.x, y, place.width, place.height)
            plane(axes, theme, view, None)
            head = canvas.text(place.x, y - 7, "", TOKEN, weight="bold")
            index = canvas.text(place.x, y - 4, str(i), INDEX, theme.muted)
            under = y + place.height + ROW
            wanted = (
                canvas.text(place.x + place.width, y - 7, "", SMALL, theme.muted, ha="right")
                if lines == 2
                else canvas.text(place.x, under + 2 * ROW, "", SMALL, theme.muted)
            )
            arrow = axes.annotate(
                "",
                (0, 0),
                (0, 0),
                arrowprops=dict(
                    arrowstyle="-|>,head_length=.5,head_width=.25", shrinkA=0, shrinkB=0
                ),
                zorder=6,
            )
            origin = axes.scatter([0], [0], s=26, linewidths=1, edgecolors=[theme.paper], zorder=7)
            below = [canvas.text(place.x, under + ROW * row, "", SMALL) for row in range(2)]
            panels.append(
                (
                    Landscape(axes, theme, data.classes, view, data.tokens.__getitem__, size=TOKEN),
                    head,
                    index,
                    wanted,
                    arrow,
                    origin,
                    below,
                    place,
                )
            )
        outcome_legend(canvas, 0, canvas.height - 24)
        words = (
            f"All panels: what attention adds, dimension 0 from {number(view[0], 1)} to"
            f" {number(view[1], 1)}, dimension 1 from {number(view[2], 1)} to {number(view[3], 1)};"
            " dashes cross at nothing added."
        )
        canvas.text(0, canvas.height - 5, words, SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            output, moved = data.output, data.moved
            # the landscape of the stream, read from where a position stands, is that of what may be
            # added: found once for all of them
            (left, low), (right, high) = data.start.min(0), data.start.max(0)
            found = regions(
                data.readout, (view[0] + left, view[1] + right, view[2] + low, view[3] + high)
            )
            for i, (land, head, index, wanted, arrow, origin, below, place) in enumerate(panels):
                (x, y), outcome, token = data.start[i], data.demo.outcomes[i], data.demo.tokens[i]
                colour, tip = theme.outcomes[outcome], data.added[i]
                p = data.readout.raster(
                    (view[0] + x, view[1] + x, view[2] + y, view[3] + y), FINENESS
                )
                pieces = {
                    t: [piece - data.start[i] for piece in parts]
                    for t, parts in found.pieces.items()
                }
                along = np.linspace(0, 1, 25)[:, None] * tip
                land.set(
                    pieces,
                    found.borders - data.start[i],
                    p.argmax(-1),
                    p.max(-1),
                    least=1 / len(data.tokens),
                    avoid=along,
                )
                head.set(text=token, color=theme.classes[data.classes[token]])
                index.set_x((place.x + width_of(token, TOKEN, "bold") + 2) / canvas.width)
                wanted.set(
                    text=WANTS.format(data.demo.wanted[i]) if outcome != "free" else "",
                    color=colour,
                )
                arrow.xy = tuple(tip)
                cast(FancyArrowPatch, arrow.arrow_patch).set(
                    color=colour, linewidth=2.2 if outcome != "free" else 1.5
                )
                origin.set_facecolor([colour])
                nothing, now = data.without[i], output[i]
                below[0].set_text(
                    f"{data.tokens[nothing.argmax()]} at {nothing.max():.2f} →"
                    f" {data.tokens[now.argmax()]} at {now.max():.2f}"
                )
                below[1].set(
                    text=(
                        "moves"
                        f" {moved[i]:.2f}{unit if width_of(unit, SMALL) + 60 < place.width else ''}"
                    ),
                    color=theme.muted,
                )

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            "For each position of the demonstration: the winning next token as a function of what"
            " attention adds to the stream, token and position held fixed; exact regions, faded"
            " where the winner is unsure. The arrow runs from nothing added to what attention adds."
            " Below each panel: likeliest token without and with it, and how much probability"
            " changes hands between the two (total variation distance)."
        )

    def alt(self, data: Data) -> str:
        judged = [
            f"{data.demo.tokens[i]} at {i}: {data.moved[i]:.2f}, then {data.demo.predicted[i]}"
            f" where {data.demo.wanted[i]} is wanted"
            for i in data.demo.judged
        ]
        return (
            f"{len(data.demo.tokens)} landscapes of the next token over what attention may add, one"
            f" for each position of {' '.join(data.demo.tokens)}, at step {data.step:,}."
            f" Probability that attention moves where the rule decides: {listed(judged)}. Mean over"
            f" all positions: {data.moved.mean():.2f}."
        )
