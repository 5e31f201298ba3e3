"""Matching and copying as tables of tokens, from the weights alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.matrices import Matrix, colour_bar, signed_norm
from reportgen.drawing.spacing import thinned
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import signed_ticks
from reportgen.measure.head_circuits import Circuits, diagonal
from reportgen.systems.repeated_sequences.facts.circuits import pairs
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.facts.scores import matching_head
from reportgen.systems.repeated_sequences.view import Study

TOP, LEFT, GAP, SIDE = 100, 30, 52, 336


@dataclass(frozen=True)
class Data:
    """Two tables [token, token], each row centred: only differences within a row matter to a
    softmax.
    """

    step: int
    tokens: tuple[str, ...]
    classes: dict[str, str]
    head: str  # the head that matches prefixes most
    through: str  # the earlier head that hands tokens on; empty where there is no earlier layer
    matched: np.ndarray
    copied: np.ndarray
    own_matched: int  # rows whose own column is the largest
    own_copied: int


@figure("repeats-circuits")
class RepeatsCircuits(Figure[Study, Data, tuple[Normalize, Normalize]]):
    """What asks for what, and what raises what."""

    height = TOP + SIDE + 66

    def compute(self, study: Study) -> Data:
        circuits, at = Circuits(study), matching_head(study)
        earlier = [a for a, b in pairs(study) if b == at]
        shares = [diagonal(circuits.matched(at, through=a)).mean() for a in earlier]
        through = earlier[int(np.argmax(shares))] if earlier else None
        matched, copied = circuits.matched(at, through), circuits.copied(at)

        def centred(table: np.ndarray) -> np.ndarray:
            return np.asarray(table - table.mean(1, keepdims=True))

        return Data(
            study.step,
            study.tokens,
            dict(study.classes),
            name_of(study, at),
            "" if through is None else name_of(study, through),
            centred(matched),
            centred(copied),
            int(diagonal(matched).sum()),
            int(diagonal(copied).sum()),
        )

    def scale(self, frames: Sequence[Data]) -> tuple[Normalize, Normalize]:
        return signed_norm(*(f.matched for f in frames)), signed_norm(*(f.copied for f in frames))

    def draw(
        self, canvas: Canvas, data: Data, scale: tuple[Normalize, Normalize]
    ) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        way = (
            f"tokens that {data.through} has handed on to its keys"
            if data.through
            else "tokens as they are read, since no layer comes before"
        )
        canvas.headline(
            self.title,
            f"Of {data.head}, which matches prefixes most; every token tried, no sequence needed. "
            f" Rows are centred.\n(a) offers {way}.",
        )
        maps = []
        for i, (words, note, norm) in enumerate(
            (
                ("Asked for", "score of a key that was handed the token", scale[0]),
                ("Said", "logit that reading the token adds", scale[1]),
            )
        ):
            note = note if data.through or i else "score of a key of that token"
            x = LEFT + i * (SIDE + GAP)
            cells = Matrix(
                canvas.panel(x, TOP, SIDE, SIDE),
                theme,
                theme.signed,
                norm,
                data.tokens,
                data.tokens,
            )
            cells.mesh.set_linewidth(0.4)
            shown = set(thinned(data.tokens, SIDE / len(data.tokens), across=True))
            for labels in (cells.axes.get_xticklabels(), cells.axes.get_yticklabels()):
                for j, (label, token) in enumerate(zip(labels, data.tokens)):
                    label.set(
                        color=theme.classes[data.classes[token]],
                        weight="bold",
                        size=SMALL,
                        visible=j in shown,
                    )
            canvas.caption(cells.axes, "ab"[i], words, note)
            colour_bar(
                canvas,
                theme.signed,
                norm,
                x,
                TOP + SIDE + 38,
                110,
                "",
                ticks := signed_ticks(norm),
                [f"{tick:g}".replace("-", "−") for tick in ticks],
            )
            maps.append((cells, canvas.text(x + 122, TOP + SIDE + 46, "", SMALL, theme.muted)))

        def update(data: Data) -> None:
            stamp(data.step)
            for (cells, note), table, own in zip(
                maps, (data.matched, data.copied), (data.own_matched, data.own_copied)
            ):
                cells.set(table)
                note.set_text(
                    f"up to {np.abs(table).max():.2g}; own column first in {own} of"
                    f" {len(data.tokens)} rows"
                )

        return update

    def caption(self, data: Data) -> str:
        way = (
            f"passed on by {data.through}: W_E W_OV of it, read by W_QK of {data.head}"
            if data.through
            else "as it is: W_E W_QK W_E"
        )
        return (
            "(a) Score that the query of a token (row) gives to a position that holds a token"
            f" (column), {way}. (b) What reading a token (row) through {data.head} adds to the"
            " logit of each token (column): W_E W_OV W_U. The centring and the gains of"
            " normalization are counted in, its division is not; each row has its mean taken away."
            " Brown: more, blue: less than the row’s mean; each table has a scale of its own, whose"
            " largest value stands beside it. Positions are left out."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Two tables of {len(data.tokens)} by {len(data.tokens)} tokens for {data.head} at step"
            f" {data.step:,}: in {data.own_matched} rows a token scores highest for"
            f" itself{f' as passed on by {data.through}' if data.through else ''}, in"
            f" {data.own_copied} rows reading it raises its own logit most."
        )
