"""A figure that is drawn one way where a page can show the plane it speaks of, and another way
where it cannot.
"""

import abc
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from reportgen.core.config.needs import lacks
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure


class Variant(abc.ABC):
    """One way to draw a figure: what it needs of a configuration, the type of its data, and the
    methods of a figure.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    data: ClassVar[type]
    title: str  # the figure's, unless a way has its own

    def suits(self, study: Any) -> bool:
        """Can this study be drawn so."""
        return not lacks(study.config, self.needs)

    @abc.abstractmethod
    def compute(self, study: Any) -> Any:
        """The numbers, an instance of `data`."""

    @abc.abstractmethod
    def height_of(self, data: Any) -> float:
        """CSS pixels."""

    @abc.abstractmethod
    def scale(self, frames: Sequence[Any]) -> Any:
        """Limits and norms that hold in all frames."""

    @abc.abstractmethod
    def draw(self, canvas: Canvas, data: Any, scale: Any) -> Callable[[Any], None]:
        """Build the artists, show `data`, and return what moves them to other data."""

    @abc.abstractmethod
    def caption(self, data: Any) -> str:
        """How to read marks and colours."""

    @abc.abstractmethod
    def alt(self, data: Any) -> str:
        """The figure in a sentence or two."""


class ByWidth(Figure):
    """Drawn by the first of its ways that suits a study; the last one suits whatever the figure
    itself can show.
    """

    ways: ClassVar[tuple[Variant, ...]]

    def __init_subclass__(cls) -> None:
        for way in cls.ways:
            way.title = getattr(way, "title", cls.title)

    def _of(self, data: Any) -> Variant:
        return next(way for way in self.ways if isinstance(data, way.data))

    def compute(self, study: Any) -> Any:
        return next(way for way in self.ways if way.suits(study)).compute(study)

    def height_of(self, data: Any) -> float:
        return self._of(data).height_of(data)

    def scale(self, frames: Sequence[Any]) -> Any:
        return self._of(frames[0]).scale(frames)

    def draw(self, canvas: Canvas, data: Any, scale: Any) -> Callable[[Any], None]:
        return self._of(data).draw(canvas, data, scale)

    def caption(self, data: Any) -> str:
        return self._of(data).caption(data)

    def alt(self, data: Any) -> str:
        return self._of(data).alt(data)
