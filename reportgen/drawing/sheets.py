"""A sheet drawn once is a bitmap and a vector drawing, or a vector drawing alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, PathEffectRenderer
from matplotlib.text import Text
from matplotlib.transforms import Affine2DBase, Transform
from matplotlib.typing import ColorType
from numpy.typing import ArrayLike

from reportgen.drawing.fonts import heights
from reportgen.drawing.twins import Twins
from reportgen.drawing.vectors import Vectors


class Sheets(RendererBase):
    """Passes all that a figure draws to an SVG and, where it is `painted`, to a bitmap beside it;
    sizes of words are measured once for all figures drawn.
    """

    def __init__(
        self, width: float, height: float, dpi: float, twins: Twins, *, painted: bool = True
    ) -> None:
        super().__init__()
        self.width, self.height, self.dpi, self.twins = width, height, dpi, twins
        self.bitmap = RendererAgg(width, height, dpi)  # which measures words in any case
        self.drawing = Vectors(width, height, dpi, twins)
        self.painted = painted
        self.haloes: dict[Text, list[AbstractPathEffect]] = {}
        self.widths: dict[tuple[object, ...], float] = {}
        self.heights: dict[tuple[object, ...], tuple[float, float, float]] = {}

    def draw(self, figure: Figure) -> tuple[np.ndarray, str]:
        """Pixels [y, x, rgba] and SVG of a figure of this size and resolution; the pixels are
        overwritten by the next.
        """
        self.bitmap.clear()
        self.drawing = Vectors(self.width, self.height, self.dpi, self.twins)
        with self._plain(figure):
            figure.draw(self)
        return np.asarray(self.bitmap.buffer_rgba()), self.drawing.document()

    @contextmanager
    def _plain(self, figure: Figure) -> Iterator[None]:
        """Outlined words come as words: an outline makes matplotlib turn them into shapes."""
        texts = (*figure.texts, *(text for axes in figure.axes for text in axes.texts))
        self.haloes = {text: effects for text in texts if (effects := text.get_path_effects())}
        for text in self.haloes:
            text.set_path_effects([])
        try:
            yield
        finally:
            for text, effects in self.haloes.items():
                text.set_path_effects(effects)
            self.haloes = {}

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        effects = self.haloes.get(mtext) if mtext is not None else None
        look = vars(effects[0])["_gc"] if effects else {}
        outline = (look["foreground"], look["linewidth"]) if effects else None
        self.drawing.words(
            gc, x, y, s, prop, angle, ismath, mtext, self._width(s, prop, ismath), outline
        )
        if self.painted:
            (PathEffectRenderer(effects, self.bitmap) if effects else self.bitmap).draw_text(
                gc, x, y, s, prop, angle, ismath, mtext
            )

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: ColorType | None = None,
    ) -> None:
        if self.painted:
            self.bitmap.draw_path(gc, path, transform, rgbFace)
        self.drawing.draw_path(gc, path, transform, rgbFace)

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: ColorType | None = None,
    ) -> None:
        if self.painted:
            self.bitmap.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        self.drawing.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)

    def draw_path_collection(self, *given: Any, **named: Any) -> None:
        if self.painted:
            self.bitmap.draw_path_collection(*given, **named)
        self.drawing.draw_path_collection(*given, **named)

    def draw_quad_mesh(self, *given: Any) -> None:
        if self.painted:
            self.bitmap.draw_quad_mesh(*given)
        self.drawing.draw_quad_mesh(*given)

    def draw_image(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        im: ArrayLike,
        transform: Affine2DBase | None = None,
    ) -> None:
        if self.painted:
            self.bitmap.draw_image(gc, x, y, im)
        self.drawing.draw_image(gc, x, y, im)

    def _width(self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]) -> float:
        """Width of words in pixels of the bitmap."""
        key = (s, prop.get_size_in_points(), prop.get_weight(), prop.get_style(), ismath)
        if key not in self.widths:
            self.widths[key] = self.bitmap.get_text_width_height_descent(s, prop, ismath)[0]
        return self.widths[key]

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        size: tuple[float, float, float] = self.bitmap.get_text_width_height_descent(
            s, prop, ismath
        )
        return size

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        """Asked by matplotlib, where a renderer has it, for each text that is laid out."""
        key = (*prop.get_family(), prop.get_size_in_points(), prop.get_weight(), prop.get_style())
        if key not in self.heights:
            self.heights[key] = heights(prop, self.dpi)
        return self.heights[key]

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def points_to_pixels(self, points: ArrayLike) -> ArrayLike:
        pixels: ArrayLike = self.bitmap.points_to_pixels(points)
        return pixels

    def option_image_nocomposite(self) -> bool:
        return True
