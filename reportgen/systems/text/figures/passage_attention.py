"""A held-out passage through every head: who looks at whom."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.head_maps import HeadMaps, layout
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.norms import norms
from reportgen.systems.text.figures.parts.passage import Passage, in_view
from reportgen.systems.text.view import Study

TOP, HEAD, FOOT = 96, 50, 40  # CSS pixels


@dataclass(frozen=True)
class Data(Passage):
    """One passage in all heads.

    The stored arrays are what a view needs that answers to a pointer: `tokens` [position] as they
    are written, `came` [position] the token that came after each, `pattern` [head, query, key], the
    attention, and `norms` [head, query, key], the length of what the key brings to the query;
    `names` [head].
    """

    names: tuple[str, ...]
    pattern: np.ndarray
    norms: np.ndarray


@figure("passage-attention")
class PassageAttention(Figure[Study, Data, None]):
    """A map of attention for each head."""

    def compute(self, study: Study) -> Data:
        i, t, every = study.demonstration, study.trace, heads(study)
        lengths = [norms(study, t, layer)[i] for layer in range(study.config.model.n_layers)]
        return Data(
            *in_view(study),
            tuple(name_of(study, at).capitalize() for at in every),
            np.stack([t.pattern()[i][at] for at in every]),
            np.stack([lengths[layer][head] for layer, head in every]),
        )

    def height_of(self, data: Data) -> float:
        place = layout(len(data.names), 760)
        return TOP + place.rows * (place.side + HEAD) + FOOT - 12

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        place = layout(len(data.names), canvas.width)
        canvas.headline(
            self.title,
            f"Passage {data.passage}.  Down: the token that reads.  Across: the token that is read."
            "  Each row sums to 1.\nA stripe along the diagonal is a head that looks by position; a"
            " column is a token that many look at.",
            stamp(data.step),
        )
        maps = HeadMaps(canvas, data.names, data.tokens, data.classes, TOP, place, HEAD)
        foot = self.height_of(data) - 30
        chance_bar(canvas, place.left, foot, 150, unit="attention")

        def update(data: Data) -> None:
            maps.set(data.pattern)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Attention of each head over one held-out passage, the same scale in all maps; plain"
            " cells lie in the future and are masked. These are shares of attention after the"
            " softmax, not raw scores. The file of numbers beside this figure also holds the length"
            " of what each key brings to each query."
        )

    def alt(self, data: Data) -> str:
        length = len(data.tokens)
        before = [float(np.diagonal(p, -1).mean()) for p in data.pattern]
        return (
            f"{len(data.names)} {'map' if len(data.names) == 1 else 'maps'} of attention over the"
            f" passage “{''.join(data.tokens)}” ({length} tokens) at step {data.step:,}. Mean"
            " attention on the token before: "
            + ", ".join(f"{name.lower()} {value:.2f}" for name, value in zip(data.names, before))
            + "."
        )
