"""A page as its sentences, whether it is the Markdown that a build writes or the HTML of a site.

What repeats facts and claims elsewhere is left out: tables, cards, footnotes, evidence. Those are
compared as what they are.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

SILENT = {"script", "style", "svg", "table", "nav", "head"}
REPEATED = {
    *("rg-evidence", "rg-cards", "rg-card", "rg-keyfacts", "rg-strip"),
    *("rg-get", "rg-turn", "footnote", "headerlink"),
}
VOID = {"img", "br", "hr", "meta", "link", "input", "source", "wbr", "path", "circle"}
FORMULA = """math mrow mi mo mn mtext mspace msub msup msubsup mfrac munder mover munderover msqrt
             mroot mtable mtr mtd mstyle mpadded menclose semantics""".split()
INLINE = {*"a abbr b button code em i kbd q s small span strong sub sup".split(), *FORMULA}
CLAIM = "rg-claim"
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NOTE = re.compile(r"\[\^[^\]]*\]")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
_MARKS = re.compile(r"^\s*(#{1,6}|[-*+]|\d+\.)\s+|\*\*|(?<!\w)\*|\*(?!\w)|\\(?=[^\w\s])")
_END = re.compile(r"(?<=[.!?])\s+(?=[“\"(A-Z])")


@dataclass(frozen=True)
class Sentence:
    """What a page says in one go: a sentence, a heading, the words for a picture."""

    text: str
    claim: str = ""  # in whose block it stands


class _Reader(HTMLParser):
    """Collects the words of a page, block by block."""

    def __init__(self, *, within: str) -> None:
        super().__init__(convert_charrefs=True)
        self.within = within  # the element that the page's own words lie in; "" for all of it
        self.open: list[tuple[str, bool, str]] = []  # its tag; is it left out; the claim in it
        self.blocks: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "img":
            self._say(f"\n{given.get('alt', '')}\n")
        if tag not in INLINE:
            self._say("\n")
        if tag in VOID:
            return
        kinds = {*given.get("class", "").split()}
        silent = tag in SILENT or bool(kinds & REPEATED)
        claim = given.get("id", "").removeprefix("claim-") if CLAIM in kinds else ""
        self.open.append((tag, silent, claim))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._say("\n")
        if any(tag == each for each, _, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, words: str) -> None:
        inside = not self.within or any(tag == self.within for tag, _, _ in self.open)
        if inside and not any(silent for _, silent, _ in self.open):
            claim = next((c for _, _, c in reversed(self.open) if c), "")
            self.blocks.append((words, claim))


def sentences(text: str, *, html: bool) -> list[Sentence]:
    """What a page says, in its order."""
    reader = _Reader(within="article" if html else "")
    reader.feed(text if html else _plain(text))
    reader.close()
    found: list[Sentence] = []
    words, of = "", ""
    for block, claim in [*reader.blocks, ("\n", "")]:
        before, *rest = block.split("\n")
        if claim != of:
            found += _split(words, of)
            words, of = "", claim
        words += before
        for line in rest:
            found += _split(words, of)
            words = line
    return found


def _plain(text: str) -> str:
    """Markdown without what it marks, and without its tables and footnotes."""
    lines = _FRONT.sub("", text).split("\n")
    kept = (line for line in lines if not line.startswith(("|", "[^")))
    return "\n".join(map(_unmarked, kept))


def _unmarked(line: str) -> str:
    line = _NOTE.sub("", _LINK.sub(r"\1", _IMAGE.sub("\\1\n", line)))
    line = _ATTRIBUTES.sub("", line) if "<" not in line else line
    return _MARKS.sub("", line)


def _split(words: str, claim: str) -> list[Sentence]:
    """The sentences of one line."""
    said = (" ".join(each.split()) for each in _END.split(words.strip()))
    return [Sentence(each, claim) for each in said if each]


def wordings(pages: dict[str, list[Sentence]]) -> dict[str, str]:
    """What pages say of each claim."""
    found: dict[str, list[str]] = {}
    for said in pages.values():
        for sentence in said:
            if sentence.claim:
                found.setdefault(sentence.claim, []).append(sentence.text)
    return {claim: " ".join(said) for claim, said in found.items()}
