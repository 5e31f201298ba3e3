"""The code speaks the field's words: the glossary in CONTRIBUTING names them, and the ones they
replaced are gone.
"""

import io
import re
import tokenize

import pytest
from places import ROOT

GLOSSARY = (
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Words of the code")[2]
)
ROWS = re.findall(r"^\| `(\w+)` \| (.*?) \| `(\w+)` \|$", GLOSSARY, re.M)
GONE = {old: new for new, _, old in ROWS}


def names(source: str) -> set[str]:
    """Every name that a program uses."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


# where a page says "place" of something other than a position in a sequence
ELSEWHERE = re.compile(
    r"takes the place of|in (?:its|the|the same) place|change places|decimal places"
    r"|in more than one place|a good place to be|each place on the plane|part\.details\.places"
)


def strays(text: str) -> list[str]:
    """What of a page says "place" where the field says "position"."""
    return re.findall(r".{,30}\bplaces?\b.{,30}", ELSEWHERE.sub("", text), re.I)


def test_the_glossary_is_read() -> None:
    assert len(GONE) >= 8
    assert GONE["hand_back"] == "release_memory"


@pytest.mark.parametrize("room", ["reportgen", "tests", "benchmarks"])
def test_words_that_were_replaced_are_gone(room: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}, now {GONE[word]}"
        for path in (ROOT / room).rglob("*.py")
        for word in names(path.read_text(encoding="utf-8")) & GONE.keys()
    }
    assert found == set()


def test_no_system_is_assumed() -> None:
    """A rule names its system; what version 0.1 assumed is gone."""
    for path in (ROOT / "reportgen").rglob("*.py"):
        assert "Rule.family" not in path.read_text(encoding="utf-8"), path


def test_words_that_are_used_instead_are_there() -> None:
    used = set().union(*(names(path.read_text()) for path in (ROOT / "reportgen").rglob("*.py")))
    assert {new for new in GONE.values() if new not in used} == set()


def test_the_guard_sees_a_word_that_was_replaced() -> None:
    assert names("import crew\ncrew.hand_back()  # Pupil") & GONE.keys() == {"crew", "hand_back"}


def test_pages_say_position() -> None:
    pages = [*(ROOT / "templates").rglob("*.j2"), *(ROOT / "templates").rglob("*.md")]
    assert len(pages) > 50
    found = {path.name: strays(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_guard_sees_a_place_in_a_sequence() -> None:
    assert strays("right at {{ share }} of the places where it asks") != []
    assert strays("it takes the place of the token") == []
