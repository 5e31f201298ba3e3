"""Film: the stream read at every depth, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.ticker import MaxNLocator

from reportgen.core.recording import softmax
from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import BODY, SMALL
from reportgen.drawing.twins import readable_on
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.text.facts.lens import depths
from reportgen.systems.text.view import Study

NAMES, BARS, GAP, UPPER, LOWER = (
    100,
    150,
    44,
    106,
    42,
)  # CSS pixels: names of depths, their bars, before the passage, above the rows, below them
LEFT = EDGE + NAMES + BARS + GAP
MOST, NARROW = 24, 17.5  # positions that are shown at most, and CSS pixels of the narrowest one


@dataclass(frozen=True)
class Data:
    """Every depth at one checkpoint."""

    step: int
    loss: float  # on the validation windows
    right: float
    classes: dict[str, str]
    tokens: tuple[str, ...]  # the first positions of a passage
    came: tuple[str, ...]
    names: tuple[str, ...]  # of depths
    named: tuple[tuple[str, ...], ...]  # [depth][position] likeliest token
    chance: np.ndarray  # [depth, position] of the token that came
    early: np.ndarray  # [depth] loss over all demonstration passages, nats


@dataclass(frozen=True)
class Scale:
    """The longest bar, what shades are worth, and the curves of the whole training: steps, loss,
    right guesses.
    """

    longest: float
    shades: Normalize
    curves: Curves


@figure("lens-dynamics")
class LensDynamics(Figure[Study, Data, Scale]):
    """A row a depth: a bar and cells."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        passages = study.demonstrations
        at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])

        def spelled(ids: np.ndarray) -> tuple[str, ...]:
            return tuple(study.tokens[t] for t in ids[:MOST])

        chances = {
            name: softmax(logit_lens(study, stream)) for name, stream in depths(study.trace).items()
        }
        came = np.stack(
            [
                np.take_along_axis(values, passages.targets[..., None], -1)[..., 0]
                for values in chances.values()
            ]
        )
        named = tuple(spelled(values[0].argmax(-1)) for values in chances.values())
        return Data(
            study.step,
            at("validation_loss"),
            at("accuracy"),
            dict(study.classes),
            spelled(passages.inputs[0]),
            spelled(passages.targets[0]),
            tuple(chances),
            named,
            came[:, 0, :MOST],
            -np.log(came).mean((1, 2)),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        curves = (
            np.array([f.step for f in frames]),
            np.array([f.loss for f in frames]),
            np.array([f.right for f in frames]),
        )
        return Scale(
            1.05 * float(max(f.early.max() for f in frames)),
            share_norm(*(f.chance for f in frames)),
            curves,
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, deep, right = canvas.theme, len(data.names), canvas.width - EDGE
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="guessed")
        tall = BOTTOM - UPPER - LOWER
        bars_in = canvas.panel(EDGE + NAMES, UPPER, BARS, tall)
        bars_in.set(xlim=(0, scale.longest), ylim=(deep, 0))
        bars_in.xaxis.set_major_locator(MaxNLocator(4))
        bars_in.set_yticks(np.arange(deep) + 0.5, data.names)
        bars_in.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=theme.ink)
        bars = bars_in.barh(
            np.arange(deep) + 0.5,
            np.zeros(deep),
            height=0.56,
            color=theme.series["validation"],
            alpha=0.5,
        )
        values = [
            canvas.text(
                EDGE + NAMES + BARS + 8, UPPER + (i + 0.5) * tall / deep + 4, "", SMALL, theme.muted
            )
            for i in range(deep)
        ]
        (
            canvas.text(EDGE, 62, "a  Loss over passages, nats", BODY, theme.muted),
            canvas.text(
                LEFT,
                62,
                "b  The likeliest token, and the chance of the one that came",
                BODY,
                theme.muted,
            ),
        )
        widest = max(width_of(token, SMALL, "bold") for token in data.classes)
        count = int(min(len(data.tokens), (right - LEFT) // max(NARROW, widest + 3)))
        cell, norm = min(28.0, (right - LEFT) / count), scale.shades
        cells = Matrix(
            canvas.panel(LEFT, UPPER, cell * count, tall),
            theme,
            theme.probability,
            norm,
            deep,
            count,
        )
        for words, y, tokens in (
            ("read", UPPER - 10, data.tokens),
            ("came", UPPER + tall + 17, data.came),
        ):
            canvas.text(LEFT - 8, y, words, SMALL, theme.muted, ha="right")
            for i, token in enumerate(tokens[:count]):
                canvas.text(
                    LEFT + (i + 0.5) * cell,
                    y,
                    token,
                    SMALL,
                    theme.classes[data.classes[token]],
                    ha="center",
                    weight="bold",
                )
        written = [
            [
                cells.axes.text(i + 0.5, row + 0.5, "", size=SMALL, ha="center", va="center")
                for i in range(count)
            ]
            for row in range(deep)
        ]
        chance_bar(canvas, right - 110, UPPER + tall + 27, 110, norm=norm)

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.right)
            cells.set(data.chance[:, :count])
            for bar, value, loss in zip(bars, values, data.early):
                bar.set_width(float(loss))
                value.set_text(number(float(loss), 2))
            for row, named, shades in zip(written, data.named, data.chance):
                for text, token, came, shade in zip(row, named, data.came, shades):
                    text.set(
                        text=token,
                        color=readable_on(theme, theme.probability(norm(shade))[:3]),
                        weight="bold" if token == came else "normal",
                        alpha=1 if token == came else 0.75,
                    )

        return update

    def caption(self, data: Data) -> str:
        return (
            "The stream before the first layer and after each part, normalized as at the end and"
            " read by the unembedding, at every checkpoint. (a) Loss over the demonstration"
            " passages. (b) The beginning of the first passage: in each cell the token that would"
            " be named, bold where it is the one that came; its shade is the chance of that one."
            " Below: validation loss in nats, and the share of validation tokens that are the"
            " likeliest guess."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of the stream read at every depth over training; at step {data.step:,} the loss"
            " over the demonstration passages is "
            + ", ".join(f"{loss:.2f} at {name}" for name, loss in zip(data.names, data.early))
            + " nats."
        )
