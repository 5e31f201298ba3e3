"""Smooth values over a plane, enlarged to the pixels of the sheet in one step: films draw many of
them in every frame.
"""

from functools import cached_property

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.image import AxesImage
from matplotlib.transforms import Affine2D
from PIL import Image

ROUNDING = 1e-6  # of a pixel


class Raster(AxesImage):
    """Values [y, x] in the colours of a map; between the middles of cells values are interpolated,
    as `bilinear` does.
    """

    def make_image(
        self, renderer: RendererBase, magnification: float = 1.0, unsampled: bool = False
    ) -> tuple[np.ndarray, float, float, Affine2D]:
        """Pixels [y, x, rgba] from the bottom up, and where their lower left corner lies; other
        sheets than those of pixels get what matplotlib makes.
        """
        if unsampled or magnification != 1:
            return super().make_image(renderer, magnification, unsampled)
        x0, x1, y0, y1 = self.get_extent()
        lies = self.get_transform().transform([(x0, y0), (x1, y1)])
        room = self.axes.bbox.get_points()
        least, most = np.maximum(lies[0], room[0]), np.minimum(lies[1], room[1])
        if (least > most).any():
            return None, 0, 0, None  # type: ignore[return-value]
        low, high = (
            np.floor(least + ROUNDING).astype(int),
            np.ceil(most - ROUNDING).astype(int),
        )  # no pixel of the edge stays bare
        strength = self._strength()
        cells = np.array(strength.shape[::-1])
        shown = ((np.array([low, high]) - lies[0]) / (lies[1] - lies[0]) * cells).clip(0, cells)
        size = np.maximum(high - low, 1)
        large = Image.fromarray(strength).resize(
            tuple(size.tolist()), Image.Resampling.BILINEAR, tuple(shown.ravel().tolist())
        )
        return self._coloured(np.asarray(large)), float(low[0]), float(low[1]), Affine2D()

    @cached_property
    def colours(self) -> np.ndarray:
        """One number [step] for the red, green, blue and opacity of each step of the map."""
        return np.ascontiguousarray(self.cmap(np.arange(self.cmap.N), bytes=True)).view(np.uint32)[
            :, 0
        ]

    def _strength(self) -> np.ndarray:
        """What is enlarged [y, x], from 0 to 1."""
        low, high = (float(np.asarray(end)) for end in (self.norm.vmin, self.norm.vmax))
        return np.asarray((self._values() - low) / (high - low), np.float32)

    def _values(self) -> np.ndarray:
        return np.asarray(self.get_array())

    def _coloured(self, strength: np.ndarray) -> np.ndarray:
        steps = len(self.colours)
        return (
            self.colours.take((strength * steps).astype(np.intp), mode="clip")
            .view(np.uint8)
            .reshape(*strength.shape, 4)
        )


class Veil(Raster):
    """One colour that covers more or less: its array [y, x, rgba] varies only in how much."""

    def _strength(self) -> np.ndarray:
        return np.asarray(self._values()[..., 3], np.float32)

    @property
    def colours(self) -> np.ndarray:
        """The one colour, from nothing to all of it."""
        steps = np.empty((256, 4), np.uint8)
        steps[:, :3], steps[:, 3] = np.rint(self._values()[0, 0, :3] * 255), range(256)
        return steps.view(np.uint32)[:, 0]
