"""What a network expects next, by the names of tokens, and the same beside an edited pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.api.tables import table
from reportgen.core.recording import softmax
from reportgen.errors import UsageError

SHOWN = 4  # sequences that a table goes through


@dataclass(frozen=True, eq=False, repr=False)
class Prediction:
    """The next token that a network expects after every position of some sequences.

    Arrays are read-only, [sequence, position, token] in the order of `names`.
    """

    tokens: Int[np.ndarray, "sequence position"]  # ids that were read
    names: tuple[str, ...]  # what is written for each id
    logits: Float[np.ndarray, "sequence position token"]

    def __post_init__(self) -> None:
        """Nobody writes into what was computed."""
        for array in (self.tokens, self.logits):
            array.flags.writeable = False

    def __repr__(self) -> str:
        sequences, positions = self.tokens.shape
        return f"<Prediction of {sequences:,} x {positions} positions, {len(self.names)} tokens>"

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def probabilities(self) -> Float[np.ndarray, "sequence position token"]:
        """Softmax of the logits."""
        return softmax(self.logits)

    @property
    def read(self) -> list[list[str]]:
        """The names of what was read, a list a sequence."""
        return _named(self.names, self.tokens)

    @property
    def likeliest(self) -> list[list[str]]:
        """The name of the likeliest next token after each position, a list a sequence."""
        return _named(self.names, self.logits.argmax(-1))

    def top(self, count: int = 3, *, position: int = -1, sequence: int = 0) -> dict[str, float]:
        """The likeliest next tokens after one position, with their probabilities, the likeliest
        first; UsageError for a sequence or position that is not there.
        """
        for what, at, there in zip(
            ("sequence", "position"), (sequence, position), self.tokens.shape
        ):
            if not -there <= at < there:
                raise UsageError(
                    f"{what}: got {at}, allowed: 0 to {there - 1}, or -{there} to -1 from the end"
                )
        chances = softmax(self.logits[sequence, position].astype(np.float64))
        order = np.argsort(-chances, kind="stable")[: max(0, count)]
        return {self.names[i]: float(chances[i]) for i in order}

    def _repr_html_(self) -> str:
        return _table(self.read, ("likeliest next",), [self._said()])

    def _said(self) -> list[list[str]]:
        best = self.probabilities[:SHOWN].max(-1)
        return [
            [f"{name} ({chance:.3f})" for name, chance in zip(names, chances)]
            for names, chances in zip(self.likeliest, best)
        ]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """An edited pass beside the usual one, on the same tokens."""

    what: str  # what was edited, in words
    usual: Prediction
    edited: Prediction

    def __repr__(self) -> str:
        changed = int(self.changed.sum())
        return f"<Comparison: {self.what}; {changed:,} of {self.changed.size:,} answers change>"

    @property
    def logits(self) -> Float[np.ndarray, "sequence position token"]:
        """Those of the edited pass."""
        return self.edited.logits

    @property
    def probabilities(self) -> Float[np.ndarray, "sequence position token"]:
        """Those of the edited pass."""
        return self.edited.probabilities

    @property
    def difference(self) -> Float[np.ndarray, "sequence position token"]:
        """Probabilities of the edited pass less those of the usual one."""
        return np.asarray(self.edited.probabilities - self.usual.probabilities)

    @property
    def changed(self) -> Bool[np.ndarray, "sequence position"]:
        """After which positions another token is the likeliest."""
        return np.asarray(self.edited.logits.argmax(-1) != self.usual.logits.argmax(-1))

    def _repr_html_(self) -> str:
        columns = ("usual", f"edited: {self.what}")
        return _table(self.usual.read, columns, [self.usual._said(), self.edited._said()])


def _named(names: Sequence[str], ids: np.ndarray) -> list[list[str]]:
    return [[names[i] for i in row] for row in ids.tolist()]


def _table(read: list[list[str]], columns: Sequence[str], said: Sequence[list[list[str]]]) -> str:
    """A row a position, sequence after sequence."""
    many = len(read) > 1
    rows = [
        (*((i,) if many else ()), position, token, *(column[i][position] for column in said))
        for i, row in enumerate(read[:SHOWN])
        for position, token in enumerate(row)
    ]
    more = f"<p>and {len(read) - SHOWN:,} more sequences</p>" if len(read) > SHOWN else ""
    first = ("sequence",) if many else ()
    return table((*first, "position", "token", *columns), rows) + more
