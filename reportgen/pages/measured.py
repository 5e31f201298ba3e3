"""What a report's `facts.json` holds, as its pages read it."""

from typing import NotRequired, TypedDict


class Reference(TypedDict):
    """A number to compare a fact with."""

    label: str
    value: float


class Fact(TypedDict):
    """A measured number, its words included."""

    label: str
    value: float | None
    unit: str
    text: str
    interval: str
    n: int
    of: str
    counted: bool
    lacking: str
    baseline: Reference | None
    floor: Reference | None
    details: dict[str, object]


class Reading(TypedDict):
    """What a claim read of a fact, or of a case of it."""

    fact: str
    what: str
    text: str
    interval: str
    n: int
    of: str


class Claim(TypedDict):
    """A statement with its verdict, and what that came from."""

    statement: str
    rests_on: list[str]
    figure: str
    verdict: str
    why: str
    crossed: list[Reading]  # what left it undecided
    decisive: list[Reading]  # of many cases, what decided it
    shown: bool  # of an undecided one: that it holds in part
    ruled_out: bool
    seeds: dict[str, list[int]] | None  # by verdict, where they are counted
    seeds_between: dict[str, list[int]]  # undecided ones, by the verdicts that are still possible


class Unasked(TypedDict):
    """A claim that was not asked, and why."""

    statement: str
    reason: str


class Demonstration(TypedDict, total=False):
    """A sequence with what the network makes of it, as `strip` shows it; a system may say of it
    whatever its own templates read.
    """

    tokens: list[object]
    ids: list[int]  # of the tokens
    predictions: list[object]
    marks: list[object]
    sources: list[object]
    answer: object


class OriginFile(TypedDict):
    """A file of given weights."""

    name: str
    sha256: str
    step: int


class Origin(TypedDict):
    """Where given weights come from (`core.runs.origin.Origin`)."""

    files: list[OriginFile]
    layout: str
    tensors: int
    ignored: list[str]
    idle: list[str]
    filled: list[str]
    types: dict[str, int]
    narrow: list[str]
    reordered: bool
    tied: bool
    folded: bool


class Seed(TypedDict, total=False):
    """A seed among all seeds, with whatever its system says of it."""

    error_visible: float  # of rules of one window


class Measured(TypedDict):
    """All that was measured of a run at one checkpoint."""

    facts: dict[str, Fact]
    claims: dict[str, Claim]
    unasked: dict[str, Unasked]
    demonstrations: list[Demonstration]
    ranking: list[Seed]
    seeds: list[int]
    shown: NotRequired[int]
    origin: NotRequired[Origin]
