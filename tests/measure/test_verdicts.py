"""Every verdict of every claim can be reached, whatever system it is of: facts are derived from its
criteria. The claims that keep a function have theirs beside their system.
"""

from dataclasses import replace

import pytest
from claimcases import possible_in, reached, sampled

from reportgen.measure.claim import Claim, Verdict, claims_of
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Fact
from reportgen.system import systems

ALL = [
    pytest.param(name, claim, id=f"{name}-{claim.id}")
    for name, system in systems().items()
    for claim in claims_of(system).values()
    if claim.function is None
]


def faults(claim: Claim, system: str = "") -> list[str]:
    """What is wrong with a claim: verdicts that no facts reach, and numbers that decide nothing."""
    found = reached(claim, possible_in(system) if system else {})
    certain = claim.holds is not None and not sampled(claim.holds)
    never = [
        v.value
        for v in claim.verdicts
        if v not in found.cases and not (certain and v is Verdict.UNDECIDED)
    ]
    return [
        *(f"{claim.id!r} in {claim.module}: no facts lead to {verdict!r}" for verdict in never),
        *(f"{claim.id!r} in {claim.module}: it reads {n} and decides the same" for n in found.idle),
    ]


@pytest.mark.parametrize(("system", "claim"), ALL)
def test_a_claim_reaches_its_verdicts(system: str, claim: Claim) -> None:
    assert not faults(claim, system)


@pytest.mark.parametrize(("system", "claim"), ALL)
def test_what_was_not_measured_leaves_a_claim_unasked(system: str, claim: Claim) -> None:
    missing = {f: Fact(None, "share", 0, "things", words="none here") for f in claim.rests_on}
    found = claim.decide(missing)
    assert (found.verdict, found.reason) == (Verdict.NOT_ASKED, "none here")


@pytest.mark.parametrize(("system", "claim"), ALL)
def test_thresholds_have_words(system: str, claim: Claim) -> None:
    for facts in reached(claim, possible_in(system)).cases.values():
        holds_if, partly_if = claim.thresholds(facts)
        assert holds_if
        assert bool(partly_if) is (Verdict.PARTLY in claim.verdicts)


A, B = fact("a"), fact("b")
SOUND = Claim(
    "It is large",
    holds=(A > 0.5) & (A > A.baseline),
    partly=A > A.baseline,
    reason="",
    figure="",
    id="large",
    module="made_up",
)


def test_a_sound_claim_has_no_faults() -> None:
    assert not faults(SOUND)


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        (replace(SOUND, holds=A > 0.5, partly=A > 0.7), ["no facts lead to 'partly'"]),
        (replace(SOUND, holds=A > 0.5, partly=A > 0.5), ["no facts lead to 'partly'"]),
        (replace(SOUND, holds=A < 0.5, partly=A > 0.2), ["no facts lead to 'fails'"]),
        (replace(SOUND, holds=(A > 0.5) & (A < 0.4), partly=None), ["no facts lead to 'holds'"]),
        (
            replace(SOUND, holds=(A > 0.5) | ((A > 0.7) & (B > 0.5)), partly=None),
            ["it reads 'b': value and decides the same"],
        ),
        (
            replace(SOUND, holds=(A > 0.5) & (A > A.baseline), partly=A > 0.2 * A.floor),
            [],
        ),
        (
            replace(SOUND, holds=A.every("layer .*") > 0.5, partly=A.some("layer .*") > 0.5),
            [],
        ),
        (
            replace(SOUND, holds=A.some("layer .*") > 0.5, partly=A.every("layer .*") > 0.5),
            ["no facts lead to 'partly'"],
        ),
        (replace(SOUND, holds=A > B, partly=A - B > 0.1), ["no facts lead to 'partly'"]),
        (replace(SOUND, holds=A - B > 0.1, partly=A > B), []),
        (replace(SOUND, holds=A / B > 2, partly=A / B > 1), []),
    ],
)
def test_faults_of_a_claim_are_found(claim: Claim, wanted: list[str]) -> None:
    """Bands that are empty, lines that exclude each other, and facts without a part in it."""
    found = faults(claim)
    assert found == [f"'large' in made_up: {each}" for each in wanted]


def test_a_share_cannot_lie_above_all() -> None:
    """A line that only numbers beyond all or nothing pass: `> 1` where `>= 1` was meant."""
    beyond = replace(SOUND, holds=fact("answer_on_top") > 1, partly=None)
    assert not faults(beyond)
    assert faults(beyond, "sequence_rules") == [
        "'large' in made_up: no facts lead to 'holds'",
        "'large' in made_up: no facts lead to 'undecided'",
        "'large' in made_up: it reads 'answer_on_top': value and decides the same",
    ]
