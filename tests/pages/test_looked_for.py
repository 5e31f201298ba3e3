"""What a reader is asked to look for has its answer behind a fold."""

import re

import pytest
from figurework import RUNS
from pagework import kept
from places import ROOT

NAMES = sorted({name for pairs in RUNS.values() for pair in pairs for name in pair})
LOOKS = re.compile(r'<div class="rg-look" markdown="1">(.*?)</div>', re.DOTALL)
LOOK, ANSWERS = "{% call m.look() %}", "{% call m.answers() %}"
# how many more questions than lines of answers a chapter may have: none may be added
FEWER = {
    "repeated_sequences/chapter-where-it-looks.md.j2": 3,
    "sequence_rules/chapters/after-attention.md.j2": 7,
    "sequence_rules/chapters/attention.md.j2": 4,
    "sequence_rules/chapters/does-it-learn.md.j2": 1,
    "sequence_rules/chapters/embeddings.md.j2": 1,
    "sequence_rules/chapters/how-it-works.md.j2": 2,
    "sequence_rules/chapters/one-sequence.md.j2": 3,
    "sequence_rules/chapters/output-landscape.md.j2": 2,
    "sequence_rules/chapters/queries-keys-values.md.j2": 2,
    "sequence_rules/chapters/the-data.md.j2": 4,
    "sequence_rules/parts/where-it-fails.md.j2": 2,
    "text/full/does-it-learn.md.j2": 3,
    "text/full/lens.md.j2": 1,
    "text/neighbours.md.j2": 2,
    "text/one-layer/does-it-learn.md.j2": 4,
    "text/pairs-learnt.md.j2": 2,
    "text/the-text.md.j2": 2,
    "text/what-follows.md.j2": 2,
}


def answered(page: str) -> list[bool]:
    """Of each list of questions, whether a fold with answers closes it."""
    return ["<summary>Answers</summary>" in look for look in LOOKS.findall(page)]


def lacking(template: str) -> int:
    """By how many lines the answers of a template fall short of its questions."""
    short = 0
    for part in template.split(LOOK)[1:]:
        asked, _, rest = part.partition(ANSWERS)
        told = [line.strip() for line in rest.partition("{% endcall")[0].splitlines()]
        questions = sum(line.startswith("- ") for line in asked.splitlines())
        short += max(0, questions - sum(bool(line) and line[:2] != "{%" for line in told))
    return short


@pytest.mark.parametrize("name", NAMES)
def test_every_list_of_questions_has_answers(name: str) -> None:
    """On each kept page."""
    for path in sorted(kept(name).rglob("*.md")):
        assert all(answered(path.read_text(encoding="utf-8"))), path


def test_answers_are_as_many_as_questions_or_known_to_be_fewer() -> None:
    """A question that is added without an answer is seen, and so is one that got its answer."""
    folder = ROOT / "templates"
    found = {
        path.relative_to(folder).as_posix(): lacking(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.j2"))
    }
    assert {place: short for place, short in found.items() if short} == FEWER


def test_a_question_without_an_answer_would_be_seen() -> None:
    asked = (
        f"{LOOK}\n- Which?\n- Where?\n{ANSWERS}\nMeasured: here.\n{{% endcall %}}{{% endcall %}}"
    )
    assert lacking(asked) == 1
    assert lacking(asked.replace("here.", "here.\nThere.")) == 0
    page = '<div class="rg-look" markdown="1">\n\n- Which?\n\n</div>'
    assert answered(page) == [False]
    assert answered(page.replace("</div>", "<summary>Answers</summary></div>")) == [True]
