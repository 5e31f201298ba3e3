"""A text: it demands nothing, it only goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.rules.corpus import OTHER, SHOWN, Corpus, corpus
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Text(Rule):
    """The built-in English text, or a UTF-8 file, as characters or words; nothing is demanded of the next token."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "text"
    title = "Text"
    summary = "A text is read, token by token, and the next token is to be guessed."
    class_names: ClassVar[Mapping[str, str]] = {"letter": "letter or word", "space": "space or line end", "mark": "punctuation", "digit": "digit"}
    family = "text"
    paths = ("file",)

    unit: Literal["characters", "words"]
    size: Annotated[int, Field(ge=2, le=50_000)]  # tokens in the vocabulary; all that are too rare share one of them
    file: str | None = None  # none: the reference texts that come with Python

    @cached_property
    def corpus(self) -> Corpus:
        """The text as ids."""
        found = corpus(self.file and Path(self.file), self.unit, self.size)  # type: ignore[arg-type]
        if self.size > found.different:
            raise RuleError(f"size: got {self.size}, allowed: at most {found.different}, the number of different {self.unit} in {self.where}")
        return found

    @property
    def where(self) -> str:
        """What the text is called."""
        return Path(self.file).name if self.file else "the built-in text"

    def ids(self) -> np.ndarray:
        """The whole text as ids, a memory map."""
        return self.corpus.ids

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return self.corpus.tokens

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: _class(str(t)) for t in self.vocabulary}

    @property
    def trigger(self) -> Token | None:
        return None

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return FREE

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """As often as each token occurs."""
        counts = np.bincount(self.ids(), minlength=len(self.vocabulary))
        return counts / counts.sum()

    def state(self, prefix: Sequence[Token]) -> None:
        """Nothing of the past matters to it."""


def _class(token: str) -> str:
    if token in SHOWN.values():
        return "space"
    if token == OTHER or not token[0].isalnum():
        return "mark"
    return "digit" if token.isdigit() else "letter"
