"""Where the tokens of a text begin and end: characters as a reader counts them, words with their
marks.

A character is a grapheme cluster (UAX 29), as the `regex` package finds it: a letter with its vowel
signs and accents, a flag, a keycap, a family of emoji. A word is a run of letters, marks, digits,
joiners and connectors (`\\w` of UTS 18, and all other numbers); any other cluster that is no white
space is a token by itself.

Texts are normalized to NFC: two spellings that Unicode calls the same text, and that nobody can
tell apart, are one token. Words are in lower case.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Literal
from unicodedata import normalize, unidata_version

import numpy as np
import regex

from reportgen.errors import RuleError

Unit = Literal["characters", "words"]
UNICODE = f"{unidata_version} {regex.__version__}"  # whose tables decide what a token is
LONGEST = 1 << 16  # code points in one token
WORD = regex.compile(r"[\w\p{N}]+|(?!\s)\X")
JOINING = r"\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}\p{GCB=V}\p{GCB=T}"  # to what precedes them
PLAIN = r"\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}\p{GCB=LV}\p{GCB=LVT}"  # to nothing that follows
# all characters but those of one code point each, over which it runs at once
CLUSTER = regex.compile(rf"[{PLAIN}]+(?![{JOINING}])(*SKIP)(*FAIL)|(\X)")
CHARACTER = regex.compile(r"\X")
IN_PLACE_OF_A_CLUSTER = "\0"  # which no text holds
CERTAIN = {  # places, from the end on, where a token ends whatever stands before and behind
    "characters": regex.compile(r"(?r)(?<=[ \t\n]|\p{GCB=Other})(?=\p{GCB=Other})"),
    "words": regex.compile(r"(?r)(?<=[ \t\n])(?=\p{GCB=Other})"),
}


def boundary(text: str, unit: Unit) -> int:
    """Where to cut the beginning of a text whose rest is not known, never within a token; 0:
    nowhere.

    Errors: RuleError where a single token is longer than any can be.
    """
    if found := CERTAIN[unit].search(text):
        return int(found.start())
    last = 0
    for token in (CHARACTER if unit == "characters" else WORD).finditer(text):
        last = token.start()
    if len(text) - last > LONGEST:
        way_on = "" if unit == "characters" else "; read it as characters"
        raise RuleError(
            f"holds {unit} of more than {LONGEST:,} code points, so it is no text{way_on}"
        )
    return last


def normal(text: str, unit: Unit) -> str:
    """A piece of a text as its tokens are spelled: one kind of line end, NFC, words in lower
    case.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cased = lines.lower() if unit == "words" else lines
    return cased if cased.isascii() else normalize("NFC", cased)


def counted(text: str, unit: Unit) -> Counter[str]:
    """How often each token occurs in a piece that is `normal`."""
    if unit == "words":
        return Counter(WORD.findall(text))
    plain, clusters = _apart(text)
    counts = Counter(clusters)
    often = np.bincount(_codes(plain), minlength=1)
    counts.update({chr(code): int(often[code]) for code in np.flatnonzero(often) if code})
    return counts


def tokens_in(text: str, unit: Unit) -> list[str]:
    """The tokens of a piece that is `normal`, in their order."""
    found: list[str] = (WORD if unit == "words" else CHARACTER).findall(text)
    return found


class Numbering:
    """The id of each token of a vocabulary; 0 for all others."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.ids = ids
        single = {ord(token): i for token, i in ids.items() if len(token) == 1}
        self.of_code = np.zeros(max(single, default=0) + 2, np.int64)
        self.of_code[list(single)] = list(single.values())

    def numbered(self, text: str, unit: Unit) -> np.ndarray:
        """The ids [token] of a piece that is `normal`."""
        if unit == "words":
            return np.array([self.ids.get(word, 0) for word in WORD.findall(text)], np.int64)
        plain, clusters = _apart(text)
        codes = _codes(plain)
        found: np.ndarray = self.of_code[codes.clip(max=len(self.of_code) - 1)]
        if clusters:
            found[codes == 0] = [self.ids.get(cluster, 0) for cluster in clusters]
        return found


def _apart(text: str) -> tuple[str, list[str]]:
    """A text with something in the place of each cluster, and the clusters."""
    if text.isascii():
        return text, []
    parts = CLUSTER.split(text)
    return IN_PLACE_OF_A_CLUSTER.join(parts[::2]), parts[1::2]


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)
