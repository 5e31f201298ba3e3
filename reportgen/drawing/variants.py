"""A figure that is drawn one way where a page can show the plane it speaks of, and another way
where it cannot.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from reportgen.core.config.needs import lacks
from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Data, Drawing, Figure, Scale, View


class Variant(Drawing[View, Data, Scale]):
    """One way to draw a figure: what it needs of a configuration, and the type of its data."""

    needs: ClassVar[tuple[str, ...]] = ()
    data: ClassVar[type]
    title: str  # the figure's, unless a way has its own

    def suits(self, study: View) -> bool:
        """Can this study be drawn so."""
        return not lacks(study.config, self.needs)


class ByWidth(Figure[Study, object, object]):
    """Drawn by the first of its ways that suits a study; the last one suits whatever the figure
    itself can show.
    """

    ways: ClassVar[tuple[Variant[Any, Any, Any], ...]]  # each has data of its own

    def __init__(self) -> None:
        for way in self.ways:
            way.title = getattr(way, "title", self.title)

    def _of(self, data: object) -> Variant[Any, Any, Any]:
        return next(way for way in self.ways if isinstance(data, way.data))

    def compute(self, study: Study) -> object:
        return next(way for way in self.ways if way.suits(study)).compute(study)

    def height_of(self, data: object) -> float:
        return self._of(data).height_of(data)

    def scale(self, frames: Sequence[object]) -> object:
        return self._of(frames[0]).scale(frames)

    def draw(self, canvas: Canvas, data: object, scale: object) -> Callable[[object], None] | None:
        return self._of(data).draw(canvas, data, scale)

    def caption(self, data: object) -> str:
        return self._of(data).caption(data)

    def alt(self, data: object) -> str:
        return self._of(data).alt(data)
