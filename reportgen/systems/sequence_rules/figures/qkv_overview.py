"""S1: the whole network on one page, from embeddings to the next token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.patches import FancyArrowPatch, Rectangle

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.planes import Ladders, View, common_view, legend, plane
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import PANEL
from reportgen.drawing.views import signed_ticks
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    FEW,
    Demonstration,
    answers,
    demonstration,
)
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud, named_ends
from reportgen.systems.sequence_rules.view import Study

LEFT, TOP, SIDE, PITCH = 32, 76, 204, 250  # pixels: first panel, its size, and from row to row
GAP = (760 - LEFT - 3 * SIDE) / 2
RASTER = 121


@dataclass(frozen=True)
class Data:
    """Every token at every position up to queries, keys and values; the demonstration from there
    on.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    sums: np.ndarray  # [token, position, dim]
    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    demo: Demonstration
    scores: np.ndarray  # [query, key]; NaN where the key lies in the future
    pattern: np.ndarray
    z: np.ndarray  # [position, dim]
    resid_pre: np.ndarray
    resid_mid: np.ndarray
    probabilities: np.ndarray  # [position, token]
    readout: Readout


@dataclass(frozen=True)
class Scale:
    """Views of the planes and the norm of the scores."""

    stream: View
    meeting: View  # of queries and keys
    keys: View
    values: View
    scores: Normalize


@figure
class QKVOverview(Figure):
    """Nine panels in the order of the computation; each of them is a step that the network
    performs.
    """

    slug, title, height = (
        "qkv-overview",
        "The whole network: from embeddings to the next token",
        846,
    )
    needs = ("plane", "head_plane", "direct", "residual")

    def compute(self, study: Study) -> Data:
        lattice, trace, at = study.lattice, study.trace, study.demonstration
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.rule.class_names,
            lattice.sums,
            lattice.q[0],
            lattice.k[0],
            lattice.v[0],
            demonstration(study, at),
            trace.attn_scores(layer=0, head=0)[at].filled(np.nan),
            trace.pattern(layer=0, head=0)[at],
            trace.z(layer=0, head=0)[at],
            trace.resid_pre(layer=0)[at],
            trace.resid_mid(layer=0)[at],
            trace.probabilities[at],
            study.readout,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            common_view(*(a for f in frames for a in (f.sums, f.resid_mid))),
            common_view(*(a for f in frames for a in (f.q, f.k))),
            common_view(*(f.k for f in frames)),
            common_view(*(f.v for f in frames)),
            signed_norm(*(f.scores for f in frames)),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, demo, n = canvas.theme, data.demo, len(data.demo.tokens)
        canvas.headline(
            self.title,
            "a to d: every token at every position.  e to i: what becomes of"
            f" {' '.join(demo.tokens)}.",
            stamp(data.step),
        )
        axes = {
            letter: canvas.panel(LEFT + (i % 3) * (SIDE + GAP), TOP + (i // 3) * PITCH, SIDE, SIDE)
            for i, letter in enumerate("abcdefghi")
        }
        for letter, words, role, note in (
            ("a", "Token + position", None, ""),
            ("b", "Queries and keys", None, "queries named"),
            ("c", "Keys", "key", "the frame, enlarged"),
            ("d", "Values", "value", ""),
            ("e", "Scores", None, "query · key / √2"),
            ("f", "Attention", None, "softmax of e"),
            ("g", "Attention output", None, "f × values; scale of d"),
            ("h", "a + g", None, "scale of a; regions: winning token"),
            ("i", "Next token", None, "probability"),
        ):
            canvas.caption(
                axes[letter], letter, words, note, colour=theme.roles[role] if role else None
            )
        for letter, view in (
            ("a", scale.stream),
            ("b", scale.meeting),
            ("c", scale.keys),
            ("d", scale.values),
            ("g", scale.values),
            ("h", scale.stream),
        ):
            plane(axes[letter], theme, view, None, numbered=3)
        sums, values = (
            Ladders(axes[letter], theme, data.classes, size=9, ends=named_ends(data.tokens))
            for letter in "ad"
        )
        queries, seen = (
            Cloud(axes["b"], theme, "query", size=9, ends=(-1,), dot=0.7),
            Cloud(axes["b"], theme, "key", ends=(), dot=0.4),
        )
        keys = Cloud(axes["c"], theme, "key", size=9, dot=0.8, ends=named_ends(data.tokens))
        x0, x1, y0, y1 = scale.keys
        axes["b"].add_patch(
            Rectangle(
                (x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=theme.roles["key"], lw=1, zorder=6
            )
        )
        for spine in axes["c"].spines.values():
            spine.set(edgecolor=theme.roles["key"], linewidth=1)
        chance = Normalize(0, 1)
        fits, blank = n <= 9, [""] * n  # a number of three digits stands in a cell
        e = Matrix(
            axes["e"],
            theme,
            theme.signed,
            scale.scores,
            blank,
            blank,
            digits=(1 if signed_ticks(scale.scores)[2] < 10 else 0) if fits else None,
        )
        f = Matrix(
            axes["f"], theme, theme.probability, chance, blank, blank, digits=2 if fits else None
        )
        i = Matrix(axes["i"], theme, theme.probability, chance, blank, [""] * len(data.tokens))
        for letter in "ef":
            name_tokens(axes[letter], theme, demo.tokens, data.classes, columns=fits)
            if not fits:
                axes[letter].set_xticks([p + 0.5 for p in range(n)], [str(p) for p in range(n)])
        name_tokens(axes["i"], theme, demo.tokens, data.classes)
        named = thinned(data.tokens, SIDE / len(data.tokens), across=True)
        axes["i"].set_xticks([t + 0.5 for t in named], [data.tokens[t] for t in named])
        for label, t in zip(axes["i"].get_xticklabels(), named):
            label.set(color=theme.classes[data.classes[data.tokens[t]]], weight="bold")
        many = any(
            len(wanted) > FEW for wanted in demo.targets
        )  # then a frame around each would say nothing: they are underlined
        frames = [
            axes["i"].add_patch(
                Rectangle((t + 0.12, row + 0.84), 0.76, 0.1, lw=0, zorder=6)
                if many
                else Rectangle(
                    (t + 0.05, row + 0.05),
                    0.9,
                    0.9,
                    fill=False,
                    lw=2,
                    zorder=6,
                    path_effects=halo(theme, 3.4),
                )
            )
            for row, wanted in enumerate(demo.targets)
            for t in wanted
        ]
        asked = [row for row, wanted in enumerate(demo.targets) for _ in wanted]
        ghosts = axes["g"].scatter([], [], s=6, color=[theme.faint], linewidths=0, zorder=2)
        outputs, output_names = (
            axes["g"].scatter([], [], s=24, zorder=5, edgecolors=[theme.paper], linewidths=0.7),
            Labels(axes["g"], theme, size=9),
        )
        land = Landscape(
            axes["h"], theme, data.classes, scale.stream, data.tokens.__getitem__, size=PANEL
        )
        arrows = [
            FancyArrowPatch(
                (0, 0),
                (1, 1),
                arrowstyle="-|>,head_length=3.6,head_width=2",
                shrinkA=0,
                shrinkB=0,
                zorder=5,
            )
            for _ in demo.tokens
        ]
        for arrow in arrows:
            axes["h"].add_patch(arrow)
        bars = (
            (
                theme.signed,
                scale.scores,
                LEFT + SIDE + GAP,
                "score (e)",
                signed_ticks(scale.scores),
            ),
            (
                theme.probability,
                chance,
                LEFT + 2 * (SIDE + GAP),
                "attention, probability (f, i)",
                (0, 0.5, 1),
            ),
        )
        for cmap, norm, x, words, ticks in bars:
            colour_bar(canvas, cmap, norm, x, 816, SIDE - 8, words, ticks)
        legend(canvas, LEFT - 24, 824, list(data.class_names.items()))

        def update(data: Data) -> None:
            demo, ink = data.demo, [theme.classes[data.classes[t]] for t in data.demo.tokens]
            sums.set(data.sums, data.tokens)
            values.set(data.v, data.tokens)
            queries.set(data.q, data.tokens, avoid=data.k)
            seen.set(data.k, data.tokens)
            keys.set(data.k, data.tokens)
            e.set(data.scores)
            f.set(np.where(np.isnan(data.scores), np.nan, data.pattern))
            i.set(data.probabilities)
            for patch, row in zip(frames, asked):
                patch.set(
                    edgecolor=theme.outcomes[demo.outcomes[row]],
                    facecolor=theme.outcomes[demo.outcomes[row]],
                )
            ghosts.set_offsets(data.v.reshape(-1, 2))
            outputs.set_offsets(data.z)
            outputs.set_facecolor(ink)
            output_names.set(
                [
                    Mark(x, y, token, at, colour)
                    for at, ((x, y), token, colour) in enumerate(zip(data.z, demo.tokens, ink))
                ]
            )
            p, cut = data.readout.raster(scale.stream, RASTER), regions(data.readout, scale.stream)
            way = np.linspace(0, 1, 40)[:, None, None]
            land.set(
                cut.pieces,
                cut.borders,
                p.argmax(-1),
                p.max(-1),
                least=1 / len(data.tokens),
                avoid=(data.resid_pre * (1 - way) + data.resid_mid * way).reshape(-1, 2),
            )
            for arrow, start, end, outcome in zip(
                arrows, data.resid_pre, data.resid_mid, demo.outcomes
            ):
                arrow.set_positions(start, end)
                arrow.set(
                    color=theme.outcomes[outcome], linewidth=1.1 if outcome == "free" else 2.2
                )

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) Token plus position embeddings. (b) The queries (blue) and keys (red) made of"
            " them, (c) the keys enlarged, (d) the values; lines join one token over the"
            " positions. From (e) on one sequence: (e) its scores and (f) its attention, grey"
            " where the key lies in the future; (g) the values mixed by that attention, all values"
            " faint; (h) arrows from each position’s embedding to its sum with the attention"
            " output, over the regions of the token that wins there; (i) the probability of each"
            " next token, what the rule allows"
            f" {'underlined' if any(len(w) > FEW for w in data.demo.targets) else 'framed'}. Frames"
            " and thick arrows are teal where the rule is obeyed, magenta where it is broken, and"
            " thin grey arrows where it leaves the next token free."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Nine panels from embeddings to probabilities for {' '.join(data.demo.tokens)} at step"
            f" {data.step:,}. {'; '.join(answers(data.demo))}."
        )
