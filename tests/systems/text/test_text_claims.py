"""Claims about networks that read a text: those that keep a function reach their verdicts."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from claimwork import Cases, all_reached, each, found, made, reaches
from lookups import listed

from reportgen.errors import ClaimError
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Facts

_, CLAIMS = listed("text")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def ends(best: float, worst: float) -> dict[str, Fact]:
    return dict(seeds_loss=made(best, details=dict(best=best, worst=worst)))


def gathered(value: float | None, high: float) -> dict[str, Fact]:
    return dict(kinds_gather=made(value, details=dict(kinds=4, shuffled=[-high, high])))


def colder(surprise: Sequence[float], variety: Sequence[float]) -> dict[str, Fact]:
    return dict(
        writing_surprise=made(2.0, parts=surprise), writing_variety=made(100, parts=variety)
    )


def mixed(low: float | None, alone: float | None) -> dict[str, Fact]:
    parts = {
        "layer 0, attention alone": made(alone, alone, alone),
        "layer 0, with the residual stream": made(low, low, low),
    }
    return dict(mixing_ratio=made(low, low, low, parts=parts))


def taken_back(*layers: float | None) -> dict[str, Fact]:
    """Which share of a change each layer cancels."""
    parts = {f"layer {i}": made(low, low, low) for i, low in enumerate(layers)}
    low = layers[0]
    return dict(change_taken_back=made(low, low, low, parts=parts), forward_change=made(0.1))


def favourites(*lows: float) -> dict[str, Fact]:
    """Heads that prefer different distances, each with an equal share of its own."""
    parts = {f"head {i}": made(low, low, low, baseline=0.1) for i, low in enumerate(lows)}
    return dict(
        favourite_distance=made(0.4, 0.3, 0.5, parts=parts),
        different_distances=made(len(lows), len(lows), len(lows), n=len(lows)),
    )


CASES: Cases = {
    "seeds_alike": ((HOLDS, ends(2.0, 2.04)), (PARTLY, ends(2.0, 2.06)), (FAILS, ends(2.0, 2.3))),
    "kinds_together": (
        (HOLDS, gathered(0.2, 0.03)),
        (PARTLY, gathered(0.05, 0.03)),
        (FAILS, gathered(0.02, 0.03)),
        (FAILS, gathered(None, 0.03)),
    ),
    "colder_is_plainer": (
        (HOLDS, colder((1, 2, 3), (10, 20, 30))),
        (PARTLY, colder((1, 2, 3), (10, 20, 20))),
        (FAILS, colder((1, 3, 2), (10, 10, 30))),
    ),
    "context_outweighs": (
        (HOLDS, mixed(0.51, 0.7)),
        (PARTLY, mixed(0.5, 0.7)),
        (FAILS, mixed(0.4, 0.5)),
        (Verdict.NOT_ASKED, mixed(None, None)),
    ),
    "change_is_taken_back": (
        (HOLDS, taken_back(0.51, 0.9)),
        (PARTLY, taken_back(0.5, 0.9)),
        (FAILS, taken_back(0.0, 0.9)),
        (Verdict.NOT_ASKED, taken_back(None)),
    ),
    # beside those that follow from its criteria, what a claim may not miss
    "heads_share_the_work": ((HOLDS, favourites(0.3, 0.4)), (FAILS, favourites(0.2, 0.4))),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_is_reached_where_a_function_decides() -> None:
    all_reached(CASES, CLAIMS)


def test_a_claim_whose_fact_is_not_there_is_stopped() -> None:
    with pytest.raises(ClaimError, match="no fact is called"):
        CLAIMS["learns_pairs"].verdict(Facts({}))


def test_kinds_are_not_asked_about_where_there_is_one() -> None:
    facts = Facts({"kinds_gather": made(0.0, details=dict(kinds=1))})
    assert (
        CLAIMS["kinds_together"].unless(facts)
        == "the tokens of this text that are frequent enough are all of one kind"
    )
    assert CLAIMS["kinds_together"].unless(Facts(gathered(0.1, 0.2))) == ""


def test_one_seed_is_not_compared() -> None:
    assert CLAIMS["seeds_alike"].unless(Facts(ends(2.0, 2.1))) == ""
    assert (
        CLAIMS["seeds_alike"].unless(
            Facts({"seeds_loss": replace(ends(2.0, 2.0)["seeds_loss"], n=1)})
        )
        == "this training has one seed, and no other to be compared with"
    )


@pytest.mark.parametrize("name", ["text_learnt", "text_unlearnt"])
def test_verdicts_of_the_committed_runs(name: str) -> None:
    """Each claim as its facts make it, one by one."""
    learnt = HOLDS if name == "text_learnt" else FAILS
    verdicts = dict(
        learns_pairs=learnt,
        names_followers=learnt,
        beats_frequencies=learnt,
        only_the_last_token=HOLDS,
    )
    assert found(name, "text", list(verdicts)) == verdicts
