"""What a report is about has one name for readers: the network."""

import ast
import re
from pathlib import Path

import pytest
from places import ROOT

OTHER = re.compile(
    r"\b(the|this|a|our|whole) model(?!\.|s? room|’s section|'s section)\b|\bmodel(’|')s"
    r" (?!section)",
    re.IGNORECASE,
)
# sentences that had to be read twice, and the kind of each
TASTE = re.compile(
    r"\b(the fall of the loss is|tenth of (the )?training before the last|list of all contexts"
    r"|loss is that of|(?<!biased )(die|dice|coin)|less often, by|than that habit"
    r"|(wrong|errors?) by drawing|rulers?|so it fares|classes overlap|there falls?|the count is"
    r"|least probability of what|belongs? into|may never be confused|never chose"
    r"|fades? at the rim|the tenth to the last)\b",
    re.IGNORECASE,
)
TEXT = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    *ROOT.glob("docs/decisions/*.md"),
    *ROOT.glob("templates/**/*.j2"),
    *ROOT.glob("templates/**/*.md"),
]
SAID = [
    path
    for room in ("systems/*/figures", "systems/*/facts", "systems/*/claims", "pages")
    for path in ROOT.glob(f"reportgen/{room}/**/*.py")
]  # a fact's first line stands on its page


def said(path: Path) -> list[str]:
    """Everything that a file can say: its lines, or, of a file of code, its strings."""
    text = path.read_text()
    if path.suffix != ".py":
        return text.splitlines()
    return [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def otherwise(words: list[str]) -> list[str]:
    return [line for line in words if OTHER.search(line)]


@pytest.mark.parametrize("path", [*TEXT, *SAID], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_reader_meets_a_network(path: Path) -> None:
    """In pages, captions, alt texts, facts and the words around them; a language model and the
    section `model` of a configuration keep their names.
    """
    assert otherwise(said(path)) == []


@pytest.mark.parametrize("path", [*TEXT, *SAID], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_has_to_be_read_twice(path: Path) -> None:
    assert [line for line in said(path) if TASTE.search(line)] == []


def test_old_sentences_are_seen() -> None:
    for line in (
        "from the tenth of the training before the last to the last one, the fall of the loss is",
        "The places are no ruler.",
        "a coin for every pair",
        "On the token just before, where the answer lies farther back, there falls",
        "written later and never chose anything",
    ):
        assert TASTE.search(line)
    assert not TASTE.search("the entropy of a biased coin, in the last tenth of training")


def test_the_guard_sees_it() -> None:
    assert otherwise(
        [
            "What the model says",
            "A language model has many numbers.",
            "`model.n_ctx` is a key.",
            "of this model’s own",
        ]
    ) == ["What the model says", "of this model’s own"]
