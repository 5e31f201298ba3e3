"""What stands on a page outside of claims, without the numbers: of two reports of one configuration
it has to be the same, or a sentence depends on the network and no claim answers for it.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from html import unescape
from typing import Any

# parts of a page that say what was found, each by a law of its own
CLAIMS = re.compile(
    r'<div class="rg-claim" data-verdict=.*?<p class="rg-evidence".*?</p>\s*</div>'
    r'|<div class="rg-claim rg-unjudged".*?</div>'
    r'|<aside class="rg-mind".*?</aside>',
    re.S,
)
DATA = re.compile(
    r'<aside class="rg-cards".*'  # cards and footnotes, to the end of the page
    r'|<dl class="rg-keyfacts">.*?</dl>'
    r'|<div class="rg-strip".*?</div>'
    r'|<figure class="rg-ranking">.*?</figure>'
    r'|<pre class="rg-program".*?</pre>'
    r'|<div class="rg-table rg-narrow"[^>]* aria-label="Claims over seeds".*?</div>'
    r'|<div class="rg-table"[^>]* aria-label="What the network says where it errs".*?</div>'
    r'|<div class="rg-table rg-narrow"[^>]* aria-label="Neurons without which .*?</div>'
    r'|<div class="rg-table[^>]* aria-label="Exchanged token, [^>]*>.*?</div>',
    re.S,
)
FACT = re.compile(
    r'<button type="button" class="rg-fact".*?</button>|<span class="rg-unmeasured">.*?</span>',
    re.S,
)
NUMBER = re.compile(r"[-−+±]?\d(?:[\d.,\u202f\u00a0]*\d)?(?:[\u00a0\u202f ]?%)?")
COUNT = re.compile(r"# of #")
WORD = re.compile(r"\w+|[^\w\s]")
# lines that stand where a verdict makes room for them, and what some details of facts say
ROOM = {
    "## Its loss, compared with simple predictors": "a heading that does not say what it is",
    "The error above leaves out positions whose window does not show": "a share of the data",
    "A fixed procedure chose them before any network was looked at": "the data have such sequences",
    "One seed is an anecdote": "the number of seeds is the configuration's",
    "We trained only one network": "the number of seeds is the configuration's",
    "We trained one network": "the number of seeds is the configuration's",
    "## The only network": "the number of seeds is the configuration's",
    "There is one, so none was chosen": "the number of seeds is the configuration's",
    "## One network of #": "the number of seeds is the configuration's",
    "We trained # networks that differ only": "the number of seeds is the configuration's",
    "The one on these pages is number #": "the number of seeds is the configuration's",
    "It is the best of # by that measure": "the number of seeds is the configuration's",
    "It is #, the value farthest from one over all pairs": "a test of the method, where it can be",
    "We replaced each part of the network with our explanation": "what was done; a fact has lines",
    "We sort them in several ways, and keep the way": "what was done; a fact has the way",
    "Other kinds, with fewer mistakes each": "how many rows of a fact are left out",
    "## Where it errs, and what it says then": "a heading of a table of mistakes",
    "Of all # contexts of length": "how many go wrong; a fact has the table",
    "We show this only for neurons that matter": "what was done; a fact has the neurons",
    "Measured, the effect of the ": "where such pairs are; a fact has the effects",
    "It has the rows with the most mistakes": "how many rows of a fact are left out",
    "With all other answers": "the table has a row for each answer that goes wrong",
    "To tell what the network says": "how to read a table of mistakes",
    "“In more than half of these contexts” counts": "how to read a table of mistakes",
    "This context was chosen because the network fails on it": "a fact has such a context",
    "It shows what the last step reads from the sequence": "how to read the program below it",
    "That token is its answer, as it stands": "the program below it has no table",
    "We ran the program on the same inputs": "what was done; a fact has the program",
    "This program is the rule itself": "the program above it has no table",
    "The program itself is never wrong there": "the program above it has no table",
}
SAID = re.compile(
    r", lost again at step\s# and (?:not )?back at the end"
    r"| \((?:(?:under )?# to (?:under )?#|below #)\)"
)
JOINING = ("#", ",", "|", ".", "and")  # between several things that are told
IN_TABLES = (*JOINING, "never", "under")  # for a count of nothing, and for what is very small
MEASURED = "Measured"  # so a number begins that stands for itself, where it is known
REASON = 40  # letters: what is longer is a sentence
LEDGER = ("ledger.md", "claims.md", "cases.md")  # every fact and every verdict, in their own words


def skeleton(page: str) -> list[str]:
    """The lines of a page without claims, without lists of what was found, and without numbers."""
    text = unescape(FACT.sub("#", DATA.sub("", CLAIMS.sub("", page))))
    text = SAID.sub("", plain(re.sub(r"<[^<>]*>|`", "", text)))
    return [line.strip() for line in text.splitlines() if line.strip()]


def plain(text: str) -> str:
    """Words without numbers."""
    return COUNT.sub("#", NUMBER.sub("#", text))


def others(
    pages: Mapping[str, str], original: Mapping[str, str], told: set[str]
) -> Iterator[tuple[str, str]]:
    """Lines of a report, with their pages, that the original one does not have: those apart in
    which only something differs that was `told`, by the facts of either.
    """
    for place, page in pages.items():
        if place in LEDGER:
            continue
        lines = dict.fromkeys(skeleton(original.get(place, "")))
        for line in dict.fromkeys(skeleton(page)):
            if line not in lines and not explained(line, list(lines), told):
                yield place, line


def words_of(measured: Mapping[str, Any]) -> set[str]:
    """All that the facts of a report say in words, and what its demonstrations are made of, as a
    skeleton would have it.
    """
    found: set[str] = set()

    def gather(value: object) -> None:
        if isinstance(value, str):
            found.add(plain(value))
            found.update(plain(part) for part in re.split(r"[:,]\s*", value))
        elif isinstance(value, Mapping):
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)

    for fact in measured["facts"].values():
        gather({k: v for k, v in fact.items() if k not in ("meaning", "label", "function")})
    gather(measured["demonstrations"])
    gather([unasked["reason"] for unasked in measured["unasked"].values()])
    return {spaced(WORD.findall(each)) for each in found}


def explained(line: str, lines: list[str], told: set[str]) -> bool:
    """Does a line give the words of a fact that has no value, or is there one of the original from
    which it differs only by what facts tell.
    """
    whole = spaced(WORD.findall(line))
    if line.endswith("?"):  # a question states nothing
        return True
    if line.startswith(tuple(ROOM)) or line.startswith(MEASURED) and "#" in line:
        return True
    if any(len(each) > REASON and each in whole for each in told):
        return True
    table = line.startswith("|")
    short = "|".join(each for each in told if len(each) <= REASON)
    for near in get_close_matches(line, lines, n=3, cutoff=0.3):
        one, two = WORD.findall(near), WORD.findall(line)
        codes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
        changes = [
            [word for word in words if word not in (IN_TABLES if table else JOINING)]
            for tag, a, b, c, d in codes
            if tag != "equal"
            for words in (one[a:b], two[c:d])
        ]
        if all(not words or spaced(words) in short or _signs(words, short) for words in changes):
            return True
    return False


def _signs(words: list[str], told: str) -> bool:
    """Are these signs alone, each of them told: several triggers of a sequence side by side."""
    return all(not word.isalnum() and spaced([word]) in told for word in words)


def spaced(words: list[str]) -> str:
    """Words that can be looked for as a whole."""
    return f" {' '.join(words)} "
