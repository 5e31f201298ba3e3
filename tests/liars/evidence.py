"""Verdicts that rest on nothing: on a number from a sample that has no interval, or on two that
exclude each other.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lookups import listed

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import Criterion
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.logic import Each, Joined
from reportgen.measure.terms import Paired, Read
from reportgen.system import system_called

Said = tuple[str, str]  # a claim and a verdict
# further values of a sample that need no interval, and why
EXACT = {"context_value": "that none of these windows changed, as the architecture makes it of all"}
DECIDED = ("holds", "partly", "fails")


def exclusions(system: str) -> tuple[tuple[Said, Said], ...]:
    """Pairs of verdicts that are never both true of one network, as a system declares them."""
    module = f"{system_called(system).package}.claims.exclusions"
    found = find_spec(module)
    return import_module(module).EXCLUSIONS if found else ()


def excluding(system: str, measured: Mapping[str, Any]) -> Iterator[tuple[Said, Said]]:
    """Pairs that a report says of the shown network, or of any seed."""
    claims = measured["claims"]
    networks = [{(name, said["verdict"]) for name, said in claims.items()}]
    for seed in measured["seeds"]:
        networks.append(
            {
                (name, verdict)
                for name, said in claims.items()
                for verdict, seeds in (said["seeds"] or {}).items()
                if seed in seeds
            }
        )
    for pair in exclusions(system):
        if any(set(pair) <= said for said in networks):
            yield pair


def unsupported(system: str, measured: Mapping[str, Any]) -> Iterator[str]:
    """Decided claims, with what they read of a sample without an interval."""
    _, claims = listed(system)
    facts = {name: Fact.from_dict(plain) for name, plain in measured["facts"].items()}
    for name, said in measured["claims"].items():
        if said["verdict"] in DECIDED:
            for words in _loose(claims[name], facts):
                yield f"{name}: {words}"


def _loose(claim: Claim, facts: Mapping[str, Fact]) -> Iterator[str]:
    """What a claim reads that has no interval and is not exhaustive."""
    if claim.function:
        read = Facts({name: facts[name] for name in claim.rests_on})
        claim.decide(read)
        for name in read.read:
            if not supported(facts[name]):
                yield f"the function reads {name}"
        return
    for criterion in (claim.holds, claim.partly):
        if criterion is not None:
            yield from _of(criterion, facts)


def _of(criterion: Criterion, facts: Mapping[str, Fact]) -> Iterator[str]:
    if isinstance(criterion, Joined):
        for side in (criterion.first, criterion.second):
            yield from _of(side, facts)
        return
    if isinstance(criterion, Each):  # the cases decide, not the one that stands for them
        found = facts[criterion.id]
        parts = [part for name, part in found.parts if re.fullmatch(criterion.pattern, name)]
        if found.value is not None and not any(map(supported, parts)):
            yield f"{criterion.id}, no case with an interval"
        return
    for leaf in criterion.leaves():
        ends = [leaf.term.left, leaf.term.right] if isinstance(leaf.term, Paired) else [leaf.term]
        for read in ends:
            assert isinstance(read, Read)
            found = read.fact(facts)
            if found is None or found.value is None:
                continue
            if read.detail and not found.exhaustive and read.id not in EXACT:
                yield f"{read.id}, {read.called}, is a further value of a sample"
            elif (
                not read.detail and not supported(found) and not read.these
            ):  # these stand for no others
                yield f"{read.id}, no interval"


def supported(fact: Fact) -> bool:
    """Is its value exact, bounded on both sides, or absent."""
    return fact.value is None or fact.exhaustive or (fact.low is not None and fact.high is not None)
