"""Every claim about a layer of attention on a text reaches its three verdicts."""

from collections.abc import Sequence
from typing import Any

import pytest
from claimwork import Cases, all_reached, claims_of, each, found, made, nothing_left_out, reaches
from lookups import listed

from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Reference

_, CLAIMS = listed("text")
HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


def gain(name: str, low: float | None, *besides: str) -> dict[str, Fact]:
    return {name: made(low, low, low)} | {other: made(2.0) for other in besides}


def share(low: float | None) -> dict[str, Fact]:
    return dict(previous_token=made(low, low, low, baseline=0.1))


def favourites(different: int, lows: Sequence[float | None]) -> dict[str, Fact]:
    parts = tuple(
        (
            f"head {i}",
            Fact(low, "share", 10, "positions", low, low, baseline=Reference("equal shares", 0.1)),
        )
        for i, low in enumerate(lows)
    )
    return dict(
        favourite_distance=Fact(
            0.4,
            "share",
            10,
            "positions",
            0.3,
            0.5,
            parts=parts,
            details=dict(different=different, heads=len(lows)),
        )
    )


def copies(value: float | None) -> dict[str, Fact]:
    return dict(copying_score=made(value, details=dict(chance_high=0.2)))


def confirmed(name: str, value: float | None, *besides: str) -> dict[str, Fact]:
    return {name: made(value, baseline=0.1)} | {other: made(1.0) for other in besides}


def positions(value: float | None) -> dict[str, Fact]:
    return dict(attribution_places=made(value))


def push(low: float | None, beyond: float | None = None) -> dict[str, Fact]:
    return dict(
        attention_push=made(
            low,
            low,
            low,
            parts={"beyond the last token": made(beyond, beyond, beyond)},
            details=dict(turned=0.3),
        )
    )


def ranks(low: float | None) -> dict[str, Fact]:
    return dict(rank_agreement=made(low, low, low), length_spread=made(2.0))


def mixed(low: float | None, alone: float | None) -> dict[str, Fact]:
    return dict(
        mixing_ratio=made(
            low,
            low,
            low,
            parts={
                "layer 0, attention alone": made(alone, alone, alone),
                "layer 0, with the residual stream": made(low, low, low),
            },
        )
    )


def without(value: float | None, low: float | None) -> dict[str, Fact]:
    return dict(loss_without_attention=made(low, low, low, baseline=2.5))


def better(low: float | None, rank: float | None) -> dict[str, Fact]:
    more = Fact(low, "percent", 10, "tokens", low, low)
    return dict(
        in_top=Fact(0.8, "percent", 10, "tokens", parts=(("more than counting pairs", more),)),
        target_rank=made(rank, baseline=6.0),
    )


CASES: Cases = {
    "beats_pairs": (
        (HOLDS, gain("gain_over_bigram", 0.06, "bigram_floor")),
        (PARTLY, gain("gain_over_bigram", 0.05, "bigram_floor")),
        (FAILS, gain("gain_over_bigram", 0.0, "bigram_floor")),
    ),
    "beats_every_pair_reader": (
        (HOLDS, gain("gain_over_own_pairs", 0.06)),
        (PARTLY, gain("gain_over_own_pairs", 0.01)),
        (FAILS, gain("gain_over_own_pairs", -0.1)),
        (Verdict.NOT_ASKED, gain("gain_over_own_pairs", None)),
    ),
    "beats_triples": (
        (HOLDS, gain("gain_over_trigram", 0.06, "trigram_floor")),
        (PARTLY, gain("gain_over_trigram", 0.01, "trigram_floor")),
        (FAILS, gain("gain_over_trigram", -0.1, "trigram_floor")),
    ),
    "reads_further_back": (
        (HOLDS, gain("context_value", 0.06)),
        (PARTLY, gain("context_value", 0.01)),
        (FAILS, gain("context_value", 0.0)),
    ),
    "looks_one_back": (
        (HOLDS, share(0.51)),
        (PARTLY, share(0.5)),
        (PARTLY, share(0.21)),
        (FAILS, share(0.2)),
        (Verdict.NOT_ASKED, share(None)),
    ),
    "heads_share_the_work": (
        (HOLDS, favourites(2, (0.3, 0.4))),
        (PARTLY, favourites(2, (0.3, 0.4, 0.5))),
        (FAILS, favourites(1, (0.3, 0.4))),
        (FAILS, favourites(2, (0.2, 0.4))),
        (Verdict.NOT_ASKED, favourites(2, (None, 0.4))),
    ),
    "a_head_copies": (
        (HOLDS, copies(0.51)),
        (PARTLY, copies(0.5)),
        (PARTLY, copies(0.21)),
        (FAILS, copies(0.2)),
        (Verdict.NOT_ASKED, copies(None)),
    ),
    "triples_are_real": (
        (HOLDS, confirmed("triples_confirmed", 0.51, "skip_lifts")),
        (PARTLY, confirmed("triples_confirmed", 0.5, "skip_lifts")),
        (FAILS, confirmed("triples_confirmed", 0.2, "skip_lifts")),
    ),
    "skips_are_real": (
        (HOLDS, confirmed("skips_confirmed", 0.6, "skip_lifts")),
        (PARTLY, confirmed("skips_confirmed", 0.3, "skip_lifts")),
        (FAILS, confirmed("skips_confirmed", 0.1, "skip_lifts")),
        (Verdict.NOT_ASKED, confirmed("skips_confirmed", None, "skip_lifts")),
    ),
    "heads_read_alone": (
        (HOLDS, confirmed("products_confirmed", 0.6)),
        (PARTLY, confirmed("products_confirmed", 0.3)),
        (FAILS, confirmed("products_confirmed", 0.15)),
    ),
    "logits_add_up": (
        (HOLDS, positions(12)),
        (PARTLY, positions(11)),
        (PARTLY, positions(6)),
        (FAILS, positions(5)),
        (Verdict.NOT_ASKED, positions(None)),
    ),
    "attention_pushes_right": (
        (HOLDS, push(0.4, 0.1)),
        (PARTLY, push(0.4, 0.0)),
        (FAILS, push(0.3, 0.1)),
        (Verdict.NOT_ASKED, push(None)),
    ),
    "weights_tell_enough": (
        (HOLDS, ranks(0.91)),
        (PARTLY, ranks(0.9)),
        (FAILS, ranks(0.5)),
        (Verdict.NOT_ASKED, ranks(None)),
    ),
    "context_outweighs": (
        (HOLDS, mixed(0.51, 0.7)),
        (PARTLY, mixed(0.5, 0.7)),
        (FAILS, mixed(0.4, 0.5)),
        (Verdict.NOT_ASKED, mixed(None, None)),
    ),
    "every_head_needed": (
        (HOLDS, gain("head_rise", 0.06)),
        (PARTLY, gain("head_rise", 0.05)),
        (FAILS, gain("head_rise", 0.0)),
        (Verdict.NOT_ASKED, gain("head_rise", None)),
    ),
    "pairs_need_attention": (
        (HOLDS, without(2.7, 2.6)),
        (Verdict.UNDECIDED, dict(loss_without_attention=made(2.6, 2.5, 2.7, baseline=2.5))),
        (FAILS, without(2.5, 2.4)),
        (Verdict.NOT_ASKED, without(None, None)),
    ),
    "better_list": (
        (HOLDS, better(0.05, 5.9)),
        (PARTLY, better(0.05, 6.0)),
        (PARTLY, better(0.049, 5.0)),
        (FAILS, better(0.0, 5.0)),
        (Verdict.NOT_ASKED, better(None, 5.0)),
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
            "beyond",
            "heads",
            "circuits",
            "skips_checked",
            "attribution",
            "norms",
            "silenced",
            "prompts",
        ),
    )
    nothing_left_out(CASES, CLAIMS)


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        (
            "one_layer_learnt",
            dict(
                beats_pairs=Verdict.UNDECIDED,
                attention_pushes_right=PARTLY,
                every_head_needed=HOLDS,
                reads_further_back=HOLDS,
                logits_add_up=HOLDS,
            ),
        ),
        (
            "one_layer_unlearnt",
            dict(
                beats_pairs=FAILS,
                attention_pushes_right=Verdict.UNDECIDED,
                every_head_needed=Verdict.UNDECIDED,
                triples_are_real=FAILS,
                better_list=FAILS,
                logits_add_up=HOLDS,
            ),
        ),
    ],
)
def test_verdicts_of_the_committed_runs(name: str, verdicts: dict[str, Any]) -> None:
    assert found(name, "text", list(verdicts)) == verdicts
