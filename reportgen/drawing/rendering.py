"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

from reportgen.drawing.filming import FILM, HOLD, RATE, film, frames
from reportgen.drawing.gifs import GIF_BYTES
from reportgen.drawing.stills import draw, picture, shrink, still

__all__ = [
    "FILM",
    "GIF_BYTES",
    "HOLD",
    "RATE",
    "draw",
    "film",
    "frames",
    "picture",
    "shrink",
    "still",
]
