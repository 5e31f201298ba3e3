"""Loss, right answers and attention over training, on one split and on the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.core.data.material import BESIDE
from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import apart
from reportgen.drawing.over_training import LineStyle, Scale, steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import BODY, SMALL, Theme
from reportgen.measure.few_seeds import of_seeds
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.facts.accuracy import guess_word
from reportgen.systems.sequence_to_sequence.facts.losses import blind_loss
from reportgen.systems.sequence_to_sequence.facts.probe import blind, outputs
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, APART, RIGHT = (
    44,
    26,
    18,
)  # CSS pixels: at the left edge, between the two columns, and at the right edge
PANELS = (
    ("loss", "Loss", 90, 130),
    ("tokens", "Output tokens right", 254, 120),
    ("words", "Whole outputs right", 408, 120),
    ("mirror", "Attention on the mirror", 562, 104),
)
# of the first layer, the second, all others
STYLES: tuple[LineStyle, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)))


@dataclass(frozen=True)
class Side:
    """One split: curves [seed, checkpoint], and [seed, checkpoint, layer] of attention."""

    split: str
    shown: int  # the best seed by the loss of its held-out inputs
    train: dict[str, np.ndarray]
    holdout: dict[str, np.ndarray]
    mirror: np.ndarray
    blind: float  # loss of the best probabilities that are the same for every held-out input
    constant: float  # held-out tokens that the best answer gets that is the same for every input
    same: float  # whole held-out outputs that always the same one gets, or a guess
    solved: int  # seeds that answer everything at the end


@dataclass(frozen=True)
class Data:
    """The configured split, then the one beside it."""

    steps: np.ndarray
    sides: tuple[Side, ...]
    guess: float
    even: float  # uniform attention


@figure("learning-of-inputs")
class LearningOfInputs(Figure[Study, Data, Scale]):
    """Four panels over one time axis, a column a split."""

    height = 722

    def compute(self, study: Study) -> Data:
        history = study.run.history
        digits, sides = len(study.tokens) - 1, []
        for (split, _), begin in zip(study.splits, ("", BESIDE)):

            def of(kind: str, begin: str = begin) -> dict[str, np.ndarray]:
                return {
                    "loss": (
                        history[
                            f"{begin}{'validation' if kind == 'holdout' else kind}_loss"
                        ].astype(float)
                    ),
                    **{n: history[f"{begin}{kind}_{n}"].astype(float) for n in ("tokens", "words")},
                }

            train, holdout = of("train"), of("holdout")
            best = int(holdout["loss"][:, -1].argmin()) if begin else study.seed
            inputs = study.data.beside if begin else study.data
            assert inputs is not None  # a split is there or is not asked for
            unseen = outputs(study, inputs.holdout)
            sides.append(
                Side(
                    split,
                    best,
                    train,
                    holdout,
                    history[f"{begin}mirror"].astype(float),
                    blind_loss(unseen).value,
                    blind(study, unseen).value,
                    guess_word(study, len(unseen)).value,
                    int(((train["words"][:, -1] == 1) & (holdout["words"][:, -1] == 1)).sum()),
                )
            )
        even = float((1 / (np.flatnonzero(study.data.scored) + 1)).mean())
        return Data(study.run.steps, tuple(sides), 1 / digits, even)

    def scale(self, frames: Sequence[Data]) -> Scale:
        top = max(1.35 * float(np.log(1 / f.guess)) for f in frames)
        drawn = [
            each
            for f in frames
            for side in f.sides
            for each in (
                (side.holdout["loss"][side.shown], (0.0, top)),
                (1 - side.holdout["words"][side.shown], (0.0, 1.0)),
            )
        ]
        return Scale(top, StepAxis.of(frames[0].steps, *drawn))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        seeds = len(data.sides[0].mirror)
        canvas.headline(
            self.title,
            (
                f"Bold: of {seeds} seeds the one with the lowest loss on held-out inputs; thin"
                " lines are the others, on held-out inputs."
                if seeds > 1
                else "The only seed of this training."
            )
            + "\nTokens and outputs are right given the right"
            " tokens before them.",
            f"steps {grouped(data.steps[0])} to {grouped(data.steps[-1])}",
        )
        wide = (canvas.width - LEFT - APART * (len(data.sides) - 1) - RIGHT) / len(data.sides)
        for i, side in enumerate(data.sides):
            self._column(canvas, data, side, LEFT + i * (wide + APART), wide, i, scale)

    def _column(
        self,
        canvas: Canvas,
        data: Data,
        side: Side,
        x: float,
        wide: float,
        index: int,
        scale: Scale,
    ) -> None:
        """The panels of one split."""
        theme, panels = canvas.theme, [canvas.panel(x, top, wide, tall) for *_, top, tall in PANELS]
        chance = dict(loss=side.blind, tokens=side.constant, words=side.same, mirror=data.even)
        solved = of_seeds(side.solved, len(side.mirror), "answer", "everything")
        notes = [f"{side.split} split, {solved}", *[f"{side.split} split"] * 2]
        steps_across(panels, scale.axis, 4)
        for k, (axes, (name, words, *_)) in enumerate(zip(panels, PANELS)):
            note = notes[k] if k < len(notes) else "by layer, mean over outputs"
            canvas.caption(axes, "abcdefgh"[4 * index + k], words if k else "Loss, nats", note)
            axes.set_ylim(0, scale.top if name == "loss" else 1.03)
            axes.tick_params(labelleft=not index)
            axes.set_yticks([0, 0.5, 1, 1.5] if name == "loss" else [0, 0.5, 1])
            axes.axhline(chance[name], color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
            if name != "mirror":
                self._curves(axes, theme, data.steps, side, name)
        self._attention(panels[-1], theme, data.steps, side)
        for y, label, kind in ((0.88, "held out", "validation"), (0.74, "training", "train")):
            panels[0].text(
                0.98,
                y,
                label,
                size=BODY,
                color=theme.series[kind],
                weight="bold",
                ha="right",
                va="center",
                transform=panels[0].transAxes,
                path_effects=halo(theme),
                zorder=5,
            )

    @staticmethod
    def _curves(axes: Axes, theme: Theme, steps: np.ndarray, side: Side, name: str) -> None:
        """The displayed seed on both kinds of inputs, and the others on held-out ones."""
        train, holdout = side.train[name][side.shown], side.holdout[name][side.shown]
        others = np.delete(side.holdout[name], side.shown, 0)
        axes.plot(steps, others.T, color=theme.faint, lw=0.8, zorder=1.5)
        axes.plot(steps, train, color=theme.series["train"], lw=1.4, zorder=3)
        axes.plot(steps, holdout, color=theme.series["validation"], lw=1.8, zorder=4)

    @staticmethod
    def _attention(axes: Axes, theme: Theme, steps: np.ndarray, side: Side) -> None:
        """What each layer gives the mirror, named at its end."""
        ends, ink = side.mirror[side.shown, -1], theme.series["attention"]
        order = np.argsort(ends)
        spots = apart([float(ends[i]) + 0.09 for i in order], 0.15, 0.1, 0.95)
        for layer, values in enumerate(side.mirror[side.shown].T):
            style = STYLES[min(layer, len(STYLES) - 1)]
            axes.plot(steps, values, color=ink, lw=1.8, ls=style, zorder=4, clip_on=False)
            axes.text(
                max(int(steps[-1]), int(steps[0]) + 1),
                spots[order.tolist().index(layer)],
                f"layer {layer}",
                size=SMALL,
                color=ink,
                ha="right",
                va="center",
                path_effects=halo(theme),
                zorder=6,
            )

    def caption(self, data: Data) -> str:
        return (
            "Thick: the seed with the lowest loss on held-out inputs at the end, on training"
            " inputs (grey) and on held-out ones; thin: held-out inputs of the other seeds, whose"
            " losses may leave the panel. Dotted: the best probabilities, for the loss, and the"
            " best answer, for tokens and outputs, that are the same for every held-out input; for"
            " attention uniform attention. Whole outputs count as right when each token is; a"
            " network that writes freely, the likeliest token each time, gets exactly the same"
            " inputs right. The lowest row: attention of the outputs’ queries on the digit that"
            " the output is made from."
        )

    def alt(self, data: Data) -> str:
        one: Callable[[Side], str] = lambda s: (
            f"On the {s.split} split the displayed seed ends with"
            f" {100 * s.train['words'][s.shown, -1]:.0f} % of the training outputs and"
            f" {100 * s.holdout['words'][s.shown, -1]:.0f} % of the held-out outputs right, and"
            f" {of_seeds(s.solved, len(s.mirror), 'answer', 'everything')}; the attention of its"
            f" layers on the mirror is {' and '.join(f'{v:.2f}' for v in s.mirror[s.shown, -1])}."
        )
        return f"Curves over {data.steps[-1]:,} steps. " + " ".join(one(s) for s in data.sides)
