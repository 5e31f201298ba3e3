"""The probability of each next token over the plane, one panel for tokens that are alike: large for
the tokens that matter, small for the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.text import Text

from reportgen.core.readout import Readout
from reportgen.drawing.alike import ALIKE, alike, wrapped
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.planes import View, plane
from reportgen.drawing.rasters import Raster
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import PANEL, SMALL, Theme
from reportgen.systems.sequence_rules.figures.parts.landscapes import raster_extent
from reportgen.systems.sequence_rules.figures.parts.packing import Box, Packing, pack

FINENESS = 161  # cells of a map's raster along each side
LINE, MOST_LINES = 15, 6  # CSS pixels of a line of names above a map; as many lines at most

Group = tuple[int, ...]  # tokens that share a map


def probability_image(
    axes: Axes, theme: Theme, view: View, fineness: int = FINENESS, *, norm: Normalize
) -> Raster:
    """An empty map of a probability over a view, for rasters of this fineness."""
    extent = raster_extent(view, fineness)
    image = Raster(
        axes,
        extent=extent,
        origin="lower",
        cmap=theme.probability,
        norm=norm,
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


@dataclass(frozen=True)
class Shown:
    """Which tokens share a map, and what the colours of all maps are worth."""

    groups: tuple[tuple[int, ...], ...]
    norm: Normalize

    @classmethod
    def of(cls, readouts: Sequence[Readout], view: View) -> "Shown":
        """Tokens whose probabilities are alike all over the view in all readouts share one map."""
        p = np.stack([readout.raster(view, FINENESS) for readout in readouts])
        return cls(alike(p), share_norm(p))

    def of_sizes(self, large: Collection[int]) -> tuple[list[Group], list[Group]]:
        """Groups with one of these tokens, and the rest."""
        first = [group for group in self.groups if set(group) & set(large)]
        return first, [group for group in self.groups if group not in first]

    def spare(self, box: Box, tokens: Sequence[str], large: Collection[int]) -> float:
        """CSS pixels at the end of a box that maps in it leave empty."""
        packing, _ = _headed(box, tokens, *self.of_sizes(large))
        ends = [place.y + place.height for place in (*packing.large, *packing.small)]
        return box.y + box.height - max(ends, default=box.y + box.height)

    @property
    def merged(self) -> str:
        """What a map of several tokens is, in words; nothing where there is none."""
        return (
            f"  Tokens that differ by less than {ALIKE:g} everywhere share a panel with their mean."
            if any(len(group) > 1 for group in self.groups)
            else ""
        )


class OutputMaps:
    """One map for tokens that are alike, over one view and one scale, in a box of the sheet; by
    group, `axes` and `notes` of the large ones are for what lies upon them.
    """

    def __init__(
        self,
        canvas: Canvas,
        box: Box,
        tokens: Sequence[str],
        classes: Mapping[str, str],
        view: View,
        shown: Shown,
        large: Collection[int],
    ) -> None:
        theme, self.view = canvas.theme, view
        first, rest = shown.of_sizes(large)
        packing, heads = _headed(box, tokens, first, rest)
        self.images: dict[Group, Raster] = {}
        self.axes: dict[Group, Axes] = {}
        self.notes: dict[Group, Text] = {}
        for group, place in zip((*first, *rest), (*packing.large, *packing.small)):
            axes = canvas.panel(place.x, place.y, place.width, place.height)
            plane(axes, theme, view, None)
            self.images[group] = probability_image(axes, theme, view, norm=shown.norm)
            kinds = {classes[tokens[token]] for token in group}
            ink = theme.classes[kinds.pop()] if len(kinds) == 1 else theme.ink
            for up, line in enumerate(reversed(heads[group])):
                canvas.text(place.x, place.y - 7 - LINE * up, line, PANEL, ink, weight="bold")
            self.notes[group] = canvas.text(
                place.x + place.width, place.y - 7, "", SMALL, theme.muted, ha="right"
            )
            if group in first:
                self.axes[group] = axes

    def set(self, readout: Readout) -> dict[Group, float]:
        """Show a readout; gives the highest probability that a token of each map reaches in the
        view.
        """
        p = readout.raster(self.view, FINENESS)
        for group, image in self.images.items():
            image.set_data(p[..., list(group)].mean(-1))
        return {group: float(p[..., list(group)].max()) for group in self.images}


def _headed(
    box: Box, tokens: Sequence[str], large: Sequence[Group], small: Sequence[Group]
) -> tuple[Packing, dict[Group, list[str]]]:
    """Squares with room above them for the names of their tokens, and these in lines."""
    packing = pack(box, len(large), len(small))
    heads: dict[Group, list[str]] = {}
    for lines in range(1, MOST_LINES + 1):
        packing = pack(box, len(large), len(small), head=24 + LINE * (lines - 1))
        for groups, places, note in (
            (large, packing.large, "25 of 25 right"),
            (small, packing.small, "0.00"),
        ):
            last = width_of(note, SMALL) + 8
            named = {g: [*(f"{tokens[t]}," for t in g[:-1]), tokens[g[-1]]] for g in groups}
            if all(
                len(group) > 1
                or width_of(f"next = {tokens[group[0]]}", PANEL, "bold") + last <= place.width
                for group, place in zip(groups, places)
            ):  # heads shrink to their tokens where one of them would touch what stands beside it
                named = {group: ["next =", *words] for group, words in named.items()}
            heads |= {
                group: wrapped(named[group], place.width, place.width - last, PANEL)
                for group, place in zip(groups, places)
            }
        if max(map(len, heads.values()), default=1) <= lines:
            break
    return packing, heads


def maps_key(canvas: Canvas, view: View, norm: Normalize, x: float, y: float) -> None:
    """The bar of probabilities, and where the view of all panels begins and ends."""
    end = float(norm.vmax or 1)
    ticks = np.linspace(0, end, 5 if end == 1 else 3)
    colour_bar(
        canvas,
        canvas.theme.probability,
        norm,
        x,
        y,
        220,
        "probability of the next token",
        [float(tick) for tick in ticks],
        [f"{tick:g}" for tick in ticks],
    )
    words = (
        f"All panels: dimension 0 from {number(view[0], 1)} to {number(view[1], 1)}, dimension 1"
        f" from {number(view[2], 1)} to {number(view[3], 1)}; dashes cross at zero."
    )
    canvas.text(canvas.width, y + 8, words, SMALL, canvas.theme.muted, ha="right")
