"""Loss where the next token is known from a copy and where it is not, right answers, and what the
heads look at, on one time axis.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.margins import Side
from reportgen.drawing.over_training import LineStyle, Scale, mark_onsets, steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.measure.numbers import grouped
from reportgen.measure.onset import afterwards
from reportgen.systems.repeated_sequences.facts.phases import onset_accuracy, onset_matching, score
from reportgen.systems.repeated_sequences.facts.reading import guess, name_of
from reportgen.systems.repeated_sequences.facts.scores import matching_head
from reportgen.systems.repeated_sequences.floors import floors
from reportgen.systems.repeated_sequences.view import Study

LEFT, WIDE = 44, 540
STYLES: tuple[LineStyle, ...] = ("-", (0, (4, 1.5)))  # of the scores
# upper edge and height of each panel
PANELS = {"loss": (82, 216), "accuracy": (376, 130), "scores": (548, 130)}


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed, [seed, checkpoint] of the others."""

    steps: np.ndarray
    told: np.ndarray  # nats, where the next token is known from a copy
    untold: np.ndarray
    whole: np.ndarray
    accuracy: np.ndarray
    scores: tuple[
        tuple[str, str, np.ndarray], ...
    ]  # what is looked at, by which head, and its share of attention
    others: dict[str, np.ndarray]
    floor: float  # of the whole
    untold_floor: float
    uniform: float
    guess: float  # accuracy of a guess among the tokens read
    onsets: tuple[tuple[str, int, str], ...]
    sequences: int


def split(loss: np.ndarray, told: np.ndarray, share: float) -> np.ndarray:
    """Loss where the next token is not known from a copy, from the loss everywhere, that where it
    is known, and the share of such positions.
    """
    return (loss - share * told) / (1 - share)


@figure("repeats-learning-curve")
class RepeatsLearningCurve(Figure[Study, Data, Scale]):
    """Three panels: losses over their floors, accuracy over a guess, attention."""

    height = 722

    def compute(self, study: Study) -> Data:
        chosen, history = study.data.validation, study.run.history
        share, known = float(chosen.told.mean()), floors(study.config).of(chosen.told)
        others = {
            name: np.delete(history[name].astype(float), study.seed, 0)
            for name in ("told_loss", "validation_loss", "accuracy")
        }
        scores: tuple[tuple[str, str, np.ndarray], ...] = ()
        if study.config.model.n_layers:
            scores = (
                (
                    "prefix matching",
                    name_of(study, matching_head(study)),
                    score(study, "prefix_matching"),
                ),
                ("previous token", "layer 0", score(study, "previous_token")),
            )
        told, whole = study.history("told_loss"), study.history("validation_loss")
        found = [
            ("half of the answers right", onset_accuracy(study)),
            *([("prefix matching over one half", onset_matching(study))] if scores else []),
        ]
        onsets = tuple(
            (words, int(each.value), afterwards(each))
            for words, each in found
            if each.value is not None
        )
        return Data(
            study.run.steps,
            told,
            split(whole, told, share),
            whole,
            study.history("accuracy"),
            scores,
            others,
            float(known.mean()),
            float(known[~chosen.told].mean()),
            float(np.log(len(study.tokens))),
            guess(chosen),
            onsets,
            len(chosen),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        losses = [a for f in frames for a in (f.whole, f.told, f.untold, f.uniform)]
        top = 1.06 * max(float(np.max(a)) for a in losses)
        drawn = [((f.told, (0.0, top)), (1 - f.accuracy, (0.0, 1.0))) for f in frames]
        return Scale(top, StepAxis.of(frames[0].steps, *sum(drawn, ())))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        theme = canvas.theme
        others = len(data.others["accuracy"])
        canvas.headline(
            self.title,
            f"On {grouped(data.sequences)} validation sequences.  Dashed: the best that is"
            " possible; dotted: a guess."
            + (f"  Faint: {others} other seed{'s' * (others != 1)}." if others else ""),
            stamp(int(data.steps[-1])),
        )
        panels = {
            name: canvas.panel(LEFT, y, WIDE, tall)
            for name, (y, tall) in PANELS.items()
            if name != "scores" or data.scores
        }
        known, unknown, attention = (theme.series[k] for k in ("error", "train", "attention"))
        stack = list(panels.values())
        steps_across(stack, scale.axis, 7, pad=2)
        for name, axes in panels.items():
            axes.set_ylim(0, scale.top if name == "loss" else 1.02)
            axes.yaxis.set_major_locator(MaxNLocator(5))
        for values in data.others["told_loss"]:
            panels["loss"].plot(data.steps, values, color=theme.faint, lw=0.9)
        for values in data.others["accuracy"]:
            panels["accuracy"].plot(data.steps, values, color=theme.faint, lw=0.9)
        for y, style in (
            (data.untold_floor, (0, (5, 3))),
            (data.floor, (0, (5, 3))),
            (data.uniform, (0, (1, 2))),
        ):
            panels["loss"].axhline(y, color=theme.muted, lw=1, ls=style)
        panels["loss"].plot(data.steps, data.untold, color=unknown, lw=1.3)
        panels["loss"].plot(data.steps, data.whole, color=theme.ink, lw=1.8)
        panels["loss"].plot(data.steps, data.told, color=known, lw=1.8)
        panels["accuracy"].axhline(data.guess, color=theme.muted, lw=1, ls=(0, (1, 2)))
        panels["accuracy"].plot(data.steps, data.accuracy, color=known, lw=1.8)
        side = Side(canvas, LEFT + WIDE + 16)
        side.set(
            panels["loss"],
            [
                (data.untold[-1], f"not known  {data.untold[-1]:.3f}", "", unknown),
                (data.whole[-1], f"all tokens  {data.whole[-1]:.3f}", "", theme.ink),
                (data.told[-1], f"known  {data.told[-1]:.3f}", "", known),
                (data.untold_floor, f"floor, not known  {data.untold_floor:.3f}", "", theme.muted),
                (data.floor, f"floor, all  {data.floor:.3f}", "", theme.muted),
                (data.uniform, f"uniform guess  {data.uniform:.3f}", "", theme.muted),
            ],
        )
        side.set(
            panels["accuracy"],
            [
                (data.accuracy[-1], f"right  {data.accuracy[-1]:.3f}", "", known),
                (data.guess, f"a token read  {data.guess:.3f}", "", theme.muted),
            ],
        )
        canvas.caption(
            panels["loss"],
            "a",
            "Loss",
            "nats per token, by whether the next token is known from a copy",
        )
        canvas.caption(
            panels["accuracy"],
            "b",
            "Right answers",
            "share of the positions where the next token is known from a copy",
        )
        if data.scores:
            for (*_, values), dashes in zip(data.scores, STYLES):
                panels["scores"].plot(data.steps, values, color=attention, lw=1.8, ls=dashes)
            side.set(
                panels["scores"],
                [
                    (values[-1], f"{name}  {values[-1]:.3f}", head, attention)
                    for name, head, values in data.scores
                ],
            )
            canvas.caption(
                panels["scores"],
                "c",
                "Attention",
                "prefix matching solid, previous token dashed",
                colour=attention,
            )
        mark_onsets(
            canvas,
            stack,
            scale.axis,
            data.onsets,
            left=LEFT,
            wide=WIDE,
            bottom=sum(PANELS["loss"]),
            least=190,
            between=(104, LEFT + WIDE - 20),
        )

    def caption(self, data: Data) -> str:
        heads = (
            " (c) Attention of the head that matches prefixes most in the end on tokens that came"
            " after earlier copies, and of the first layer’s head on the token before."
            if data.scores
            else ""
        )
        return (
            "On validation sequences. (a) Loss on all tokens, where the next token is known from a"
            " copy because the sequence has begun again, and where it is not. Dashed: the exact"
            " entropy of the next token for a predictor that knows how sequences are made,"
            f" {data.floor:.4f} nats on these sequences over all tokens and"
            f" {data.untold_floor:.4f} where it is not known; where it is known it is 0. Dotted: a"
            " guess among all tokens. (b) Share of right answers where the next token is known"
            f" from a copy. Dotted: one of the other tokens read so far, drawn at random.{heads}"
            " Faint: other seeds, where the token is known. Vertical lines: the first checkpoint"
            " from which a condition holds three times in a row."
        )

    def alt(self, data: Data) -> str:
        onsets = (
            "; ".join(f"{words} from step {step:,}{after}" for words, step, after in data.onsets)
            or "no onset is reached"
        )
        heads = "".join(
            f"; {name} of {head} from {values[0]:.2f} to {values[-1]:.2f}"
            for name, head, values in data.scores
        )
        return (
            f"Curves over {data.steps[-1]:,} steps on validation sequences: loss where the"
            " next token is known from a copy from"
            f" {data.told[0]:.3f} to {data.told[-1]:.3f} nats, where it is not from"
            f" {data.untold[0]:.3f} to {data.untold[-1]:.3f}, with a floor of"
            f" {data.untold_floor:.3f}; right answers from {data.accuracy[0]:.3f} to"
            f" {data.accuracy[-1]:.3f}{heads}. Onsets: {onsets}."
        )
