"""Claims that keep a function reach their verdicts; what is known to be false cannot be said."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from claimwork import Cases, all_reached, each, made, reaches
from lookups import listed
from measured import measured

from reportgen.core.study import Study, study_of
from reportgen.errors import ClaimError, RunError
from reportgen.measure.claim import ByFunction, Verdict
from reportgen.measure.fact import Fact, Facts, absent
from reportgen.measure.measure import check_rests, decided_on, moot
from reportgen.systems.sequence_rules.facts.losses import ABOVE_LAST

FACTS, CLAIMS = listed("sequence_rules")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


BOTH = {"unigram": 2.35, "bigram": 2.17, "window": 1.84}
FLOORS = dict(
    unigram_floor=made(2.4), bigram_floor=made(2.2), window_floor=made(1.8), holdout_floor=made(1.8)
)
LAST = dict(
    unigram_floor=made(2.4), bigram_floor=made(1.8), window_floor=made(1.8), holdout_floor=made(1.8)
)  # the last token tells all
READ = {"uniform": 2.5, "unigram": 2.35, "bigram": 2.17, "window": 1.84}


def at(checkpoint: int | None, *, stays: bool = True) -> Fact:
    return (
        made(None, words="never")
        if checkpoint is None
        else made(100.0 * checkpoint, details=dict(checkpoint=checkpoint, stays=stays))
    )


def mass(value: float, low: float, high: float, *, elsewhere: float = 0.3) -> Fact:
    return made(value, low, high, baseline=0.5, details=dict(elsewhere=elsewhere))


BY_DISTANCE = {"1 step back": made(0.0), "2 steps back": made(0.04)}


def at_distances(far: Fact, *tried: float) -> dict[str, Fact]:
    """The error far back on held-out text, and that of all contexts by distance."""
    parts = {f"{i} step{'s' * (i > 1)} back": made(error) for i, error in enumerate(tried, 1)}
    return dict(far_error=far, exhaustive_error=made(0.01, baseline=0.8, parts=parts))


def habit(fact: Fact, share: float = 0.7) -> Fact:
    return replace(fact, details=dict(habit=share, half_way=(1 + share) / 2))


def far(value: float, low: float, high: float, worst: Fact | None = None, top: float = 1.0) -> Fact:
    """Attention far back, by distance, and how often the answer has the highest score."""
    return made(
        value,
        low,
        high,
        baseline=0.2,
        parts={
            "4 steps back": made(value, low, high),
            "7 steps back": worst or made(value, low, high),
            "highest score, answer at position 0": made(top),
        },
    )


def at_positions(*values: float) -> Fact:
    """A fact of all contexts, by the position of the answer; the first positions hardly count."""
    parts = {f"answer at position {i}": made(value) for i, value in enumerate(values)}
    return made(values[-1], parts=parts)


def rivals(*values: float) -> Fact:
    """A fact of all contexts, by how many rivals the answer has."""
    return made(min(values), parts={f"{i} rivals": made(v) for i, v in enumerate(values)})


def everywhere(far: Fact, positions: Fact | None = None) -> dict[str, Fact]:
    return dict(attention_far=far, attention_by_position=positions or made())


def among(competing: Fact, by_rivals: Fact | None = None) -> dict[str, Fact]:
    return dict(attention_competing=competing, attention_by_rivals=by_rivals or made())


def plateau(value: float) -> dict[str, Fact]:
    above = {ABOVE_LAST: value - BOTH["bigram"]}
    return dict(plateau_loss=made(value, details=BOTH, parts=above))


def right(name: str, *lengths: float, errs: Fact | None = None) -> dict[str, Fact]:
    """The share that goes wrong at every length tried, and the error in held-out windows."""
    return {name: exceptions(lengths[-1], *lengths, far=1.0), "visible_error": errs or made(0.0)}


def stalled(value: float, loss: float, nearest: str, gain: Fact | None = None) -> dict[str, Fact]:
    return dict(
        stalled_at=made(value, details=READ | dict(loss=loss, nearest=nearest)),
        gain_over_bigram=gain or made(0.0, -0.01, 0.01),
    )


def exceptions(value: float, *lengths: float, far: float | None = None) -> Fact:
    elsewhere = {} if far is None else {"1 step back": made(0.5)}
    return made(
        value,
        parts={f"length {i}": made(v) for i, v in enumerate(lengths, 2)} | elsewhere,
        details=dict(far_share=far),
    )


# for each claim that keeps a function: facts that make it hold, partly hold, and fail; the last of
# each is a case with something missing where there can be one
def acts(attention: Fact, rule: Fact, looks: Fact, errs: Fact) -> dict[str, Fact]:
    """When attention and error settle, and when each has made half of its way."""
    return dict(
        onset_attention=attention, onset_rule=rule, halfway_attention=looks, halfway_error=errs
    )


CASES: Cases = {
    "far_answers": (
        (HOLDS, at_distances(made(0.02, 0.01, 0.04, baseline=0.8), 0.0, 0.04)),
        (Verdict.UNDECIDED, at_distances(made(0.3, 0.2, 0.5, baseline=0.8), 0.0, 0.3)),
        (PARTLY, at_distances(made(0.3, 0.299, 0.301, baseline=0.8), 0.0, 0.3)),
        (FAILS, at_distances(made(0.5, 0.4, 0.6, baseline=0.8), 0.0, 0.5)),
        (FAILS, at_distances(made(0.02, 0.01, 0.04, baseline=0.8), 0.0, 0.81)),  # a rare distance
        (HOLDS, at_distances(made(0.02, 0.01, 0.04, parts=BY_DISTANCE, baseline=0.8))),
        (Verdict.NOT_ASKED, at_distances(made(), 0.0)),
    ),
    "beats_previous_token": (
        (
            HOLDS,
            dict(
                gain_over_previous=made(0.2, 0.1, 0.3, details=dict(copy_error=0.3)),
                visible_error=made(0.08, 0.07, 0.09),
            ),
        ),
        (
            PARTLY,
            dict(
                gain_over_previous=made(0.1, 0.05, 0.3, details=dict(copy_error=0.3)),
                visible_error=made(0.4, 0.35, 0.45),
            ),
        ),
        (
            FAILS,
            dict(
                gain_over_previous=made(-0.2, -0.3, -0.1, details=dict(copy_error=0.3)),
                visible_error=made(0.5, 0.4, 0.6),
            ),
        ),
    ),
    "near_the_floor": (
        (FAILS, dict(excess_loss=made(0.25, 0.21, 0.3)) | FLOORS),
        (HOLDS, dict(excess_loss=made(0.03, 0.02, 0.04)) | FLOORS),
        (PARTLY, dict(excess_loss=made(0.1, 0.05, 0.19)) | FLOORS),
        (Verdict.UNDECIDED, dict(excess_loss=made(0.2, 0.1, 0.21)) | FLOORS),
        (PARTLY, dict(excess_loss=made(0.2, 0.1, 0.29)) | LAST),
        (Verdict.NOT_ASKED, dict(excess_loss=made()) | FLOORS),
    ),
    "plateau_is_bigram": (
        (HOLDS, plateau(2.163)),
        (PARTLY, plateau(2.1)),
        (FAILS, plateau(2.35)),
        (Verdict.NOT_ASKED, dict(plateau_loss=made())),
    ),
    "stalls_at_bigram": (
        (HOLDS, stalled(0.02, 2.19, "bigram")),
        (PARTLY, stalled(0.05, 2.12, "bigram")),
        (PARTLY, stalled(-0.02, 2.15, "bigram", gain=made(0.02, 0.01, 0.03))),  # it looks back
        (FAILS, stalled(0.02, 1.86, "window")),
    ),
    "attention_reaches_far": (
        (FAILS, everywhere(far(0.15, 0.1, 0.2))),
        (HOLDS, everywhere(far(0.9, 0.8, 1.0))),
        (HOLDS, everywhere(far(0.9, 0.8, 1.0), at_positions(0.6, 0.9))),
        (PARTLY, everywhere(far(0.9, 0.8, 1.0), at_positions(0.003, 0.99))),
        (PARTLY, everywhere(far(0.4, 0.3, 0.5))),
        (Verdict.UNDECIDED, everywhere(far(0.2, 0.1, 0.3))),
        # most far answers are four steps back: their mean hides the one that is never seen
        (PARTLY, everywhere(far(0.915, 0.9, 0.93, worst=made(0.003, 0.002, 0.004)))),
        (PARTLY, everywhere(far(0.9, 0.8, 1.0, top=0.183))),
        (Verdict.NOT_ASKED, everywhere(made())),
    ),
    "prefers_latest": (
        (FAILS, among(made(0.35, 0.3, 0.4, baseline=0.4))),
        (HOLDS, among(made(0.95, 0.92, 0.97, baseline=0.4))),
        (HOLDS, among(made(0.95, 0.92, 0.97, baseline=0.4), rivals(0.2, 0.95, 0.92))),
        (PARTLY, among(made(0.95, 0.92, 0.97, baseline=0.4), rivals(1.0, 0.95, 0.5))),
        (PARTLY, among(made(0.8, 0.7, 0.9, baseline=0.4))),
        (Verdict.UNDECIDED, among(made(0.4, 0.3, 0.5, baseline=0.4))),
        (Verdict.NOT_ASKED, among(made())),
    ),
    "attention_first": (
        (HOLDS, acts(at(58), at(91), at(40), at(80))),
        (PARTLY, acts(at(58), at(91), at(58), at(61))),  # settled first, halfway together
        (FAILS, acts(at(None), at(None), at(40), at(80))),
        (PARTLY, acts(at(58), at(None), at(40), at(80))),
        (PARTLY, acts(at(58, stays=False), at(91), at(40), at(80))),  # lost again
        (PARTLY, acts(at(58), at(91, stays=False), at(40), at(80))),
        (PARTLY, acts(at(58), at(91), at(None), at(80))),
    ),
    "classes_part_first": (
        (HOLDS, dict(onset_separable=at(40), onset_rule=at(91), halfway_error=at(60))),
        (PARTLY, dict(onset_separable=at(40), onset_rule=at(91), halfway_error=at(43))),
        (PARTLY, dict(onset_separable=at(91), onset_rule=at(40), halfway_error=at(30))),
        (FAILS, dict(onset_separable=at(None), onset_rule=at(40), halfway_error=at(30))),
    ),
    "original_leaves": (
        (HOLDS, dict(onset_trigger_leaves=at(50))),
        (PARTLY, dict(onset_trigger_leaves=at(51))),
        (PARTLY, dict(onset_trigger_leaves=at(0))),  # outside before training
        (FAILS, dict(onset_trigger_leaves=at(None))),
    ),
    "original_split": (
        (HOLDS, dict(onset_separable=at(50), onset_trigger_leaves=at(1))),
        (PARTLY, dict(onset_separable=at(49), onset_trigger_leaves=at(1))),
        (PARTLY, dict(onset_separable=at(60, stays=False), onset_trigger_leaves=at(1))),
        (FAILS, dict(onset_separable=at(None), onset_trigger_leaves=at(1))),
    ),
    "starts_at_random": (
        (HOLDS, dict(start_error=made(0.91, 0.9, 0.92, baseline=0.9167))),
        (PARTLY, dict(start_error=made(0.88, 0.87, 0.89, baseline=0.9167))),
        (FAILS, dict(start_error=made(0.757, 0.74, 0.77, baseline=0.9167))),
        (Verdict.NOT_ASKED, dict(start_error=made())),
    ),
    "exceptions_far": (
        (HOLDS, dict(exhaustive_error=exceptions(0.04, far=1.0))),
        (PARTLY, dict(exhaustive_error=exceptions(0.04, far=0.7))),
        (FAILS, dict(exhaustive_error=exceptions(0.04, far=0.1))),
        (Verdict.NOT_ASKED, dict(exhaustive_error=made())),
    ),
    # beside those that follow from its criteria, what a claim may not miss
    "guesses_answers": (
        (FAILS, dict(hidden_mass=mass(1.0, 1.0, 1.0, elsewhere=1.0))),  # always the same answer
    ),
    "attention_finds_answer": (
        # always one back gives .637, so .661 is that habit and little more
        (PARTLY, dict(attention_on_answer=habit(made(0.661, 0.65, 0.67, baseline=0.2), 0.637))),
    ),
    "ffn_finishes": (
        # a difference of two samples that neither interval shows
        (
            Verdict.UNDECIDED,
            dict(
                error_after_attention=made(0.83, 0.82, 0.84),
                visible_error=made(0.828, 0.818, 0.838),
            ),
        ),
    ),
    "no_exceptions": (
        (HOLDS, right("exhaustive_error", 0.0, 0.0)),
        (HOLDS, right("exhaustive_error", 0.0, 0.0, errs=made(0.0, 0.0, 0.01))),
        (PARTLY, right("exhaustive_error", 0.0, 0.004)),
        # the contexts tried are short, and longer ones go wrong
        (PARTLY, right("exhaustive_error", 0.0, 0.0, errs=made(0.13, 0.11, 0.15))),
        (FAILS, right("exhaustive_error", 0.082, 0.0)),  # at one length only
    ),
    "no_exceptions_in_data": (
        (HOLDS, right("error_in_data", 0.0, 0.0)),
        (PARTLY, right("error_in_data", 0.0, 0.0, errs=made(0.13, 0.11, 0.15))),
        (FAILS, right("error_in_data", 0.082, 0.0)),
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


HEADS = made(
    0.5,
    0.4,
    0.6,
    baseline=0.2,
    details=dict(best="head 1", half_way=0.7),
    parts={
        "1 step back": made(0.9, 0.8, 1.0),
        "head 0": made(0.1, 0.0, 0.2, baseline=0.2),
        "head 1": made(0.9, 0.8, 1.0, baseline=0.2),
    },
)


def test_of_several_heads_the_best_one_decides() -> None:
    assert CLAIMS["attention_finds_answer"].verdict(Facts(dict(attention_on_answer=HEADS))) is HOLDS
    assert CLAIMS["attention_reaches_far"].verdict(Facts(everywhere(HEADS))) is HOLDS


COUNTS = dict(unigram_floor=made(2.4), window_floor=made(1.8))
TELLS_ALL = "under this rule the last token alone says all that can be known about the next one"
# claims that some rules leave nothing to ask: facts for which they are asked, facts for which they
# are not, and how the reason begins
MOOT: dict[str, tuple[dict[str, Fact], dict[str, Fact], str]] = {
    "looks_back": (
        dict(value_of_looking_back=made(0.3)),
        dict(value_of_looking_back=made(0.0)),
        TELLS_ALL,
    ),
    "plateau_is_bigram": (
        plateau(2.1),
        dict(plateau_loss=made(2.1, details=BOTH | {"bigram": 1.86})),
        TELLS_ALL,
    ),
    "stalls_at_bigram": (
        dict(stalled_at=made(0.1, details=READ)),
        dict(stalled_at=made(0.1, details=READ | {"bigram": 1.86})),
        TELLS_ALL,
    ),
    "attention_idle": (
        dict(value_of_looking_back=made(0.0), error_without_attention=made(0.6, baseline=0.4)),
        dict(value_of_looking_back=made(0.0), error_without_attention=made(0.6, baseline=0.6)),
        "this network is wrong more often than right",
    ),
    "exceptions_far": (
        dict(exhaustive_error=exceptions(0.0), visible_error=made(0.0, 0.0, 0.01)),
        dict(exhaustive_error=exceptions(0.0), visible_error=made(0.13, 0.11, 0.15)),
        "it errs in the windows evaluated, and in none of the contexts short enough",
    ),
    "seeds_agree": (
        dict(seeds_learnt=made(0.0, n=4)),
        dict(seeds_learnt=made(0.0, n=3)),
        "so few networks are anecdotes",
    ),
    "no_foreign_cells": (
        dict(foreign_cells=made(0.0)),
        dict(foreign_cells=made(0.0, n=0)),
        "under this rule every token is the best guess in some window",
    ),
    "does_not_memorise": (
        dict(train_gap=made(0.1, details=dict(training=0.5)), **COUNTS),
        dict(train_gap=made(0.1, details=dict(training=0.6)), **COUNTS),
        "on its training text it does no better than counting tokens",
    ),
    "answer_is_enough": (
        dict(error_by_answer=made(0.3, baseline=0.3, floor=0.8)),
        dict(error_by_answer=made(0.3, baseline=0.5, floor=0.8)),
        "this network errs at least half as often as a guess",
    ),
    "beats_previous_token": (
        dict(gain_over_previous=made(0.1, details=dict(copy_error=0.3))),
        dict(gain_over_previous=made(-0.1, details=dict(copy_error=0.0))),
        "under this rule the previous token is always the answer",
    ),
}


def test_a_claim_is_not_asked_where_the_rule_leaves_nothing_to_ask() -> None:
    assert {
        name for name, c in CLAIMS.items() if c.unless is not CLAIMS["learns_rule"].unless
    } == set(MOOT)
    for name, (asked, unasked, reason) in MOOT.items():
        assert CLAIMS[name].unless(Facts(asked)) == "", name
        assert CLAIMS[name].unless(Facts(unasked)).startswith(reason), name
        assert set(asked) <= set(CLAIMS[name].rests_on)
    counting = dict(plateau_loss=made(2.1, details=BOTH | {"unigram": 2.2}))
    assert (
        CLAIMS["plateau_is_bigram"]
        .unless(Facts(counting))
        .startswith("under this rule the last token alone says next to nothing")
    )


def test_what_a_fact_lacks_leaves_its_claims_unasked(learnt: Study) -> None:
    """The reason is that of the configuration, of the fact, or of the claim, in this order."""
    claim = CLAIMS["beats_previous_token"]
    facts = {name: FACTS[name](learnt) for name in claim.rests_on}
    assert moot(claim, learnt, facts) == ""
    assert (
        moot(claim, learnt, facts | dict(previous_is_answer=absent("no such thing")))
        == "no such thing"
    )
    assert moot(replace(claim, needs=("one_head",)), learnt, facts) == ""
    wide = replace(learnt.config, model=learnt.config.model.model_copy(update=dict(n_heads=2)))
    assert (
        moot(replace(claim, needs=("one_head",)), SimpleNamespace(config=wide), facts)  # type: ignore[arg-type]
        == "it shows one head, and here there are 2 heads"
    )


def test_every_verdict_is_reached_where_a_function_decides() -> None:
    all_reached(CASES, CLAIMS)


def test_claims_rest_on_facts_there_are() -> None:
    """One that rests on another is no claim that is never asked, but an error."""
    check_rests(CLAIMS, FACTS)
    with pytest.raises(ClaimError) as error:
        check_rests(
            {"": CLAIMS["attention_finds_answer"]}, ["attention_on_answer", "attention_hit"]
        )
    assert str(error.value) == (
        "claim 'attention_finds_answer' in reportgen.systems.sequence_rules.claims.attention rests"
        " on 'attention_hits', and no fact is called so (did you mean 'attention_hit' or"
        " 'attention_on_answer'?); known: attention_hit, attention_on_answer"
    )


def test_claims_say_why(study: Study) -> None:
    """Sentences, thresholds, reasons and figures are there; a badge never rests on facts over all
    seeds.
    """
    for name, claim in CLAIMS.items():
        facts = {f: FACTS[f](study) for f in claim.rests_on}
        holds_if, partly_if = claim.thresholds(facts)
        assert all((claim.statement, holds_if, claim.reason, claim.figure)), name
        assert bool(partly_if) == (PARTLY in claim.verdicts), name
        if claim.seeds:
            assert not any(FACTS[f].over == "seeds" for f in claim.rests_on), name


def test_a_claim_that_reads_another_fact_is_stopped(learnt: Study) -> None:
    astray = ByFunction(lambda facts: HOLDS if facts["window_floor"].value else FAILS, "", "")
    claim = replace(CLAIMS["learns_rule"], holds=None, partly=None, function=astray)
    claim = replace(claim, also=["visible_error"])
    with pytest.raises(ClaimError) as error:
        decided_on(claim, {name: FACTS[name](learnt) for name in ("visible_error", "window_floor")})
    assert str(error.value) == "no fact is called 'window_floor'; known: visible_error"


def verdict(study: Study, name: str) -> Verdict:
    claim = CLAIMS[name]
    return decided_on(claim, {f: FACTS[f](study) for f in claim.rests_on}).verdict


# What texts about this model have said and its own numbers contradict: for each, a run on which it
# is false and the verdict there.


def test_false_1_it_does_not_start_as_a_die(learnt: Study) -> None:
    """“Starts near 90 %, random among twelve”: an untrained network has favourites, and a blind
    guess already scores 5/6.
    """
    start = FACTS["start_error"](learnt)
    assert start.baseline is not None
    assert start.baseline.value == pytest.approx(11 / 12)
    assert start.details["blind"] == pytest.approx(5 / 6)
    claim = CLAIMS["starts_at_random"]
    found = claim.decide({"start_error": start})
    assert found.verdict is Verdict.UNDECIDED  # whether it lies within five points of a die
    assert found.ruled_out  # that it is one


def test_false_2_sampling_is_not_the_most_likely_token(learnt: Study) -> None:
    """“Rule error is that of the most likely token”: sampled and generated errors are other
    numbers, and higher.
    """
    visible, sampled, generated = (
        FACTS[name](learnt) for name in ("visible_error", "sampled_error", "generated_error")
    )
    assert visible.high is not None
    assert sampled.low is not None
    assert generated.low is not None
    assert visible.high < sampled.low
    assert visible.high < generated.low
    assert verdict(learnt, "sampling_is_free") is FAILS
    assert verdict(learnt, "samples_obey") is not HOLDS


def test_false_3_the_plateau_is_not_token_frequencies(study: Study) -> None:
    """“The first drop is token frequencies”: it rests far below them, on what a reader of the last
    token can reach.
    """
    plateau = FACTS["plateau_loss"](study)
    assert plateau.value is not None
    assert abs(plateau.value - plateau.details["bigram"]) < 0.1 * abs(
        plateau.value - plateau.details["unigram"]
    )
    assert (
        verdict(study, "plateau_is_bigram") is HOLDS
    )  # token by token: the losses themselves have wider intervals than the line allows


def test_false_4_the_trigger_is_not_as_frequent_as_configured(learnt: Study) -> None:
    """“The trigger makes up 30 % of the text”: it is 0.3 / 1.3."""
    share = FACTS["trigger_share"](learnt)
    assert share.value == pytest.approx(0.3 / 1.3, abs=5e-4)
    assert share.baseline is not None
    assert share.baseline.value == pytest.approx(0.3)
    assert verdict(learnt, "trigger_rarer_than_drawn") is HOLDS


def test_false_5_sizes_come_from_the_weights(learnt: Study) -> None:
    """“Window 12, vocabulary 11”: the weights say 8 and 12; a picture of other sizes would
    contradict the fact.
    """
    sizes = FACTS["sizes"](learnt)
    assert (sizes.details["window"], sizes.details["vocabulary"], sizes.value) == (8, 12, 250)
    smaller = learnt.config.model.model_copy(update=dict(n_ctx=7))
    with pytest.raises(RunError, match="is of another network"):
        study_of(replace(learnt.config, model=smaller), learnt.run)


def test_false_6_it_is_not_reliable() -> None:
    """“Reliably outputs the latest even number”: even the network that learnt errs far back, and
    the other one nearly everywhere.
    """
    said = lambda name, claim: measured(name)["claims"][claim]["verdict"]
    assert said("learnt", "learns_rule") == "holds"
    assert said("learnt", "far_answers") != "holds"
    assert said("learnt", "no_exceptions") != "holds"
    assert said("unlearnt", "learns_rule") == said("unlearnt", "no_exceptions") == "fails"


def test_false_15_the_spaces_are_not_alike_early(study: Study) -> None:
    """“Early on the four spaces are nearly identical”: they start from independent random
    tables.
    """
    apart = FACTS["spaces_apart"](study)
    assert apart.value is not None
    assert apart.value > 0.5
    assert all(
        part.value > 0.5
        for name, part in apart.parts
        if "step 0" in name and part.value is not None
    )
    assert verdict(study, "spaces_start_apart") is HOLDS


def test_false_16_the_triggers_queries_are_where_they_are(learnt: Study) -> None:
    """“Queries of the trigger at the bottom right”: the side is measured, and in this run it is
    another.
    """
    turn = FACTS["trigger_query_turn"](learnt)
    queries = learnt.lattice.q(head=0)
    towards = queries[learnt.trigger].mean(0) - queries[
        [i for i in range(12) if i != learnt.trigger]
    ].mean((0, 1))
    assert ("left" in turn.details["side"]) == (towards[0] < -abs(towards[1]) * 0.42)
    assert turn.details["side"] != "to the lower right"
    assert verdict(learnt, "trigger_queries_opposed") is PARTLY  # single queries are not


def test_false_17_when_the_classes_part_is_measured(learnt: Study, unlearnt: Study) -> None:
    """“The split settles between steps 5,000 and 10,000”: in these runs it comes later, or
    never.
    """
    step = FACTS["onset_separable"](learnt).value
    assert step is not None
    assert not 5_000 <= step <= 10_000
    assert FACTS["onset_separable"](unlearnt).text == "never"
    assert verdict(unlearnt, "classes_part_first") is FAILS


def test_the_run_that_did_not_learn_is_not_praised(unlearnt: Study) -> None:
    """None of the claims that say it learnt holds, and none of the seeds is counted among those
    that did.
    """
    plain = measured("unlearnt")["claims"]
    for name in (
        "learns_rule",
        "samples_obey",
        "generated_text_obeys",
        "every_answer",
        "far_answers",
        "attention_finds_answer",
        "prefers_latest",
        "attention_first",
        "trace_lands",
        "near_the_floor",
        "no_exceptions",
        "beats_previous_token",
    ):
        assert plain[name]["verdict"] != "holds", name
    assert plain["learns_rule"]["seeds"] == {
        "holds": [],
        "partly": [],
        "undecided": [],
        "fails": list(unlearnt.run.seeds),
    }
