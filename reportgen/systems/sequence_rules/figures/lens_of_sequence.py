"""A demonstration read at every depth: the token that would be said there, and whether the rule
allows it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.strips import Strip
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.sequence_rules.facts.depth import depths
from reportgen.systems.sequence_rules.view import Study

TOP, LEFT, ROW, FOOT, WIDEST = 88, 128, 44, 30, 64  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One sequence."""

    step: int
    names: tuple[str, ...]  # of depths
    said: tuple[tuple[str, ...], ...]  # [depth][position] likeliest token
    marks: tuple[tuple[str, ...], ...]  # what the rule makes of it
    tokens: tuple[str, ...]  # read
    due: tuple[str, ...]  # what has to come next; empty where several may
    classes: dict[str, str]


@figure("lens-of-sequence")
class LensOfSequence(Figure[Study, Data, None]):
    """A strip a depth."""

    def compute(self, study: Study) -> Data:
        i, windows = study.demonstration, study.demonstrations
        said, marks = [], []
        for points in depths(study.trace).values():
            chosen = logit_lens(study, points).argmax(-1)
            broken = windows.broken(chosen)[i]
            said.append(tuple(study.tokens[int(t)] for t in chosen[i]))
            marks.append(
                tuple(
                    "free" if not decided else "broken" if wrong else "obeyed"
                    for decided, wrong in zip(windows.constrained[i], broken)
                )
            )
        return Data(
            study.step,
            tuple(depths(study.trace)),
            tuple(said),
            tuple(marks),
            tuple(study.tokens[int(t)] for t in windows.inputs[i]),
            tuple(
                study.tokens[int(a)] if a >= 0 and decided else ""
                for a, decided in zip(windows.answer[i], windows.constrained[i])
            ),
            dict(study.classes),
        )

    def height_of(self, data: Data) -> float:
        return TOP + ROW * (len(data.names) + 2) + FOOT

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        canvas.headline(
            self.title,
            "Above: what is read.  In each row the token that would be said if the stream were read"
            " at that depth;\nframed where the rule decides: teal if it is obeyed, red if it is"
            " broken.  Below: what has to come.",
            stamp(data.step),
        )
        count = len(data.tokens)
        wide = min(canvas.width - LEFT, WIDEST * count)
        rows = ("read", *data.names, "has to come")
        strips = []
        for i, name in enumerate(rows):
            y = TOP + i * ROW
            outer = i in (0, len(rows) - 1)
            ink = canvas.theme.muted if outer else canvas.theme.ink
            canvas.text(LEFT - 10, y + 33, name, BODY, ink, ha="right")
            axes = canvas.panel(LEFT, y, wide, ROW)
            strips.append(Strip(axes, canvas.theme, data.classes, count))
        for i in range(count):
            x = LEFT + (i + 0.5) * wide / count
            y = TOP + len(rows) * ROW + 14
            canvas.text(x, y, str(i), SMALL, canvas.theme.muted, ha="center")

        def update(data: Data) -> None:
            none = [None] * count
            strips[0].set(data.tokens, ["free"] * count, none)
            for strip, said, marks in zip(strips[1:], data.said, data.marks):
                strip.set(said, marks, none)
            strips[-1].set(data.due, ["free" if due else "" for due in data.due], none)

        return update

    def caption(self, data: Data) -> str:
        return (
            "A demonstration: each column is a position, each row a depth, at which the stream is"
            " read through the last normalization, if there is one, with its own mean and length,"
            " and the unembedding. Only the last of these rows is what the network says."
        )

    def alt(self, data: Data) -> str:
        right = [sum(mark == "obeyed" for mark in marks) for marks in data.marks]
        decided = sum(mark != "free" for mark in data.marks[-1])
        said = ", ".join(f"{name} {count}" for name, count in zip(data.names, right))
        return (
            f"The sequence {' '.join(data.tokens)} read at every depth at step {data.step:,}. Of"
            f" {decided} positions where the rule decides, those that would be right: {said}."
        )
