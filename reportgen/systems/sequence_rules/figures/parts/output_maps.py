"""The probability of each next token over the plane, one panel a token: large for the tokens that
matter, small for the rest.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.text import Text

from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.planes import View, plane
from reportgen.drawing.rasters import Raster
from reportgen.drawing.style import PANEL, SMALL, Theme
from reportgen.systems.sequence_rules.figures.parts.landscapes import raster_extent
from reportgen.systems.sequence_rules.figures.parts.packing import Box, pack

FINENESS = 161  # cells of a map's raster along each side
CHANCE = Normalize(0, 1)


def probability_image(axes: Axes, theme: Theme, view: View, fineness: int = FINENESS) -> Raster:
    """An empty map of a probability over a view, for rasters of this fineness."""
    extent = raster_extent(view, fineness)
    image = Raster(
        axes,
        extent=extent,
        origin="lower",
        cmap=theme.probability,
        norm=CHANCE,
        interpolation="bilinear",
        zorder=0.5,
    )
    image.set_data(np.zeros((2, 2)))
    axes.add_image(image).set_clip_path(axes.patch)
    axes.set(xlim=view[:2], ylim=view[2:])
    return image


def listed(tokens: Sequence[str]) -> str:
    """Tokens in words: "0, 2 and 4"; "none" where there are none."""
    return (
        "none"
        if not tokens
        else tokens[0]
        if len(tokens) == 1
        else f"{', '.join(tokens[:-1])} and {tokens[-1]}"
    )


def percent(share: float) -> str:
    """A share in words; what is there but rounds to nothing is "less than 1 %"."""
    return "less than 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


class OutputMaps:
    """One map a token over one view and one scale, in a box of the sheet; `axes` and `notes` of the
    large ones are for what lies upon them.
    """

    def __init__(
        self,
        canvas: Canvas,
        box: Box,
        tokens: Sequence[str],
        classes: Mapping[str, str],
        view: View,
        large: Sequence[int],
    ) -> None:
        theme, self.view = canvas.theme, view
        rest = [t for t in range(len(tokens)) if t not in large]
        packing = pack(box, len(large), len(rest))
        self.images: dict[int, Raster] = {}
        self.axes: dict[int, Axes] = {}
        self.notes: dict[int, Text] = {}
        heads = {token: f"next = {tokens[token]}" for token in range(len(tokens))}
        for some, places, note in (
            (large, packing.large, "25 of 25 right"),
            (rest, packing.small, "0.00"),
        ):
            # heads shrink to their tokens where one of them would touch what stands beside it
            if any(
                width_of(heads[token], PANEL, "bold") + width_of(note, SMALL) + 8 > place.width
                for token, place in zip(some, places)
            ):
                heads |= {token: tokens[token] for token in some}
        for token, place in zip((*large, *rest), (*packing.large, *packing.small)):
            axes = canvas.panel(place.x, place.y, place.width, place.height)
            plane(axes, theme, view, None)
            self.images[token] = probability_image(axes, theme, view)
            canvas.text(
                place.x,
                place.y - 7,
                heads[token],
                PANEL,
                theme.classes[classes[tokens[token]]],
                weight="bold",
            )
            self.notes[token] = canvas.text(
                place.x + place.width, place.y - 7, "", SMALL, theme.muted, ha="right"
            )
            if token in large:
                self.axes[token] = axes

    def set(self, readout: Readout) -> np.ndarray:
        """Show a readout; gives the highest probability that each token reaches in the view."""
        p = readout.raster(self.view, FINENESS)
        for token, image in self.images.items():
            image.set_data(p[..., token])
        return np.asarray(p.max((0, 1)))


def maps_key(canvas: Canvas, view: View, x: float, y: float) -> None:
    """The bar of probabilities, and where the view of all panels begins and ends."""
    colour_bar(
        canvas,
        canvas.theme.probability,
        CHANCE,
        x,
        y,
        220,
        "probability of the next token",
        (0, 0.25, 0.5, 0.75, 1),
        ("0", "0.25", "0.5", "0.75", "1"),
    )
    words = (
        f"All panels: dimension 0 from {number(view[0], 1)} to {number(view[1], 1)}, dimension 1"
        f" from {number(view[2], 1)} to {number(view[3], 1)}; dashes cross at zero."
    )
    canvas.text(canvas.width, y + 8, words, SMALL, canvas.theme.muted, ha="right")
