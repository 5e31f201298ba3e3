"""The attention of every head on one demonstration, with the stripe on which prefix matching would
lie.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.head_maps import HeadMaps, layout
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.measure.heads import heads
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.view import Study

TOP, HEAD, FOOT = 98, 46, 60


@dataclass(frozen=True)
class Data:
    """One sequence in all heads."""

    step: int
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    classes: dict[str, str]
    period: int
    stripe: np.ndarray  # [(query, key)] positions right after earlier copies
    pattern: np.ndarray  # [head, query, key]
    on_stripe: np.ndarray  # [head] mean attention on them


def seen(study: Study) -> Data:
    """The demonstration in view in all heads."""
    i, sequences = study.demonstration, study.demonstrations
    names = tuple(name_of(study, at).capitalize() for at in heads(study))
    pattern = study.trace.pattern()[i]
    pattern = pattern.reshape(-1, *pattern.shape[-2:])
    follows, told = sequences.follows[i], sequences.told[i]
    share = (pattern * follows).sum(2)[:, told].mean(1)
    return Data(
        study.step,
        names,
        tuple(study.tokens[int(t)] for t in sequences.inputs[i]),
        dict(study.classes),
        int(sequences.period[i]),
        np.argwhere(follows),
        pattern,
        share,
    )


@figure("repeats-attention")
class RepeatsAttention(Figure[Study, Data, None]):
    """One map a head."""

    def compute(self, study: Study) -> Data:
        return seen(study)

    def height_of(self, data: Data) -> float:
        place = layout(len(data.names), 760)
        return TOP + place.rows * (place.side + HEAD) - HEAD + FOOT + 12

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Down: the query position.  Across: the key position.  Teal frames: right after an"
            " earlier copy of the row’s token;\na head that matches prefixes"
            " has its attention there. Above the first framed row no token has come twice.",
        )
        place = layout(len(data.names), canvas.width)
        maps = HeadMaps(canvas, data.names, data.tokens, data.classes, TOP, place, HEAD)
        maps.mark(canvas.theme, data.stripe)
        bottom = TOP + place.rows * (place.side + HEAD) - HEAD + 40
        chance_bar(canvas, place.left, bottom, 150, "attention")
        note = canvas.text(place.left + 176, bottom - 12, "", SMALL, canvas.theme.muted, va="top")

        def update(data: Data) -> None:
            stamp(data.step)
            maps.set(data.pattern)
            said = [
                f"{name.lower()}: {share:.2f}" for name, share in zip(data.names, data.on_stripe)
            ]
            note.set_text(
                "In the frames, mean over rows that have some:\n"
                + "\n".join(";  ".join(said[i : i + 4]) for i in range(0, len(said), 4))
            )

        return update

    def caption(self, data: Data) -> str:
        return (
            "Attention from each position (row) to each position up to it (column) on a held-out"
            f" sequence of period {data.period}, one map a head; each row sums to 1, the future is"
            " masked. Framed: every position right after an earlier copy of the row’s token; with"
            " every repetition there is one more of them in a row."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name.lower()} has {share:.2f} of its attention right after earlier copies"
            for name, share in zip(data.names, data.on_stripe)
        )
        return (
            f"Heat maps of attention on a sequence of {len(data.tokens)} tokens with period"
            f" {data.period}, at step {data.step:,}: {said}."
        )
