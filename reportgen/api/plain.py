"""What `facts.json` holds, as far as it is read here."""

from typing import NotRequired, TypedDict


class PlainReference(TypedDict):
    """What facts.json says of a number to compare with."""

    label: str
    value: float


class PlainFact(TypedDict):
    """What facts.json says of a fact."""

    label: str
    meaning: str
    value: float | None
    unit: str
    text: str
    low: float | None
    high: float | None
    interval: str
    exhaustive: bool
    n: int
    of: str
    baseline: PlainReference | None
    floor: PlainReference | None
    parts: "list[tuple[str, PlainFact]]"
    details: dict[str, object]
    lacking: str


class PlainClaim(TypedDict):
    """What facts.json says of a claim; of one that was not asked its statement and its reason."""

    statement: str
    reason: str
    verdict: NotRequired[str]
    why: NotRequired[str]
    holds_if: NotRequired[str]
    partly_if: NotRequired[str]
    rests_on: NotRequired[list[str]]
    figure: NotRequired[str]
    seeds: NotRequired[dict[str, list[int]] | None]


class Plain(TypedDict):
    """What facts.json holds, as far as it is read here."""

    run: str  # the digest of what was measured
    facts: dict[str, PlainFact]
    claims: dict[str, PlainClaim]
    unasked: dict[str, PlainClaim]
