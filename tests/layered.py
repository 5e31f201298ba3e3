"""How far a frame that is drawn in layers is from the frame that is drawn at once."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from reportgen.drawing.layers import Layers

OF_WORDS = 128  # words that move stand a quarter of a pixel off at most


def apart(layers: Layers, agg: FigureCanvasAgg) -> int:
    """The largest difference of a colour value outside of words that move; within these, an
    assertion.
    """
    agg.draw()
    found = abs(layers.frame()[..., :3].astype(int) - np.asarray(agg.buffer_rgba())[..., :3]).max(
        -1
    )
    for text in (artist for artist in layers.moving if isinstance(artist, Text)):
        x0, y0, x1, y1 = np.rint(text.get_window_extent().extents).astype(int)
        words = found[len(found) - y1 - 2 : len(found) - y0 + 2, x0 - 2 : x1 + 2]
        assert words.max(initial=0) <= OF_WORDS
        words[...] = 0
    return int(found.max())
