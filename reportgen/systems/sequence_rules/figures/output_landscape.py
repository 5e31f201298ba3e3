"""The plane cut by the token that wins, with exact edges, how sure the network is, and which tokens
can win at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.exact.geometry import Regions, owners, regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape, raster_extent
from reportgen.systems.sequence_rules.figures.parts.output_maps import listed, percent
from reportgen.systems.sequence_rules.figures.parts.reached import reached, reached_view, starts
from reportgen.systems.sequence_rules.figures.parts.token_bars import TokenBars
from reportgen.systems.sequence_rules.view import Study

FINENESS = 181  # cells along each side of the rasters for fade, entropy and highest probability
SIDE, LEFT, TOP = 345, 44, 88


@dataclass(frozen=True)
class Data:
    """Readout of one checkpoint, its exact regions in view, and which tokens own a region at
    all.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    view: View
    readout: Readout
    seen: "Seen"
    owners: tuple[
        int, ...
    ]  # tokens that win somewhere in the whole space before the unembedding, however far out


@dataclass(frozen=True)
class Seen:
    """What a view shows of a readout."""

    regions: Regions  # of the plane after attention and before the feed-forward network
    highest: (
        np.ndarray
    )  # [token] highest probability: of the raster's points and the regions' corners
    uncertain: float  # mean entropy, nats


@dataclass(frozen=True)
class Scale:
    """One view for all frames, and the entropy of a uniform guess."""

    view: View
    entropy: Normalize


def entropy(p: np.ndarray) -> np.ndarray:
    """Entropy in nats of distributions along the last axis."""
    return np.asarray(-(p * np.log(p, out=np.zeros_like(p), where=p > 0)).sum(-1))


@figure
class OutputLandscape(Figure[Study, Data, Scale]):
    """Winning tokens, entropy, and the highest probability of each token."""

    slug = "output-landscape"
    title = "Which token wins where, and how surely"
    height = 668
    needs = ("plane",)

    def look(self, readout: Readout, view: View) -> Seen:
        """The regions of a view, the highest probabilities in it and its mean entropy; FigureError
        where there is none.
        """
        found, p = regions(readout, view), readout.raster(view, FINENESS)
        if not found.pieces:
            raise self.out_of_proportion("no token wins a region of the view")
        corners = np.concatenate([piece for pieces in found.pieces.values() for piece in pieces])
        return Seen(
            found,
            np.maximum(p.max((0, 1)), readout.probabilities(corners).max(0)),
            float(entropy(p).mean()),
        )

    def compute(self, study: Study) -> Data:
        view = reached_view(starts(study), reached(study).points)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            view,
            study.readout,
            self.look(study.readout, view),
            owners(study.readout.W_U, study.readout.b_U),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        corners = np.array([[f.view[i], f.view[i + 2]] for f in frames for i in (0, 1)])
        return Scale(
            frames[0].view if len(frames) == 1 else reached_view(corners),
            Normalize(0, float(np.log(len(frames[0].tokens)))),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, tokens = canvas.theme, data.tokens
        stamp = step_stamp(canvas)
        held = (
            "all tokens before attention and the held-out positions after it"
            if data.readout.residual
            else "the held-out positions after attention"
        )
        canvas.headline(
            self.title,
            "Every point of the plane in which a position stands after attention, sent through"
            " feed-forward network and head.\nEdges are exact: they are computed, not sampled. "
            f" The view holds {held}.",
        )
        left, right = (
            canvas.panel(LEFT, TOP, SIDE, SIDE),
            canvas.panel(LEFT + SIDE + 26, TOP, SIDE, SIDE),
        )
        plane(left, theme, scale.view, ("dimension 0", "dimension 1"))
        plane(right, theme, scale.view, None)
        canvas.caption(left, "a", "Winning token", "faded where its probability is low")
        canvas.caption(right, "b", "Entropy of the prediction")
        land = Landscape(left, theme, data.classes, scale.view, tokens.__getitem__)
        extent = raster_extent(scale.view, FINENESS)
        image = right.imshow(
            np.zeros((2, 2)),
            extent=extent,
            origin="lower",
            cmap=theme.entropy,
            norm=scale.entropy,
            interpolation="bilinear",
            zorder=0.5,
        )
        right.set(xlim=scale.view[:2], ylim=scale.view[2:])
        top = float(scale.entropy.vmax or 0)
        colour_bar(
            canvas,
            theme.entropy,
            scale.entropy,
            LEFT + SIDE + 26,
            TOP + SIDE + 24,
            150,
            f"nats, from certain (0) to a uniform guess ({top:.2f})",
            range(int(top) + 1),
        )

        bars = TokenBars(canvas, tokens, data.classes)

        def update(data: Data) -> None:
            stamp(data.step)
            seen = data.seen if data.view == scale.view else self.look(data.readout, scale.view)
            p = data.readout.raster(scale.view, FINENESS)
            land.show_regions(seen.regions, p)
            image.set_data(entropy(p))
            bars.set(seen.highest, seen.regions.share, data.owners)

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            "Panel a: the token with the highest probability at every point of the plane after"
            " attention, with exact borders; colour fades as the winner's probability falls to"
            " chance. Panel b: entropy of the prediction in nats. Panel c: for each token its"
            " highest probability in view, its exact share of the view's area (a dash where it wins"
            " nowhere in view), and whether it wins anywhere in the space before the unembedding,"
            " which has no bounds and is not the plane of panel a: the feed-forward network stands"
            " between the two."
        )

    def alt(self, data: Data) -> str:
        names = data.tokens
        share = [
            f"{names[t]} {percent(s)}"
            for t, s in sorted(data.seen.regions.share.items(), key=lambda item: -item[1])
        ]
        never = [names[t] for t in range(len(names)) if t not in data.owners]
        return (
            f"Map of the winning next token at step {data.step:,}. Shares of the view:"
            f" {listed(share)}; no other token wins in view. Tokens that win nowhere in the whole"
            f" space before the unembedding: {listed(never)}. Mean entropy over the view:"
            f" {data.seen.uncertain:.2f} nats."
        )
