"""Facts without a measurement behind them, by which claims that keep a function reach their
verdicts.
"""

from collections.abc import Mapping, Sequence
from types import EllipsisType
from typing import Any

import pytest
from conftest import committed
from lookups import listed

from reportgen.core.study import Study
from reportgen.measure.claim import Claim, Verdict
from reportgen.measure.fact import Fact, Facts, Reference
from reportgen.measure.measure import decided_on

Cases = dict[
    str, tuple[tuple[Verdict, dict[str, Fact]], ...]
]  # claim -> facts, and what they make of it


def made(
    value: float | None = None,
    low: float | None | EllipsisType = ...,
    high: float | None = None,
    *,
    parts: Mapping[str, float | Fact] | Sequence[float] = (),
    n: int = 10,
    unit: str = "share",
    **more: Any,
) -> Fact:
    """A fact as a measurement would give it; references and parts as plain numbers."""
    for name in ("baseline", "floor"):
        if name in more:
            more[name] = Reference(name, more[name])
    more.setdefault("exhaustive", value is not None and low is ...)
    low = None if low is ... else low
    named = (
        parts.items()
        if isinstance(parts, Mapping)
        else ((f"case {i}", part) for i, part in enumerate(parts))
    )
    return Fact(
        value,
        unit,
        n,
        "things",
        low,
        high,
        parts=tuple(
            (
                name,
                part if isinstance(part, Fact) else Fact(part, unit, 10, "things", exhaustive=True),
            )
            for name, part in named
        ),
        **more,
    )


def each(cases: Cases) -> pytest.MarkDecorator:
    """A test for every case."""
    return pytest.mark.parametrize(
        ("name", "wanted", "facts"),
        [(name, wanted, facts) for name, said in cases.items() for wanted, facts in said],
    )


def reaches(claim: Claim, wanted: Verdict, facts: Mapping[str, Fact]) -> None:
    """These facts make a claim what is wanted, and it asks for none that it does not rest on."""
    read = Facts(facts)
    assert claim.verdict(read) is wanted
    assert set(read.read) | set(facts) <= set(claim.rests_on)


def all_reached(cases: Cases, claims: Mapping[str, Claim]) -> None:
    """Every claim that a function decides has a case for each verdict that a measurement can give.

    Those of criteria follow from the criteria: see test_verdicts.
    """
    made_by_hand = {Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS}
    wanted = {n: made_by_hand & set(c.verdicts) for n, c in claims.items() if c.function}
    given = {name: made_by_hand & {verdict for verdict, _ in said} for name, said in cases.items()}
    assert {name: given.get(name) for name in wanted} == wanted


def found_in(study: Study, family: str, name: str) -> Verdict:
    """What the facts of a network make of a claim, measured one by one."""
    facts, claims = listed(family)
    claim = claims[name]
    return decided_on(claim, {fact: facts[fact](study) for fact in claim.rests_on}).verdict


def found(run: str, family: str, names: Sequence[str]) -> dict[str, Verdict]:
    """The same for some claims about a committed run."""
    return {name: found_in(committed(run), family, name) for name in names}
