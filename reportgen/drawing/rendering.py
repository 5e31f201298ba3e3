"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

from reportgen.drawing.encoders import FILM, GIF_BYTES, HOLD, RATE
from reportgen.drawing.filming import film, frames
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
