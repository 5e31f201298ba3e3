"""13: queries, keys and the attention they make, of one demonstration sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import told
from reportgen.drawing.labels import Labels
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.planes import View
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, closer, digits_for, shaped
from reportgen.systems.sequence_rules.figures.parts.attention_maps import AttentionMaps, reading
from reportgen.systems.sequence_rules.figures.parts.cells import frame_cell, frame_row
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    PREDICTED,
    InView,
    SequenceHead,
    again,
    framed,
    frames_told,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.meetings import Meeting
from reportgen.systems.sequence_rules.figures.parts.notes import notes
from reportgen.systems.sequence_rules.figures.parts.plane_marks import frame_view, named
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the sequence, with its panels, below them, each panel
TOP, BLOCK, FOOT, TALL = 70, 462, 62, 152
WHOLE, CLOSE = (276, 172), (464, 295)  # left edge and width of the two planes
ALONE = (WHOLE[0], CLOSE[0] + CLOSE[1] - WHOLE[0])  # of one that takes the room of both


@dataclass(frozen=True)
class Data(InView):
    """The demonstrations in the attention head, and which of them is shown: all of them share their
    scales.
    """

    q: np.ndarray  # [sequence, position, dim]
    k: np.ndarray
    scores: np.ndarray  # [sequence, query, key], NaN where masked
    pattern: np.ndarray
    all_q: np.ndarray  # every token at every position [token, position, dim]
    all_k: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    vectors: Normalize
    scores: Normalize
    whole: View
    close: View | None  # around the keys, where that enlarges them
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class Planes(Variant[Study, Data, Scale]):
    """Queries, keys, their plane, masked scores and attention of one sequence."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("head_plane",)

    def height_of(self, data: Data) -> float:
        return TOP + BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        t, lattice = study.trace, study.lattice
        pattern = np.where(t.future, np.nan, t.pattern(layer=0, head=0))
        return Data(
            *in_view(study),
            t.q(layer=0, head=0),
            t.k(layer=0, head=0),
            t.attn_scores(layer=0, head=0).filled(np.nan),
            pattern,
            lattice.q(head=0),
            lattice.k(head=0),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        q, k = [f.q for f in frames], [f.k for f in frames]
        whole, part, alone = (
            shaped(box(*clouds), wide / TALL)
            for clouds, (_, wide) in (((*q, *k), WHOLE), (k, CLOSE), ((*q, *k), ALONE))
        )
        close = closer(whole, WHOLE[1], part, CLOSE[1])
        norms = signed_norm(*q, *k), signed_norm(*(f.scores for f in frames))
        shown = outcomes(f.demo for f in frames)
        return Scale(*norms, whole if close else alone, close, shown)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        stamp, arcs = step_stamp(canvas), told(scale.outcomes, PREDICTED)
        canvas.headline(
            self.title,
            "One sequence through the attention head.  Framed rows: positions after which the rule"
            " decides"
            + (
                f"; teal cells: the key that holds the answer.\nArcs: {arcs}."
                if any(data.demo.sources[i] >= 0 for i in data.demo.constrained)
                else ".\nThe rule names no key that holds the answer."
            ),
        )
        block = self._block(canvas, TOP, data, scale)
        foot = TOP + BLOCK + 18
        signed_bar(canvas, scale.vectors, 32, foot, 88, "a, b: component")
        signed_bar(canvas, scale.scores, 152, foot, 88, "d: score")
        chance_bar(canvas, 272, foot, 88, "e: attention")
        notes(
            canvas,
            388,
            foot - 4,
            "c: blue dots are queries, red squares keys; faint ones are all tokens at",
            "all positions. Arrow: the last constrained query; the further along it a key",
            "lies, the higher its score. Dashed blue line: score zero.",
        )

        def update(data: Data) -> None:
            stamp(data.step)
            block(data)

        return update

    def _block(self, canvas: Canvas, y: float, data: Data, scale: Scale) -> Callable[[Data], None]:
        """The sequence: its head, vectors and planes above, scores and attention below."""
        theme, demo = canvas.theme, data.demo
        head = SequenceHead(canvas, 32, y, data.classes, demo, data.shown + 1)
        upper, lower = y + 76, y + 76 + TALL + 42
        q_axes, k_axes = canvas.panel(32, upper, 88, TALL), canvas.panel(156, upper, 88, TALL)
        s_axes, a_axes = canvas.panel(32, lower, 340, TALL), canvas.panel(420, lower, 340, TALL)
        dims, count = tuple(f"dim {d}" for d in range(data.q.shape[-1])), len(demo.tokens)
        q, k = (
            Matrix(a, theme, theme.signed, scale.vectors, count, dims, digits=1)
            for a in (q_axes, k_axes)
        )
        s = Matrix(
            s_axes, theme, theme.signed, scale.scores, count, count, digits=digits_for(scale.scores)
        )
        a = Matrix(a_axes, theme, theme.probability, Normalize(0, 1), count, count, digits=2)
        for axes, letter, words, note, colour in (
            (q_axes, "a", "Queries", "", theme.roles["query"]),
            (k_axes, "b", "Keys", "", theme.roles["key"]),
            (s_axes, "d", "Scores", f"query · key / √{data.q.shape[-1]}, later keys masked", None),
            (a_axes, "e", "Attention", "each row sums to 1", None),
        ):
            canvas.caption(axes, letter, words, note, colour)
            name_tokens(axes, theme, demo.tokens, data.classes, columns=axes in (s_axes, a_axes))
        for i in framed(demo):
            frame = theme.classes[data.classes[demo.tokens[i]]]
            for axes, wide in ((q_axes, len(dims)), (s_axes, i + 1), (a_axes, i + 1)):
                frame_row(axes, i, wide, frame)
                if axes is not q_axes and demo.sources[i] >= 0:
                    frame_cell(axes, theme, i, demo.sources[i])
        planes = self._planes(canvas, upper, data, scale)

        def update(data: Data) -> None:
            head.set(data.demo, self._reading(data))
            for matrix, values in ((q, data.q), (k, data.k), (s, data.scores), (a, data.pattern)):
                matrix.set(values[data.shown])
            planes(data)

        return update

    def _planes(self, canvas: Canvas, y: float, data: Data, scale: Scale) -> Callable[[Data], None]:
        """Queries and keys in one plane, whole and, where that enlarges them, the keys alone."""
        theme = canvas.theme
        blue, red = theme.roles["query"], theme.roles["key"]
        far = 2 * float(np.abs(scale.whole).max()) + 1
        x, wide = WHOLE if scale.close else ALONE
        whole = close = canvas.panel(x, y, wide, TALL)
        canvas.caption(whole, "c", "Queries and keys")
        clouds = [Meeting(whole, theme, scale.whole, far)]
        if scale.close:
            close = canvas.panel(CLOSE[0], y, CLOSE[1], TALL)
            canvas.caption(close, "", "The grey frame, enlarged")
            clouds.append(Meeting(close, theme, scale.close, far))
            frame_view(whole, scale.close, theme.muted, 0.9)
        tips, names = Labels(whole, theme), Labels(close, theme)

        def update(data: Data) -> None:
            demo, q, k = data.demo, data.q[data.shown], data.k[data.shown]
            tip, reds = q[demo.constrained[-1]], [red] * len(k)
            for cloud in clouds:
                cloud.set(q, k, tip, data.all_q, data.all_k)
            ray = np.linspace(0, 1, 60)[:, None] * tip
            keys, queries = named(demo.tokens, k, reds), named(demo.tokens, q, [blue] * len(q))
            tipped, every = [queries[i] for i in demo.constrained], np.concatenate([ray, q, k])
            names.set([*keys, *([] if scale.close else tipped)], avoid=every)
            tips.set(tipped if scale.close else [], avoid=every)

        return update

    @staticmethod
    def _reading(data: Data) -> list[str]:
        demo, pattern = data.demo, data.pattern[data.shown]
        return [
            (
                f"{demo.tokens[i]} at {i} puts {pattern[i, demo.sources[i]]:.2f} of its attention"
                f" on {demo.tokens[demo.sources[i]]} at {demo.sources[i]} and predicts"
                f" {demo.predicted[i]} ({demo.chance[i]:.2f})."
                if demo.sources[i] >= 0
                else f"{reading(demo, pattern[None], i)}."
            )
            for i in demo.constrained
        ]

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Queries (a) and keys (b) of each position, the plane they share (c), their scaled"
            " products (d) and the attention they become (e), of the demonstration"
            f" {' '.join(data.demo.tokens)}. Plain cells lie in the future and are masked."
            f"{frames_told(data.demo)}{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            f"Queries, keys, scores and attention of {' '.join(data.demo.tokens)} at step"
            f" {data.step:,}. {' '.join(self._reading(data))}"
        )


@figure("qk-attention")
class QKAttention(ByWidth):
    """Queries, keys, scores and attention of one sequence."""

    ways = (Planes(), AttentionMaps())
