"""The demonstration sequence in the embeddings: token, position and their sum, as values and in the
plane.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import class_key
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.planes import View
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.views import digits_for, if_wide
from reportgen.systems.sequence_rules.figures.parts.embedding_maps import dim_names, with_room
from reportgen.systems.sequence_rules.figures.parts.plane_marks import ByClass, dots
from reportgen.systems.sequence_rules.figures.parts.projections import Projection, frame
from reportgen.systems.sequence_rules.view import Study

LEFT, GAP, TOP = 48, 28, 92
WIDE = (760 - LEFT - 2 * GAP) / 3
ROWS, ROW = 176, 13  # CSS pixels for the rows of the matrices, and of a row at least


@dataclass(frozen=True)
class Data:
    """Embeddings of one checkpoint, and the sequence that is looked up in them."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    sequence: np.ndarray  # [position] token ids
    token: np.ndarray  # [token, dim] W_E
    position: np.ndarray  # [position, dim] W_pos
    sums: np.ndarray  # [token, position, dim]

    @property
    def written(self) -> list[str]:
        """The sequence as it is written."""
        return [self.tokens[t] for t in self.sequence]

    @property
    def used(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What the sequence adds up: token, position and sum, each [position, dim]."""
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


@figure("sequence-embeddings")
class SequenceEmbeddings(Figure[Study, Data, Scale]):
    """Three matrices that add up, and below each where its rows lie."""

    height = 624

    def compute(self, study: Study) -> Data:
        sequence = study.demonstrations.inputs[study.demonstration]
        w, positions = study.weights, len(sequence)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.rule.class_names,
            sequence,
            w["W_E"],
            w["W_pos"][:positions],
            study.lattice.sums[:, :positions],
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
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Each row: the vector of a token, plus the vector of its position, is what enters the"
            " network.  Below, the same rows as points of\none common view; small grey dots are the"
            " tokens that are not in the sequence, or not at that position.",
        )
        columns = [
            self._column(canvas, data, scale, i, *head)
            for i, head in enumerate(
                (
                    ("Token", "W_E, row of the token"),
                    ("+ position", "W_pos, row of the position"),
                    ("= sum", "what the first layer reads"),
                )
            )
        ]
        matrices = [matrix for matrix, _ in columns]
        base = canvas.height - 30
        signed_bar(canvas, scale.norm, LEFT, base, WIDE, "component (all matrices)")
        shown = {data.classes[token] for token in data.written}
        class_key(canvas, LEFT + WIDE + GAP, base + 8, data.class_names, shown)
        planes = self._planes([below for _, below in columns], canvas, scale.projection)
        names: list[Artist] = []

        def update(data: Data) -> None:
            stamp(data.step)
            for artist in names:
                artist.remove()
            first = matrices[0].axes
            before = set(first.texts)
            name_tokens(first, canvas.theme, data.written, data.classes)
            names[:] = [t for t in first.texts if t not in before]
            for matrix, values in zip(matrices, data.used):
                matrix.set(values)
            planes(data)

        return update

    @staticmethod
    def _column(
        canvas: Canvas, data: Data, scale: Scale, i: int, words: str, note: str
    ) -> tuple[Matrix, Axes]:
        """A matrix, and below it the frame in which its rows are points."""
        theme, dims, tall = canvas.theme, data.token.shape[1], _rows(data)
        x, cell, digits = LEFT + i * (WIDE + GAP), WIDE / dims, digits_for(scale.norm) + 1
        cells = canvas.panel(x, TOP, WIDE, tall)
        matrix = Matrix(
            cells,
            theme,
            theme.signed,
            scale.norm,
            len(data.sequence),
            with_room(dim_names(dims), cell),
            digits=if_wide(digits, cell, 14 + 7 * digits),
        )
        canvas.caption(cells, "abc"[i], words, note)
        below = canvas.panel(x, TOP + tall + 44, WIDE, WIDE)
        view, down = (scale.tokens, "token") if i == 0 else (scale.view, "position")
        canvas.caption(below, "", ("Tokens", "Positions", "Sums")[i])
        frame(below, theme, view, scale.projection, down, named=i == 0)
        return matrix, below

    @staticmethod
    def _planes(
        panels: Sequence[Axes], canvas: Canvas, projection: Projection
    ) -> Callable[[Data], None]:
        """Tokens of the sequence, its positions on a line, and its sums, among all others."""
        theme = canvas.theme
        rests = [
            axes.scatter([], [], s=6, color=theme.muted, alpha=0.45, linewidths=0, zorder=2)
            for axes in panels
        ]
        tokens, sums = (ByClass(axes, theme) for axes in (panels[0], panels[2]))
        positions, names = (
            dots(panels[1], theme, 14, [theme.ink], rim=0.6),
            Labels(panels[1], theme),
        )
        (ladder,) = panels[1].plot([], [], color=theme.muted, lw=1, zorder=4)

        def update(data: Data) -> None:
            written, order = data.written, np.arange(len(data.sequence))
            of_token, of_position, of_sum = (
                projection.points(vectors, along)
                for vectors, along in zip(data.used, (data.sequence, order, order))
            )
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
            once = list(dict.fromkeys(written))
            at = [written.index(t) for t in once]
            tokens.set(of_token[at], once, data.classes, numbered=False, avoid=others[0])
            ladder.set_data(*of_position.T)
            positions.set_offsets(of_position)
            positions.set_facecolor([theme.ink] * len(order))
            names.set([Mark(x, y, str(i), None, theme.ink) for i, (x, y) in enumerate(of_position)])
            sums.set(of_sum, written, data.classes)

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
