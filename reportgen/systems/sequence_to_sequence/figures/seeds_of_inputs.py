"""All seeds on both splits: what each reaches, and how many answer everything."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.core.data.material import BESIDE
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.estimates import wilson
from reportgen.measure.few_seeds import of_seeds
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, WIDE, TOP, DOT, APART = 96, 620, 96, 6.5, 58  # CSS pixels; DOT: from one dot to the one on it
NEAR, LEAST = 0.012, 5  # share within which dots are stacked; room for so many


@dataclass(frozen=True)
class Lane:
    """One split."""

    split: str
    train: np.ndarray  # [seed] share of training outputs right as a whole
    holdout: np.ndarray  # [seed] the same of held-out inputs
    shown: int | None  # the displayed seed, where it was trained on this split

    @property
    def levels(self) -> np.ndarray:
        """On how many dots each stands that would touch it [seed]."""
        levels = np.zeros(len(self.holdout), int)
        done: list[int] = []
        for k in np.argsort(self.holdout, kind="stable"):
            taken = {
                levels[other] for other in done if abs(self.holdout[other] - self.holdout[k]) < NEAR
            }
            levels[k] = next(level for level in range(len(done) + 1) if level not in taken)
            done.append(int(k))
        return levels

    @property
    def tall(self) -> float:
        """Its height in CSS pixels."""
        return DOT * (1 + max(LEAST, int(self.levels.max())))

    @property
    def solved(self) -> int:
        """Seeds that answer everything."""
        return int(((self.train == 1) & (self.holdout == 1)).sum())


@dataclass(frozen=True)
class Data:
    """Both splits at the last checkpoint."""

    step: int
    lanes: tuple[Lane, ...]


@figure("seeds-of-inputs")
class SeedsOfInputs(Figure[Study, Data, None]):
    """A dot a network, and the shares that succeed with their intervals."""

    def compute(self, study: Study) -> Data:
        def at(name: str) -> np.ndarray:
            return study.run.history[name][:, study.checkpoint].astype(float)

        lanes = [
            Lane(split, at(f"{begin}train_words"), at(f"{begin}holdout_words"), seed)
            for (split, _), begin, seed in zip(study.splits, ("", BESIDE), (study.seed, None))
        ]
        return Data(study.step, tuple(lanes))

    def height_of(self, data: Data) -> float:
        return TOP + sum(lane.tall + APART + 28 for lane in data.lanes) + 76

    def draw(self, canvas: Canvas, data: Data, scale: None) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "A dot is a network: filled if it answers every training input, a ring if not. "
            " Networks that reach the same stand on one another.",
            f"step {grouped(data.step)}",
        )
        top = float(TOP)
        for i, lane in enumerate(data.lanes):
            axes = canvas.panel(LEFT, top, WIDE, lane.tall)
            top += lane.tall + APART
            canvas.caption(
                axes,
                "ab"[i],
                f"{lane.split.capitalize()} split",
                "share of held-out outputs right as a whole",
            )
            axes.set(xlim=(-0.02, 1.02), ylim=(0, lane.tall))
            (
                axes.set_yticks([]),
                axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
            )
            axes.spines["left"].set_visible(False)
            for k, (value, level) in enumerate(zip(lane.holdout, lane.levels)):
                ink = theme.series["attention"] if k == lane.shown else theme.series["validation"]
                axes.plot(
                    [value],
                    [(level + 0.6) * DOT],
                    "o",
                    ms=4.4,
                    mfc=ink if lane.train[k] == 1 else theme.paper,
                    mec=ink,
                    mew=1.2,
                    clip_on=False,
                    zorder=5 if k == lane.shown else 3,
                )
        axes = canvas.panel(LEFT, top + 18, WIDE, 28 * len(data.lanes) + 6)
        canvas.caption(
            axes,
            "abc"[len(data.lanes)],
            "Networks that answer every input there is",
            "with the 95 % interval of the share",
        )
        axes.set(xlim=(-0.02, 1.02), ylim=(len(data.lanes) - 0.4, -0.6))
        (
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
            axes.set_yticks(range(len(data.lanes)), [lane.split for lane in data.lanes]),
        )
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        for i, lane in enumerate(data.lanes):
            n = len(lane.holdout)
            low, high = wilson(lane.solved, n)
            axes.plot([low, high], [i, i], color=theme.ink, lw=2)
            axes.plot([lane.solved / n], [i], "o", color=theme.ink, ms=7)
            beyond = high < 0.9  # is there room at the right of the interval
            axes.text(
                high + 0.015 if beyond else low - 0.015,
                i,
                f"{lane.solved} of {n}",
                size=BODY,
                va="center",
                weight="bold",
                color=theme.ink,
                ha="left" if beyond else "right",
            )
        canvas.text(
            canvas.width - 24,
            canvas.height - 8,
            "blue: the network on these pages",
            SMALL,
            theme.series["attention"],
            ha="right",
        )

    def caption(self, data: Data) -> str:
        return (
            "(a, b) Each network by the share of held-out inputs whose whole output is right;"
            " filled dots answer every training input, rings do not. The same seeds, with the same"
            " first weights, are trained on either split. Below: how many answer every input,"
            " trained on or held out, with Wilson’s interval."
            if len(data.lanes) > 1
            else (
                "Each network by the share of held-out inputs whose whole output is right; filled"
                " dots answer every training input, rings do not. Below: how many answer every"
                " input, with Wilson’s interval."
            )
        )

    def alt(self, data: Data) -> str:
        one: Callable[[Lane], str] = lambda lane: (
            f"on the {lane.split} split"
            f" {of_seeds(lane.solved, len(lane.holdout), 'answer', 'everything')},"
            f" {int((lane.train == 1).sum())} answer every training input, and the"
            f" median one gets {100 * np.median(lane.holdout):.0f} % of the held-out outputs right"
        )
        return f"At step {data.step:,} " + "; ".join(one(lane) for lane in data.lanes) + "."
