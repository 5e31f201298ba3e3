"""Loss, right answers and attention over training, on one split and on the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.core.data.material import BESIDE
from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import apart
from reportgen.drawing.style import BODY, SMALL
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


@dataclass(frozen=True)
class Side:
    """One split: curves [seed, checkpoint], and [seed, checkpoint, layer] of attention."""

    split: str
    shown: int  # the best seed by the loss of its held-out inputs
    train: dict[str, np.ndarray]
    holdout: dict[str, np.ndarray]
    mirror: np.ndarray
    solved: int  # seeds that answer everything at the end


@dataclass(frozen=True)
class Data:
    """The configured split, then the one beside it."""

    steps: np.ndarray
    sides: tuple[Side, ...]
    guess: float
    guess_word: float
    even: float  # attention of an even spread


@figure
class LearningOfInputs(Figure):
    """Four panels over one time axis, a column a split."""

    slug, title, height, over_seeds = (
        "learning-of-inputs",
        "Loss, right answers and attention over training",
        722,
        True,
    )

    def compute(self, study: Study) -> Data:
        history = study.run.history
        digits, sides = len(study.tokens) - 1, []
        for (split, _), begin in zip(study.splits, ("", BESIDE)):
            of = lambda kind, begin=begin: {
                "loss": (
                    history[f"{begin}{'validation' if kind == 'holdout' else kind}_loss"].astype(
                        float
                    )
                ),
                **{n: history[f"{begin}{kind}_{n}"].astype(float) for n in ("tokens", "words")},
            }
            train, holdout = of("train"), of("holdout")
            best = int(holdout["loss"][:, -1].argmin()) if begin else study.seed
            sides.append(
                Side(
                    split,
                    best,
                    train,
                    holdout,
                    history[f"{begin}mirror"].astype(float),
                    int(((train["words"][:, -1] == 1) & (holdout["words"][:, -1] == 1)).sum()),
                )
            )
        even = float((1 / (np.flatnonzero(study.data.scored) + 1)).mean())
        return Data(study.run.steps, tuple(sides), 1 / digits, digits**-study.data.length, even)

    def scale(self, frames: Sequence[Data]) -> float:
        """The highest loss that is drawn."""
        return max(1.35 * np.log(1 / f.guess) for f in frames)

    def draw(self, canvas: Canvas, data: Data, scale: float) -> Callable[[Data], None]:
        seeds = len(data.sides[0].mirror)
        canvas.headline(
            self.title,
            f"Bold: of {seeds} seeds the one with the lowest loss on held-out inputs; thin lines"
            " are the others, on held-out inputs.\nTokens and outputs are right given the right"
            " tokens before them.",
            f"steps {data.steps[0]:,} to {data.steps[-1]:,}",
        )
        wide = (canvas.width - LEFT - APART * (len(data.sides) - 1) - RIGHT) / len(data.sides)
        for i, side in enumerate(data.sides):
            self._column(canvas, data, side, LEFT + i * (wide + APART), wide, i, scale)
        return lambda data: None

    def _column(
        self,
        canvas: Canvas,
        data: Data,
        side: Side,
        x: float,
        wide: float,
        index: int,
        top_loss: float,
    ) -> None:
        theme, last = canvas.theme, max(int(data.steps[-1]), int(data.steps[0]) + 1)
        chance = dict(
            loss=np.log(1 / data.guess), tokens=data.guess, words=data.guess_word, mirror=data.even
        )
        for k, (name, words, top, tall) in enumerate(PANELS):
            axes = canvas.panel(x, top, wide, tall)
            note = (
                f"{side.split} split"
                + (
                    f", {side.solved} of {len(side.mirror)} seeds answer everything"
                    if not k
                    else ""
                )
                if k < 3
                else "by layer, mean over outputs"
            )
            canvas.caption(axes, "abcdefgh"[4 * index + k], words if k else "Loss, nats", note)
            axes.set(xlim=(data.steps[0], last), ylim=(0, top_loss if name == "loss" else 1.03))
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            axes.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
            axes.tick_params(labelbottom=k == 3, labelleft=not index)
            axes.set_yticks([0, 0.5, 1, 1.5] if name == "loss" else [0, 0.5, 1])
            axes.axhline(chance[name], color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
            if name == "mirror":
                ends = side.mirror[side.shown, -1]
                order = np.argsort(ends)
                names = dict(
                    zip(
                        order.tolist(),
                        apart([float(ends[i]) + 0.09 for i in order], 0.15, 0.1, 0.95),
                    )
                )
                for layer in range(side.mirror.shape[-1]):
                    style: dict[str, Any] = dict(
                        color=theme.series["attention"],
                        lw=1.8,
                        ls="-" if not layer else (0, (5, 1.5) if layer == 1 else (1.2, 1.2)),
                    )
                    axes.plot(
                        data.steps,
                        side.mirror[side.shown, :, layer],
                        **style,
                        zorder=4,
                        clip_on=False,
                    )
                    axes.text(
                        last,
                        names[layer],
                        f"layer {layer}",
                        size=SMALL,
                        color=theme.series["attention"],
                        ha="right",
                        va="center",
                        path_effects=halo(theme),
                        zorder=6,
                    )
                axes.set_xlabel("training step", labelpad=3)
                continue
            axes.plot(
                data.steps,
                np.delete(side.holdout[name], side.shown, 0).T,
                color=theme.faint,
                lw=0.8,
                zorder=1.5,
            )
            axes.plot(
                data.steps,
                side.train[name][side.shown],
                color=theme.series["train"],
                lw=1.4,
                zorder=3,
            )
            axes.plot(
                data.steps,
                side.holdout[name][side.shown],
                color=theme.series["validation"],
                lw=1.8,
                zorder=4,
            )
            if not k:
                for y, label, colour in (
                    (0.88, "held out", theme.series["validation"]),
                    (0.74, "training", theme.series["train"]),
                ):
                    axes.text(
                        0.98,
                        y,
                        label,
                        size=BODY,
                        color=colour,
                        weight="bold",
                        ha="right",
                        va="center",
                        transform=axes.transAxes,
                        path_effects=halo(theme),
                        zorder=5,
                    )

    def caption(self, data: Data) -> str:
        return (
            "Thick: the seed with the lowest loss on held-out inputs at the end, on training inputs"
            " (grey) and on held-out ones; thin: held-out inputs of the other seeds, whose losses"
            " may leave the panel. Dotted: a guess among the digits, and for attention an even"
            " spread. Whole outputs count as right when each token is; a network that writes"
            " freely, the likeliest token each time, gets exactly the same inputs right. The lowest"
            " row: attention of the outputs’ queries on the digit that the output is made from."
        )

    def alt(self, data: Data) -> str:
        one = lambda s: (
            f"On the {s.split} split the displayed seed ends with"
            f" {100 * s.train['words'][s.shown, -1]:.0f} % of the training outputs and"
            f" {100 * s.holdout['words'][s.shown, -1]:.0f} % of the held-out outputs right, and"
            f" {s.solved} of {len(s.mirror)} seeds answer everything; the attention of its layers"
            f" on the mirror is {' and '.join(f'{v:.2f}' for v in s.mirror[s.shown, -1])}."
        )
        return f"Curves over {data.steps[-1]:,} steps. " + " ".join(one(s) for s in data.sides)
