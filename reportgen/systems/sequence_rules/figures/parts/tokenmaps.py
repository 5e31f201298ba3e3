"""One row of maps, one a next token, with the points of a sequence over them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage
from matplotlib.text import Text

from reportgen.core.exact.geometry import Regions, regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.planes import View, plane
from reportgen.drawing.style import BODY, PANEL, SMALL, WIDTH
from reportgen.drawing.views import shaped
from reportgen.systems.sequence_rules.figures.parts.demonstration import Demonstration
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.sequence_points import Part, Points

# raster of a map; CSS pixels at both sides of the row, for a map's name, between maps
GRID, EDGE, NAME, GAP = 97, 6, 18, 8
# width of the large map; thumbnails that stand well, and that fit, in the place of one map
NARROWEST, FEW, MOST = 200, 6, 8


@dataclass(frozen=True)
class Outputs:
    """What the network does with every point: computed once for all rows."""

    chance: np.ndarray  # [y, x, token] over the view of the small maps
    wide: np.ndarray  # the same over the view of the large map
    cut: Regions  # of the large map


class TokenMaps:
    """A large map of winning tokens at the left, a map a token that can win beside it, thumbnails
    of the rest.
    """

    def __init__(
        self,
        canvas: Canvas,
        y: float,
        tall: float,
        part: Part,
        view: View,
        large: tuple[int, ...],
        norm: Normalize,
        classes: Mapping[str, str],
        demo: Demonstration,
        title: tuple[str, str, str],
    ) -> None:
        self.canvas, self.theme, self.part, self.view, self.names = (
            canvas,
            canvas.theme,
            part,
            view,
            list(classes),
        )
        self.norm, self.large = norm, large
        self.small = [t for t in range(len(classes)) if t not in large]
        columns = max(3, -(-(len(large) + -(-len(self.small) // MOST)) // 2))
        side = min(
            (tall - NAME - GAP) / 2,
            (WIDTH - 2 * EDGE - NARROWEST - 2 * GAP - (columns - 1) * GAP) / columns,
        )
        wide = WIDTH - 2 * EDGE - 2 * GAP - columns * side - (columns - 1) * GAP
        axes = canvas.panel(EDGE, y, wide, tall)
        self.wide_view = shaped(view, wide / tall)
        self.width = wide
        plane(axes, canvas.theme, self.wide_view, None)
        canvas.caption(
            axes, *title, colour=canvas.theme.roles["value"] if part is Part.VALUES else None
        )
        self.land = Landscape(axes, canvas.theme, classes, self.wide_view, self.names.__getitem__)
        self.whole = Points(axes, canvas, part, demo, classes, size=1)
        spots = [
            (
                EDGE + wide + 2 * GAP + (i % columns) * (side + GAP),
                y + (i // columns) * (tall - side),
            )
            for i in range(2 * columns)
        ]
        self.maps = [
            self._map(*spot, side, token, demo, classes) for spot, token in zip(spots, large)
        ]
        self.thumbs, self.note = (
            self._thumbnails(spots[len(large) :], side, classes) if self.small else ([], [])
        )

    def _map(
        self,
        x: float,
        y: float,
        side: float,
        token: int,
        demo: Demonstration,
        classes: Mapping[str, str],
    ) -> tuple[AxesImage, Points, Text, list[int]]:
        """The map of one token; framed where the rule wants it."""
        axes, wanting = (
            self.canvas.panel(x, y, side, side),
            [i for i in demo.constrained if token in demo.targets[i]],
        )
        plane(axes, self.theme, self.view, None)
        self.canvas.text(
            x,
            y - 5,
            self.names[token],
            PANEL,
            self.theme.classes[classes[self.names[token]]],
            weight="bold",
        )
        note = self.canvas.text(
            x + side, y - 5, "", SMALL, self.theme.ink if wanting else self.theme.muted, ha="right"
        )
        for spine in axes.spines.values() if wanting else ():
            spine.set(edgecolor=self.theme.outcomes["obeyed"], linewidth=2.4)
        return (
            self._image(axes),
            Points(axes, self.canvas, self.part, demo, classes, size=0.5),
            note,
            wanting,
        )

    def _thumbnails(
        self, spots: list[tuple[float, float]], side: float, classes: Mapping[str, str]
    ) -> tuple[list[AxesImage], list[Text]]:
        """Tokens that win next to nowhere, spread over the places that are left, and room to say
        how likely they get.
        """
        places = spots[: -(-len(self.small) // FEW)]
        each = -(-len(self.small) // len(places))
        across = 3 if each <= FEW else 4
        little = (side - (across - 1) * GAP) / across
        images = []
        for i, token in enumerate(self.small):
            (x, y), at = places[i // each], i % each
            left, top = x + at % across * (little + GAP), y + at // across * (little + NAME - 2)
            axes = self.canvas.panel(left, top, little, little)
            plane(axes, self.theme, self.view, None)
            self.canvas.text(
                left,
                top - 4,
                self.names[token],
                BODY,
                self.theme.classes[classes[self.names[token]]],
                weight="bold",
            )
            images.append(self._image(axes))
        x, y = places[-1]
        last = y - (-(len(self.small) - each * (len(places) - 1)) // across) * (little + NAME - 2)
        return images, [
            self.canvas.text(x, last + 13 * i, "", SMALL, self.theme.muted) for i in range(2)
        ]

    def _image(self, axes: Axes) -> AxesImage:
        return axes.imshow(
            np.zeros((2, 2)),
            extent=self.view,
            origin="lower",
            cmap=self.theme.probability,
            norm=self.norm,
            interpolation="bilinear",
            zorder=0.5,
        )

    def outputs(self, readout: Readout) -> Outputs:
        """A readout over the views of this row; rows of one figure share them."""
        return Outputs(
            readout.raster(self.view, GRID),
            readout.raster(self.wide_view, GRID),
            regions(readout, self.wide_view),
        )

    def set(
        self,
        demo: Demonstration,
        start: np.ndarray,
        end: np.ndarray,
        outputs: Outputs,
        chances: np.ndarray,
    ) -> None:
        """Show a sequence's points or moves over the maps; `chances` are the probabilities
        [constrained position, token].
        """
        chance, wide, cut = outputs.chance, outputs.wide, outputs.cut
        path = np.concatenate([start + (end - start) * s for s in np.linspace(0, 1, 30)])
        self.land.show_regions(cut, wide, avoid=path)
        everywhere = list(range(len(demo.tokens)))
        self.whole.set(demo, start, end, everywhere, self.land.written(self.width))
        for token, (image, points, note, wanting) in zip(self.large, self.maps):
            image.set_data(chance[..., token])
            points.set(
                demo,
                start,
                end,
                (
                    [demo.sources[i] for i in wanting if demo.sources[i] >= 0]
                    if self.part is Part.VALUES
                    else wanting
                ),
                np.zeros((0, 2)),
            )
            if wanting and self.part is Part.SUMS:
                note.set_text(
                    "P "
                    + ", ".join(f"{chances[demo.constrained.index(i), token]:.2f}" for i in wanting)
                )
            else:
                note.set_text(
                    f"wanted at {', '.join(map(str, wanting))}"
                    if wanting
                    else f"up to {chance[..., token].max():.2f}"
                )
        for token, image in zip(self.small, self.thumbs):
            image.set_data(chance[..., token])
        if self.note:
            words = f"{'this one' if len(self.small) == 1 else f'these {len(self.small)}'}: up to"
            for text, line in zip(
                self.note, (words, f"{chance[..., self.small].max():.2f} in view")
            ):
                text.set_text(line)
