"""D3: queries and keys, and the attention they make for every pair of tokens, over training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from jaxtyping import Int
from matplotlib.colors import Normalize

from reportgen.core.config.needs import lacks
from reportgen.core.study import Study as AnyStudy
from reportgen.drawing.bars import ends_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import NO_SEQUENCE, figure
from reportgen.drawing.films import (
    BOTTOM,
    EDGE,
    HEIGHT,
    Curves,
    FilmStrips,
    loss_and_error,
    whole_curves,
)
from reportgen.drawing.planes import View, plane
from reportgen.drawing.style import PANEL, SMALL
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import box, shaped
from reportgen.systems.sequence_rules.figures.parts.attention_film import AttentionFilm
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    PairMap,
    by_class,
    class_means,
    pair_attention,
    pair_scores,
)
from reportgen.systems.sequence_rules.figures.parts.queries import Cloud
from reportgen.systems.sequence_rules.figures.parts.rings import Rings
from reportgen.systems.sequence_rules.view import Study

TOP, WIDE, SIDE = 62, 366, 284  # pixels
TALL = BOTTOM - TOP - 12
MAP_TOP = BOTTOM - SIDE


@dataclass(frozen=True)
class Data:
    """Queries, keys, and attention by pair of tokens."""

    step: int
    loss: float
    error: float
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    q: np.ndarray  # [token, position, dim]
    k: np.ndarray
    attention: (
        np.ndarray
    )  # [query token, query position, key token, key position]; NaN where no sequence holds both


@dataclass(frozen=True)
class Scale:
    """The view of queries and keys over all frames."""

    view: View
    curves: Curves


class Planes(Variant[Study, Data, Scale]):
    """The plane in which queries and keys meet, and the full attention map."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("head_plane",)

    def height_of(self, data: Data) -> float:
        return HEIGHT

    def compute(self, study: Study) -> Data:
        lattice = study.lattice
        return Data(
            study.step,
            *loss_and_error(study),
            study.tokens,
            study.classes,
            lattice.q(head=0),
            lattice.k(head=0),
            pair_attention(pair_scores(lattice)),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            shaped(box(*(a for f in frames for a in (f.q, f.k)), pad=0.06), WIDE / TALL),
            whole_curves(frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, positions = canvas.theme, data.q.shape[1]
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves)
        axes = canvas.panel(40, TOP, WIDE, TALL)
        plane(axes, theme, scale.view, None, numbered=2)
        canvas.caption(
            axes,
            "a",
            "Queries",
            f"ringed at position {positions - 1}, filled: several;  small: keys",
            colour=theme.roles["query"],
        )
        keys, queries = (
            Cloud(axes, theme, "key", ends=(), dot=0.5),
            Cloud(axes, theme, "query", ends=(), dot=0.6),
        )
        rings = Rings(axes, theme, theme.roles["query"], data.tokens, data.classes)
        left = canvas.width - EDGE - SIDE
        cells = PairMap(
            canvas.panel(left, MAP_TOP, SIDE, SIDE),
            theme,
            theme.probability,
            Normalize(0, 1),
            data.tokens,
            data.classes,
            by_class(data.classes),
            positions,
        )
        canvas.text(left, TOP - 14, "b  Attention", PANEL, weight="bold")
        canvas.text(left + 82, TOP - 14, "query left, key above", SMALL, theme.muted)
        ends_bar(canvas, theme.probability, left + SIDE + 8, TOP - 23, Normalize(0, 1))

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            keys.set(data.k, data.tokens)
            queries.set(data.q, data.tokens)
            rings.set(data.q[:, -1])
            cells.set(data.attention)

        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) Queries (blue) and keys (red) of every token at every position, limits fixed over"
            f" the film; rings name the queries at position {data.q.shape[1] - 1}, a filled ring"
            " stands for several tokens. (b) Attention from each query (row) to each key (column),"
            " one block a pair of tokens and in it the positions: a row is the network’s attention"
            " in the sequence that repeats the key’s token and ends with the query’s. Tokens of"
            " one class stand side by side; grey cells cannot occur. Below: validation loss in"
            " nats, and rule error where the answer is visible."
        )

    def alt(self, data: Data) -> str:
        means = class_means(data.attention, data.classes)
        query, key = max(means, key=means.__getitem__)
        return (
            f"Film of queries, keys and attention over training; at step {data.step:,} the mean"
            f" attention in a cell is largest from {query} queries to {key} keys"
            f" ({means[query, key]:.2f}), with a rule error of {data.error:.3f} on validation"
            " windows."
        )


@figure("qk-attention-dynamics")
class QKAttentionDynamics(ByWidth):
    """Attention over training."""

    ways = (Planes(), AttentionFilm())

    def sequences(self, study: AnyStudy) -> Int[np.ndarray, "sequence position"]:
        """The planes show every token instead."""
        rows = study.demonstrations.inputs[study.demonstration :][:1]
        return rows if lacks(study.config, Planes.needs) else NO_SEQUENCE
