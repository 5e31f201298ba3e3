"""How many held-out tokens stay right when one matrix or one part is taken away."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas, beside
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import Colour
from reportgen.systems.sequence_to_sequence.facts.ablations import without_matrix, without_part
from reportgen.systems.sequence_to_sequence.facts.probe import (
    UNSEEN,
    average,
    blind,
    right,
    rows,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, WIDE, TOP, ROW, APART, FOOT = 122, 566, 104, 22, 62, 26  # CSS pixels
KINDS = ("mean", "zero", "resample")


@dataclass(frozen=True)
class Case:
    """What stays right without one thing."""

    name: str
    held_out: float
    low: float | None  # its 95 % interval; None where every held-out input was tried
    high: float | None
    training: float | None


@dataclass(frozen=True)
class Data:
    """Every matrix of every layer, then every part in three ways."""

    step: int
    matrices: tuple[Case, ...]
    parts: tuple[
        tuple[str, tuple[float, ...]], ...
    ]  # name, and what stays right by kind of ablation
    whole: float
    constant: float  # what the best answer gets that is the same for every input
    exhaustive: bool


@figure("parts-taken-away")
class PartsTakenAway(Figure[Study, Data, None]):
    """A row a matrix, a row a part."""

    def compute(self, study: Study) -> Data:
        zeroed, part = without_matrix(study), without_part(study)
        found = dict(zeroed.parts)
        names = [name for name in found if not name.endswith("training inputs")]
        cases = tuple(
            Case(
                name,
                found[name].value or 0,
                found[name].low,
                found[name].high,
                found[f"{name}, training inputs"].value,
            )
            for name in names
        )
        by_part = dict(part.parts)
        whole = list(dict.fromkeys(name.rsplit(", ", 1)[0] for name in by_part))
        parts = tuple(
            (name, tuple(by_part[f"{name}, {kind}"].value or 0.0 for kind in KINDS))
            for name in whole
        )
        return Data(
            study.step,
            cases,
            parts,
            average(study, right(study)).value or 0.0,
            blind(study, wanted(study)[rows(study, UNSEEN)]).value,
            zeroed.exhaustive,
        )

    def height_of(self, data: Data) -> float:
        return TOP + (len(data.matrices) + len(data.parts)) * ROW + APART + FOOT

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Output tokens of held-out inputs that are right, given the right tokens before"
            " them.\nSolid line: the whole network; dotted: the best constant answer.",
            stamp(data.step),
        )
        upper = canvas.panel(LEFT, TOP, WIDE, len(data.matrices) * ROW)
        canvas.caption(
            upper,
            "a",
            "One weight matrix is set to zero",
            "its bias stays; rings: training inputs"
            + ("" if data.exhaustive else "; bars: 95 % interval"),
        )
        ink = theme.series["attention"]
        for i, case in enumerate(data.matrices):
            upper.plot([data.whole, case.held_out], [i, i], color=theme.faint, lw=2, zorder=1)
            if case.low is not None and case.high is not None:
                upper.plot([case.low, case.high], [i, i], color=ink, lw=2, zorder=2)
            if case.training is not None:
                upper.plot(
                    [case.training],
                    [i],
                    "o",
                    mfc=theme.paper,
                    mec=theme.muted,
                    ms=5,
                    mew=1.2,
                    zorder=3,
                    clip_on=False,
                )
            upper.plot([case.held_out], [i], "o", color=ink, ms=6.5, zorder=4, clip_on=False)
            self._number(upper, i, case.held_out, theme.ink)
        lower = canvas.panel(
            LEFT, TOP + len(data.matrices) * ROW + APART, WIDE, len(data.parts) * ROW
        )
        canvas.caption(
            lower,
            "b",
            "What one part adds is replaced",
            "dot: by its mean at each position; cross: by zero; diamond: by that of another input",
        )
        for i, (_, values) in enumerate(data.parts):
            lower.plot([data.whole, min(values)], [i, i], color=theme.faint, lw=2, zorder=1)
            for value, marker, size in zip(values, ("o", "x", "D"), (6.5, 6, 5)):
                lower.plot(
                    [value],
                    [i],
                    marker,
                    color=ink,
                    ms=size,
                    mew=1.6 if marker == "x" else 1.0,
                    mfc=theme.paper if marker == "D" else ink,
                    zorder=4 if marker == "o" else 3,
                    clip_on=False,
                )
            self._number(lower, i, values[0], theme.ink)
        for axes, names in (
            (upper, [case.name for case in data.matrices]),
            (lower, [name for name, _ in data.parts]),
        ):
            axes.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5))
            axes.axvline(data.whole, color=theme.ink, lw=1.0, zorder=1.5)
            axes.axvline(data.constant, color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=1.5)
            (
                axes.set_yticks(range(len(names)), names),
                axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
            )
            axes.tick_params(axis="y", length=0, labelcolor=theme.ink)
            axes.spines["left"].set_visible(False)

    @staticmethod
    def _number(axes: Axes, row: int, value: float, colour: Colour) -> None:
        beside(axes, row, f"{100 * value:.1f} %", colour)

    def caption(self, data: Data) -> str:
        return (
            "(a) Each weight matrix of each layer, set to zero by itself: dots for held-out inputs,"
            " rings for training inputs. (b) What the attention or"
            " the feed-forward layer (MLP) of a layer adds to the stream, replaced by its mean over"
            " the inputs at each position, by zero, or by what it adds for another input; the"
            " numbers at the right belong to the mean. Dotted: the best answer that is the same for"
            " every held-out input. The rest of the network is unchanged."
        )

    def alt(self, data: Data) -> str:
        order = sorted(data.matrices, key=lambda case: case.held_out)
        return (
            f"At step {data.step:,} the whole network gets {100 * data.whole:.1f} % of the held-out"
            f" tokens right. Without {order[0].name} it gets {100 * order[0].held_out:.1f} %,"
            f" without {order[-1].name} {100 * order[-1].held_out:.1f} %; with the mean in place of"
            " a part:"
            f" {', '.join(f'{name} {100 * values[0]:.1f} %' for name, values in data.parts)}."
        )
