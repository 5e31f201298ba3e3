"""The stream at every depth in the two directions in which it differs most, by the answer that is
due.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.style import SMALL, WIDTH
from reportgen.drawing.views import box, shaped
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.facts.depth import streams
from reportgen.systems.sequence_rules.figures.parts.projections import Projection
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

TOP, GAP, HEAD, FOOT, COLUMNS = 100, 34, 44, 16, 3  # CSS pixels, and panels in a row
MOST = 400  # positions that are drawn


@dataclass(frozen=True)
class Data:
    """Places of some positions at each depth."""

    step: int
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    classes: dict[str, str]
    answer: np.ndarray  # [position] id of the token that is due
    places: np.ndarray  # [depth, position, xy]
    shares: np.ndarray  # [depth] of the variance that the two directions show
    of: str


@figure("stream-by-depth")
class StreamByDepth(Figure[Study, Data, None]):
    """A panel a depth."""

    def compute(self, study: Study) -> Data:
        windows = study.data.holdout_windows
        at = np.argwhere(windows.visible & (windows.answer >= 0))
        at = at[np.linspace(0, len(at) - 1, min(MOST, len(at))).astype(int)]
        places, shares = [], []
        for points in streams(study).values():
            found = points[tuple(at.T)]
            found = found - found.mean(0)
            seen = Projection.of(found)
            places.append(seen.points(found, np.zeros(len(found))))
            shares.append(float(seen.shares.sum()) if len(seen.shares) else 1.0)
        return Data(
            study.step,
            tuple(streams(study)),
            study.tokens,
            dict(study.classes),
            windows.answer[tuple(at.T)],
            np.stack(places),
            np.array(shares),
            held_out(study),
        )

    def _place(self, canvas: float, count: int) -> tuple[int, float]:
        columns = min(COLUMNS, count)
        return columns, (canvas - GAP * (columns - 1)) / columns

    def height_of(self, data: Data) -> float:
        columns, side = self._place(WIDTH, len(data.names))
        rows = -(-len(data.names) // columns)
        return TOP + rows * (side + HEAD) - HEAD + FOOT

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        canvas.headline(
            self.title,
            f"{grouped(len(data.answer))} positions of {data.of}windows where the rule decides,"
            " each panel in the two directions in which its own points differ most.\nA token names"
            " the mean of the positions after which it has to come.",
            stamp(data.step),
        )
        theme, fills = canvas.theme, canvas.theme.fills(data.classes)
        columns, side = self._place(canvas.width, len(data.names))
        kinds, panels = np.unique(data.answer), []
        for i, name in enumerate(data.names):
            row, column = divmod(i, columns)
            axes = canvas.panel(column * (side + GAP), TOP + row * (side + HEAD), side, side)
            share = f"{100 * data.shares[i]:.0f} % of the variance"
            share = share if np.ptp(data.places[i]) > 0 else "all at one point"
            canvas.caption(axes, "abcdefghijklmnopqrstuvwxyz"[i % 26], name.capitalize(), share)
            axes.set_xticks([])
            axes.set_yticks([])
            drawn = [
                axes.plot(
                    [],
                    [],
                    theme.markers[data.classes[data.tokens[kind]]],
                    ms=4,
                    mfc=fills[data.tokens[kind]],
                    mec=theme.muted,
                    mew=0.4,
                    zorder=2,
                )[0]
                for kind in kinds
            ]
            panels.append((axes, drawn, Labels(axes, theme, SMALL + 1)))

        def update(data: Data) -> None:
            for (axes, drawn, labels), places in zip(panels, data.places):
                x0, x1, y0, y1 = shaped(box(places, pad=0.08), 1.0)
                axes.set(xlim=(x0, x1), ylim=(y0, y1))
                marks = []
                for kind, points in zip(kinds, drawn):
                    mine, token = places[data.answer == kind], data.tokens[kind]
                    points.set_data(mine[:, 0], mine[:, 1])
                    x, y = mine.mean(0)
                    ink = theme.classes[data.classes[token]]
                    marks.append(Mark(float(x), float(y), token, None, ink))
                labels.set(marks)

        return update

    def caption(self, data: Data) -> str:
        return (
            "The stream before the first layer and after each part, at positions where the rule"
            " decides and the answer is in view. Every panel shows the two principal directions of"
            " its own points, so a direction of one is not that of another. Fill and shape of a"
            " point say which token has to come next; the names stand at the means."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name}: {100 * share:.0f} %" for name, share in zip(data.names, data.shares)
        )
        return (
            f"Scatter plots of the stream at {len(data.names)} depths at step {data.step:,}, by the"
            f" answer that is due. Variance shown by two directions: {said}."
        )
