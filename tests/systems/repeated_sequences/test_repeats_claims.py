"""Every verdict of every claim about sequences that repeat themselves is reached, and the committed
runs get the ones they deserve.
"""

from claimwork import Cases, all_reached, each, made, nothing_left_out, reaches
from lookups import listed
from measured import measured

from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact

_, CLAIMS = listed("repeated_sequences")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def score(low: float) -> Fact:
    return made(low, low, low, baseline=0.1)


def ratio(value: float | None) -> Fact:
    tops = dict(random_top=0.2, renamed_top=0.15, rotated_top=0.2, rotated_mean=0.17)
    return made(value, baseline=0.17, details=tops)


def rise(low: float) -> Fact:
    return made(low, low, low, baseline=0.0, details=dict(renamed_top=1.0))


def copied(score: float | None, tokens: float | None, rises: float) -> dict[str, Fact]:
    return dict(copying_score=ratio(score), raises_itself=made(tokens), copying_rise=rise(rises))


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


def at(checkpoint: int | None) -> Fact:
    return (
        made()
        if checkpoint is None
        else made(100.0 * checkpoint, details=dict(checkpoint=checkpoint))
    )


def passed(value: float | None, tests: int = 0) -> Fact:
    return made(value, details=dict(tests_passed=tests))


def ways(**values: float | None) -> dict[str, Fact]:
    return {
        f"path_{name}": made() if value is None else made(value, value, value)
        for name, value in values.items()
    }


def effect(low: float) -> Fact:
    return made(low, low, low)


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


def alone(value: float, control: float, whole: float = 1.0) -> dict[str, Fact]:
    """What a circuit gets right alone, and without its path to the keys, where a guess has 0.2."""
    parts = {"keys read the token alone": control}
    most = dict(most=0.2 + 0.9 * (whole - 0.2))
    return dict(circuit_alone=made(value, baseline=0.2, floor=whole, parts=parts, details=most))


CASES: Cases = {
    "circuit_is_enough": (
        (HOLDS, alone(0.95, 0.2)),
        (PARTLY, alone(0.95, 0.8)),  # as well without the path that it is about
        (PARTLY, alone(0.8, 0.2)),
        (FAILS, alone(0.5, 0.2)),
        (Verdict.NOT_ASKED, dict(circuit_alone=made())),
    ),
    "solves_task": (
        (HOLDS, dict(accuracy_told=score(0.96))),
        (PARTLY, dict(accuracy_told=score(0.94))),
        (FAILS, dict(accuracy_told=score(0.2))),
        (Verdict.NOT_ASKED, dict(accuracy_told=made())),
    ),
    "solves_at_once": (
        (HOLDS, dict(accuracy_at_once=score(0.96))),
        (PARTLY, dict(accuracy_at_once=score(0.21))),
        (FAILS, dict(accuracy_at_once=score(0.19))),
    ),
    "near_the_floor": (
        (PARTLY, left(0.5, 0.1, 0.4)),
        (PARTLY, left(0.5, 0.4, 0.1)),  # at the positions where nothing is known, next to nothing
        (FAILS, left(1.2, 0.5, 0.5)),
        (HOLDS, left(0.1, 0.1, 0.1)),
        (Verdict.UNDECIDED, left(0.1, 0.1, 0.2)),
        (Verdict.UNDECIDED, left(1.0, 0.5, 0.5)),
    ),
    "uses_context": (
        (FAILS, dict(in_context_score=made(0.1, 0.0, 0.2, floor=-3.0))),
        (HOLDS, dict(in_context_score=made(-2, -2.1, -1.6, floor=-3.0))),
        (PARTLY, dict(in_context_score=made(-1, -1.2, -0.9, floor=-3.0))),
        (Verdict.UNDECIDED, dict(in_context_score=made(0, -0.1, 0.1, floor=-3.0))),
        (Verdict.NOT_ASKED, dict(in_context_score=made())),
    ),
    "untold_no_worse": (
        (HOLDS, dict(untold_loss=made(3, 2.9, 3.1, baseline=3.4))),
        (Verdict.UNDECIDED, dict(untold_loss=made(3.4, 3.3, 3.5, baseline=3.4))),
        (FAILS, dict(untold_loss=made(3.6, 3.5, 3.7, baseline=3.4))),
        (Verdict.NOT_ASKED, dict(untold_loss=made())),
    ),
    "first_layer_looks_back": (
        (HOLDS, dict(previous_first_time=score(0.51))),
        (PARTLY, dict(previous_first_time=score(0.21))),
        (FAILS, dict(previous_first_time=score(0.19))),
    ),
    "matches_prefixes": (
        (HOLDS, dict(prefix_matching=score(0.51))),
        (PARTLY, dict(prefix_matching=score(0.49))),
        (FAILS, dict(prefix_matching=score(0.2))),
        (Verdict.NOT_ASKED, dict(prefix_matching=made())),
    ),
    "looks_at_copies": (
        (HOLDS, dict(duplicate_token=score(0.51))),
        (PARTLY, dict(duplicate_token=score(0.3))),
        (FAILS, dict(duplicate_token=score(0.1))),
    ),
    "copies": (
        (HOLDS, copied(0.21, 0.91, 1.1)),
        (PARTLY, copied(0.21, 0.9, 1.1)),
        (PARTLY, copied(0.21, 0.91, 1.0)),  # tokens renamed at random rise as far
        (FAILS, copied(0.2, 1.0, 1.1)),
        (Verdict.NOT_ASKED, copied(None, None, 1.1)),
    ),
    "weights_match": (
        (HOLDS, dict(matches_itself=made(0.91))),
        (PARTLY, dict(matches_itself=made(0.51))),
        (FAILS, dict(matches_itself=made(0.5))),
        (Verdict.NOT_ASKED, dict(matches_itself=made())),
    ),
    "keys_compose": (
        (HOLDS, dict(k_composition=ratio(0.21))),
        (PARTLY, dict(k_composition=ratio(0.18))),
        (FAILS, dict(k_composition=ratio(0.17))),
    ),
    "queries_compose": (
        (HOLDS, dict(q_composition=ratio(0.21))),
        (PARTLY, dict(q_composition=ratio(0.18))),
        (FAILS, dict(q_composition=ratio(0.17))),
        (Verdict.NOT_ASKED, dict(q_composition=ratio(None))),
    ),
    "layers_are_needed": (
        (HOLDS, dict(layer_needed=effect(0.11))),
        (PARTLY, dict(layer_needed=effect(0.01))),
        (FAILS, dict(layer_needed=effect(0.0))),
        (Verdict.NOT_ASKED, dict(layer_needed=made())),
    ),
    "has_induction_head": (
        (HOLDS, dict(induction_heads=passed(0.5, 3))),
        (PARTLY, dict(induction_heads=passed(0.0, 2))),
        (FAILS, dict(induction_heads=passed(0.0, 1))),
        (Verdict.NOT_ASKED, dict(induction_heads=passed(None))),
    ),
    "solved_without_head": (
        (HOLDS, dict(accuracy_told=score(0.96), induction_heads=passed(0.0, 1))),
        (PARTLY, dict(accuracy_told=score(0.5), induction_heads=passed(0.0, 2))),
        (FAILS, dict(accuracy_told=score(0.99), induction_heads=passed(0.5, 3))),
        (FAILS, dict(accuracy_told=score(0.1), induction_heads=passed(0.0))),
    ),
    "seeds_agree": (
        (HOLDS, dict(seeds_solve=made(1.0))),
        (PARTLY, dict(seeds_solve=made(0.9))),
        (FAILS, dict(seeds_solve=made(0.0))),
    ),
    "sudden_change": (
        (HOLDS, dict(sudden_share=made(0.7))),
        (PARTLY, dict(sudden_share=made(0.4))),
        (FAILS, dict(sudden_share=made(0.3))),
        (Verdict.NOT_ASKED, dict(sudden_share=made())),
    ),
    "come_together": (
        (HOLDS, together(5, 9, (5, 8))),  # half of its way, whatever line each passes when
        (PARTLY, together(5, 8, (5, 9))),
        (PARTLY, together(5, 8, (None, 9))),
        (FAILS, together(None, 9, (5, 8))),
    ),
    "demonstrations_continued": (
        (HOLDS, dict(demonstrations_right=made(1.0))),
        (PARTLY, dict(demonstrations_right=made(0.5))),
        (FAILS, dict(demonstrations_right=made(0.4))),
        (Verdict.NOT_ASKED, dict(demonstrations_right=made())),
    ),
    "follows_the_token": (
        (HOLDS, dict(answers_follow_copy=made(0.95, 0.91, 1, baseline=0.25))),
        (PARTLY, dict(answers_follow_copy=made(0.5, 0.4, 0.6, baseline=0.25))),
        (Verdict.UNDECIDED, dict(answers_follow_copy=made(0.2, 0.1, 0.3, baseline=0.25))),
        (FAILS, dict(answers_follow_copy=made(0.2, 0.199, 0.201, baseline=0.25))),
        (Verdict.NOT_ASKED, dict(answers_follow_copy=made())),
    ),
    "fetched_from_source": (
        (HOLDS, dict(source_carries=effect(0.51))),
        (PARTLY, dict(source_carries=effect(0.11))),
        (FAILS, dict(source_carries=effect(0.1))),
        (Verdict.NOT_ASKED, dict(source_carries=made())),
    ),
    "handed_on": (
        (HOLDS, dict(path_content=effect(0.51))),
        (PARTLY, dict(path_content=effect(0.11))),
        (FAILS, dict(path_content=effect(0.09))),
        (Verdict.NOT_ASKED, dict(path_content=made())),
    ),
    "path_through_keys": (
        (HOLDS, ways(keys=0.8, queries=0.1, values=0.2)),
        (PARTLY, ways(keys=0.5, queries=0.1, values=0.2)),
        (PARTLY, ways(keys=0.8, queries=0.1, values=0.6)),
        (FAILS, ways(keys=0.1, queries=0.8, values=0.1)),
        (FAILS, ways(keys=1e-16, queries=0.0, values=0.0)),  # the last bit
        (Verdict.NOT_ASKED, ways(keys=None, queries=None, values=None)),
    ),
    "path_through_queries": (
        (HOLDS, ways(keys=0.1, queries=0.8, values=0.2)),
        (PARTLY, ways(keys=0.1, queries=0.5, values=0.2)),
        (FAILS, ways(keys=0.8, queries=0.1, values=0.1)),
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_of_every_claim_is_reached() -> None:
    all_reached(CASES, CLAIMS)
    nothing_left_out(CASES, CLAIMS)


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
        "circuit_is_enough",
    } == set(unasked)
