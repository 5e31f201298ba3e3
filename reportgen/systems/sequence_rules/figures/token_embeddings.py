"""05: where tokens and positions lie before attention, as numbers and as points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import class_key
from reportgen.drawing.matrices import signed_norm
from reportgen.drawing.planes import Ladders, View
from reportgen.drawing.style import BODY
from reportgen.drawing.views import WORTH
from reportgen.systems.sequence_rules.figures.parts.embedding_maps import (
    MAPS,
    TOP,
    embedding_maps,
    maps_tall,
    summed,
)
from reportgen.systems.sequence_rules.figures.parts.embeddings import (
    Embeddings,
    Path,
    class_means,
    embeddings,
)
from reportgen.systems.sequence_rules.figures.parts.projections import Projection, frame
from reportgen.systems.sequence_rules.view import Study

SIDE = 226  # CSS pixels, side of the planes
INSET = 98  # CSS pixels, side of the enlarged positions


@dataclass(frozen=True)
class Scale:
    """One norm for all maps; the directions that are shown, one view for all planes, and the view
    of the positions alone.
    """

    norm: Normalize
    projection: Projection
    tokens: View
    positions: View
    sums: View
    close: View

    @property
    def enlarged(self) -> bool:
        """Would an inset show the positions larger than their panel does, by so much that it is
        worth its room.
        """
        return (self.positions[1] - self.positions[0]) / SIDE > WORTH * (
            self.close[1] - self.close[0]
        ) / INSET


@figure("token-embeddings")
class TokenEmbeddings(Figure[Study, Embeddings, Scale]):
    """Every weight of the embeddings, then the same numbers as points in one frame."""

    height = 714

    def compute(self, study: Study) -> Embeddings:
        return embeddings(study)

    def height_of(self, data: Embeddings) -> float:
        return self.height - MAPS + maps_tall(data)

    def scale(self, frames: Sequence[Embeddings]) -> Scale:
        clouds = [c for f in frames for c in (f.token, f.position, f.sums)]
        projection = Projection.of(frames[-1].sums)
        tokens, positions = (
            projection.view(*clouds, rows=len(rows))
            for rows in (frames[-1].token, frames[-1].position)
        )
        return Scale(
            signed_norm(*clouds),
            projection,
            tokens,
            positions,
            positions,
            projection.view(*(f.position for f in frames), rows=len(frames[-1].position), pad=0.16),
        )

    def draw(self, canvas: Canvas, data: Embeddings, scale: Scale) -> Callable[[Embeddings], None]:
        theme, positions = canvas.theme, np.arange(len(data.position))
        letters = iter("abcdefg")
        maps = embedding_maps(canvas, data, scale.norm, letters)
        many = {2: "both", 3: "all three", 4: "all four"}[len(maps)]
        canvas.headline(
            self.title,
            f"Above: every weight, one colour scale for {many} maps.  Below: the same numbers as"
            " points, in one frame and not centred.",
            stamp(data.step),
        )
        low = TOP + maps_tall(data) + 92
        gap = (canvas.width - 44 - 3 * SIDE) / 2
        e, f, g = (canvas.panel(44 + i * (SIDE + gap), low, SIDE, SIDE) for i in range(3))
        for axes, view, down, words, note in (
            (e, scale.tokens, "", "Tokens", ""),
            (
                f,
                scale.positions,
                "position",
                "Positions",
                "inset: enlarged" if scale.enlarged else "",
            ),
            (g, scale.sums, "position", "Token + position", "named at position 0"),
        ):
            frame(axes, theme, view, scale.projection, down, named=axes is e)
            canvas.caption(axes, next(letters), words, note)
        tokens, sums = (
            Ladders(e, theme, data.classes, ends=(0,)),
            Ladders(g, theme, data.classes, ends=(0,), dot=0.8),
        )
        paths = [Path(f, theme, named=not scale.enlarged)]
        if scale.enlarged:
            inset = canvas.panel(
                *_free_corner(
                    scale.projection.points(data.position, positions),
                    scale.positions,
                    44 + SIDE + gap,
                    low,
                ),
                INSET,
                INSET,
            )
            frame(inset, theme, scale.close, scale.projection, named=False)
            paths.append(Path(inset, theme))
        class_key(canvas, 44, low + SIDE + 56, data.class_names, data.classes.values())
        canvas.text(
            canvas.width,
            low + SIDE + 56,
            f"Lines join positions 0 to {len(data.position) - 1}; dots grow with the position.",
            BODY,
            theme.muted,
            ha="right",
        )

        def update(data: Embeddings) -> None:
            for matrix, values in zip(
                maps, (data.token, data.position, *np.moveaxis(data.sums, -1, 0))
            ):
                matrix.set(values)
            tokens.set(
                scale.projection.points(data.token, np.arange(len(data.token)))[:, None],
                data.tokens,
            )
            sums.set(scale.projection.points(data.sums, positions), data.tokens)
            for path in paths:
                path.set(scale.projection.points(data.position, positions))

        return update

    def caption(self, data: Embeddings) -> str:
        sums = summed(data)
        inset = " The inset enlarges the positions." if self.scale([data]).enlarged else ""
        maps, (tokens, positions, points) = "abcd"[: 2 + sums], list("abcdefg"[2 + sums : 5 + sums])
        also = (
            f", ({', '.join(maps[2:])}) their sum for every token at every position"
            + (", in each dimension" if sums > 1 else "")
            if sums
            else ""
        )
        return (
            f"(a) Token embeddings W_E, (b) position embeddings W_pos{also}. Blue is negative,"
            f" brown positive, zero nearly the paper; one scale for all maps. ({tokens},"
            f" {positions}, {points}) The same numbers as points: one view for all three, the"
            " dashed"
            f" {'line is zero' if data.token.shape[1] == 1 else 'cross is the origin'}.{inset} In"
            f" {points} a line joins one token at all positions; its name stands at position 0, and"
            f" the line has the shape of {positions} for every token. Names in one place are"
            " written as one label." + Projection.of(data.sums).words(f"the sums of {points}")
        )

    def alt(self, data: Embeddings) -> str:
        means = class_means(data)
        at = ", ".join(
            (
                f"{data.class_names[kind]} ({x:.1f}, {y:.1f})"
                if data.token.shape[1] == 2
                else f"{data.class_names[kind]} {np.linalg.norm(mean):.1f} from the origin"
            )
            for kind, mean in means.items()
            for x, y in [mean[[0, -1]]]
        )
        spread = np.ptp(data.position, axis=0)
        span = (
            f"{spread[0]:.1f} by {spread[1]:.1f}"
            if len(spread) == 2
            else f"{spread.max():.1f}" + (" in the widest dimension" if len(spread) > 1 else "")
        )
        return (
            f"Heat maps and scatter plots of {len(data.tokens)} token and {len(data.position)}"
            f" position embeddings at step {data.step:,}. Class means: {at}. Positions span {span}."
        )


def _free_corner(points: np.ndarray, view: View, x: float, y: float) -> tuple[float, float]:
    """Upper left corner of the inset, in CSS pixels, in the corner of its panel that hides the
    fewest points [.., xy].
    """
    at = (points - (view[0], view[3])) / (view[1] - view[0], view[2] - view[3]) * SIDE
    corners = [
        (left, top)
        for left, top in (
            (6, SIDE - INSET - 6),
            (SIDE - INSET - 6, SIDE - INSET - 6),
            (SIDE - INSET - 6, 6),
            (6, 6),
        )
    ]
    hidden = [
        int((np.abs(at - (left + INSET / 2, top + INSET / 2)).max(-1) < INSET / 2 + 4).sum())
        for left, top in corners
    ]
    left, top = corners[int(np.argmin(hidden))]
    return x + left, y + top
