"""Queries, keys and the attention they make, for each demonstration sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import figure
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.planes import View, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import (
    box,
    digits_for,
    shaped,
    signed_ticks,
)
from reportgen.systems.sequence_rules.figures.parts.attention_maps import AttentionMaps, reading
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    SequenceHead,
    demonstrations,
    framed,
)
from reportgen.systems.sequence_rules.view import Study

TOP, BLOCK, FOOT, TALL = (
    70,
    462,
    62,
    152,
)  # CSS pixels: above the first block, each block, below the last, each panel
WHOLE, CLOSE = (276, 172), (464, 295)  # left edge and width of the two planes


@dataclass(frozen=True)
class Data:
    """The demonstrations in the attention head."""

    step: int
    classes: dict[str, str]
    demos: tuple[Demonstration, ...]
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
    close: View


class Planes(Variant):
    """Queries, keys, their plane, masked scores and attention: one block a sequence."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("head_plane",)

    def height_of(self, data: Data) -> float:
        return TOP + len(data.demos) * BLOCK + FOOT

    def compute(self, study: Study) -> Data:
        t, lattice = study.trace, study.lattice
        pattern = np.where(t.future, np.nan, t.pattern(layer=0, head=0))
        return Data(
            study.step,
            dict(study.classes),
            demonstrations(study),
            t.q(layer=0, head=0),
            t.k(layer=0, head=0),
            t.attn_scores(layer=0, head=0).filled(np.nan),
            pattern,
            lattice.q[0],
            lattice.k[0],
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        q, k = [f.q for f in frames], [f.k for f in frames]
        whole, close = (
            shaped(box(*clouds), wide / TALL)
            for clouds, (_, wide) in (((*q, *k), WHOLE), (k, CLOSE))
        )
        return Scale(signed_norm(*q, *k), signed_norm(*(f.scores for f in frames)), whole, close)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        held = any(demo.sources[i] >= 0 for demo in data.demos for i in demo.judged)
        canvas.headline(
            self.title,
            "Each sequence through the attention head.  Framed rows: positions after which the rule"
            " decides"
            + (
                "; teal cells: the key that holds the answer.\nArcs: teal where the network then"
                " predicts the answer, magenta where it does not."
                if held
                else ".\nThe answer is worked out: no key holds it."
            ),
        )
        blocks = [
            self._block(canvas, TOP + i * BLOCK, data, i, scale) for i in range(len(data.demos))
        ]
        foot = TOP + len(blocks) * BLOCK + 18
        for cmap, norm, x, words, ticks in (
            (theme.signed, scale.vectors, 32, "a, b: component", signed_ticks(scale.vectors)),
            (theme.signed, scale.scores, 152, "d: score", signed_ticks(scale.scores)),
            (theme.probability, Normalize(0, 1), 272, "e: attention", (0, 0.5, 1)),
        ):
            colour_bar(canvas, cmap, norm, x, foot, 88, words, ticks)
        for i, words in enumerate(
            (
                "c: blue dots are queries, red squares keys; faint ones are all tokens at",
                "all positions. Arrow: the last judged query; the further along it a key",
                "lies, the higher its score. Dashed blue line: score zero.",
            )
        ):
            canvas.text(388, foot - 4 + 13 * i, words, SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            for i, block in enumerate(blocks):
                block(data, i)

        update(data)
        return update

    def _block(
        self, canvas: Canvas, y: float, data: Data, index: int, scale: Scale
    ) -> Callable[[Data, int], None]:
        """One sequence: its head, vectors and planes above, scores and attention below."""
        theme, demo = canvas.theme, data.demos[index]
        head = SequenceHead(canvas, 32, y, data.classes, demo, index + 1)
        upper, lower = y + 76, y + 76 + TALL + 42
        q_axes, k_axes = canvas.panel(32, upper, 88, TALL), canvas.panel(156, upper, 88, TALL)
        s_axes, a_axes = canvas.panel(32, lower, 340, TALL), canvas.panel(420, lower, 340, TALL)
        dims, blank = tuple(f"dim {d}" for d in range(data.q.shape[-1])), [""] * len(demo.tokens)
        q, k = (
            Matrix(a, theme, theme.signed, scale.vectors, blank, dims, digits=1)
            for a in (q_axes, k_axes)
        )
        s = Matrix(
            s_axes, theme, theme.signed, scale.scores, blank, blank, digits=digits_for(scale.scores)
        )
        a = Matrix(a_axes, theme, theme.probability, Normalize(0, 1), blank, blank, digits=2)
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
                axes.add_patch(
                    Rectangle(
                        (0.02, i + 0.04),
                        wide - 0.04,
                        0.92,
                        fill=False,
                        edgecolor=frame,
                        lw=1.6,
                        zorder=5,
                        clip_on=False,
                    )
                )
                if axes is not q_axes and demo.sources[i] >= 0:
                    axes.add_patch(
                        Rectangle(
                            (demo.sources[i] + 0.035, i + 0.1),
                            0.93,
                            0.8,
                            fill=False,
                            edgecolor=theme.outcomes["obeyed"],
                            lw=1.8,
                            zorder=6,
                            path_effects=halo(theme, 3),
                        )
                    )
        planes = self._planes(canvas, upper, data, scale)

        def update(data: Data, index: int) -> None:
            demo = data.demos[index]
            head.set(demo, self._reading(data, index))
            for matrix, values in ((q, data.q), (k, data.k), (s, data.scores), (a, data.pattern)):
                matrix.set(values[index])
            planes(data, index)

        return update

    def _planes(
        self, canvas: Canvas, y: float, data: Data, scale: Scale
    ) -> Callable[[Data, int], None]:
        """Queries and keys in one plane, whole and with the region of the keys enlarged."""
        theme = canvas.theme
        blue, red = theme.roles["query"], theme.roles["key"]
        whole, close = (canvas.panel(x, y, wide, TALL) for x, wide in (WHOLE, CLOSE))
        canvas.caption(whole, "c", "Queries and keys")
        canvas.caption(close, "", "The grey frame, enlarged")
        views = scale.whole, scale.close
        parts = []
        for axes, view in zip((whole, close), views):
            plane(axes, theme, view, None)
            faint = [
                axes.scatter([], [], s=6, marker=m, color=c, alpha=0.22, linewidths=0, zorder=2)
                for c, m in ((blue, "o"), (red, "s"))
            ]
            dots = [
                axes.scatter(
                    [],
                    [],
                    s=24,
                    marker=m,
                    color=c,
                    zorder=5,
                    edgecolors=[theme.paper],
                    linewidths=0.7,
                )
                for c, m in ((blue, "o"), (red, "s"))
            ]
            arrow = axes.annotate(
                "",
                (0, 1),
                (0, 0),
                arrowprops=dict(arrowstyle="-|>", color=blue, lw=1.4, shrinkA=0, shrinkB=3),
                zorder=4,
                annotation_clip=False,
            )
            if arrow.arrow_patch is not None:
                arrow.arrow_patch.set_clip_path(axes.patch)
            parts.append(
                (
                    faint,
                    dots,
                    arrow,
                    axes.plot([], [], color=blue, lw=1, dashes=(5, 3), zorder=3)[0],
                )
            )
        x0, x1, y0, y1 = scale.close
        whole.add_patch(
            Rectangle(
                (x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=theme.muted, lw=0.9, zorder=6
            )
        )
        tips, names = Labels(whole, theme), Labels(close, theme)

        def update(data: Data, index: int) -> None:
            demo, q, k = data.demos[index], data.q[index], data.k[index]
            tip = q[demo.judged[-1]]
            far = 2 * float(np.abs(scale.whole).max()) + 1
            across = np.array([-tip[1], tip[0]]) / max(float(np.hypot(*tip)), 1e-9) * far
            for faint, dots, arrow, zero in parts:
                for cloud, artist in zip((data.all_q, data.all_k), faint):
                    artist.set_offsets(cloud.reshape(-1, 2))
                for cloud, artist in zip((q, k), dots):
                    artist.set_offsets(cloud)
                arrow.xy = tip
                zero.set_data(*np.array([-across, across]).T)
            ray = np.linspace(0, 1, 60)[:, None] * tip
            names.set(
                [Mark(x, y, t, i, red) for i, (t, (x, y)) in enumerate(zip(demo.tokens, k))],
                avoid=np.concatenate([ray, q]),
            )
            tips.set(
                [Mark(q[i, 0], q[i, 1], demo.tokens[i], i, blue) for i in demo.judged],
                avoid=np.concatenate([ray, q, k]),
            )

        return update

    @staticmethod
    def _reading(data: Data, index: int) -> list[str]:
        demo, pattern = data.demos[index], data.pattern[index]
        return [
            (
                f"{demo.tokens[i]} at {i} puts {pattern[i, demo.sources[i]]:.2f} of its attention"
                f" on {demo.tokens[demo.sources[i]]} at {demo.sources[i]} and predicts"
                f" {demo.predicted[i]} ({demo.chance[i]:.2f})."
                if demo.sources[i] >= 0
                else f"{reading(demo, pattern[None], i)}."
            )
            for i in demo.judged
        ]

    def caption(self, data: Data) -> str:
        return (
            "Queries (a) and keys (b) of each position, the plane they share (c), their scaled"
            " products (d) and the attention they become (e), for each demonstration sequence on"
            " common scales. Framed rows are positions after which the rule decides, teal cells the"
            " key that holds the answer, if one does; plain cells lie in the future and are masked."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Queries, keys, scores and attention of {len(data.demos)} sequences at step"
            f" {data.step:,}. "
            + " ".join(
                f"In {' '.join(d.tokens)}: " + " ".join(self._reading(data, i))
                for i, d in enumerate(data.demos)
            )
        )


@figure
class QKAttention(ByWidth):
    """Queries, keys, scores and attention: one block a sequence."""

    slug, title = "qk-attention", "Queries, keys, and what each position attends to"
    height = TOP + 3 * BLOCK + FOOT
    ways = (Planes(), AttentionMaps())
