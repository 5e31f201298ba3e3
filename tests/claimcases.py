"""The verdicts of a claim, from its criteria alone: facts are made up on each side of every line
that they draw, until each verdict is reached.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from math import inf
from random import Random
from typing import Literal

from places import ROOT

from reportgen.measure.bounds import Bound
from reportgen.measure.claim import Claim, Verdict
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.logic import Comparison, Criterion, Each, Joined
from reportgen.measure.terms import Read

TRIES = 3_000
ITEMS = 100  # that each fact is said to be measured on
WHOLES = ("share", "percent", "of")  # units of what lies between none and all
WILD = re.compile(r"\(\?!.*?\)|(\.|\\d|\[[^]]*\])[*+]")  # what a name of a case may have there


@dataclass(frozen=True)
class Number:
    """A number that a criterion reads: of a fact, of one of its cases, or brought along by it."""

    fact: str
    kind: Literal["value", "baseline", "floor", "detail"] = "value"
    name: str = ""  # of the case or of the detail

    def __str__(self) -> str:
        """As a message names it."""
        return " ".join(filter(None, (f"{self.fact!r}:", self.kind, self.name)))


Ends = tuple[float, float]  # of an interval, or of all that a number can be
Chosen = dict[Number, Ends]
Possible = Mapping[tuple[str, str], Ends]  # what a fact or a case can be, as far as it is known


@dataclass
class Reached:
    """What was found in trying."""

    cases: dict[Verdict, Mapping[str, Fact]] = field(default_factory=dict)
    idle: set[Number] = field(default_factory=set)  # numbers that never made a difference


def reached(claim: Claim, possible: Possible | None = None) -> Reached:
    """Facts for each verdict that a claim reaches, and the numbers it reads without need."""
    said = [one for c in (claim.holds, claim.partly) if c is not None for one in comparisons(c)]
    read = list(dict.fromkeys(number for one in said for number in numbers(one)))
    found, rng = Reached(idle=set(read)), Random(claim.id)
    for _ in range(TRIES):
        chosen = choose(rng, said, read, possible or {})
        facts = facts_of(chosen, claim.rests_on)
        verdict = claim.verdict(facts)
        found.cases.setdefault(verdict, facts)
        other = choose(rng, said, read, possible or {})
        for number in list(found.idle):
            changed = facts_of(chosen | {number: other[number]}, claim.rests_on)
            if claim.verdict(changed) is not verdict:
                found.idle.remove(number)
        if not found.idle and set(claim.verdicts) <= set(found.cases):
            break
    return found


def comparisons(criterion: Criterion) -> Iterator[Comparison]:
    """Every comparison that it makes; of cases, of one more than have to satisfy it."""
    if isinstance(criterion, Joined):
        yield from comparisons(criterion.first)
        yield from comparisons(criterion.second)
    elif isinstance(criterion, Each):
        for i in range(max(criterion.least, 1) + 1):
            names = criterion.pattern.split("|")
            name = WILD.sub(str(i), criterion.pattern if "(" in names[0] else names[i % len(names)])
            assert re.fullmatch(criterion.pattern, name), f"no name found for {criterion.pattern}"
            yield Comparison(Read(criterion.id, name), criterion.sign, criterion.line)
    else:
        assert isinstance(criterion, Comparison), f"cannot look into {criterion}"
        yield criterion


def sampled(criterion: Criterion) -> bool:
    """Does it read anything that has an interval, so that a line can run through it."""
    reads = [
        read
        for one in comparisons(criterion)
        for read in ([one.term] if isinstance(one.term, Read) else [one.term.left, one.term.right])
    ]
    return any(not (read.these or read.detail) for read in reads)


def numbers(comparison: Comparison) -> Iterator[Number]:
    """What it reads, and what it compares that with."""
    term, line = comparison.term, comparison.line
    for read in (term,) if isinstance(term, Read) else (term.left, term.right):
        detail = Number(read.id, "detail", read.detail)
        yield detail if read.detail else Number(read.id, name=read.case)
    if isinstance(line, Bound):
        if line.kind == "detail":
            yield Number(line.id, "detail", line.detail)
        if line.kind in ("baseline", "midway"):
            yield Number(line.id, "baseline")
        if line.kind in ("floor", "midway"):
            yield Number(line.id, "floor")


def choose(
    rng: Random, said: Iterable[Comparison], read: Iterable[Number], possible: Possible
) -> Chosen:
    """Something for each number: first for the lines, then for what is compared with them."""
    chosen: Chosen = {}
    fixed = [one.line for one in said if isinstance(one.line, int | float)]
    for number in read:
        if number.kind != "value":
            known = (-inf, inf) if number.kind == "detail" else possible.get((number.fact, ""))
            at = rng.choice(levels(levels(fixed, known), known))
            chosen[number] = at, at
    brought = facts_of(chosen, (number.fact for number in read))
    moved = [one.line.value(brought[one.line.id]) for one in said if isinstance(one.line, Bound)]
    lines = [*fixed, *(line for line in moved if line is not None)]
    for number in read:
        if number.kind == "value":
            near = levels(lines, possible.get((number.fact, number.name)))
            ends = sorted((rng.choice(near), rng.choice(near)))
            exact = rng.random() < 0.6
            chosen[number] = (ends[0], ends[0]) if exact else (ends[0], ends[1])
    return chosen


def levels(lines: Iterable[float], possible: Ends | None = None) -> list[float]:
    """On each line, between any two, and beyond the outermost."""
    least, most = possible or (-inf, inf)
    known = {line for line in (*lines, least, most) if abs(line) < inf and least <= line <= most}
    low, high = min(known, default=0.0), max(known, default=0.0)
    known |= {max(low - 1, least), max(low, least), min(high + 1, most)}
    return sorted({*known, *((a + b) / 2 for a, b in pairwise(sorted(known)))})


def facts_of(chosen: Mapping[Number, Ends], ids: Iterable[str]) -> dict[str, Fact]:
    """Facts with these numbers, all of one population."""

    def of(name: str, kind: str) -> dict[str, Ends]:
        return {n.name: e for n, e in chosen.items() if (n.fact, n.kind) == (name, kind)}

    facts = {}
    for name in ids:
        values, more = of(name, "value"), of(name, "detail")
        base, floor = of(name, "baseline"), of(name, "floor")
        facts[name] = replace(
            _made(values.pop("", (0.0, 0.0))),
            baseline=Reference("baseline", base[""][0]) if base else None,
            floor=Reference("floor", floor[""][0]) if floor else None,
            parts=tuple((case, _made(ends)) for case, ends in values.items()),
            details={detail: ends[0] for detail, ends in more.items()},
            id=name,
        )
    return facts


def _made(ends: Ends) -> Fact:
    low, high = ends
    return Fact((low + high) / 2, "share", ITEMS, "things", low, high, clusters=ITEMS)


@cache
def possible_in(system: str) -> Possible:
    """Which facts of the stored runs of a system, and which of their cases, are shares."""
    return {
        key: (0.0, 1.0)
        for path in sorted((ROOT / "tests/systems" / system).rglob("measured.json"))
        for name, fact in json.loads(path.read_text(encoding="utf-8"))["facts"].items()
        for key, unit in [
            ((name, ""), fact["unit"]),
            *(((name, case), part["unit"]) for case, part in fact["parts"]),
        ]
        if unit in WHOLES
    }
