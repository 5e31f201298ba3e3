"""How much the loss rises with one head silenced, and with all of them, three ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.ablation_rows import AblationRows
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.scales import limits
from reportgen.measure.head_ablations import DRAWS, KINDS
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.holdout import counter_of_pairs, surprise
from reportgen.systems.text.facts.silenced import EVERY, rises
from reportgen.systems.text.figures.parts import pair_counts
from reportgen.systems.text.view import Study

ROWS, FOOT = AblationRows(top=106, left=104, row=18, apart=16), 44  # CSS pixels
WORDS = {
    "zero": "it adds nothing",
    "mean": "it adds its mean by position",
    "resample": "it adds what it adds in another block",
}


@dataclass(frozen=True)
class Data:
    """Rise of the loss [case, kind], nats, with its interval."""

    step: int
    names: tuple[str, ...]
    rise: np.ndarray
    low: np.ndarray
    high: np.ndarray
    whole: float
    pairs: float  # rise that would bring the loss to that of pair counts


@figure("heads-taken-away")
class HeadsTakenAway(Figure[Study, Data, tuple[float, float]]):
    """One row a head, three marks in it."""

    def compute(self, study: Study) -> Data:
        found = dict(rises(study))
        names = (*(name_of(study, at) for at in heads(study)), EVERY)
        values: Callable[[str], np.ndarray] = lambda key: np.array(
            [[getattr(found[f"{name}: {kind}"], key) for kind in KINDS] for name in names], float
        )
        whole = float(surprise(study).mean())
        return Data(
            study.step,
            names,
            values("value"),
            values("low"),
            values("high"),
            whole,
            counter_of_pairs(study).value - whole,
        )

    def height_of(self, data: Data) -> float:
        return ROWS.top + ROWS.tall(len(data.names)) + FOOT

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        low, high = limits(
            min(0.0, *(float(np.nanmin([f.low, f.rise])) for f in frames)),
            max(0.0, *(float(np.nanmax([f.high, f.rise])) for f in frames)),
            frames[-1].pairs,
        )
        room = 0.04 * (high - low) or 1.0
        return low - room, high + room

    def draw(self, canvas: Canvas, data: Data, scale: tuple[float, float]) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            f"Nats per token on held-out text, above the {data.whole:.3f} of the whole network. "
            f" Bars: 95 % intervals.  {pair_counts.note(data.pairs, scale)}",
            stamp(data.step),
        )
        ROWS.key(canvas, 57, WORDS, 40, data.rise)
        axes = ROWS.panel(canvas, len(data.names), 56)
        axes.set(xlim=scale, xlabel="rise of the loss, nats per token")
        axes.axvline(0, color=theme.ink, lw=1.2, zorder=2)
        pair_counts.line(axes, theme, data.pairs, 1.0, 2)
        written = lambda rise: number(rise, 3)
        shown = data.rise, data.low, data.high
        ROWS.draw(canvas, axes, data.names, *shown, written, beside=12)

    def caption(self, data: Data) -> str:
        return (
            "Rise of the loss on held-out windows with one head silenced, and with all: circles,"
            " it adds nothing; squares, its mean at each position; diamonds, what it adds in a"
            f" window of another block, mean of {DRAWS} permutations. Intervals are those of the"
            " paired difference, blocks resampled. "
            + pair_counts.captioned(data.pairs, self.scale([data]))
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"without {name}: "
            + ", ".join(f"{kind} {value:.3f}" for kind, value in zip(KINDS, row))
            for name, row in zip(data.names, data.rise)
        )
        return (
            f"Rise of the loss, in nats, with heads silenced, at step {data.step:,}: {said}."
            f" {pair_counts.compared(data.pairs)}"
        )
