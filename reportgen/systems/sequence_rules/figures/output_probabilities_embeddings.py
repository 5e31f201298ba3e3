"""The probability of each next token over the plane, with every token at every position before
attention.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.planes import Ladders, View
from reportgen.drawing.strips import step_stamp
from reportgen.systems.sequence_rules.figures.parts.output_maps import (
    OutputMaps,
    Shown,
    listed,
    maps_key,
    percent,
)
from reportgen.systems.sequence_rules.figures.parts.packing import Box
from reportgen.systems.sequence_rules.figures.parts.reached import reached, reached_view
from reportgen.systems.sequence_rules.view import Study

NAMED = 2  # tokens of a panel that are named in it, at most: more would lie upon one another


@dataclass(frozen=True)
class Data:
    """Readout of one checkpoint, what starts from where, and who wins in view."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    trigger: int | None
    sums: np.ndarray  # [token, position, dim]
    view: View
    readout: Readout
    share: Mapping[int, float]  # token that wins somewhere in the view -> its share of it, exact


@dataclass(frozen=True)
class Scale:
    """One view, one scale and one choice of panels for all frames."""

    view: View
    shown: Shown
    winners: tuple[int, ...]  # tokens that win somewhere in any frame

    @property
    def box(self) -> Box:
        """Where the maps stand, lower by a line where one says that some are shared."""
        begin = 66 + 15 * bool(self.shown.merged)
        return Box(24, begin, 736, 632 - begin)


@figure("output-probabilities-embeddings")
class OutputProbabilitiesEmbeddings(Figure[Study, Data, Scale]):
    """One map a next token, large where it wins somewhere in view."""

    height = 692

    def compute(self, study: Study) -> Data:
        sums = study.lattice.sums
        view = reached_view(sums, reached(study).points)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.trigger,
            sums,
            view,
            study.readout,
            regions(study.readout, view).share,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        corners = np.array(
            [[f.view[0], f.view[2]] for f in frames] + [[f.view[1], f.view[3]] for f in frames]
        )
        view = frames[0].view if len(frames) == 1 else reached_view(corners)
        return Scale(
            view,
            Shown.of([f.readout for f in frames], view),
            tuple(sorted({t for f in frames for t in f.share})),
        )

    def height_of(self, data: Data) -> float:
        scale = self.scale([data])
        return self.height - scale.shown.spare(scale.box, data.tokens, scale.winners)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, tokens = canvas.theme, data.tokens
        merged, trigger = scale.shown.merged.strip(), [t for t in (data.trigger,) if t is not None]
        named = "its own token and the trigger are" if trigger else "its own token is"
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Background: feed-forward network and head applied to every point.  Dots: every token"
            f" at every position, before attention moves it;\nin each large panel {named} coloured"
            " and named.  Large: tokens that win somewhere in view.  Small: the rest."
            + (f"\n{merged[:-1]}; of more than two none is named." if merged else ""),
        )
        maps = OutputMaps(
            canvas,
            scale.box,
            tokens,
            data.classes,
            scale.view,
            scale.shown,
            scale.winners,
        )
        rest = {
            t: axes.scatter([], [], s=5, color=theme.muted, alpha=0.7, linewidths=0, zorder=3)
            for t, axes in maps.axes.items()
        }
        own = {
            t: Ladders(axes, theme, data.classes, ends=(0,), dot=0.8)
            for t, axes in maps.axes.items()
        }
        maps_key(canvas, scale.view, scale.shown.norm, 24, canvas.height - 28)

        def update(data: Data) -> None:
            stamp(data.step)
            top = maps.set(data.readout)
            for t, note in maps.notes.items():
                note.set_text(f"up to {top[t]:.2f}" if t in maps.axes else f"{top[t]:.2f}")
            for t in maps.axes:
                named = list(dict.fromkeys([*(t if len(t) <= NAMED else ()), *trigger]))
                rest[t].set_offsets(np.delete(data.sums, named, 0).reshape(-1, 2))
                own[t].set(data.sums[named], [data.tokens[n] for n in named])

        return update

    def caption(self, data: Data) -> str:
        applied = (
            "feed-forward network, residual connection and unembedding"
            if data.readout.residual
            else "feed-forward network and unembedding"
        )
        return (
            "Each panel: the probability of one next token, or the mean of several whose maps look"
            " the same, at every point where a position may stand after attention;"
            f" {applied} are applied. Dots: all {len(data.tokens)} tokens at"
            f" all {data.sums.shape[1]} positions before attention, larger for later positions. The"
            " number above a panel is the highest probability in view."
        )

    def alt(self, data: Data) -> str:
        wins = [
            f"{data.tokens[t]} ({percent(share)} of the area)"
            for t, share in sorted(data.share.items(), key=lambda item: -item[1])
        ]
        return (
            f"Maps of the probability of each next token over the plane at step {data.step:,}, with"
            " every token at every position as dots. Tokens that win somewhere in view:"
            f" {listed(wins)}."
        )
