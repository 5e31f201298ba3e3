"""Smooth values enlarged in one step: the same picture as matplotlib's own."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Normalize
from matplotlib.image import AxesImage

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.rasters import Raster, Veil
from reportgen.drawing.style import applied, theme

CELLS = 41
WAVES = 0.5 + 0.5 * np.sin(np.add.outer(np.arange(CELLS) / 5, np.arange(CELLS) ** 2 / 200))


def pixels(
    kind: type[AxesImage], values: np.ndarray, extent: tuple[float, float, float, float], dpi: float
) -> np.ndarray:
    """A panel of 200 by 120 CSS pixels over the unit square with one image in it."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 200)
        agg = FigureCanvasAgg(canvas.figure)
        canvas.figure.set_dpi(dpi)
        axes = canvas.panel(30.3, 20.7, 200, 120)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        image = kind(
            axes,
            extent=extent,
            origin="lower",
            cmap=theme("light").probability,
            norm=Normalize(0, 1),
            interpolation="bilinear",
        )
        image.set_data(values)
        axes.add_image(image).set_clip_path(axes.patch)
        agg.draw()
        return np.asarray(agg.buffer_rgba())[..., :3].astype(int)


@pytest.mark.parametrize("dpi", [96, 161.7])
@pytest.mark.parametrize(
    "extent",
    [(-0.0125, 1.0125, -0.0125, 1.0125), (0.2, 0.7, 0.1, 1.6)],
    ids=["larger than the panel", "within and beyond it"],
)
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Raster, WAVES),
        (Veil, np.dstack([*[np.full_like(WAVES, part) for part in (0.9, 0.4, 0.1)], WAVES])),
    ],
    ids=["values", "veil"],
)
def test_the_picture_is_that_of_matplotlib(
    kind: type[Raster], values: np.ndarray, extent: tuple[float, float, float, float], dpi: float
) -> None:
    """At any size and place, but for a fraction of a pixel at the edges of the image."""
    apart = abs(pixels(kind, values, extent, dpi) - pixels(AxesImage, values, extent, dpi)).max(-1)
    assert apart.mean() < 0.5
    assert (apart > 12).mean() < 0.005


def test_an_image_beside_the_panel_is_not_drawn() -> None:
    """Nothing of it lies in view."""
    assert (
        pixels(Raster, WAVES, (2, 3, 2, 3), 96) == pixels(AxesImage, WAVES, (2, 3, 2, 3), 96)
    ).all()
