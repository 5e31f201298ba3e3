"""S1: the whole network on one page, from embeddings to the next token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import FancyArrowPatch

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import class_key, told
from reportgen.drawing.labels import Labels
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.planes import Ladders, View, common_view, plane
from reportgen.drawing.style import PANEL
from reportgen.drawing.views import closer, signed_ticks
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    FEW,
    OBEYED,
    answers,
    outcomes,
)
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.next_tokens import NextTokens
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots, frame_view, named
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud, named_ends
from reportgen.systems.sequence_rules.figures.parts.whole_network import Whole, whole_network
from reportgen.systems.sequence_rules.view import Study

LEFT, TOP, SIDE, PITCH = 32, 76, 204, 250  # pixels: first panel, its size, and from row to row
GAP = (760 - LEFT - 3 * SIDE) / 2
CHANCE = Normalize(0, 1)


@dataclass(frozen=True)
class Scale:
    """Views of the planes and the norm of the scores."""

    stream: View
    meeting: View  # of queries and keys
    keys: View | None  # of the keys alone, where that enlarges them
    values: View
    scores: Normalize


@figure("qkv-overview")
class QKVOverview(Figure[Study, Whole, Scale]):
    """Nine panels in the order of the computation; each of them is a step that the network
    performs.
    """

    height = 846

    def compute(self, study: Study) -> Whole:
        return whole_network(study)

    def scale(self, frames: Sequence[Whole]) -> Scale:
        meeting = common_view(*(a for f in frames for a in (f.q, f.k)))
        return Scale(
            common_view(*(a for f in frames for a in (f.sums, f.resid_mid))),
            meeting,
            closer(meeting, SIDE, common_view(*(f.k for f in frames)), SIDE),
            common_view(*(f.v for f in frames)),
            signed_norm(*(f.scores for f in frames)),
        )

    def draw(self, canvas: Canvas, data: Whole, scale: Scale) -> Callable[[Whole], None]:
        canvas.headline(
            self.title,
            "a to d: every token at every position.  e to i: what becomes of"
            f" {' '.join(data.demo.tokens)}.",
            stamp(data.step),
        )
        axes = self._panels(canvas, scale)
        panels = (
            self._clouds(axes, canvas, data, scale),
            self._matrices(axes, canvas, data, scale.scores),
            self._next(axes["i"], canvas, data),
            self._outputs(axes["g"], canvas),
            self._moves(axes["h"], canvas, data, scale.stream),
        )
        signed_bar(canvas, scale.scores, LEFT + SIDE + GAP, 816, SIDE - 8, "score (e)")
        chance_bar(canvas, LEFT + 2 * (SIDE + GAP), 816, SIDE - 8, "attention, probability (f, i)")
        class_key(canvas, LEFT - 24, 824, data.class_names, data.classes.values())

        def update(data: Whole) -> None:
            for panel in panels:
                panel(data)

        return update

    @staticmethod
    def _panels(canvas: Canvas, scale: Scale) -> dict[str, Axes]:
        """Nine squares with their names, the planes among them with their views."""
        seen = "the frame, enlarged" if scale.keys else "scale of b"
        axes = {
            letter: canvas.panel(LEFT + (i % 3) * (SIDE + GAP), TOP + (i // 3) * PITCH, SIDE, SIDE)
            for i, letter in enumerate("abcdefghi")
        }
        for letter, words, role, note, view in (
            ("a", "Token + position", None, "", scale.stream),
            ("b", "Queries and keys", None, "queries named", scale.meeting),
            ("c", "Keys", "key", seen, scale.keys or scale.meeting),
            ("d", "Values", "value", "", scale.values),
            ("e", "Scores", None, "query · key / √2", None),
            ("f", "Attention", None, "softmax of e", None),
            ("g", "Attention output", None, "f × values; scale of d", scale.values),
            ("h", "a + g", None, "scale of a; regions: winning token", scale.stream),
            ("i", "Next token", None, "probability", None),
        ):
            colour = canvas.theme.roles[role] if role else None
            canvas.caption(axes[letter], letter, words, note, colour=colour)
            if view is not None:
                plane(axes[letter], canvas.theme, view, None, numbered=3)
        return axes

    @staticmethod
    def _clouds(
        axes: Mapping[str, Axes], canvas: Canvas, data: Whole, scale: Scale
    ) -> Callable[[Whole], None]:
        """Every token at every position: sums, queries and keys, keys enlarged, values."""
        theme, ends = canvas.theme, named_ends(data.tokens)
        sums, values = (
            Ladders(axes[letter], theme, data.classes, size=9, ends=ends) for letter in "ad"
        )
        queries = Cloud(axes["b"], theme, "query", size=9, ends=(-1,), dot=0.7)
        seen = Cloud(axes["b"], theme, "key", ends=(), dot=0.4)
        keys = Cloud(axes["c"], theme, "key", size=9, dot=0.8, ends=ends)
        if scale.keys:
            frame_view(axes["b"], scale.keys, theme.roles["key"], 1)
            for spine in axes["c"].spines.values():
                spine.set(edgecolor=theme.roles["key"], linewidth=1)

        def update(data: Whole) -> None:
            sums.set(data.sums, data.tokens)
            values.set(data.v, data.tokens)
            queries.set(data.q, data.tokens, avoid=data.k)
            seen.set(data.k, data.tokens)
            keys.set(data.k, data.tokens)

        return update

    @staticmethod
    def _matrices(
        axes: Mapping[str, Axes], canvas: Canvas, data: Whole, norm: Normalize
    ) -> Callable[[Whole], None]:
        """Scores and attention of the demonstration."""
        theme, n = canvas.theme, len(data.demo.tokens)
        fits = n <= 9  # a number of three digits stands in a cell
        scores = Matrix(
            axes["e"],
            theme,
            theme.signed,
            norm,
            n,
            n,
            digits=(1 if signed_ticks(norm)[2] < 10 else 0) if fits else None,
        )
        pattern = Matrix(
            axes["f"], theme, theme.probability, CHANCE, n, n, digits=2 if fits else None
        )
        for letter in "ef":
            name_tokens(axes[letter], theme, data.demo.tokens, data.classes, columns=fits)
            if not fits:
                axes[letter].set_xticks([p + 0.5 for p in range(n)], [str(p) for p in range(n)])

        def update(data: Whole) -> None:
            scores.set(data.scores)
            pattern.set(np.where(np.isnan(data.scores), np.nan, data.pattern))

        return update

    @staticmethod
    def _next(axes: Axes, canvas: Canvas, data: Whole) -> Callable[[Whole], None]:
        rows = NextTokens(axes, canvas.theme, data.demo, data.classes, SIDE)
        return lambda data: rows.set(data.demo, data.probabilities)

    @staticmethod
    def _outputs(axes: Axes, canvas: Canvas) -> Callable[[Whole], None]:
        """What attention gives to each position, over all values in grey."""
        theme = canvas.theme
        ghosts = axes.scatter([], [], s=6, color=[theme.faint], linewidths=0, zorder=2)
        outputs, names = dots(axes, theme, 24, [theme.ink]), Labels(axes, theme, size=9)

        def update(data: Whole) -> None:
            inks = [theme.classes[data.classes[t]] for t in data.demo.tokens]
            ghosts.set_offsets(data.v.reshape(-1, 2))
            outputs.set_offsets(data.z)
            outputs.set_facecolor(inks)
            names.set(named(data.demo.tokens, data.z, inks))

        return update

    @staticmethod
    def _moves(axes: Axes, canvas: Canvas, data: Whole, view: View) -> Callable[[Whole], None]:
        """Arrows from each position's embedding to its sum, over the regions of winning tokens."""
        theme = canvas.theme
        land = Landscape(axes, theme, data.classes, view, data.tokens.__getitem__, size=PANEL)
        style = "-|>,head_length=3.6,head_width=2"
        arrows = [
            FancyArrowPatch((0, 0), (1, 1), arrowstyle=style, shrinkA=0, shrinkB=0, zorder=5)
            for _ in data.demo.tokens
        ]
        for arrow in arrows:
            axes.add_patch(arrow)

        def update(data: Whole) -> None:
            way = np.linspace(0, 1, 40)[:, None, None]
            path = (data.resid_pre * (1 - way) + data.resid_mid * way).reshape(-1, 2)
            land.show(data.readout, avoid=path)
            for arrow, start, end, outcome in zip(
                arrows, data.resid_pre, data.resid_mid, data.demo.outcomes
            ):
                arrow.set_positions(start, end)
                arrow.set(
                    color=theme.outcomes[outcome], linewidth=1.1 if outcome == "free" else 2.2
                )

        return update

    def caption(self, data: Whole) -> str:
        keys = "enlarged" if self.scale([data]).keys else "named"
        colours = told(outcomes([data.demo]), OBEYED)
        wanted = "underlined" if any(len(w) > FEW for w in data.demo.targets) else "framed"
        return (
            "(a) Token plus position embeddings. (b) The queries (blue) and keys (red) made of"
            f" them, (c) the keys {keys}, (d) the values; lines join one token over the positions."
            " From (e) on one sequence: (e) its scores and (f) its attention, grey where the key"
            " lies in the future; (g) the values mixed by that attention, all values faint; (h)"
            " arrows from each position’s embedding to its sum with the attention output, over the"
            " regions of the token that wins there; (i) the probability of each next token, what"
            f" the rule allows {wanted}. Frames and arrows are {colours}."
        )

    def alt(self, data: Whole) -> str:
        return (
            f"Nine panels from embeddings to probabilities for {' '.join(data.demo.tokens)} at step"
            f" {data.step:,}. {'; '.join(answers(data.demo))}."
        )
