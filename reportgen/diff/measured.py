"""What a build's facts.json holds, as far as it is compared."""

from typing import NotRequired, TypedDict


class Reference(TypedDict):
    """A number to compare a fact with."""

    label: str
    value: float


class Part(TypedDict):
    """A measured number, or the same for one case."""

    value: float | None
    text: str
    interval: str
    low: float | None
    high: float | None
    exhaustive: bool
    n: int
    of: str
    unit: str


class Stated(Part):
    """A fact without its cases."""

    label: str
    meaning: str
    tolerance: float
    baseline: Reference | None
    floor: Reference | None


class Fact(Stated):
    """A fact, as far as it is compared."""

    parts: list[tuple[str, Part]]
    details: NotRequired[dict[str, object]]  # not among what is accepted


class Claim(TypedDict):
    """A claim, as far as it is compared."""

    statement: str
    verdict: str
    holds_if: str
    partly_if: str
    reason: str
    why: NotRequired[str]  # it was not asked
    seeds: NotRequired[dict[str, list[int]] | None]
    wording: NotRequired[str]  # what the pages say of it, where they are not kept


class Unasked(TypedDict):
    """A claim that was not asked, and why."""

    statement: str
    reason: str


class Measured(TypedDict):
    """All that was measured of a report, as far as it is compared."""

    name: str
    step: int
    run: str
    facts: dict[str, Fact]
    claims: dict[str, Claim]
    unasked: NotRequired[dict[str, Unasked]]
    ranking: NotRequired[list[dict[str, object]]]
    rule: NotRequired[dict[str, object]]
    config: NotRequired[dict[str, object]]
