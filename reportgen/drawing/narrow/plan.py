"""Where everything on a wide sheet goes on a narrow one."""

from dataclasses import dataclass

from matplotlib.backend_bases import RendererBase

from reportgen.drawing.canvas import Canvas, Point
from reportgen.drawing.narrow.atoms import atoms_of
from reportgen.drawing.narrow.headline import EDGE, ROOM, Headline
from reportgen.drawing.narrow.pieces import pieces_of
from reportgen.drawing.narrow.reflow import reflow
from reportgen.drawing.narrow.stretches import Move

BELOW = 14  # CSS pixels below the last line of the headline
LEAST = 0.18  # of its width that a panel needs
FOOT = 6  # CSS pixels below everything


@dataclass(frozen=True)
class Plan:
    """Where everything on a wide sheet goes on a narrow one."""

    moves: tuple[Move, ...]
    headline: Headline
    height: float

    @classmethod
    def of(cls, canvas: Canvas, renderer: RendererBase) -> "Plan":
        """For a wide sheet as it was laid out with this renderer."""
        headline = Headline.of(canvas)
        atoms = atoms_of(pieces_of(canvas, renderer))
        moves, bottom = reflow(atoms, EDGE, headline.bottom + BELOW, ROOM)
        return cls(tuple(moves), headline, float(round(bottom + FOOT)))

    def move(self, at: Point, kind: str) -> Move | None:
        """That of the piece of this kind that was put nearest to a pixel."""
        return min(
            (move for move in self.moves if move.piece.kind == kind),
            key=lambda m: abs(m.piece.at[0] - at[0]) + abs(m.piece.at[1] - at[1]),
            default=None,
        )

    @property
    def readable(self) -> bool:
        """Do all panels keep so much of their width that something can be seen in them."""
        return all(move.scale >= LEAST for move in self.moves if move.piece.frame)
