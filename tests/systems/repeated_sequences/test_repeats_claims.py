"""Of claims about sequences that repeat themselves: what they may not miss, and the verdicts that
the committed runs deserve.
"""

from claimwork import Cases, all_reached, each, made, reaches
from lookups import listed
from measured import measured

from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact

_, CLAIMS = listed("repeated_sequences")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def at(checkpoint: int | None) -> Fact:
    return (
        made()
        if checkpoint is None
        else made(100.0 * checkpoint, details=dict(checkpoint=checkpoint))
    )


def ways(**values: float | None) -> dict[str, Fact]:
    return {
        f"path_{name}": made() if value is None else made(value, value, value)
        for name, value in values.items()
    }


def left(whole: float, known: float, unknown: float) -> dict[str, Fact]:
    """What is left to gain of the two nats that a uniform guess leaves at either kind."""
    parts = {"next token known": known, "next token not known": unknown}
    return dict(
        holdout_loss=made(1.0),
        excess_loss=made(
            whole,
            whole - 0.05,
            whole + 0.05,
            baseline=2.0,
            parts={name: made(value, value - 0.05, value + 0.05) for name, value in parts.items()},
            details={f"{name}, uniform": 2.0 for name in parts},
        ),
    )


CASES: Cases = {
    "come_together": (
        (HOLDS, dict(onset_matching=at(5), onset_accuracy=at(8))),
        (PARTLY, dict(onset_matching=at(5), onset_accuracy=at(9))),
        (FAILS, dict(onset_matching=at(None), onset_accuracy=at(9))),
    ),
    # beside those that follow from its criteria, what a claim may not miss
    "near_the_floor": (
        (PARTLY, left(0.5, 0.4, 0.1)),  # at the positions where nothing is known, next to nothing
    ),
    "path_through_keys": (
        (FAILS, ways(keys=1e-16, queries=0.0, values=0.0)),  # the last bit
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_is_reached_where_a_function_decides() -> None:
    all_reached(CASES, CLAIMS)


def test_the_network_that_learnt_has_an_induction_head_and_the_control_has_none() -> None:
    said = lambda run, claim: measured(run)["claims"][claim]["verdict"]
    for claim in (
        "solves_task",
        "matches_prefixes",
        "has_induction_head",
        "copies",
        "keys_compose",
        "path_through_keys",
        "layers_are_needed",
        "fetched_from_source",
    ):
        assert said("repeats_learnt", claim) == "holds", claim
    assert said("repeats_learnt", "solved_without_head") == "fails"
    for claim in ("solves_task", "matches_prefixes", "follows_the_token", "near_the_floor"):
        assert said("repeats_unlearnt", claim) != "holds", claim
    assert said("repeats_unlearnt", "has_induction_head") != "holds"
    unasked = measured("repeats_unlearnt")["unasked"]
    assert {
        "keys_compose",
        "queries_compose",
        "weights_match",
        "path_through_keys",
        "path_through_queries",
        "handed_on",
        "fetched_from_source",
    } == set(unasked)
