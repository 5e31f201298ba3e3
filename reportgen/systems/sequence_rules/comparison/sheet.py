"""What a sheet of several reports is: a figure whose data are panels, one a report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure
from reportgen.drawing.style import SMALL, WIDTH
from reportgen.systems.sequence_rules.view import Study

HEAD = 56  # pixels above the first row of panels


@dataclass(frozen=True)
class Panel:
    """What a sheet shows of one report: plain numbers and arrays."""

    name: str


P = TypeVar("P", bound=Panel)


class Sheet(Figure[Study, Any, None], Generic[P]):
    """`compute` gives the panel of one report; `draw` takes the panels of all, in their order on
    the sheet.
    """

    panel: ClassVar[type[Panel]]
    columns: ClassVar[int]
    pitch: ClassVar[float]  # pixels from one row of panels to the next
    over_seeds = True

    @property
    def pitch_x(self) -> float:
        """Pixels from one column of panels to the next."""
        return WIDTH / self.columns

    def height_of(self, data: Sequence[P]) -> float:
        """As many rows as the panels need."""
        return HEAD + self.pitch * max(1, -(-len(data) // self.columns))

    def places(self, panels: Sequence[P]) -> Iterator[tuple[P, float, float]]:
        """Each panel with the upper left corner of its place."""
        for i, panel in enumerate(panels):
            yield panel, self.pitch_x * (i % self.columns), HEAD + self.pitch * (i // self.columns)

    def head(self, canvas: Canvas, x: float, y: float, name: str, note: str) -> None:
        """A panel's report in bold, a measured number under it."""
        room = self.pitch_x - 12
        canvas.text(x, y + 10, shortened(name, SMALL, room, "bold"), SMALL, weight="bold")
        canvas.text(x, y + 23, shortened(note, SMALL, room), SMALL, canvas.theme.muted)

    def numbers(self, data: Sequence[P]) -> dict[str, np.ndarray]:
        """Every array by the name of its report, for download."""
        return {
            f"{panel.name}.{f.name}": np.asarray(getattr(panel, f.name))
            for panel in data
            for f in fields(panel)
        }

    def stored(self, panel: P) -> dict[str, np.ndarray]:
        """A panel as arrays by name, to be kept in a file beside those of other sheets."""
        return {f"{self.slug}.{f.name}": np.asarray(getattr(panel, f.name)) for f in fields(panel)}

    def read(self, arrays: Mapping[str, np.ndarray]) -> Panel:
        """The panel that `stored` wrote; KeyError if another version wrote it."""
        values: dict[str, Any] = {
            f.name: array if (array := arrays[f"{self.slug}.{f.name}"]).ndim else array.item()
            for f in fields(self.panel)
        }
        return self.panel(**values)


def shortened(words: str, points: float, room: float, weight: str = "normal") -> str:
    """Words that fit into so many pixels, with an ellipsis where some had to go."""
    if width_of(words, points, weight) <= room:
        return words
    kept = len(words)
    while kept and width_of(words[:kept] + "…", points, weight) > room:
        kept -= 1
    return words[:kept] + "…"
