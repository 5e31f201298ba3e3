"""Attention weights beside the length of what arrives, and how much of a position stays its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens
from reportgen.drawing.style import BODY
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.norms import mixing, norms, rank_agreement
from reportgen.systems.text.view import Study

TOP, LEFT, SIDE, GAP, BELOW, TALL = 104, 36, 336, 52, 92, 120  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One passage through the head in which weights and lengths agree least."""

    step: int
    passage: int
    classes: dict[str, str]
    tokens: tuple[str, ...]
    head: str
    agreement: float  # rank correlation over held-out text, in that head
    weights: np.ndarray  # [query, source]; later sources are no number
    lengths: np.ndarray  # the same, length of what arrives
    alone: np.ndarray  # [query] mixing ratio of attention alone
    residual: np.ndarray  # the same with the residual stream


@figure("norms-beside-weights")
class NormsBesideWeights(Figure[Study, Data, Normalize]):
    """Two maps and two rows of bars."""

    height = TOP + SIDE + BELOW + TALL + 40

    def compute(self, study: Study) -> Data:
        i, t, found = study.demonstration, study.trace, rank_agreement(study)
        layer, head = next(
            at for at in heads(study) if name_of(study, at) == found.details["head_text"]
        )

        def masked(values: np.ndarray) -> np.ndarray:
            return np.where(np.tri(values.shape[-1], dtype=bool), values, np.nan)

        def ratio(residual: bool) -> np.ndarray:
            return np.asarray(mixing(study, t, layer, residual=residual)[i])

        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            tuple(study.tokens[x] for x in study.demonstrations.inputs[i]),
            name_of(study, (layer, head)),
            found.value or 0.0,
            masked(t.pattern(layer=layer, head=head)[i]),
            masked(norms(study, t, layer)[i, head]),
            ratio(False),
            ratio(True),
        )

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return Normalize(0, max(float(np.nanmax(f.lengths)) for f in frames) or 1.0)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme, count = canvas.theme, len(data.tokens)
        canvas.headline(
            self.title,
            f"Passage {data.passage} in {data.head}, where in held-out text weights and"
            f" lengths agree least (rank correlation {data.agreement:.3f}).\nDown: the token that"
            " reads.  Across: the token that is read.",
            stamp(data.step),
        )
        panels = (
            (LEFT, "a", "Weight", "attention", Normalize(0, 1), data.weights),
            (LEFT + SIDE + GAP, "b", "Length", "of weight times what is read", scale, data.lengths),
        )
        for x, letter, words, note, norm, values in panels:
            axes = canvas.panel(x, TOP, SIDE, SIDE)
            cells = Matrix(axes, theme, theme.probability, norm, count, count)
            name_tokens(axes, theme, data.tokens, data.classes, columns=True)
            canvas.caption(axes, letter, words, note)
            cells.set(values)
            top = float(norm.vmax or 1)
            ticks = (
                (0, 0.5, 1) if top == 1 else tuple(np.arange(0, top + 1e-9, max(1, round(top / 3))))
            )
            colour_bar(canvas, theme.probability, norm, x, TOP + SIDE + 26, 130, "", ticks)
        y = TOP + SIDE + BELOW
        axes = canvas.panel(LEFT, y, canvas.width - LEFT, TALL)
        axes.set(xlim=(0, count), ylim=(0, 1.02))
        axes.set_xticks([]), axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        positions = np.arange(count) + 0.5
        axes.bar(positions, data.residual, width=0.66, color=theme.series["attention"], zorder=2)
        axes.plot(
            positions,
            data.alone,
            "o",
            ms=5,
            mfc=theme.paper,
            mec=theme.ink,
            mew=1.3,
            zorder=4,
            clip_on=False,
        )
        axes.axhline(0.5, color=theme.muted, lw=1.0, dashes=(4, 3), zorder=3)
        for i, token in enumerate(data.tokens):
            axes.annotate(
                token,
                (i + 0.5, 0),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                xytext=(0, -12),
                ha="center",
                size=BODY,
                weight="bold",
                color=theme.classes[data.classes[token]],
            )
        canvas.caption(
            axes,
            "c",
            "From others",
            "bars: of all that a position then holds, the residual stream included; rings: of what"
            " attention brings; dashed: half and half",
        )

    def caption(self, data: Data) -> str:
        return (
            "(a) Attention weights of one head; (b) the length of the vector that each weight"
            " brings, the weight times the value behind the output projection (Kobayashi and others"
            " 2020). (c) All heads together: the length of what comes from other positions over"
            " that plus the length of what a position keeps (Kobayashi and others 2021), without"
            " and with its residual stream."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Weights and lengths of {data.head} over the passage “{''.join(data.tokens)}” at step"
            f" {data.step:,}; over held-out text their rank correlation is {data.agreement:.3f}."
            f" From other positions come {data.residual[1:].mean():.2f} of what a position of this"
            f" passage then holds, and {data.alone[1:].mean():.2f} of what attention brings it."
        )
