"""What the stream would name after each part, and what is named when feed-forward layers fall
silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, beside
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, fill, key
from reportgen.systems.sequence_to_sequence.facts.increment import (
    depths,
    digit,
    named,
    without_mlp_first,
    without_mlp_last,
    without_mlps,
)
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    UNSEEN,
    average,
    blind,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.facts.readouts import read
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, WIDE, TOP, ROW, APART = 150, 560, 106, 26, 62  # CSS pixels
KINDS = ("one more, which is right", "the digit itself", "something else")
WITHOUT = (
    ("the whole network", None),
    ("without MLP 0", without_mlp_first),
    ("without the last MLP", without_mlp_last),
    ("without any MLP", without_mlps),
)


@dataclass(frozen=True)
class Data:
    """Shares of the outputs [row, kind of KINDS]."""

    step: int
    depths: tuple[str, ...]
    lens: np.ndarray
    trained: np.ndarray  # [depth] share of held-out outputs named by a readout trained for it there
    without: tuple[str, ...]
    silent: np.ndarray
    constant: float  # what the best answer gets that is the same for every input


@figure("lens-by-depth")
class LensByDepth(Figure[Study, Data, np.ndarray]):
    """Bars that fill up to one."""

    def compute(self, study: Study) -> Data:
        itself, goal = digit(study), wanted(study)

        def shares(more: float, same: float) -> list[float]:
            return [more, same, 1 - more - same]

        lens = {name: named(study, stream) for name, stream in depths(study).items()}
        rows = [
            shares(
                average(study, says == goal, ALL).value or 0.0,
                average(study, says == itself, ALL).value or 0.0,
            )
            for says in lens.values()
        ]
        trained = np.array(
            [
                average(study, read(study, stream), UNSEEN).value or 0.0
                for stream in depths(study).values()
            ]
        )
        whole = study.holdout.logits[:, study.data.scored].argmax(-1) == itself
        silent = [
            (
                shares(
                    average(study, right(study), ALL).value or 0.0,
                    average(study, whole, ALL).value or 0.0,
                )
                if fact is None
                else shares(
                    (f := fact(study)).value or 0.0, f.part("names the digit itself").value or 0.0
                )
            )
            for _, fact in WITHOUT
        ]
        return Data(
            study.step,
            tuple(lens),
            np.array(rows),
            trained,
            tuple(name for name, _ in WITHOUT),
            np.array(silent),
            blind(study, wanted(study)).value,
        )

    def height_of(self, data: Data) -> float:
        return TOP + (len(data.depths) + len(data.without)) * ROW + 2 * APART + 20

    def scale(self, frames: Sequence[Data]) -> np.ndarray:
        """The largest share of each kind; the axes run from 0 to 1."""
        return np.asarray(np.concatenate([a for f in frames for a in (f.lens, f.silent)]).max(0))

    def draw(self, canvas: Canvas, data: Data, scale: np.ndarray) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Each bar holds all outputs of the inputs looked into.  Dotted: what the best constant"
            " answer gets right.\nDiamonds: held-out outputs that a linear readout trained for the"
            " purpose, on training inputs, names there.",
            stamp(data.step),
        )
        inks = (theme.outcomes["obeyed"], theme.series["validation"], theme.faint)
        made = []
        for letter, words, note, top, names, values in (
            (
                "a",
                "Read out after",
                "the last normalization and the unembedding, applied early",
                TOP,
                data.depths,
                data.lens,
            ),
            (
                "b",
                "Answered by",
                "a silent MLP adds its mean at each position",
                TOP + len(data.depths) * ROW + APART,
                data.without,
                data.silent,
            ),
        ):
            axes = canvas.panel(LEFT, top, WIDE, len(names) * ROW)
            canvas.caption(axes, letter, words, note)
            left, bars = np.zeros(len(names)), []
            for k, ink in enumerate(inks):
                bars.append(
                    axes.barh(range(len(names)), values[:, k], left=left, height=0.7, color=ink)
                )
                left = left + values[:, k]
            axes.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5))
            (
                axes.set_yticks(range(len(names)), names),
                axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"]),
            )
            axes.tick_params(axis="y", length=0, labelcolor=theme.ink)
            axes.spines["left"].set_visible(False)
            (
                axes.axvline(data.constant, color=theme.paper, lw=3.0, zorder=4),
                axes.axvline(data.constant, color=theme.ink, lw=1.0, dashes=(1.5, 3), zorder=5),
            )
            numbers = [beside(axes, i, "", theme.outcomes["obeyed"]) for i in range(len(names))]
            if names is data.depths:
                (diamonds,) = axes.plot(
                    data.trained,
                    range(len(names)),
                    "D",
                    ms=6.5,
                    mfc=theme.paper,
                    mec=theme.ink,
                    mew=1.4,
                    zorder=6,
                    clip_on=False,
                )
            made.append((bars, numbers))
        entries = [
            Entry(words, fill(ink), bool(share > 0), theme.muted if ink == theme.faint else ink)
            for words, ink, share in zip(KINDS, inks, scale)
        ]
        key(canvas, LEFT, canvas.height - 14, entries, Layout(beside=18, apart=44))

        def update(data: Data) -> None:
            diamonds.set_xdata(data.trained)
            for (bars, numbers), values in zip(made, (data.lens, data.silent)):
                left = np.zeros(len(values))
                for k, row in enumerate(bars):
                    for i, bar in enumerate(row):
                        bar.set(x=left[i], width=values[i, k])
                    left = left + values[:, k]
                for text, value in zip(numbers, values[:, 0]):
                    text.set_text(f"{100 * value:.0f} %")

        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) The stream after each part, at the positions of the outputs, is normalized as at"
            " the end (with its own mean and spread) and read by the unembedding: which token"
            " would be the output there? If the feed-forward layers (MLP) added the one, “the digit"
            " itself” should be read before them, and “one more” after them. Diamonds: the share of"
            " held-out outputs that a multinomial logistic readout of the same normalized stream,"
            " trained on training inputs, gets right. (b) What the network answers when a"
            " feed-forward layer adds the same at each position for every input."
        )

    def alt(self, data: Data) -> str:
        lens = "; ".join(
            f"{name} {100 * more:.0f} % and {100 * same:.0f} %"
            for name, (more, same, _) in zip(data.depths, data.lens)
        )
        trained = ", ".join(f"{100 * share:.0f} %" for share in data.trained)
        silent = "; ".join(
            f"{name} {100 * more:.0f} % and {100 * same:.0f} %"
            for name, (more, same, _) in zip(data.without, data.silent)
        )
        return (
            f"Shares read as one more, and as the digit itself, at step {data.step:,}: after"
            f" {lens}. Trained readouts get {trained} of the held-out outputs right. Answers:"
            f" {silent}."
        )
