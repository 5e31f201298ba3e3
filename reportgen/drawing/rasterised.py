"""Words that move, rasterised once and stamped: films write the same words in frame after frame."""

from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

PHASES = 2  # points within a pixel, along each axis, at which words are rasterised
MOST = 2048  # stamps that are kept


class RasterisedLabel(NamedTuple):
    """Words as pixels."""

    pixels: np.ndarray  # [y, x, rgba] from the bottom up
    left: int  # pixels from the words' own anchor to the lower left corner
    low: int


class RasterisedLabels:
    """Draws words as matplotlib would, at the nearest half of a pixel: the same words in the same
    look are rasterised once.

    What matplotlib draws for them is laid on the canvas like any picture, so that clipping, order
    and what shows through stay as they are. Words seen for the first time are left to matplotlib,
    since most numbers that count never come again; so are words in a box, and words that hang on
    something else.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.kept: dict[
            tuple[object, ...], RasterisedLabel | None
        ] = {}  # none yet where words were seen once; the longest unused first

    def draw(self, text: Text, renderer: RendererAgg) -> None:
        """Lay words on the canvas where they stand now."""
        if not text.get_visible() or not text.get_text():
            return
        if type(text) is not Text or text.get_bbox_patch() is not None or text.get_wrap():
            text.draw(renderer)
            return
        anchor = np.asarray(text.get_transform().transform(text.get_unitless_position()))
        if not np.isfinite(anchor).all():
            return
        x, y = np.rint(anchor * PHASES).astype(int).tolist()
        stamp = self._stamp(text, renderer, (x % PHASES, y % PHASES))
        if stamp is None:
            text.draw(renderer)
            return
        clipped = text.get_clip_on()
        gc = renderer.new_gc()
        gc.set_clip_rectangle(text.get_clip_box() if clipped else None)
        gc.set_clip_path(text.get_clip_path() if clipped else None)
        renderer.draw_image(gc, x // PHASES + stamp.left, y // PHASES + stamp.low, stamp.pixels)
        gc.restore()
        text.stale = False

    def _stamp(
        self, text: Text, renderer: RendererAgg, phase: tuple[int, int]
    ) -> RasterisedLabel | None:
        """The stamp of these words in this look; none where they are seen for the first time."""
        colour = text.get_color()
        halo = tuple(repr(sorted(vars(effect).items())) for effect in text.get_path_effects() or ())
        look = (
            colour if isinstance(colour, str) else tuple(colour),
            text.get_alpha(),
            halo,
            text.get_horizontalalignment(),
            text.get_verticalalignment(),
            text.get_rotation(),
        )
        key = (text.get_text(), hash(text.get_fontproperties()), *look, renderer.dpi, phase)
        stamp = None
        if key in self.kept:
            stamp = self.kept.pop(key) or _cut(text, renderer, phase)
        self.kept[key] = stamp
        if len(self.kept) > self.most:
            del self.kept[next(iter(self.kept))]
        return stamp


def _cut(text: Text, renderer: RendererAgg, phase: tuple[int, int]) -> RasterisedLabel:
    """What matplotlib draws for words, off the whole pixel by so many halves, and nothing around
    it.
    """
    twin = Text(figure=text.get_figure(root=True))
    twin.update_from(text)
    twin.set(
        text=text.get_text(),
        transform=IdentityTransform(),
        clip_on=False,
        parse_math=text.get_parse_math(),
    )
    spare = round(
        renderer.points_to_pixels(text.get_fontsize())
    )  # ink beyond the measured box: accents, slants, outlines
    box = twin.get_window_extent(renderer)
    left, low = int(np.floor(box.x0)) - spare, int(np.floor(box.y0)) - spare
    twin.set_position((phase[0] / PHASES - left, phase[1] / PHASES - low))
    scratch = RendererAgg(
        int(box.width) + 2 * spare + 2, int(box.height) + 2 * spare + 2, renderer.dpi
    )
    twin.draw(scratch)
    pixels = np.asarray(scratch.buffer_rgba())[::-1]
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis)) for axis in (1, 0))
    if not len(rows):
        return RasterisedLabel(pixels[:1, :1].copy(), 0, 0)
    bottom, first = int(rows[0]), int(columns[0])
    return RasterisedLabel(
        pixels[bottom : rows[-1] + 1, first : columns[-1] + 1].copy(), left + first, low + bottom
    )
