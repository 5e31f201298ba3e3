"""The data: a few sequences, where each begins again, and what the network says from there on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.strips import Strip, step_stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.repeated_sequences.view import Study

TOP, PITCH, LEFT, CELL_HIGH = (
    92,
    86,
    20,
    52,
)  # CSS pixels: first row, from row to row, left edge, height of a strip


@dataclass(frozen=True)
class Data:
    """Demonstrations, marked position by position."""

    step: int
    classes: dict[str, str]
    tokens: tuple[tuple[str, ...], ...]
    period: np.ndarray  # [sequence]
    outcomes: tuple[
        tuple[str, ...], ...
    ]  # of every token: was it known before it came, and was it the likeliest


@figure("repeats-sequences")
class Sequences(Figure[Study, Data, None]):
    """One strip a demonstration."""

    def compute(self, study: Study) -> Data:
        sequences, said = study.demonstrations, study.trace.logits.argmax(-1)
        tokens = tuple(tuple(study.tokens[int(t)] for t in row) for row in sequences.tokens)

        def outcome(known: bool, correct: bool) -> str:
            return "free" if not known else "obeyed" if correct else "broken"

        outcomes = tuple(
            ("free", *(outcome(k, s == t) for k, s, t in zip(known, guess, row[1:])))
            for known, guess, row in zip(sequences.told, said, sequences.tokens)
        )
        return Data(study.step, dict(study.classes), tokens, sequences.period.copy(), outcomes)

    def height_of(self, data: Data) -> float:
        return TOP + len(data.tokens) * PITCH + 8

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Different tokens, until the sequence begins again (bracket); from its second repeated"
            " token on each is known from a copy.\nTeal: it was the network’s first choice."
            " Magenta: another token was. Arcs lead from the earlier copy of the first ones.",
        )
        count = len(data.tokens[0])
        rows = []
        for i in range(len(data.tokens)):
            y = TOP + i * PITCH
            canvas.text(0, y + CELL_HIGH - 15, str(i + 1), BODY, canvas.theme.muted)
            strip = Strip(
                canvas.panel(LEFT, y, canvas.width - LEFT, CELL_HIGH),
                canvas.theme,
                data.classes,
                count,
            )
            note = canvas.text(LEFT, y + CELL_HIGH + 19, "", SMALL, canvas.theme.muted)
            rows.append((strip, note))

        def update(data: Data) -> None:
            stamp(data.step)
            for (strip, note), tokens, period, outcomes in zip(
                rows, data.tokens, data.period, data.outcomes
            ):
                strip.set(tokens, outcomes, [None] * count)
                strip.drawn += strip.axes.plot(
                    [0.1, 0.1, period - 0.1, period - 0.1],
                    [-0.07, -0.16, -0.16, -0.07],
                    color=canvas.theme.muted,
                    lw=1,
                    clip_on=False,
                )
                for target in range(int(period) + 1, min(int(period) + 4, count)):
                    strip.point(
                        target - int(period), target, canvas.theme.outcomes[outcomes[target]]
                    )
                known = sum(o != "free" for o in outcomes)
                note.set_text(
                    f"period {period};  {sum(o == 'obeyed' for o in outcomes)} of {known}"
                    " tokens known from a copy put first"
                )

        return update

    def caption(self, data: Data) -> str:
        return (
            "The first held-out sequences, whole. The bracket spans the tokens that come for the"
            " first time. Grey cells: tokens that no earlier copy tells, the first repeated"
            " token included. Coloured cells: tokens that the earlier copy determines, teal where"
            " the network’s first choice was this token, magenta where it was another. Arcs join"
            " the first such tokens to their earlier copies."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"period {p}, {sum(x == 'obeyed' for x in o)} of {sum(x != 'free' for x in o)}"
            " tokens known from a copy right"
            for p, o in zip(data.period, data.outcomes)
        )
        return (
            f"{len(data.tokens)} {'sequence' if len(data.tokens) == 1 else 'sequences'} of"
            f" {len(data.tokens[0])} tokens that begin again, at step {data.step:,}: {said}."
        )
