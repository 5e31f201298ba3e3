"""What a fact was measured on: only facts of one population may be set against each other."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Population:
    """What a fact was measured on, in a form that can be compared."""

    items: str  # "positions in 2,000 sequences"
    n: int
    clusters: int
    exhaustive: bool

    def __str__(self) -> str:
        """As a message names it."""
        return f"{self.n} {self.items}"
