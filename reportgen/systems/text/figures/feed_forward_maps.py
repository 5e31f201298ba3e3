"""Who brings what to whom: by attention, with what a position keeps, and through the feed-forward
block, for every layer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens
from reportgen.drawing.scales import end_of, halves
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.fact import Fact
from reportgen.systems.text.facts.forward_maps import forward_change, map_moved
from reportgen.systems.text.facts.through_forward import SCOPES, through
from reportgen.systems.text.view import Study

TOP, GAP, APART = 116, 36, 88  # CSS pixels
MOST = 24  # positions that are shown at most: more would be cells without names
# share of all lengths of a row where the colours end: more than all others together would have to
# be one source
HIGH = 0.5
WORDS = {
    "attention": "Attention alone",
    "before it": "And what it keeps",
    "feed-forward alone": "Feed-forward alone",
    "the whole layer": "The whole layer",
}


@dataclass(frozen=True)
class Data:
    """One passage. Each row of a map sums to 1; later sources are no number."""

    step: int
    passage: int
    classes: dict[str, str]
    tokens: tuple[str, ...]
    shares: np.ndarray  # [layer, scope, query, source] lengths, as shares of their row
    # [layer, scope] one minus the rank correlation with the map before the block, over held-out
    # text; feed-forward alone, the whole layer
    reordered: np.ndarray
    moved: np.ndarray  # the same: share of the map that moves


@figure("feed-forward-maps")
class FeedForwardMaps(Figure[Study, Data, Normalize]):
    """Four maps a layer, and how far the last two are from the second."""

    def compute(self, study: Study) -> Data:
        i, count = study.demonstration, study.config.model.n_layers
        told: Callable[[Fact], np.ndarray] = lambda fact: np.array(
            [
                [
                    np.nan if (value := fact.part(f"layer {layer}{scope}").value) is None else value
                    for scope in ("", ", the whole layer")
                ]
                for layer in range(count)
            ]
        )
        found = [through(study, study.trace, layer) for layer in range(count)]
        lengths = np.stack(
            [
                np.stack([layer.lengths[scope][i, :MOST, :MOST] for scope in SCOPES])
                for layer in found
            ]
        )
        total = lengths.sum(-1, keepdims=True)
        shares = np.where(
            np.tri(lengths.shape[-1], dtype=bool), lengths / np.where(total > 0, total, 1), np.nan
        )
        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            tuple(study.tokens[t] for t in study.demonstrations.inputs[i, :MOST]),
            shares,
            told(forward_change(study)),
            told(map_moved(study)),
        )

    def _room(self, data: Data) -> float:
        """CSS pixels left of a map, for the names of its rows."""
        return max(GAP, 24 + max(width_of(token, SMALL, "bold") for token in data.tokens))

    def _side(self, data: Data, width: float) -> float:
        return width / 4 - self._room(data)

    def height_of(self, data: Data) -> float:
        return TOP + len(data.shares) * (self._side(data, 760) + APART) + 4

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return Normalize(0, end_of(HIGH, *(f.shares for f in frames)))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme, count, room, side = (
            canvas.theme,
            len(data.tokens),
            self._room(data),
            self._side(data, canvas.width),
        )
        canvas.headline(
            self.title,
            f"Passage {data.passage}.  Down: the position that receives.  Across: the source. "
            " Colour: length of what comes from there, as a share of its row.\nLeft to right: what"
            " attention brings; with the residual stream; what the feed-forward block makes of"
            " that; both together.",
            stamp(data.step),
        )
        for layer, maps in enumerate(data.shares):
            y = TOP + layer * (side + APART)
            canvas.text(0, y - 26, f"Layer {layer}", BODY, weight="bold")
            for j, (scope, values) in enumerate(zip(SCOPES, maps)):
                axes = canvas.panel(room + j * (side + room), y, side, side)
                cells = Matrix(axes, theme, theme.probability, scale, count, count)
                name_tokens(axes, theme, data.tokens, data.classes, columns=True)
                canvas.caption(axes, "abcd"[j] if not layer else "", WORDS[scope])
                if j > 1:
                    change, moved = (
                        (
                            number(float(values[layer, j - 2]), 3)
                            if np.isfinite(values[layer, j - 2])
                            else "–"
                        )
                        for values in (data.reordered, data.moved)
                    )
                    canvas.text(
                        room + j * (side + room),
                        y + side + 34,
                        f"moved {moved}, reordered {change}",
                        SMALL,
                        theme.muted,
                    )
                cells.set(values)
        bottom, (ticks, words) = canvas.height - 30, halves(scale)
        colour_bar(
            canvas,
            theme.probability,
            scale,
            room,
            bottom,
            150,
            "",
            ticks,
            (*words[:2], f"{words[2]} or more") if scale.vmax == HIGH else words,
        )

    def caption(self, data: Data) -> str:
        return (
            "(a) Length of what attention brings from each source, all heads together (Kobayashi"
            " and others 2020). (b) The same with the residual stream of the position itself,"
            " which is its own source (2021). (c) What the feed-forward block makes of each"
            " source, by integrated gradients from its biases alone, exact for each neuron (2024)."
            " (d) Both added up: the whole layer. Below c and d, beside b and over all"
            " held-out text: the share of the map that moved, and one minus the rank correlation of"
            " the sources of a position. The first positions of the passage are shown."
        )

    def alt(self, data: Data) -> str:
        said = []
        for layer, (maps, moved) in enumerate(zip(data.shares, data.moved)):
            own = [float(np.diagonal(values)[1:].mean()) for values in maps]
            said.append(
                f"layer {layer}: "
                + ", ".join(
                    f"{WORDS[scope].lower()} {share:.2f}" for scope, share in zip(SCOPES, own)
                )
                + f"; beside the map before the block {moved[0]:.3f} has moved in its output,"
                f" {moved[1]:.3f} over the whole layer"
            )
        return (
            f"Maps of sources over the passage “{''.join(data.tokens)}” at step"
            f" {data.step:,}. Mean share that a position has from itself: {'. '.join(said)}."
        )
