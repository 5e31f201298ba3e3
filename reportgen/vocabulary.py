"""Tokens and their ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reportgen.errors import RuleError

Token = int | str


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a rule in a fixed order; a token's id is its position in it."""

    tokens: tuple[Token, ...]

    def __post_init__(self) -> None:
        if not self.tokens:
            raise RuleError("a vocabulary needs at least one token; it is empty")
        if len(set(self.names)) < len(self.names):
            twice = sorted({n for n in self.names if self.names.count(n) > 1})
            raise RuleError(
                "tokens must be different from one another; written alike:"
                f" {', '.join(map(repr, twice))}"
            )

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is written for each id."""
        return tuple(str(token) for token in self.tokens)

    @cached_property
    def _ids(self) -> dict[Token, int]:
        return {token: i for i, token in enumerate(self.tokens)}

    def id(self, token: Token) -> int:
        """The id of a token; RuleError for one that is not in the vocabulary."""
        try:
            return self._ids[token]
        except KeyError:
            raise RuleError(
                f"no token {token!r} in the vocabulary {' '.join(self.names)}"
            ) from None

    def encode(self, tokens: Iterable[Token]) -> np.ndarray:
        """Ids [n] of tokens."""
        return np.array([self.id(token) for token in tokens], dtype=np.int64)

    def decode(self, ids: Sequence[int] | np.ndarray) -> tuple[Token, ...]:
        """Tokens of ids."""
        return tuple(self.tokens[int(i)] for i in ids)
