"""How far the output moves as the value moves: each position's landscape in the space of what
attention may add.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from matplotlib.patches import FancyArrowPatch

from reportgen.core.exact.geometry import Regions, regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import PX, Canvas, above, number, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import outcome_key
from reportgen.drawing.planes import View, common_view, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import INDEX, SMALL, TOKEN
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
    outcomes,
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
        return np.asarray(np.abs(self.output - self.without).sum(-1) / 2)


@dataclass(frozen=True)
class Scale:
    """Common to all panels and frames."""

    view: View
    outcomes: frozenset[str]  # that occur in any frame


class Shifted:
    """One position: the landscape of what attention may add to it, the arrow to what it adds, and
    both outputs in words.
    """

    def __init__(
        self, canvas: Canvas, place: Box, lines: int, index: int, data: Data, view: View
    ) -> None:
        theme, y = canvas.theme, place.y - lines * ROW - 4
        self.theme, self.wide, self.i, self.view = theme, place.width, index, view
        axes = canvas.panel(place.x, y, place.width, place.height)
        plane(axes, theme, view, None)
        self.head = canvas.text(place.x, y - 7, "", TOKEN, weight="bold")
        self.index = above(axes, str(index), 4, INDEX, theme.muted)
        under = y + place.height + ROW
        self.wanted = (
            canvas.text(place.x + place.width, y - 7, "", SMALL, theme.muted, ha="right")
            if lines == 2
            else canvas.text(place.x, under + 2 * ROW, "", SMALL, theme.muted)
        )
        head = "-|>,head_length=.5,head_width=.25"
        self.arrow = axes.annotate(
            "", (0, 0), (0, 0), arrowprops=dict(arrowstyle=head, shrinkA=0, shrinkB=0), zorder=6
        )
        self.origin = axes.scatter([0], [0], s=26, linewidths=1, edgecolors=[theme.paper], zorder=7)
        self.below = [canvas.text(place.x, under + ROW * row, "", SMALL) for row in range(2)]
        names = data.tokens.__getitem__
        self.land = Landscape(axes, theme, data.classes, view, names, size=TOKEN)

    def set(self, data: Data, found: Regions, output: np.ndarray, moved: float) -> None:
        """The regions of the stream around all positions, this one's output with what attention
        adds, and how far that moved it.
        """
        theme, start, tip = self.theme, data.start[self.i], data.added[self.i]
        outcome, token = data.demo.outcomes[self.i], data.demo.tokens[self.i]
        colour, constrained, (x, y) = theme.outcomes[outcome], outcome != "free", start
        x0, x1, y0, y1 = self.view
        pieces = {t: [piece - start for piece in parts] for t, parts in found.pieces.items()}
        self.land.show_regions(
            replace(found, pieces=pieces, borders=found.borders - start),
            data.readout.raster((x0 + x, x1 + x, y0 + y, y1 + y), FINENESS),
            avoid=np.linspace(0, 1, 25)[:, None] * tip,
        )
        self.head.set(text=token, color=theme.classes[data.classes[token]])
        self.index.set_x((width_of(token, TOKEN, "bold") + 2) * PX)
        wanted = WANTS.format(data.demo.wanted[self.i]) if constrained else ""
        self.wanted.set(text=wanted, color=colour)
        self.arrow.xy = tuple(tip)
        cast(FancyArrowPatch, self.arrow.arrow_patch).set(
            color=colour, linewidth=2.2 if constrained else 1.5
        )
        self.origin.set_facecolor([colour])
        likeliest = [
            f"{data.tokens[p.argmax()]} at {p.max():.2f}" for p in (data.without[self.i], output)
        ]
        self.below[0].set_text(" → ".join(likeliest))
        of = " of the probability"
        unit = of if width_of(of, SMALL) + 60 < self.wide else ""
        self.below[1].set(text=f"moves {moved:.2f}{unit}", color=theme.muted)


@figure("frozen-output")
class FrozenOutput(Figure[Study, Data, Scale]):
    """One shifted landscape a position, one view for all, with the arrow from nothing to what
    attention adds.
    """

    height = 604

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

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            common_view(*(f.added for f in frames), pad=0.12), outcomes(f.demo for f in frames)
        )

    def _places(self, data: Data) -> tuple[tuple[Box, ...], int]:
        """A square for each position, and how many lines stand below it: three where what is wanted
        has no room beside the token.
        """
        asked = (data.demo.wanted[i] for i in data.demo.constrained)
        wanted = max((width_of(WANTS.format(words), SMALL) for words in asked), default=0)
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

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        view, stamp = scale.view, step_stamp(canvas)
        canvas.headline(
            self.title,
            "Each panel keeps one token and its position fixed and lets what attention adds"
            " take every value: the winning token there.\nArrow: from nothing added to what this"
            " network’s attention adds.  Coloured only where the rule decides the next token.",
        )
        places, lines = self._places(data)
        panels = [Shifted(canvas, place, lines, i, data, view) for i, place in enumerate(places)]
        outcome_key(canvas, 0, canvas.height - 24, scale.outcomes)
        words = (
            f"All panels: what attention adds, dimension 0 from {number(view[0], 1)} to"
            f" {number(view[1], 1)}, dimension 1 from {number(view[2], 1)} to {number(view[3], 1)};"
            " dashes cross at nothing added."
        )
        canvas.text(0, canvas.height - 5, words, SMALL, canvas.theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            output, moved = data.output, data.moved
            # the landscape of the stream, read from where a position stands, is that of what may be
            # added: found once for all of them
            (left, low), (right, high) = data.start.min(0), data.start.max(0)
            found = regions(
                data.readout, (view[0] + left, view[1] + right, view[2] + low, view[3] + high)
            )
            for i, panel in enumerate(panels):
                panel.set(data, found, output[i], moved[i])

        return update

    def caption(self, data: Data) -> str:
        return (
            "One panel for each position of one demonstration. A point of a panel is something"
            " that attention could add there to the stream, while token and position stay as they"
            " are; its colour is the token that would then be likeliest next, faded if the choice"
            " is unsure. The arrow runs from adding nothing to what attention does add: where it"
            " crosses a border, attention changes the first choice. Below each panel: the likeliest"
            " token without and with attention, and how far the two distributions of the next token"
            " lie apart (total variation distance): 0 where alike, 1 with no token in common."
        )

    def alt(self, data: Data) -> str:
        constrained = [
            f"{data.demo.tokens[i]} at {i}: {data.moved[i]:.2f}, then {data.demo.predicted[i]}"
            f" where {data.demo.wanted[i]} is wanted"
            for i in data.demo.constrained
        ]
        return (
            f"{len(data.demo.tokens)} landscapes of the next token over what attention may add, one"
            f" for each position of {' '.join(data.demo.tokens)}, at step {data.step:,}."
            f" Probability that attention moves where the rule decides: {listed(constrained)}."
            f" Mean over all positions: {data.moved.mean():.2f}."
        )
