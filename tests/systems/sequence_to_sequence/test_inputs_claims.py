"""Claims about answered inputs that keep a function reach their verdicts, and what the originals
said wrongly cannot be said.
"""

from types import EllipsisType

from claimwork import Cases, all_reached, each, made, reaches
from inputswork import RUNS
from lookups import listed
from measured import measured

from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact

FACTS, CLAIMS = listed("sequence_to_sequence")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def at(checkpoint: int | None, *, stays: bool = True) -> Fact:
    return (
        made(None, words="never")
        if checkpoint is None
        else made(50.0 * checkpoint, details=dict(checkpoint=checkpoint, stays=stays))
    )


def cut(
    value: float, low: float | EllipsisType = ..., high: float | None = None, *, whole: float = 1.0
) -> dict[str, Fact]:
    return dict(
        cut_all=made(value, low, high, baseline=whole, floor=0.25),
        cut_first=made(0.5),
        cut_last=made(0.5),
    )


def silent(value: float, itself: float, whole: float = 1.0) -> dict[str, Fact]:
    return dict(
        without_mlps=made(
            value, baseline=whole, floor=0.25, parts={"names the digit itself": itself}
        ),
        lens_before=made(0.3),
        lens_after=made(1.0),
    )


def lens(before: float, itself: float, after: float) -> dict[str, Fact]:
    return dict(
        lens_before=made(before, baseline=0.25, parts={"names the digit itself": itself}),
        lens_after=made(after),
    )


def zeroed(*values: float) -> dict[str, Fact]:
    return dict(
        without_matrix=made(
            max(values),
            baseline=1.0,
            parts={f"W_{i}, layer 0": v for i, v in enumerate(values)}
            | {"W_0, layer 0, training inputs": 1.0},
        ),
        holdout_tokens=made(1.0),
    )


# for each claim that keeps a function: facts that make it hold, partly hold, and fail; the last of
# each is a case with something missing where there can be one
CASES: Cases = {
    "seen_is_easier": (
        (HOLDS, dict(train_words=made(1.0), holdout_words=made(0.8))),
        (PARTLY, dict(train_words=made(1.0), holdout_words=made(0.95))),
        (FAILS, dict(train_words=made(1.0), holdout_words=made(1.0))),
    ),
    "train_first": (
        (HOLDS, dict(onset_train=at(10), onset_holdout=at(14))),
        (PARTLY, dict(onset_train=at(10), onset_holdout=at(14, stays=False))),  # lost again
        (PARTLY, dict(onset_train=at(10), onset_holdout=at(13))),
        (FAILS, dict(onset_train=at(None), onset_holdout=at(None))),
        (PARTLY, dict(onset_train=at(10), onset_holdout=at(None))),
    ),
    "looks_by_place": (
        (HOLDS, dict(frozen_attention=made(0.995, baseline=1.0, floor=0.25))),
        (PARTLY, dict(frozen_attention=made(0.8, baseline=1.0, floor=0.25))),
        (FAILS, dict(frozen_attention=made(0.5, baseline=1.0, floor=0.25))),
        (Verdict.NOT_ASKED, dict(frozen_attention=made())),
    ),
    "comes_straight": (
        (HOLDS, cut(0.24, 0.23, 0.25)),
        (FAILS, cut(0.7, 0.65, 0.75)),
        (HOLDS, cut(0.25)),
        (Verdict.UNDECIDED, cut(0.26, 0.24, 0.28)),
        (PARTLY, cut(0.26)),
        (PARTLY, cut(0.6)),
        (FAILS, cut(0.63)),
        (Verdict.UNDECIDED, cut(0.6, 0.56, 0.64)),
        (FAILS, cut(0.25, whole=0.27)),
        (FAILS, dict(cut_all=made())),
    ),
    "one_to_one": (
        (HOLDS, dict(moves_mirror=made(1.0), moves_others=made(0.0))),
        (PARTLY, dict(moves_mirror=made(1.0), moves_others=made(0.03))),
        (FAILS, dict(moves_mirror=made(0.5), moves_others=made(0.3))),
        (FAILS, dict(moves_mirror=made(0.0), moves_others=made(0.0))),
    ),
    "mlp_adds_one": (
        (HOLDS, silent(0.1, 0.8)),
        (PARTLY, silent(0.3, 0.05)),
        (FAILS, silent(0.95, 0.0)),
        (FAILS, silent(0.25, 0.2, 0.27)),
        (Verdict.NOT_ASKED, dict(without_mlps=made())),
    ),
    "last_turns": (
        (HOLDS, lens(0.1, 0.8, 1.0)),
        (PARTLY, lens(0.3, 0.1, 1.0)),
        (FAILS, lens(0.65, 0.0, 1.0)),
        (FAILS, lens(0.3, 0.8, 0.4)),
        (Verdict.NOT_ASKED, dict(lens_before=made(), lens_after=made())),
    ),
    # beside those that follow from its criteria, what a claim may not miss
    "answer_is_there": (
        (FAILS, dict(readout_last=made(1.0, baseline=0.99))),  # in the form that is read anyway
    ),
    "every_matrix_needed": (
        (HOLDS, zeroed(0.2, 0.85)),  # inputs that were trained on are answered all the same
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_is_reached_where_a_function_decides() -> None:
    all_reached(CASES, CLAIMS)


def test_claims_rest_on_facts_there_are_and_name_a_figure() -> None:
    from lookups import declared

    assert all(set(claim.rests_on) <= set(FACTS) for claim in CLAIMS.values())
    assert {claim.figure for claim in CLAIMS.values()} <= set(declared("sequence_to_sequence"))


def test_what_the_committed_runs_are_found_to_be() -> None:
    """One network answers everything, the other does not; what the originals said of such networks
    is borne out by neither.
    """
    learnt, unlearnt = (measured(name)["claims"] for name in RUNS)
    verdicts = lambda name: (learnt[name]["verdict"], unlearnt[name]["verdict"])
    assert verdicts("solved") == ("holds", "fails")
    assert verdicts("generalises") == ("holds", "fails")
    assert verdicts("first_looks")[0] == "holds"
    assert learnt["first_brings"]["verdict"] == "holds"
    assert "holds" not in verdicts("mlp_adds_one")  # "the MLP increments"
    assert "holds" not in verdicts("cosine_tells")  # "consistently lines up with the right token"
    assert learnt["seeds_agree"]["verdict"] != "holds"  # "should reach close to 100 % on both"
    assert "anecdotes" in measured("inputs_unlearnt")["unasked"]["seeds_agree"]["reason"]
    assert sum(len(v) for v in learnt["solved"]["seeds"].values()) == 4
