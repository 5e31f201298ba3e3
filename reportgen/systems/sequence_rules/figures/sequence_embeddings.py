"""The demonstration sequence in the embeddings: token, position and their sum, as values and in the
plane.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.planes import View, legend
from reportgen.drawing.spacing import thinned
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.views import digits_for, if_wide, signed_ticks
from reportgen.systems.sequence_rules.figures.parts.projections import Projection, frame
from reportgen.systems.sequence_rules.view import Study

LEFT, GAP, TOP = 48, 28, 92
WIDE = (760 - LEFT - 2 * GAP) / 3
ROWS, ROW = 176, 13  # CSS pixels for the rows of the matrices, and of a row at least
FEW = 6  # dimensions whose columns are called so


@dataclass(frozen=True)
class Data:
    """Embeddings of one checkpoint, and the sequence that is looked up in them."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    sequence: np.ndarray  # [place] token ids
    token: np.ndarray  # [token, dim] W_E
    position: np.ndarray  # [place, dim] W_pos
    sums: np.ndarray  # [token, place, dim]

    @property
    def written(self) -> list[str]:
        """The sequence as it is written."""
        return [self.tokens[t] for t in self.sequence]

    @property
    def used(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the sequence adds up: token, position and sum, each [place, dim]."""
        return (
            self.token[self.sequence],
            self.position,
            self.sums[self.sequence, np.arange(len(self.sequence))],
        )


@dataclass(frozen=True)
class Scale:
    """One norm for the three matrices, and the directions and the one view of the three planes, of
    all tokens, not only of those in the sequence.
    """

    norm: Normalize
    projection: Projection
    tokens: View
    view: View  # the same; on a line, of as many rows as there are positions


@figure
class SequenceEmbeddings(Figure):
    """Three matrices that add up, and below each where its rows lie."""

    slug = "sequence-embeddings"
    title = "One sequence, embedded"
    height = 624

    def compute(self, study: Study) -> Data:
        sequence = study.demonstrations.inputs[study.demonstration]
        w, places = study.weights, len(sequence)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.rule.class_names,
            sequence,
            w["W_E"],
            w["W_pos"][:places],
            study.lattice.sums[:, :places],
        )

    def height_of(self, data: Data) -> float:
        return self.height - ROWS + _rows(data)

    def scale(self, frames: Sequence[Data]) -> Scale:
        clouds = [cloud for f in frames for cloud in (f.token, f.position, f.sums)]
        projection = Projection.of(frames[-1].sums)
        tokens, view = (
            projection.view(*clouds, rows=len(rows))
            for rows in (frames[-1].token, frames[-1].position)
        )
        return Scale(signed_norm(*clouds), projection, tokens, view)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, places, dims, projection, rows = (
            canvas.theme,
            len(data.sequence),
            data.token.shape[1],
            scale.projection,
            _rows(data),
        )
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Each row: the vector of a token, plus the vector of its position, is what enters the"
            " network.  Below, the same rows as points of\none common view; small grey dots are the"
            " tokens that are not in the sequence, or not at that position.",
        )
        heads = (
            ("a", "Token", "W_E, row of the token"),
            ("b", "+ position", "W_pos, row of the position"),
            ("c", "= sum", "what the first layer reads"),
        )
        axes, matrices, rests, dots, labels = [], [], [], [], []
        y, cell = TOP + rows + 44, WIDE / dims
        columns = [f"dim {d}" if dims <= FEW else str(d) for d in range(dims)]
        shown = thinned(columns, cell, across=True)
        digits = digits_for(scale.norm) + 1
        for i, (letter, words, note) in enumerate(heads):
            x = LEFT + i * (WIDE + GAP)
            cells = canvas.panel(x, TOP, WIDE, rows)
            matrices.append(
                Matrix(
                    cells,
                    theme,
                    theme.signed,
                    scale.norm,
                    [""] * places,
                    [c if d in shown else "" for d, c in enumerate(columns)],
                    digits=if_wide(digits, cell, 14 + 7 * digits),
                )
            )
            canvas.caption(cells, letter, words, note)
            below = canvas.panel(x, y, WIDE, WIDE)
            frame(
                below,
                theme,
                scale.tokens if i == 0 else scale.view,
                projection,
                "token" if i == 0 else "position",
                named=i == 0,
            )
            axes.append(below)
            rests.append(
                below.scatter([], [], s=6, color=theme.muted, alpha=0.45, linewidths=0, zorder=2)
            )
            dots.append(
                {
                    kind: below.scatter(
                        [],
                        [],
                        s=14 if letter == "b" else 30,
                        marker="o" if letter == "b" else marker,
                        linewidths=0.6,
                        edgecolors=[theme.paper],
                        zorder=5,
                    )
                    for kind, marker in theme.markers.items()
                }
            )
            labels.append(Labels(below, theme))
        (ladder,) = axes[1].plot([], [], color=theme.muted, lw=1, zorder=4)
        (minus, zero, plus), base = signed_ticks(scale.norm), canvas.height - 30
        colour_bar(
            canvas,
            theme.signed,
            scale.norm,
            LEFT,
            base,
            WIDE,
            "component (all matrices)",
            (minus, zero, plus),
        )
        legend(canvas, LEFT + WIDE + GAP, base + 8, list(data.class_names.items()))
        named: list = []

        def update(data: Data) -> None:
            stamp(data.step)
            written = data.written
            for artist in named:
                artist.remove()
            before = set(matrices[0].axes.texts)
            name_tokens(matrices[0].axes, theme, written, data.classes)
            named[:] = [t for t in matrices[0].axes.texts if t not in before]
            for matrix, values in zip(matrices, data.used):
                matrix.set(values)
            order, kinds = np.arange(places), [data.classes[t] for t in written]
            of_token, of_position, of_sum = (
                projection.points(vectors, along)
                for vectors, along in zip(data.used, (data.sequence, order, order))
            )
            ink = [theme.classes[kind] for kind in kinds]
            unused = np.setdiff1d(np.arange(len(data.tokens)), data.sequence)
            elsewhere = np.ones(data.sums.shape[:2], bool)
            elsewhere[data.sequence, order] = False
            others = (
                projection.points(data.token[unused], unused),
                np.zeros((0, 2)),
                projection.points(data.sums, order)[elsewhere],
            )
            for rest, points in zip(rests, others):
                rest.set_offsets(points)
            first = [written.index(t) for t in dict.fromkeys(written)]
            _place(dots[0], of_token[first], [kinds[i] for i in first], [ink[i] for i in first])
            labels[0].set(
                [Mark(of_token[i, 0], of_token[i, 1], written[i], None, ink[i]) for i in first],
                avoid=others[0],
            )
            ladder.set_data(*of_position.T)
            _place(dots[1], of_position, [next(iter(dots[1]))] * places, [theme.ink] * places)
            labels[1].set(
                [
                    Mark(point[0], point[1], str(i), None, theme.ink)
                    for i, point in enumerate(of_position)
                ]
            )
            _place(dots[2], of_sum, kinds, ink)
            labels[2].set(
                [
                    Mark(point[0], point[1], t, i, colour)
                    for i, (point, t, colour) in enumerate(zip(of_sum, written, ink))
                ]
            )

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            f"The demonstration {' '.join(data.written)}, row by row: the embedding of each token"
            " (a), of its position (b), and their sum (c), one signed colour scale. Below, the"
            " same vectors as points, uncentred, in one common view: the index beside a name is"
            " the position; b is a line through the positions in order."
            + Projection.of(data.sums).words("all tokens at all positions")
        )

    def alt(self, data: Data) -> str:
        lengths = [np.linalg.norm(rows, axis=1) for rows in data.used]
        far = int(lengths[2].argmax())
        spans = " and ".join(
            f"{name} vectors from {number(float(l.min()), 1)} to {number(float(l.max()), 1)}"
            for name, l in zip(("token", "position"), lengths)
        )
        return (
            "Token embedding, position embedding and their sum for the sequence"
            f" {' '.join(data.written)} at step {data.step:,}. Lengths: {spans}. The sum farthest"
            f" from the origin is that of {data.written[far]} at position {far}, at a distance of"
            f" {lengths[2][far]:.1f}."
        )


def _rows(data: Data) -> float:
    """CSS pixels for the rows of the matrices."""
    return max(ROWS, ROW * len(data.sequence))


def _place(
    dots: Mapping[str, PathCollection], points: np.ndarray, kinds: Sequence[str], ink: Sequence
) -> None:
    """Points by the marker of their class, each in its ink."""
    for kind, artist in dots.items():
        of = [i for i, k in enumerate(kinds) if k == kind]
        artist.set_offsets(points[of])
        artist.set_facecolor([ink[i] for i in of] or ["none"])
