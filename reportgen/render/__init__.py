"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

from reportgen.render.films import FILM, HOLD, RATE, film, frames
from reportgen.render.gifs import GIF_BYTES
from reportgen.render.stills import draw, picture, shrink, still

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
