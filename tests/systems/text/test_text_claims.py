"""Every claim about networks that read a text reaches its three verdicts."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from claimwork import Cases, all_reached, claims_of, each, found, made, nothing_left_out, reaches
from lookups import listed

from reportgen.errors import ClaimError
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Facts

_, CLAIMS = listed("text")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def gain(low: float, value: float) -> dict[str, Fact]:
    return dict(gain_over_unigram=made(low, low, low), unigram_floor=made(3.0))


def table(value: float | None) -> dict[str, Fact]:
    return dict(table_excess=made(value, baseline=0.8, floor=0.0), bigram_floor=made(2.0))


def context(most: float, high: float) -> dict[str, Fact]:
    return dict(
        context_value=made(0.0, details=dict(most=most)),
        gain_over_trigram=made(high, high, high),
        trigram_floor=made(1.7),
    )


def ends(best: float, worst: float) -> dict[str, Fact]:
    return dict(seeds_loss=made(best, details=dict(best=best, worst=worst)))


def steps(share: float) -> dict[str, Fact]:
    return dict(
        width_helps=made(share),
        width_excess=made(0.5),
        width_enough=made(None, words="none of these widths"),
    )


def apart(high: float) -> dict[str, Fact]:
    return dict(neighbours_differ=made(high, high, high, baseline=0.5, floor=0.1))


def gathered(value: float | None, high: float) -> dict[str, Fact]:
    return dict(kinds_gather=made(value, details=dict(kinds=4, shuffled=[-high, high])))


def text(value: float | None) -> dict[str, Fact]:
    return dict(writing_surprise=made(value, baseline=2.0, details=dict(single=4.0)))


def colder(surprise: Sequence[float], variety: Sequence[float]) -> dict[str, Fact]:
    return dict(
        writing_surprise=made(2.0, parts=surprise), writing_variety=made(100, parts=variety)
    )


def share(name: str, value: float | None) -> dict[str, Fact]:
    return {name: made(value, baseline=0.3)}


CASES: Cases = {
    "beats_frequencies": (
        (HOLDS, gain(0.06, 0.5)),
        (PARTLY, gain(0.05, 0.5)),
        (Verdict.UNDECIDED, dict(gain_over_unigram=made(0.01, -0.1, 0.2), unigram_floor=made(3.0))),
        (FAILS, gain(-0.2, -0.1)),
    ),
    "seeds_alike": ((HOLDS, ends(2.0, 2.04)), (PARTLY, ends(2.0, 2.06)), (FAILS, ends(2.0, 2.3))),
    "learns_pairs": (
        (HOLDS, table(0.049)),
        (PARTLY, table(0.051)),
        (PARTLY, table(0.39)),
        (FAILS, table(0.41)),
        (Verdict.NOT_ASKED, table(None)),
    ),
    "names_followers": (
        (HOLDS, share("follower_agreement", 0.91)),
        (PARTLY, share("follower_agreement", 0.9)),
        (FAILS, share("follower_agreement", 0.3)),
        (Verdict.NOT_ASKED, share("follower_agreement", None)),
    ),
    "names_predecessors": (
        (HOLDS, share("predecessor_agreement", 0.95)),
        (PARTLY, share("predecessor_agreement", 0.31)),
        (FAILS, share("predecessor_agreement", 0.2)),
    ),
    "only_the_last_token": (
        (HOLDS, context(0.0, -0.1)),
        (PARTLY, context(0.0, 0.1)),
        (FAILS, context(1e-9, -0.1)),
    ),
    "wider_is_nearer": ((HOLDS, steps(1.0)), (PARTLY, steps(0.95)), (FAILS, steps(0.5))),
    "neighbours_alike": ((HOLDS, apart(0.29)), (PARTLY, apart(0.31)), (FAILS, apart(0.51))),
    "kinds_together": (
        (HOLDS, gathered(0.2, 0.03)),
        (PARTLY, gathered(0.05, 0.03)),
        (FAILS, gathered(0.02, 0.03)),
        (FAILS, gathered(None, 0.03)),
    ),
    "writes_pairs": (
        (HOLDS, text(2.04)),
        (HOLDS, text(1.96)),
        (PARTLY, text(2.3)),
        (PARTLY, text(1.5)),
        (FAILS, text(4.1)),
        (Verdict.NOT_ASKED, text(None)),
    ),
    "colder_is_plainer": (
        (HOLDS, colder((1, 2, 3), (10, 20, 30))),
        (PARTLY, colder((1, 2, 3), (10, 20, 20))),
        (FAILS, colder((1, 3, 2), (10, 10, 30))),
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_of_every_claim_is_reached() -> None:
    """Claims about deeper networks that read a text have cases of their own."""
    all_reached(
        CASES, claims_of("text", "losses", "seeds", "table", "widths", "neighbours", "writing")
    )
    nothing_left_out(CASES, CLAIMS)


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
