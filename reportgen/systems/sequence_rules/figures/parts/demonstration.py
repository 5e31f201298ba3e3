"""A demonstration sequence as a figure needs it: what stands where, what the rule asks, what the
network says, and the head of its block.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.strips import Strip
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: width of a strip, of a token's cell at most, height of the strip with its arcs
STRIP, CELL, HEAD = 224, 28, 46
LINES = 3  # sentences beside a strip
# tokens that fit a strip beside its sentences; CSS pixels of a strip of more, with its
# sentences below
SHORT, PAGE = 12, 708
FEW = 3  # allowed tokens that are named one by one
# what the colours of outcomes say where free positions have none
PREDICTED = {
    "obeyed": "where the network then predicts the answer",
    "broken": "where the network then predicts another token",
}
BRIEFLY = {"obeyed": "where it is obeyed", "broken": "where it is broken"}
DECIDED = {"obeyed": "where the rule is obeyed", "broken": "where the rule is broken"}
OBEYED = DECIDED | {"free": "where the next token is free"}


@dataclass(frozen=True)
class Demonstration:
    """One sequence, the rule's demand after each of its tokens, and the network's answer."""

    tokens: tuple[str, ...]  # as written
    # what the rule allows next, in words (`allowed_words`); "" where it leaves the next token free
    wanted: tuple[str, ...]
    targets: tuple[tuple[int, ...], ...]  # the same as ids
    sources: tuple[int, ...]  # position that holds the answer, -1 where none does
    outcomes: tuple[str, ...]  # "free", "obeyed" or "broken"
    predicted: tuple[str, ...]  # the likeliest next token
    chance: np.ndarray  # [position] its probability

    @property
    def constrained(self) -> tuple[int, ...]:
        """Positions after which the rule decides."""
        return tuple(i for i, o in enumerate(self.outcomes) if o != "free")


def demonstration(study: Study, index: int) -> Demonstration:
    """One of the study's demonstrations at its checkpoint."""
    windows, names = study.demonstrations, study.tokens
    probabilities = study.trace.probabilities[index]
    likeliest = probabilities.argmax(-1)
    broken = windows.broken(study.trace.logits.argmax(-1))[index]
    targets = tuple(
        tuple(int(t) for t in np.flatnonzero(a)) if c else ()
        for a, c in zip(windows.allowed[index], windows.constrained[index])
    )
    return Demonstration(
        tokens=tuple(names[t] for t in windows.inputs[index]),
        wanted=tuple(allowed_words(allowed, study) for allowed in targets),
        targets=targets,
        sources=tuple(int(s) for s in windows.source[index]),
        outcomes=tuple(
            "free" if not c else "broken" if b else "obeyed"
            for c, b in zip(windows.constrained[index], broken)
        ),
        predicted=tuple(names[t] for t in likeliest),
        chance=probabilities.max(-1),
    )


def allowed_words(allowed: Sequence[int], study: Study) -> str:
    """Token ids in few words: "4", "0 or 2", "any odd number" for a whole class, "11 to 20" for
    neighbours; empty for none.
    """
    names, kinds = study.tokens, list(study.classes.values())
    kind = kinds[allowed[0]] if allowed else ""
    if len(allowed) <= FEW:
        return " or ".join(names[t] for t in allowed)
    if list(allowed) == [t for t, k in enumerate(kinds) if k == kind]:
        return f"any {study.rule.class_names[kind]}"
    if allowed[-1] - allowed[0] == len(allowed) - 1:
        return f"{names[allowed[0]]} to {names[allowed[-1]]}"
    return f"one of {len(allowed)} tokens"


@dataclass(frozen=True)
class InView:
    """All demonstrations at one checkpoint, which share their scales, and which of them is
    shown.
    """

    step: int
    shown: int
    classes: dict[str, str]
    demos: tuple[Demonstration, ...]

    @property
    def demo(self) -> Demonstration:
        """The sequence shown."""
        return self.demos[self.shown]


def in_view(study: Study) -> tuple[int, int, dict[str, str], tuple[Demonstration, ...]]:
    """What InView begins with."""
    return study.step, study.demonstration, dict(study.classes), demonstrations(study)


def demonstrations(study: Study) -> tuple[Demonstration, ...]:
    """All demonstrations of the study."""
    return tuple(demonstration(study, i) for i in range(len(study.demonstrations)))


def outcomes(demos: Iterable[Demonstration]) -> frozenset[str]:
    """What becomes of the positions of these sequences: which of free, obeyed and broken occur."""
    return frozenset(outcome for demo in demos for outcome in demo.outcomes)


def answers(demo: Demonstration) -> list[str]:
    """For each constrained position what the rule asks and what the network says."""
    return [
        f"After {demo.tokens[i]} at {i}: wanted {demo.wanted[i]}, predicted {demo.predicted[i]}"
        f" with probability {demo.chance[i]:.2f}"
        for i in demo.constrained
    ]


def again(demo: Demonstration) -> str:
    """The caption of a picture that shows what the first one shows, of another sequence: nobody
    reads the same explanation twice.
    """
    return (
        f"The demonstration {' '.join(demo.tokens)}, with the panels, marks and colours of the"
        " picture of the first demonstration."
    )


def short_answers(demo: Demonstration) -> list[str]:
    """The same in fewer words."""
    return [
        f"{demo.tokens[i]} at {i}: wanted {demo.wanted[i]}, predicted {demo.predicted[i]}"
        f" ({demo.chance[i]:.2f})"
        for i in demo.constrained
    ]


def head_room(count: int) -> float:
    """CSS pixels by which the head of a sequence of so many tokens is taller, because its sentences
    stand below its strip.
    """
    return 0 if count <= SHORT else 14 * LINES


def framed(demo: Demonstration) -> tuple[int, ...]:
    """Constrained positions to be framed: none where there are so many that frames would say
    nothing.
    """
    return demo.constrained if len(demo.constrained) <= len(demo.tokens) / 2 else ()


def constrained_words(demo: Demonstration) -> str:
    """Which positions of a sequence are constrained, for a headline."""
    if framed(demo):
        return "Framed rows: positions after which the rule decides."
    count, most = len(demo.constrained), len(demo.tokens)
    which = "every one" if count == most else count
    return f"The rule decides after {which} of the {most} positions."


def frames_told(demo: Demonstration) -> str:
    """What framed rows and cells are, for a caption; nothing where none is drawn."""
    if not framed(demo):
        return ""
    held = any(demo.sources[i] >= 0 for i in framed(demo))
    cells = ", teal cells the key that holds the answer" if held else ""
    return f" Framed rows are positions after which the rule decides{cells}."


def scales_told(demos: Sequence[Demonstration]) -> str:
    """That the pictures of several sequences can be compared, for a caption."""
    return " All demonstrations share their scales." if len(demos) > 1 else ""


class SequenceHead:
    """The head of a sequence's block: its number, its tokens with an arc from each answer to the
    token that asks for it, and sentences beside or below.

    More than SHORT tokens take the width of the page.
    """

    def __init__(
        self,
        canvas: Canvas,
        x: float,
        y: float,
        classes: Mapping[str, str],
        demo: Demonstration,
        number: int,
        below: bool = False,
    ) -> None:
        self.theme, count = canvas.theme, len(demo.tokens)
        wide = min(STRIP if count <= SHORT else PAGE, count * CELL)
        self.strip = Strip(canvas.panel(x, y, wide, HEAD), canvas.theme, classes, count)
        canvas.text(
            x - 14,
            y + HEAD * 0.69,
            str(number),
            BODY,
            canvas.theme.muted,
            weight="bold",
            va="center",
            ha="right",
        )
        left, first = (
            (x, y + HEAD + 22)
            if below
            else (x, y + HEAD + 12)
            if count > SHORT
            else (x + wide + 24, y + HEAD - 27)
        )
        self.lines = [canvas.text(left, first + 14 * i, "", SMALL) for i in range(LINES)]

    def set(self, demo: Demonstration, lines: Sequence[str]) -> None:
        """Tokens, arcs in the colour of the outcome, and up to LINES sentences."""
        self.strip.set(demo.tokens, ["free"] * len(demo.tokens), [None] * len(demo.tokens))
        for i in demo.constrained:
            if demo.sources[i] >= 0:
                self.strip.point(demo.sources[i], i, self.theme.outcomes[demo.outcomes[i]])
        shown = (
            list(lines)
            if len(lines) <= LINES
            else [*lines[: LINES - 1], f"and at {len(lines) - LINES + 1} further positions"]
        )
        for text, words in zip(self.lines, [*shown, *[""] * LINES]):
            text.set_text(words)
