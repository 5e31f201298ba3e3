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


def at(checkpoint: int | None, *, stays: bool = True) -> Fact:
    return (
        made()
        if checkpoint is None
        else made(100.0 * checkpoint, details=dict(checkpoint=checkpoint, stays=stays))
    )


def ways(**values: float | None) -> dict[str, Fact]:
    return {
        f"path_{name}": made() if value is None else made(value, value, value)
        for name, value in values.items()
    }


def left(whole: float, known: float, unknown: float) -> dict[str, Fact]:
    """What is left to gain of the two nats that a uniform guess leaves at either kind."""
    parts = {"next token known from a copy": known, "next token not known from a copy": unknown}
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


def alone(value: float, control: float) -> dict[str, Fact]:
    """What a circuit gets right alone, and without its path to the keys, where a guess has 0.2."""
    parts = {"keys at their mean": control}
    fact = made(value, baseline=0.2, floor=1.0, parts=parts, details=dict(most=0.92))
    return dict(circuit_alone=fact)


def together(
    matching: int | None, right: int | None, halves: tuple[int | None, int | None]
) -> dict[str, Fact]:
    """When half of the attention and of the answers is reached, and half of the way of each."""
    return dict(
        onset_matching=at(matching),
        onset_accuracy=at(right),
        halfway_matching=at(halves[0]),
        halfway_accuracy=at(halves[1]),
    )


CASES: Cases = {
    "come_together": (
        (HOLDS, together(5, 9, (5, 8))),  # half of its way, whatever line each passes when
        (PARTLY, together(5, 9, (5, 8)) | dict(onset_accuracy=at(9, stays=False))),  # lost again
        (PARTLY, together(5, 8, (5, 9))),
        (PARTLY, together(5, 8, (None, 9))),
        (FAILS, together(None, 9, (5, 8))),
    ),
    # beside those that follow from its criteria, what a claim may not miss
    "near_the_floor": (
        (PARTLY, left(0.5, 0.4, 0.1)),  # at the positions where nothing is known, next to nothing
    ),
    "circuit_is_enough": ((PARTLY, alone(0.95, 0.8)),),  # as well without the path to the keys
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
        "circuit_is_enough",
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
        "one_back_suffices",
        "circuit_is_enough",
        "seeds_agree",
    } == set(unasked)
