"""Every claim about the whole transformer reaches its three verdicts."""

from typing import Any

import pytest
from claimwork import Cases, all_reached, claims_of, each, found, made, nothing_left_out, reaches
from lookups import listed

from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact

_, CLAIMS = listed("text")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def low(name: str, value: float | None, **others: Fact) -> dict[str, Fact]:
    return {name: made(value, value, value)} | others


def classed(value: float) -> dict[str, Fact]:
    return dict(classed_heads=Fact(value, "count", 8, "heads", exhaustive=True))


def induction(count: int, score: float | None) -> dict[str, Fact]:
    return dict(
        classed_heads=Fact(1.0, "count", 8, "heads", details=dict(induction=count)),
        prefix_score=made(score, score, score, baseline=0.1),
    )


def positions(value: float | None) -> dict[str, Fact]:
    return dict(direct_places=made(value))


def speaks(further: float | None, own: float | None) -> dict[str, Fact]:
    parts = (("feed-forward parts", made(own, own, own)), ("heads", made(1.0)))
    return dict(
        feed_forward_push=Fact(
            further,
            "logits",
            10,
            "tokens",
            further,
            further,
            parts=parts,
            details=dict(turned=0.05),
        )
    )


def falls(*lows: float | None) -> dict[str, Fact]:
    return dict(
        lens_step=Fact(
            0.1,
            "nats",
            10,
            "tokens",
            parts=tuple((f"part {i}", made(value, value, value)) for i, value in enumerate(lows)),
        ),
        lens_loss=made(2.0),
    )


def agrees(own: float | None, tuned: float | None) -> dict[str, Fact]:
    return dict(
        lens_agreement=made(own, own, own),
        tuned_agreement=made(tuned, tuned, tuned),
    )


def neurons(value: float | None) -> dict[str, Fact]:
    return dict(
        missed_neurons=Fact(
            value, "count", 100, "neurons", exhaustive=True, baseline=made(0, baseline=2.5).baseline
        )
    )


def by_layer(
    name: str, *lows: float | None, half: tuple[float, ...] = (), **others: Fact
) -> dict[str, Fact]:
    """A fact with a part for every layer, and for halves where there are some."""
    parts = [(f"layer {i}", made(low, low, low)) for i, low in enumerate(lows)] + [
        (f"layer {i}, half", made(low, low, low)) for i, low in enumerate(half)
    ]
    return {
        name: Fact(lows[0], "share", 10, "positions", lows[0], lows[0], parts=tuple(parts))
    } | others


def by_distance(name: str, *lows: float | None, **others: Fact) -> dict[str, Fact]:
    """A fact with a part for every distance, denoising and noising."""
    parts = [
        (f"the token {i} back{way}", made(low, low, low))
        for i, low in enumerate(lows, 1)
        for way in ("", ", noising")
    ]
    return {
        name: Fact(lows[0], "share", 10, "answers", lows[0], lows[0], parts=tuple(parts))
    } | others


def missed_more(further: float | None, own: float | None) -> dict[str, Fact]:
    return dict(
        attention_beyond_forward=Fact(
            further,
            "nats",
            10,
            "tokens",
            further,
            further,
            parts=(("all attention", made(own, own, own)),),
        )
    )


MOVED, LAST, OWN, CHANGE = (
    dict(map_moved=made(0.1)),
    dict(carried_by_last=made(0.1)),
    dict(carried_by_own=made(0.1)),
    dict(forward_change=made(0.1)),
)
CASES: Cases = {
    "gains_by_repeats": (
        (HOLDS, low("repeat_gain", 0.06)),
        (PARTLY, low("repeat_gain", 0.05)),
        (FAILS, low("repeat_gain", 0.0)),
        (Verdict.NOT_ASKED, low("repeat_gain", None)),
    ),
    "most_heads_have_a_class": ((HOLDS, classed(5)), (PARTLY, classed(4)), (FAILS, classed(0))),
    "has_an_induction_head": (
        (HOLDS, induction(1, 0.3)),
        (PARTLY, induction(0, 0.21)),
        (FAILS, induction(0, 0.2)),
        (Verdict.NOT_ASKED, induction(0, None)),
    ),
    "all_parts_add_up": (
        (HOLDS, positions(12)),
        (PARTLY, positions(11)),
        (PARTLY, positions(6)),
        (FAILS, positions(5)),
        (Verdict.NOT_ASKED, positions(None)),
    ),
    "feed_forward_speaks": (
        (HOLDS, speaks(0.1, 2.0)),
        (PARTLY, speaks(0.0, 0.1)),
        (FAILS, speaks(-1.0, 0.05)),
        (FAILS, speaks(1.0, 0.05)),
        (Verdict.NOT_ASKED, speaks(None, None)),
    ),
    "each_part_brings_nearer": (
        (HOLDS, falls(0.06, 0.5)),
        (PARTLY, falls(0.05, 0.5)),
        (PARTLY, falls(-1.0, 0.06)),
        (FAILS, falls(0.05, 0.05)),
        (Verdict.NOT_ASKED, falls(None)),
    ),
    "guess_is_made_late": (
        (HOLDS, agrees(0.4, 0.49)),
        (PARTLY, agrees(0.4, 0.5)),  # most guesses stand there in another form
        (PARTLY, agrees(0.5, 0.89)),
        (FAILS, agrees(0.4, 0.9)),
        (Verdict.NOT_ASKED, agrees(None, None)),
    ),
    "neurons_are_missed": (
        (HOLDS, neurons(51)),
        (PARTLY, neurons(50)),
        (PARTLY, neurons(8)),
        (FAILS, neurons(7)),
        (Verdict.NOT_ASKED, neurons(None)),
    ),
    "no_neuron_idles": (
        (HOLDS, dict(idle_neurons=made(0.0))),
        (PARTLY, dict(idle_neurons=made(0.05))),
        (FAILS, dict(idle_neurons=made(0.1))),
        (Verdict.NOT_ASKED, dict(idle_neurons=made(None))),
    ),
    "sources_add_up": tuple(
        (verdict, dict(forward_places=made(value)))
        for verdict, value in ((HOLDS, 10), (PARTLY, 9), (PARTLY, 6), (FAILS, 5))
    ),
    "forward_reorders": (
        (HOLDS, by_layer("forward_change", 0.11, 0.2, **MOVED)),
        (PARTLY, by_layer("forward_change", 0.1, 0.11, **MOVED)),
        (FAILS, by_layer("forward_change", 0.1, 0.1, **MOVED)),
        (Verdict.NOT_ASKED, by_layer("forward_change", None, **MOVED)),
    ),
    "change_is_taken_back": (
        (HOLDS, by_layer("change_taken_back", 0.1, 0.2, half=(0.01, 0.1), **CHANGE)),
        (PARTLY, by_layer("change_taken_back", 0.1, 0.2, half=(0.0, 0.1), **CHANGE)),
        (FAILS, by_layer("change_taken_back", 0.0, 0.2, half=(0.1, 0.1), **CHANGE)),
        (Verdict.NOT_ASKED, by_layer("change_taken_back", None, **CHANGE)),
    ),
    "forward_mixes_more": (
        (HOLDS, by_layer("forward_mixing", 0.01, 0.2)),
        (PARTLY, by_layer("forward_mixing", -0.1, 0.01)),
        (FAILS, by_layer("forward_mixing", 0.0, -0.1)),
        (Verdict.NOT_ASKED, by_layer("forward_mixing", None)),
    ),
    "moved_early": (
        (HOLDS, by_distance("carried_by_last", 0.51, 0.9, **OWN)),
        (PARTLY, by_distance("carried_by_last", 0.5, 0.9, **OWN)),
        (FAILS, by_distance("carried_by_last", 0.5, 0.1, **OWN)),
        (Verdict.NOT_ASKED, by_distance("carried_by_last", None, **OWN)),
    ),
    "fetched_late": (
        (HOLDS, by_distance("carried_by_own", 0.51, 0.9, **LAST)),
        (PARTLY, by_distance("carried_by_own", 0.0, 0.11, **LAST)),
        (FAILS, by_distance("carried_by_own", 0.0, 0.1, **LAST)),
        (Verdict.NOT_ASKED, by_distance("carried_by_own", None, **LAST)),
    ),
    "one_head_brings": (
        (HOLDS, by_distance("brought_by_head", 0.51, 0.9)),
        (PARTLY, by_distance("brought_by_head", 0.5, 0.9)),
        (FAILS, by_distance("brought_by_head", 0.5)),
        (Verdict.NOT_ASKED, by_distance("brought_by_head", None)),
    ),
    "attention_is_missed_more": (
        (HOLDS, missed_more(0.1, 1.0)),
        (PARTLY, missed_more(0.0, 0.1)),
        (FAILS, missed_more(-0.1, 0.0)),
        (Verdict.NOT_ASKED, missed_more(None, None)),
    ),
    "every_part_needed": (
        (HOLDS, low("part_rise", 0.06)),
        (PARTLY, low("part_rise", 0.05)),
        (FAILS, low("part_rise", 0.0)),
        (Verdict.NOT_ASKED, low("part_rise", None)),
    ),
}


@each(CASES)
def test_a_claim_reaches_its_verdicts(name: str, wanted: Verdict, facts: dict[str, Fact]) -> None:
    reaches(CLAIMS[name], wanted, facts)


def test_every_verdict_of_every_claim_is_reached() -> None:
    all_reached(
        CASES,
        claims_of(
            "text",
            "carried",
            "catalogue",
            "direct",
            "forward_maps",
            "lens",
            "neurons",
            "parts_taken",
            "repeated",
        ),
    )
    nothing_left_out(CASES, CLAIMS)


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        (
            "full_learnt",
            dict(
                all_parts_add_up=HOLDS,
                every_part_needed=HOLDS,
                feed_forward_speaks=Verdict.UNDECIDED,
            ),
        ),
        (
            "full_unlearnt",
            dict(
                all_parts_add_up=HOLDS,
                every_part_needed=Verdict.UNDECIDED,
                feed_forward_speaks=FAILS,
                gains_by_repeats=Verdict.UNDECIDED,
                has_an_induction_head=FAILS,
                most_heads_have_a_class=FAILS,
            ),
        ),
    ],
)
def test_verdicts_of_the_committed_runs(name: str, verdicts: dict[str, Any]) -> None:
    assert found(name, "text", list(verdicts)) == verdicts
