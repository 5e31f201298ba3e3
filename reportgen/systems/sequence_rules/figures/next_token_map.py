"""What comes after each token: the network beside a predictor that knows the rule, on the same
held-out windows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import colour_bar, signed_norm
from reportgen.drawing.scales import decimals, ends
from reportgen.drawing.style import BODY
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.facts.law_by_token import averaged, next_by_token
from reportgen.systems.sequence_rules.figures.parts.next_maps import SIDE, name_rows, next_map
from reportgen.systems.sequence_rules.figures.parts.share_rows import LEAST, ShareRows
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: upper edge of the maps, left edge of the second column, between the rows
TOP, RIGHT, APART = 76, 418, 66
FOOT = 82  # CSS pixels below the maps


SAME = (
    f"After every token less than {100 * LEAST:g} % of the probability lies elsewhere than the law"
    " has it."
)


@dataclass(frozen=True)
class Data:
    """Mean next-token distributions [last token, next token]; NaN after a token that never comes
    last.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    network: np.ndarray
    law: np.ndarray  # of a predictor that knows the rule and sees the same windows
    contexts: np.ndarray  # [last token] how many were averaged
    windows: int
    of: str  # what these windows are

    @property
    def apart(self) -> np.ndarray:
        """Total variation distance [last token] of the two: the share of the probability that would
        have to move.
        """
        return np.asarray(np.abs(self.network - self.law).sum(-1) / 2)

    @property
    def same(self) -> bool:
        """Is there nothing to see in their difference, after any token."""
        return bool(np.nanmax(self.apart) < LEAST)


@dataclass(frozen=True)
class Scale:
    """One norm for both maps and one for their difference."""

    norm: Normalize
    signed: Normalize


@figure("next-token-map")
class NextTokenMap(Figure[Study, Data, Scale]):
    """Two maps, their difference, and its size for each last token."""

    height = 824

    def compute(self, study: Study) -> Data:
        windows, (said, told) = averaged(study), next_by_token(study)
        contexts = np.bincount(windows.inputs.ravel(), minlength=len(study.tokens))
        return Data(
            study.step,
            study.tokens,
            study.classes,
            said,
            told,
            contexts,
            len(windows),
            held_out(study),
        )

    def height_of(self, data: Data) -> float:
        return TOP + SIDE + APART + FOOT if data.same else self.height

    def scale(self, frames: Sequence[Data]) -> Scale:
        most = max((float(np.nanmax(m)) for f in frames for m in (f.network, f.law)), default=1.0)
        return Scale(Normalize(0, most), signed_norm(*(f.network - f.law for f in frames)))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, low, digits = canvas.theme, TOP + SIDE + APART, decimals(scale.signed)
        difference = ("c", "Network minus law", "", 40, low, theme.signed, scale.signed)
        canvas.headline(
            self.title,
            "Rows: the last token read; columns: the next one.  Averaged over the same"
            f" {grouped(data.contexts.sum())} {data.of}contexts, whatever stands before.",
            stamp(data.step),
        )
        places = [
            ("a", "The network", "mean probability", 40, TOP, theme.probability, scale.norm),
            (
                "b",
                "The law of the data",
                "for a perfect predictor",
                RIGHT,
                TOP,
                theme.probability,
                scale.norm,
            ),
            *([] if data.same else [difference]),
        ]
        maps = []
        for letter, words, note, x, y, cmap, norm in places:
            maps.append(
                next_map(
                    canvas,
                    data.tokens,
                    data.classes,
                    (x, y),
                    cmap,
                    norm,
                    digits=2 if norm is scale.norm else digits,
                )
            )
            canvas.caption(maps[-1].axes, letter, words, note)
        base = canvas.height - 28
        colour_bar(
            canvas,
            theme.probability,
            scale.norm,
            RIGHT,
            base,
            132,
            "probability (a, b)",
            (0.0, float(scale.norm.vmax or 1)),
            ("0", number(float(scale.norm.vmax or 1), 2)),
        )
        if data.same:
            canvas.text(40, low, SAME, BODY)
        rows = None if data.same else self._differences(canvas, data, scale, base)

        def update(data: Data) -> None:
            for matrix, values_of in zip(maps, (data.network, data.law, data.network - data.law)):
                matrix.set(values_of)
            if rows:
                rows.set(data.apart)

        return update

    @staticmethod
    def _differences(canvas: Canvas, data: Data, scale: Scale, base: float) -> ShareRows:
        """How far apart the two are after each token, and what the colours of their difference are
        worth.
        """
        theme = canvas.theme
        apart = canvas.panel(RIGHT, TOP + SIDE + APART, SIDE, SIDE)
        canvas.caption(apart, "d", "How far apart", "share of the probability that lies elsewhere")
        rows = ShareRows(
            apart,
            theme,
            [data.classes[t] for t in data.tokens],
            name_rows(apart, canvas, data.tokens, data.classes),
            "never last",
        )
        colour_bar(
            canvas,
            theme.signed,
            scale.signed,
            RIGHT + 168,
            base,
            132,
            "difference (c)",
            *ends(scale.signed),
        )
        return rows

    def caption(self, data: Data) -> str:
        return (
            "(a) What the network expects after each token, averaged over all positions of"
            f" {data.windows:,} {data.of}windows that end with it. (b) The same average of the"
            " exact law of the next token for a predictor that knows the rule and sees the same"
            " window: where the last token alone decides, this is the rule itself."
            + (
                f" Their difference is not drawn: {SAME[0].lower()}{SAME[1:]}"
                if data.same
                else " (c) Their difference: brown where the network expects a token too often,"
                " blue where too seldom; the darkest colour is the largest difference of this"
                " network. (d) Half the sum of the absolute differences of a row, in the colour and"
                " mark of the last token’s class; the scale grows tenfold from line to line."
            )
        )

    def alt(self, data: Data) -> str:
        far = int(np.nanargmax(data.apart))
        shares = data.contexts / data.contexts.sum()
        mean = float(np.nansum(data.apart * shares))
        return (
            f"Heat maps of the mean probability of each of {len(data.tokens)} next tokens after"
            f" each last token, at step {data.step:,}, for the network and for the law of the data."
            + (
                f" {SAME}"
                if data.same
                else f" On average {100 * mean:.1f} % of the probability lies elsewhere than the"
                f" law has it, most after {data.tokens[far]} with {100 * data.apart[far]:.1f} %."
            )
        )
