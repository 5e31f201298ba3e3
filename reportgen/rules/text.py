"""A text: it demands nothing, it only goes on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.rules.corpus import Corpus, UnlistedError, corpus
from reportgen.rules.glyphs import OTHER, TOLD, kind_of, spelled, written
from reportgen.rules.pieces import digest
from reportgen.rules.segments import Unit, normal, tokens_in
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Text(Rule):
    """The built-in English text, or a UTF-8 file, as characters or words; nothing is demanded of
    the next token.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "text"
    title = "Text"
    summary = "The network reads a text, token by token, and guesses the next token."
    class_names: ClassVar[Mapping[str, str]] = {
        "letter": "letter or word",
        "space": "space or line end",
        "mark": "punctuation mark",
        "digit": "digit",
    }
    system = "text"
    paths = ("file",)
    signs = TOLD

    unit: Unit
    # tokens in the vocabulary, whose pairs make a table; all that are too rare share one of them
    size: Annotated[int, Field(ge=2, le=5_000)]
    file: str | None = None  # none: the reference texts that come with Python
    # all tokens, of a program elsewhere, in the order of its ids; none: those that the text has
    listed: tuple[str, ...] | None = None

    @cached_property
    def content(self) -> str:
        """The digest of the text when it was first asked for: it travels, and names the ids that
        are read elsewhere.
        """
        return digest(self._path)

    @cached_property
    def folder(self) -> Path | None:
        """Where a project keeps texts as ids; None: nowhere, and each process makes its own."""
        return None

    def kept_in(self, folder: Path | None) -> "Text":
        """The same text, kept as ids in a folder of a project's store."""
        text = replace(self)
        vars(text).update(folder=folder)
        return text

    @cached_property
    def corpus(self) -> Corpus:
        """The text as ids."""
        return corpus(self._path, self.unit, self.size, self.content, self.folder, self.listed)

    @property
    def _path(self) -> Path | None:
        return Path(self.file) if self.file else None

    def mistakes(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """A file that is no text, and a vocabulary larger than the text's own, or not as listed."""
        if wrong := self._listed_wrong():
            yield wrong
            return
        try:
            different = self.corpus.different
        except UnlistedError as error:
            yield ("listed",), str(error)
            return
        except RuleError as error:
            yield ("file",), str(error)
            return
        if different < 2:
            yield (
                ("file",),
                (
                    f"{self.file}: holds the same token again and again; give a text with at least"
                    " 2 different ones"
                ),
            )
        elif self.listed is None and self.size > different:
            yield (
                ("size",),
                (
                    f"got {self.size}, allowed: at most {different}, the number of different"
                    f" {self.unit} in {self.where}"
                ),
            )

    def _listed_wrong(self) -> tuple[tuple[str, ...], str] | None:
        """What is wrong with the list of tokens by itself."""
        if self.listed is None:
            return None
        twice = next((t for i, t in enumerate(self.listed) if t in self.listed[:i]), None)
        never = next((t for t in self.listed if not t or normal(t, self.unit) != t), None)
        if twice is not None:
            return ("listed",), f"got {twice!r} twice, allowed: each token once"
        if never is not None:
            return ("listed",), (
                f"got {never!r}, which no text here has: line ends are read as \\n, letters with"
                " their marks as one (NFC), words in lower case; allowed: tokens as they are read"
            )
        if len(self.listed) != self.size:
            return ("size",), (
                f"got {self.size}, allowed: {len(self.listed)}, the number of tokens in rule.listed"
            )
        return None

    def in_order(self, order: str | Sequence[Token]) -> tuple[str, ...] | None:
        """As every rule has it; tokens that are given may be as they are in the text, or as they
        are written.
        """
        if order == "sorted":
            return self._sorted
        listed = order if order != "as_listed" else self.listed or self.vocabulary
        names = map(str, listed)
        return tuple(name if name in self.signs else written(name) for name in names)

    @property
    def _sorted(self) -> tuple[str, ...] | None:
        """As `sorted(set(text))` has them; None where a token is of several characters, which such
        a program takes apart, or stands for others.
        """
        raw = {spelled(name): name for name in self.corpus.tokens}
        whole = [token for token in raw if token is not None]
        if len(whole) < len(self.corpus.tokens) or (
            self.unit == "characters" and any(len(token) > 1 for token in whole)
        ):
            return None
        return tuple(raw[token] for token in sorted(whole))

    @property
    def where(self) -> str:
        """What the text is called."""
        return Path(self.file).name if self.file else "the built-in text"

    @property
    def length(self) -> int:
        """Tokens in the whole text."""
        return len(self.corpus.ids)

    def materials(self) -> dict[str, str]:
        """The text as its tokens: whatever it is made of, nothing else of it can be seen."""
        return {f"text {self.where}": self.corpus.digest}

    def written_in(self, text: str) -> list[str]:
        """A text as it is typed, token by token; one that is too rare has no name of its own where
        the vocabulary has a sign for such.
        """
        found = [written(token) for token in tokens_in(normal(text, self.unit), self.unit)]
        known = set(self.corpus.tokens)
        return [name if name in known or OTHER not in known else OTHER for name in found]

    def ids(self) -> np.ndarray:
        """The whole text as ids, a memory map."""
        return self.corpus.ids

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return self.corpus.tokens

    @cached_property
    def classes(self) -> Mapping[Token, str]:
        return {t: kind_of(str(t)) for t in self.vocabulary}

    @property
    def trigger(self) -> Token | None:
        return None

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return FREE

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """As often as each token occurs."""
        return self._shares

    @cached_property
    def _shares(self) -> np.ndarray:
        counts = np.array(self.corpus.counts, float)
        return np.asarray(counts / counts.sum())

    def state(self, prefix: Sequence[Token]) -> None:
        """Nothing of the past matters to it."""

    def __getstate__(self) -> dict[str, object]:
        """What travels to another process: the parameters and the name of the ids, never the
        text.
        """
        named = (*(f.name for f in fields(self)), "content", "folder")
        return {name: getattr(self, name) for name in named}
