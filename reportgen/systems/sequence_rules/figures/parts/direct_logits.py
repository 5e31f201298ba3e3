"""One sequence against every next token at any width: what each part of the network adds to each
logit.

The stream is a sum and the unembedding is linear, so the logits are a sum too (direct logit
attribution, Elhage et al. 2021): logits = (embedding + position + each head's output + feed-forward
network) W_U + b_U.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import Canvas, halo, number
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL, TOKEN, Theme
from reportgen.drawing.variants import Variant
from reportgen.drawing.views import digits_for, if_wide, signed_ticks
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    SequenceHead,
    again,
    answers,
    demonstration,
    head_room,
)
from reportgen.systems.sequence_rules.figures.parts.heads import head_name, heads
from reportgen.systems.sequence_rules.view import Study

TOP, HEAD, ROW, BETWEEN, FOOT, LEFT = 62, 84, 19, 52, 58, 108  # CSS pixels
SHOWN = 3  # judged positions, the last ones
MANY = 16  # tokens from which on columns are named in small type
LOW = 13  # CSS pixels of a row of key positions, where there are many of them


@dataclass(frozen=True)
class Data:
    """The logits of one demonstration, taken apart; every row less its mean over the tokens, which
    changes no probability.
    """

    step: int
    number: int
    classes: dict[str, str]
    demo: Demonstration
    names: tuple[str, ...]  # of the parts
    parts: np.ndarray  # [position, part, token]; they add up to the logits
    logits: np.ndarray  # [position, token]
    probabilities: np.ndarray
    # [key, token] what the last position's attention adds, all heads together, by the position that
    # it is read from
    read: np.ndarray

    @property
    def shown(self) -> tuple[int, ...]:
        """The judged positions whose logits are taken apart."""
        return self.demo.judged[-SHOWN:]


@dataclass(frozen=True)
class Scale:
    """One norm for the parts and their sum, and one for what is read."""

    parts: Normalize
    read: Normalize


def parts_of(study: Study, index: int) -> dict[str, np.ndarray]:
    """What each part of the network adds to the logits [position, token] of one demonstration;
    together they are the logits.
    """
    t, w, every = study.trace, study.weights, heads(study)
    count, dims = every.count, every.outputs.shape[-1]
    out: dict[str, np.ndarray] = {}
    if study.config.model.residual:
        out |= {
            "token": t.embed[index] @ w["W_U"],
            "position": np.broadcast_to(t.pos_embed, t.embed.shape[1:]) @ w["W_U"],
        }
        for h, z in enumerate(every.outputs[index]):
            # without an output projection each head writes dimensions of its own
            own = w["W_U"] if every.projected else w["W_U"][h * dims : (h + 1) * dims]
            out[
                f"attention {head_name(h, count)}".strip() if count == 1 else head_name(h, count)
            ] = z @ own
    out["feed-forward"] = t.mlp_out(layer=-1)[index] @ w["W_U"]
    out["bias"] = np.broadcast_to(w["b_U"], out["feed-forward"].shape)
    return out


def read_from(study: Study, index: int) -> np.ndarray:
    """What the attention of the last position adds to each logit by the position it is read from
    [key, token].
    """
    w, every = study.weights, heads(study)
    weighed = every.pattern[index, :, -1, :, None] * every.values[index]  # [head, key, dim]
    dims = weighed.shape[-1]
    return sum(
        v @ (w["W_U"] if every.projected else w["W_U"][h * dims : (h + 1) * dims])
        for h, v in enumerate(weighed)
    )  # type: ignore[return-value]


def centred(values: np.ndarray) -> np.ndarray:
    """Less the mean over tokens, the last axis."""
    return values - values.mean(-1, keepdims=True)


class DirectLogits(Variant):
    """Parts x every next token for the last judged positions, and what the last one reads from each
    position.
    """

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        i, t = study.demonstration, study.trace
        found = parts_of(study, i)
        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            demonstration(study, i),
            tuple(found),
            centred(np.stack(list(found.values()), 1)),
            centred(t.logits[i]),
            t.probabilities[i],
            centred(read_from(study, i)),
        )

    def _reads(self, data: Data) -> float:
        """Height of the map by position read."""
        return len(data.demo.tokens) * (ROW if len(data.demo.tokens) <= 12 else LOW)

    def height_of(self, data: Data) -> float:
        return (
            TOP
            + HEAD
            + head_room(len(data.demo.tokens))
            + len(data.shown) * (ROW * (len(data.names) + 2) + BETWEEN)
            + self._reads(data)
            + BETWEEN
            + FOOT
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(
                *(a for f in frames for a in (f.parts[list(f.shown)], f.logits[list(f.shown)]))
            ),
            signed_norm(*(f.read for f in frames)),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp, demo = canvas.theme, step_stamp(canvas), data.demo
        canvas.headline(
            self.title,
            "The logits of the next token as a sum of what each part of the network adds, one"
            " column a token; last row: the probability that comes out.\nFrames: what the rule"
            " allows, teal where the network then predicts it, magenta where it does not.",
        )
        head = SequenceHead(canvas, 32, TOP, data.classes, demo, data.number)
        y, wide, blocks = TOP + HEAD + head_room(len(demo.tokens)), canvas.width - LEFT, []
        cell = wide / len(data.classes)
        digits = lambda norm: if_wide(1 if cell >= 36 else digits_for(norm, 10), cell, 21)
        for letter, at in zip("abc", data.shown):
            rows = [*data.names, "= logits"]
            axes = canvas.panel(LEFT, y, wide, ROW * len(rows))
            cells = Matrix(
                axes,
                theme,
                theme.signed,
                scale.parts,
                rows,
                [""] * len(data.classes),
                digits=digits(scale.parts),
            )
            below = canvas.panel(LEFT, y + ROW * len(rows) + 3, wide, ROW)
            chance = Matrix(
                below,
                theme,
                theme.probability,
                Normalize(0, 1),
                ["probability"],
                [""] * len(data.classes),
                digits=if_wide(2, cell, 24),
            )
            canvas.caption(
                axes, letter, f"After {demo.tokens[at]} at {at}", f"wanted: {demo.wanted[at]}"
            )
            axes.set_xticks([]), self._next(below, theme, data.classes)
            axes.axhline(len(rows) - 1, color=theme.muted, lw=1.2)
            frames = [
                (
                    at,
                    below.add_patch(
                        Rectangle(
                            (t + 0.035, 0.06),
                            0.93,
                            0.88,
                            fill=False,
                            lw=1.8,
                            zorder=6,
                            path_effects=halo(theme, 3),
                        )
                    ),
                )
                for t in demo.targets[at]
            ]
            blocks.append((at, cells, chance, frames))
            y += ROW * (len(rows) + 1) + BETWEEN
        last = len(demo.tokens) - 1
        axes = canvas.panel(LEFT, y, wide, self._reads(data))
        read = Matrix(
            axes,
            theme,
            theme.signed,
            scale.read,
            [""] * len(demo.tokens),
            [""] * len(data.classes),
            digits=digits(scale.read) if self._reads(data) / len(demo.tokens) >= ROW else None,
        )
        canvas.caption(
            axes,
            "abcd"[len(blocks)],
            f"What attention adds at {last}, by the position it reads",
            "all heads together; these rows add up to attention’s share above",
        )
        axes.set_yticks([]), self._next(axes, theme, data.classes)
        name_tokens(axes, theme, demo.tokens, data.classes)
        foot = canvas.height - 38
        mine = "abcd"[len(blocks)]
        colour_bar(
            canvas,
            theme.signed,
            scale.parts,
            LEFT,
            foot,
            120,
            f"logit ({'abc'[: len(blocks)]})",
            signed_ticks(scale.parts),
        )
        colour_bar(
            canvas,
            theme.signed,
            scale.read,
            LEFT + 150,
            foot,
            120,
            f"logit ({mine})",
            signed_ticks(scale.read),
        )
        colour_bar(
            canvas,
            theme.probability,
            Normalize(0, 1),
            LEFT + 300,
            foot,
            120,
            "probability",
            (0, 0.5, 1),
        )
        for i, words in enumerate(
            ("Each row less its mean over the tokens:", "a constant changes no probability.")
        ):
            canvas.text(LEFT + 448, foot - 1 + 13 * i, words, SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            head.set(data.demo, [f"{line}." for line in answers(data.demo)])
            for at, cells, chance, frames in blocks:
                cells.set(np.concatenate([data.parts[at], data.logits[at][None]]))
                chance.set(data.probabilities[at][None])
                for position, frame in frames:
                    frame.set_edgecolor(theme.outcomes[data.demo.outcomes[position]])
            read.set(data.read)

        update(data)
        return update

    @staticmethod
    def _next(axes: Axes, theme: Theme, classes: dict[str, str]) -> None:
        """Columns named by next token in its class colour."""
        axes.set_xticks(np.arange(len(classes)) + 0.5, list(classes))
        for label, kind in zip(axes.get_xticklabels(), classes.values()):
            label.set(
                size=TOKEN if len(classes) <= MANY else SMALL,
                weight="bold",
                color=theme.classes[kind],
            )

    def caption(self, data: Data) -> str:
        if data.number > 1:
            return again(data.demo)
        return (
            "What each part of the network adds to the logit of every next token, at the last"
            f" {len(data.shown)} positions of the sequence after which the rule decides:"
            f" {', '.join(data.names)}. The rows above the line add up to the logits, and these"
            " make the probabilities; each row is shown less its mean over the tokens, which"
            " changes no probability. Below, what attention adds at the last position, taken apart"
            " by the position that it reads. Brown raises a logit, blue lowers it."
        )

    def alt(self, data: Data) -> str:
        at = data.shown[-1]
        token = list(data.classes).index(data.demo.predicted[at])
        adds = ", ".join(
            f"{name} {number(float(value), 1)}"
            for name, value in zip(data.names, data.parts[at, :, token])
        )
        return (
            f"The logits of {' '.join(data.demo.tokens)} at step {data.step:,}, taken apart. After"
            f" {data.demo.tokens[at]} at {at} the logit of {data.demo.predicted[at]}, the likeliest"
            f" token, is made of: {adds}. {'; '.join(answers(data.demo)[-3:])}."
        )
