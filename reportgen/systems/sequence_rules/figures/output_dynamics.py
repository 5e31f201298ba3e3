"""The output landscape and the probability of each next token over training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas, halo, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import EDGE, HEIGHT, Curves, FilmStrips, loss_and_error, whole_curves
from reportgen.drawing.keys import Entry, Layout, key
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.planes import Ladders, View, plane
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import PANEL, SMALL
from reportgen.systems.sequence_rules.figures.parts.landings import LandingRings
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.output_maps import (
    listed,
    probability_image,
)
from reportgen.systems.sequence_rules.figures.parts.packing import Box, pack
from reportgen.systems.sequence_rules.figures.parts.reached import (
    Reached,
    reached,
    reached_view,
    short_name,
    starts,
)
from reportgen.systems.sequence_rules.view import Study

FINENESS = 81  # cells along each side of a small map's raster
COARSE = 33  # the same, to see how far probabilities reach in a frame
SIDE, TOP = 288, 52


@dataclass(frozen=True)
class Data:
    """One checkpoint: the readout, what starts from where, and where the shortest contexts that ask
    for a token land.
    """

    step: int
    loss: float
    error: float
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    readout: Readout
    # [token, position, dim] before attention; no position where attention takes their place
    # (`starts`)
    sums: np.ndarray
    landed: Reached

    @property
    def names(self) -> list[str]:
        """What each landed context asks for."""
        return [
            short_name(row, self.tokens, self.classes, self.class_names)
            for row in self.landed.allowed
        ]

    @property
    def in_order(self) -> np.ndarray:
        """The landed contexts in the order of the tokens that they ask for."""
        return (
            self.landed.allowed.argmax(-1).argsort(kind="stable")
            if len(self.landed)
            else np.zeros(0, int)
        )


@dataclass(frozen=True)
class Scale:
    """One view and one scale of probabilities over all frames, the whole curves of loss and rule
    error, and which outcomes ever occur.
    """

    view: View
    norm: Normalize
    curves: Curves
    outcomes: frozenset[str]


@figure("output-dynamics")
class OutputDynamics(Figure[Study, Data, Scale]):
    """Exact regions at the left, one map a next token at the right, loss and rule error below."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        return Data(
            study.step,
            *loss_and_error(study),
            study.tokens,
            study.classes,
            study.rule.class_names,
            study.readout,
            starts(study),
            reached(study, each=1, shortest=True),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        view = reached_view(*(f.sums for f in frames), *(f.landed.points for f in frames))
        most = [f.readout.raster(view, COARSE).max() for f in frames]
        return Scale(
            view,
            share_norm(np.array(most)),
            whole_curves(frames),
            frozenset("obeyed" if r else "broken" for f in frames for r in f.landed.right),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, view, tokens = canvas.theme, scale.view, data.tokens
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        main = canvas.panel(EDGE, TOP, SIDE, SIDE)
        plane(main, theme, view, None)
        canvas.text(
            EDGE,
            TOP - 7,
            f"Winning token{'; small dots: token + position' if data.sums.size else ''}",
            SMALL,
            theme.muted,
        )
        words, y = "Circled: where the shortest context that requires it lands:", TOP + SIDE + 13
        canvas.text(EDGE, y, words, SMALL, theme.muted)
        entries = [
            Entry(said, None, outcome in scale.outcomes, theme.outcomes[outcome], "bold")
            for said, outcome in (("right", "obeyed"), ("wrong", "broken"))
        ]
        beside = EDGE + width_of(words, SMALL) + 7
        key(canvas, beside, y, entries, Layout(apart=7, size=SMALL))
        land = Landscape(main, theme, data.classes, view, names=None)
        ladders = Ladders(main, theme, data.classes, ends=(), dot=0.45)
        rings = LandingRings(main, theme, (SIDE, SIDE), len(data.landed))

        canvas.text(
            336,
            TOP - 7,
            "Probability of each next token; its colour at the left",
            SMALL,
            theme.muted,
        )
        colour_bar(canvas, theme.probability, scale.norm, 636, TOP - 14, 90, "", ())
        (
            canvas.text(630, TOP - 7, "0", SMALL, theme.muted, ha="right"),
            canvas.text(732, TOP - 7, f"{scale.norm.vmax:g}", SMALL, theme.muted),
        )
        images, fills = [], theme.fills(data.classes)
        for token, place in zip(
            tokens, pack(Box(330, TOP, 414, SIDE), len(tokens), head=0, gap=10).large
        ):
            axes = canvas.panel(place.x, place.y, place.width, place.height)
            plane(axes, theme, view, None)
            images.append(probability_image(axes, theme, view, FINENESS, norm=scale.norm))
            patch = dict(boxstyle="round,pad=0.18", facecolor=fills[token], edgecolor="none")
            axes.annotate(
                token,
                (0, 1),
                (4, -4),
                xycoords="axes fraction",
                textcoords="offset points",
                size=PANEL,
                weight="bold",
                va="top",
                color=theme.ink,
                bbox=patch,
                path_effects=halo(theme, 1.2),
            )

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            p = data.readout.raster(view, FINENESS)
            land.show_regions(regions(data.readout, view), p)
            if data.sums.size:
                ladders.set(data.sums, tokens)
            order, names = data.in_order, data.names
            rings.set(
                data.landed.points[order], [names[i] for i in order], data.landed.right[order]
            )
            for i, image in enumerate(images):
                image.set_data(p[..., i])

        return update

    def caption(self, data: Data) -> str:
        dots = (
            " Small dots: every token at every position before attention." if data.sums.size else ""
        )
        return (
            "Left: the winning next token at every point of the plane after attention, exact"
            f" borders, faded where its probability is low.{dots} Circles: for each token that the"
            " rule can require, the shortest held-out context that requires it, after attention;"
            " teal where the likeliest next token is right, magenta where it is wrong; those at"
            " one point share a circle. Right: the probability of each next token over the same"
            " view. Below, on validation windows: loss in nats and rule error where the answer"
            " is visible."
            " View and colours are the same in all frames."
        )

    def alt(self, data: Data) -> str:
        right = [name for name, r in zip(data.names, data.landed.right) if r]
        return (
            f"Film of the output landscape up to step {data.step:,}. In its last frame {len(right)}"
            f" of the {len(data.landed)} shortest contexts are answered right ({listed(right)}),"
            f" validation loss is {data.loss:.3f} nats and rule error {data.error:.3f} there."
        )
