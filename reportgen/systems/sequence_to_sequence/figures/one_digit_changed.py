"""One digit of an input is changed: which answers follow, and which part carries the change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.marks.names import name_cells
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.scales import end_of, share_norm, signed_share_norm
from reportgen.drawing.style import BODY
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.facts.changed_digits import pairs, patched
from reportgen.systems.sequence_to_sequence.facts.cuts import cut_all, cut_first, cut_last
from reportgen.systems.sequence_to_sequence.facts.patching import moved
from reportgen.systems.sequence_to_sequence.figures.parts.answering import (
    frame_mirrors,
    output_names,
    part_names,
    rows_tall,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, WIDE, RIGHT, TOP, APART, ROW, BARS = 44, 270, 452, 92, 62, 26, 24  # CSS pixels
STEPS = {"attention": "attn_out", "MLP": "mlp_out"}
PLACES = ("output", "digit")  # where what a part adds is put back


@dataclass(frozen=True)
class Data:
    """What a changed digit changes."""

    step: int
    outputs: tuple[str, ...]
    follows: np.ndarray  # [changed digit, output] share of answers that change
    parts: tuple[str, ...]
    effects: np.ndarray  # [part, place of PLACES]; NaN where no answer follows a digit
    cuts: tuple[tuple[str, float], ...]  # tokens right with edges to the mirror cut
    constant: float  # what the best answer gets that is the same for every input
    pairs: int
    used: int


@figure("one-digit-changed")
class OneDigitChanged(Figure[Study, Data, tuple[Normalize, Normalize]]):
    """A map of what follows what, a table of patches, and the cuts."""

    def compute(self, study: Study) -> Data:
        p, follow, found = pairs(study), moved(study), patched(study)
        length = study.data.length
        follows = np.stack(
            [
                (
                    follow[length - 1 - p.output == digit].mean(0)
                    if (length - 1 - p.output == digit).any()
                    else np.full(length, np.nan)
                )
                for digit in range(length)
            ]
        )
        parts = part_names(study)

        def at(name: str, place: str) -> float:
            part = STEPS[name.split()[0]], int(name.split()[1]), place
            return found.restored.get(part, np.nan)

        effects = np.array([[at(name, place) for place in PLACES] for name in parts])
        cuts = [cut(study) for cut in (cut_first, cut_last, cut_all)]
        whole = cuts[0].baseline.value if cuts[0].baseline else 0.0
        named = (
            ("nothing cut", whole),
            ("layer 0", cuts[0].value or 0.0),
            (f"layer {study.config.model.n_layers - 1}", cuts[1].value or 0.0),
            ("all layers", cuts[2].value or 0.0),
        )
        return Data(
            study.step,
            output_names(study),
            follows,
            parts,
            effects if found.used else np.full_like(effects, np.nan),
            named,
            cuts[0].floor.value if cuts[0].floor else 0.0,
            len(p),
            found.used,
        )

    def height_of(self, data: Data) -> float:
        return (
            TOP
            + max(rows_tall(len(data.outputs)), ROW * len(data.parts) + 22)
            + APART
            + 4 * BARS
            + 44
        )

    def scale(self, frames: Sequence[Data]) -> tuple[Normalize, Normalize]:
        """Shares of answers, and of the change, around 0."""
        return (
            share_norm(*(f.follows for f in frames)),
            signed_share_norm(*(f.effects for f in frames)),
        )

    def draw(
        self, canvas: Canvas, data: Data, scale: tuple[Normalize, Normalize]
    ) -> Callable[[Data], None]:
        theme, count = canvas.theme, len(data.outputs)
        high = rows_tall(count)
        canvas.headline(
            self.title,
            f"{grouped(data.pairs)} pairs of inputs that differ in exactly one digit; everything"
            " else that is read stays.  Framed: the answer that should follow.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, WIDE, high)
        follows = Matrix(
            axes,
            theme,
            theme.probability,
            scale[0],
            [f"x{i + 1}" for i in range(count)],
            data.outputs,
            digits=2 if WIDE / count > 30 else None,
        )
        frame_mirrors(axes, theme, np.arange(count)[::-1])
        canvas.caption(axes, "a", "Answers that change", "rows: the digit changed")
        axes = canvas.panel(RIGHT, TOP, canvas.width - RIGHT, ROW * len(data.parts))
        effects = Matrix(axes, theme, theme.signed, scale[1], data.parts, len(PLACES), digits=2)
        canvas.caption(axes, "b", "What carries the change: put back")
        cell = (canvas.width - RIGHT) / len(PLACES)
        places = [f"at the {place}’s position" for place in PLACES]
        name_cells(axes, "x", places)
        for i, place in enumerate(places):
            canvas.text(
                RIGHT + (i + 0.5) * cell,
                TOP + ROW * len(data.parts) + 16,
                place,
                BODY,
                theme.muted,
                ha="center",
            )
        top = TOP + max(high, ROW * len(data.parts) + 22) + APART
        bars = canvas.panel(LEFT + 46, top, WIDE + 200, len(data.cuts) * BARS)
        canvas.caption(
            bars,
            "c",
            "Outputs may not look at their mirror",
            "tokens right, of outputs that stand elsewhere than their digit; dotted: a constant"
            " answer",
        )
        rects = bars.barh(
            range(len(data.cuts)),
            [0.0] * len(data.cuts),
            height=0.66,
            color=theme.series["attention"],
        )
        end = end_of(1.0, np.array([data.constant, *(value for _, value in data.cuts)]))
        marks = (0, end / 2, end)
        bars.set(xlim=(0, end), ylim=(len(data.cuts) - 0.5, -0.5))
        (
            bars.set_yticks(range(len(data.cuts)), [name for name, _ in data.cuts]),
            bars.set_xticks(marks, [f"{100 * share:g} %" for share in marks]),
        )
        bars.tick_params(axis="y", length=0)
        bars.axvline(data.constant, color=theme.ink, lw=1.0, dashes=(1.5, 3), zorder=4)
        numbers = [
            bars.text(0, i, "", size=BODY, va="center", color=theme.ink, clip_on=False)
            for i in range(len(data.cuts))
        ]
        x = canvas.width - 128
        chance_bar(canvas, x, top + 30, 118, "a: share of answers", scale[0])
        signed_bar(canvas, scale[1], x, top + 78, 118, "b: share of the change")

        def update(data: Data) -> None:
            follows.set(data.follows)
            effects.set(data.effects)
            for rect, text, (_, value) in zip(rects, numbers, data.cuts):
                rect.set_width(value)
                beside = data.constant if abs(value - data.constant) < 0.1 * end else 0
                text.set(x=max(value, beside) + 0.015 * end, text=f"{100 * value:.1f} %")

        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) How often each answer changes (column) when one digit is changed (row). (b) What"
            " a part adds at one position is put back: it is moved from the run of the unchanged"
            " input into that of the changed one. The numbers are shares of the whole change of"
            f" the logits between the two right tokens, over {data.used:,} pairs whose output is"
            " not at the position of its digit: 1 is all of it, 0 nothing. To move it the other"
            " way would say the same: over all pairs, each input is as often the changed one. (c)"
            " The attention of outputs on their own digit is cut, and given to the rest in"
            " proportion; dotted: the best answer that is the same for every input."
        )

    def alt(self, data: Data) -> str:
        own = np.fliplr(data.follows).diagonal().mean()
        other = (data.follows.sum() - np.fliplr(data.follows).trace()) / max(
            1, data.follows.size - len(data.outputs)
        )
        carried = (
            "; ".join(f"{name} {value:.2f}" for name, value in zip(data.parts, data.effects[:, 0]))
            if data.used
            else "no answer follows a digit"
        )
        cuts = ", ".join(f"{name} {100 * value:.0f} %" for name, value in data.cuts)
        return (
            f"At step {data.step:,} {100 * own:.1f} % of the answers follow their own digit and"
            f" {100 * other:.1f} % another one. Put back at the output’s position: {carried}."
            f" Tokens right with the mirror cut off: {cuts}."
        )
