"""Where a claim needs several things and does not have them all, its words show each of them: a
sentence that names one cause would be false where another one is at fault.
"""

import re
from collections.abc import Iterator

import pytest
from claimcases import comparisons, numbers
from lookups import listed
from places import ROOT

from reportgen.measure.claim import Claim
from reportgen.measure.logic import Joined
from reportgen.system import systems

BLOCK = re.compile(r"\{% claim (\w+) %\}(.*?)\{% endclaim %\}", re.DOTALL)
BRANCH = re.compile(r"\{% (holds|partly|undecided|fails) %\}")


def branches(text: str) -> Iterator[tuple[str, str, str]]:
    """Each claim, verdict and wording of a template."""
    for name, block in BLOCK.findall(text):
        parts = BRANCH.split(block)[1:]
        for verdict, words in zip(parts[::2], parts[1::2]):
            yield name, verdict, words


def needed(claim: Claim, verdict: str) -> set[tuple[str, str]]:
    """What the criterion that is not satisfied reads: facts, and details of them; nothing where it
    is one comparison, or one of several is enough.
    """
    last = claim.holds if claim.partly is None else claim.partly
    criterion = {"partly": claim.holds, "fails": last}.get(verdict)
    if not isinstance(criterion, Joined) or not criterion.every:
        return set()
    met = list(comparisons(last)) if verdict == "partly" else []
    read = [next(iter(numbers(one))) for one in comparisons(criterion) if one not in met]
    return {(number.fact, number.name if number.kind == "detail" else "") for number in read}


def shown(words: str, fact: str, detail: str) -> bool:
    """Stands it there, or something that is made of it."""
    if detail:
        return f'detail("{fact}", "{detail}' in words
    return re.search(rf'\("{fact}"|facts\.{fact}\b', words) is not None


CASES = [
    (system, path.relative_to(ROOT), name, verdict, words)
    for system in sorted(systems())
    for path in sorted((ROOT / "templates" / system).rglob("*.j2"))
    for name, verdict, words in branches(path.read_text(encoding="utf-8"))
    if needed(listed(system)[1][name], verdict)
]
BY_MACRO = {"error_by_rivals": "w.worst_rivals()"}  # of words.j2, which shows the fact


def missing(system: str, name: str, verdict: str, words: str) -> list[tuple[str, str]]:
    """What is needed and not shown."""
    read = needed(listed(system)[1][name], verdict)
    return [
        (fact, detail)
        for fact, detail in sorted(read)
        if not shown(words, fact, detail) and BY_MACRO.get(fact, " not ") not in words
    ]


@pytest.mark.parametrize(
    ("system", "name", "verdict", "words"),
    [(system, name, verdict, words) for system, _, name, verdict, words in CASES],
    ids=[f"{path.name}-{name}-{verdict}" for _, path, name, verdict, _ in CASES],
)
def test_what_is_not_satisfied_shows_all_that_it_needs(
    system: str, name: str, verdict: str, words: str
) -> None:
    assert not missing(system, name, verdict, words)


def test_a_wording_that_names_one_cause_is_seen() -> None:
    words = 'The turns agree to {{ detail("position_turn", "agreement_text") }}.'
    assert missing("sequence_rules", "positions_turn", "fails", words) == [
        ("position_turn", "luck"),
        ("position_turn", "rounds"),
    ]
    assert not missing("sequence_rules", "positions_turn", "partly", words)  # the others are met
