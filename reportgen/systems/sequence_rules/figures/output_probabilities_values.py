"""The probability of each next token over the plane, with points that really reach the output after
attention.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.core.exact.geometry import regions
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import Entry, Layout, dot, key
from reportgen.drawing.planes import View
from reportgen.drawing.strips import step_stamp
from reportgen.systems.sequence_rules.figures.parts.output_maps import (
    OutputMaps,
    Shown,
    listed,
    maps_key,
)
from reportgen.systems.sequence_rules.figures.parts.packing import Box
from reportgen.systems.sequence_rules.figures.parts.reached import (
    EACH,
    Reached,
    reached,
    reached_view,
    starts,
)
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Data:
    """Readout of one checkpoint, and held-out positions after attention."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    reached: Reached
    view: View
    readout: Readout
    winners: tuple[int, ...]  # tokens that win somewhere in the view

    def wanting(self, tokens: Sequence[int]) -> np.ndarray:
        """Is one of the tokens what the rule asks for [point]."""
        return np.asarray(self.reached.allowed[:, list(tokens)].any(1))

    def score(self, *tokens: int) -> tuple[int, int]:
        """How many of the points at which the rule asks for a token are right, and how many there
        are.
        """
        of = self.wanting(tokens)
        return int(self.reached.right[of].sum()), int(of.sum())


@dataclass(frozen=True)
class Scale:
    """One view, one scale and one choice of panels for all frames."""

    view: View
    shown: Shown
    large: tuple[int, ...]  # tokens that win somewhere or are asked for in any frame
    right: frozenset[bool]  # is the likeliest token allowed, of all points in all frames

    @property
    def box(self) -> Box:
        """Where the maps stand, lower by a line where one says that some are shared."""
        begin = 82 + 15 * bool(self.shown.merged)
        return Box(24, begin, 736, 648 - begin)


@figure("output-probabilities-values")
class OutputProbabilitiesValues(Figure[Study, Data, Scale]):
    """One map a next token with the points at which the rule asks for it."""

    height = 708

    def compute(self, study: Study) -> Data:
        points = reached(study)
        view = reached_view(starts(study), points.points)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            points,
            view,
            study.readout,
            tuple(regions(study.readout, view).pieces),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        corners = np.array([[f.view[i], f.view[i + 2]] for f in frames for i in (0, 1)])
        view = frames[0].view if len(frames) == 1 else reached_view(corners)
        return Scale(
            view,
            Shown.of([f.readout for f in frames], view),
            tuple(sorted({t for f in frames for t in (*f.winners, *f.reached.demanded)})),
            frozenset(bool(r) for f in frames for r in f.reached.right),
        )

    def height_of(self, data: Data) -> float:
        scale = self.scale([data])
        return self.height - scale.shown.spare(scale.box, data.tokens, scale.large)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, merged = canvas.theme, scale.shown.merged.strip()
        lower, down = (f"\n{merged}", 15) if merged else ("", 0)
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Background: feed-forward network and head applied to every point.  Dots: held-out"
            " positions after attention, coloured in the panel of the token\nthat the rule requires"
            " there, grey in the others.  Large: tokens that win somewhere in view or are"
            f" required.  Small: the rest.{lower}",
        )
        self._key(canvas, data, scale, down)
        maps = OutputMaps(
            canvas,
            scale.box,
            data.tokens,
            data.classes,
            scale.view,
            scale.shown,
            scale.large,
        )
        dots = {
            t: (
                axes.scatter([], [], s=4, color=theme.muted, alpha=0.5, linewidths=0, zorder=3),
                axes.scatter([], [], s=17, linewidths=0.6, edgecolors=[theme.paper], zorder=4),
            )
            for t, axes in maps.axes.items()
        }
        maps_key(canvas, scale.view, scale.shown.norm, 24, canvas.height - 28)

        def update(data: Data) -> None:
            stamp(data.step)
            maps.set(data.readout)
            ink = np.array(
                [theme.outcomes["obeyed" if r else "broken"] for r in data.reached.right]
            ).reshape(-1, 3)
            for t, (rest, own) in dots.items():
                demanded = data.wanting(t)
                rest.set_offsets(data.reached.points[~demanded])
                own.set_offsets(data.reached.points[demanded])
                own.set_facecolor(list(ink[demanded]) or [theme.ink])
                right, of = data.score(*t)
                maps.notes[t].set_text(f"{right} of {of} right" if of else "never required")

        return update

    @staticmethod
    def _key(canvas: Canvas, data: Data, scale: Scale, down: float) -> None:
        """What the colours of dots say, of those that occur."""
        theme, right = canvas.theme, scale.right
        shown = data.reached.allowed[:, list(scale.large)]
        key(
            canvas,
            24,
            76 + down,
            [
                Entry(words, dot("o", ink, 30), drawn)
                for words, ink, drawn in (
                    (
                        "the likeliest next token is allowed",
                        theme.outcomes["obeyed"],
                        True in right,
                    ),
                    ("it is not allowed", theme.outcomes["broken"], False in right),
                    ("the rule requires another token", theme.muted, not shown.all()),
                )
            ],
            Layout(apart=40),
        )

    def caption(self, data: Data) -> str:
        return (
            "Each panel: the probability of one next token over the plane, or the mean of several"
            " whose maps look the same. Dots: for each token"
            f" that the rule requires, the first {EACH} held-out positions that require it and"
            " have it in view, where they are after attention. Teal: the likeliest"
            " next token is allowed; magenta: it is not; grey: the rule requires another token"
            " there."
        )

    def alt(self, data: Data) -> str:
        scores = [
            f"{data.tokens[t]} {right} of {of}"
            for t in data.reached.demanded
            for right, of in [data.score(t)]
        ]
        return (
            f"Maps of the probability of each next token at step {data.step:,}, with"
            f" {len(data.reached)} held-out positions after attention. Of these"
            f" {int(data.reached.right.sum())} are answered right; by required token:"
            f" {listed(scores)}."
        )
