"""Facts of one layer of attention on a text: against loops over one window at a time, and against
networks whose every number is known.
"""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import committed
from lookups import listed
from scipy.stats import spearmanr
from textwork import made_by_hand, of_text

from reportgen.core.recording import softmax
from reportgen.core.study import Study, study_of
from reportgen.core.train import train
from reportgen.measure import controls
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Facts
from reportgen.measure.head_ablations import DRAWS, silenced
from reportgen.systems.text.data import draw
from reportgen.systems.text.facts import (
    attribution,
    circuits,
    heads,
    norms,
    prompts,
    skips,
)
from reportgen.systems.text.facts.skips_checked import held_out

FACTS, CLAIMS = listed("text")
WINDOW = 3


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("one_layer_learnt")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A network of two heads over a text of few tokens, small enough for loops over everything."""
    text = "".join(np.random.default_rng(1).choice(list("abcd"), 1600, p=[0.4, 0.3, 0.2, 0.1]))
    model = dict(
        n_layers=1,
        n_heads=2,
        d_model=6,
        d_head=3,
        n_ctx=5,
        output_projection=True,
        positions="attention",
    )
    config = of_text(tmp_path_factory.mktemp("text") / "small.txt", text, size=4, **model)
    run = train(config)
    rng = np.random.default_rng(2)
    return made_by_hand(
        study_of(config, run),
        **{name: rng.normal(size=w.shape[2:]) for name, w in run.parameters.items()},
    )


def by_hand(study: Study, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attention [head, query, source] and logits [position, token] of one window, number by
    number.
    """
    w, m = study.weights, study.config.model
    x, p = w["W_E"][tokens], w["W_pos"][: len(tokens)]
    attention, stream = np.zeros((m.n_heads, len(tokens), len(tokens))), x.copy()
    for h, i in itertools.product(range(m.n_heads), range(len(tokens))):
        scores = [
            ((x[i] + p[i]) @ w["W_Q"][0, h]) @ ((x[j] + p[j]) @ w["W_K"][0, h]) / np.sqrt(m.d_head)
            for j in range(i + 1)
        ]
        attention[h, i, : i + 1] = softmax(np.array(scores))
        for j in range(i + 1):
            stream[i] += attention[h, i, j] * (x[j] @ w["W_V"][0, h] @ w["W_O"][0, h])
    return attention, stream @ w["W_U"] + w["b_U"]


def test_tables_are_the_network(learnt: Study) -> None:
    """Scores from the tables are those of the forward pass at every pair of positions, and so are
    logits added up from them.
    """
    made, trace = (
        circuits.tables(learnt),
        learnt.trace_of(learnt.data.evaluated[WINDOW : WINDOW + 1]),
    )
    tokens, scores = trace.tokens[0], trace.attn_scores(layer=0)[0]
    for head, at in itertools.product(range(len(scores)), range(len(tokens))):
        for back in range(at + 1):
            assert made.scores(head, at, back)[tokens[at], tokens[at - back]] == pytest.approx(
                scores[head, at, at - back], abs=1e-10
            )
    attention, logits = by_hand(learnt, tokens)
    assert trace.pattern(layer=0)[0] == pytest.approx(attention, abs=1e-12)
    assert trace.logits[0] == pytest.approx(logits, abs=1e-10)
    added = made.direct[tokens] + sum(
        attention[h] @ made.copied[h][tokens] for h in range(len(attention))
    )
    assert added == pytest.approx(logits, abs=1e-12)


def test_every_logit_is_the_sum_of_its_parts(learnt: Study) -> None:
    assert FACTS["attribution_places"](learnt).value >= 12
    assert FACTS["attribution_places"](learnt).details["rest"] < 1e-12
    direct, pushed = attribution.pushes(learnt, learnt.holdout, learnt.data.holdout)
    centred = learnt.holdout.logits - learnt.holdout.logits.mean(-1, keepdims=True)
    came = np.take_along_axis(centred, learnt.data.holdout.targets[..., None], -1)[..., 0]
    assert direct + pushed.sum((1, 3)) == pytest.approx(came, abs=1e-11)
    push = FACTS["attention_push"](learnt)
    *parts, (_, beyond) = push.parts
    assert sum(part.value for _, part in parts) == pytest.approx(came.mean())
    assert beyond.value == pytest.approx(push.value - push.baseline.value)


def test_a_wrong_part_is_seen(learnt: Study) -> None:
    """With the value matrices of two heads exchanged in the tables alone, the parts make the logits
    no more.
    """
    made = circuits.tables(learnt)
    wrong = [
        direct + pattern[0] @ made.copied[1][tokens] + pattern[1] @ made.copied[0][tokens]
        for direct, pattern, tokens in zip(
            made.direct[learnt.holdout.tokens],
            learnt.holdout.pattern(layer=0),
            learnt.holdout.tokens,
        )
    ]
    assert np.abs(np.array(wrong) - learnt.holdout.logits).max() > 0.1


def test_expected_attention_by_loops(small: Study) -> None:
    made, shares, length, back = (
        circuits.tables(small),
        small.counts.shares,
        small.config.model.n_ctx,
        2,
    )
    for head, query, source in itertools.product(range(2), range(4), range(4)):
        found = []
        for at in range(back, length):
            own = np.exp(made.scores(head, at, back)[query, source])
            others = sum(
                shares[s] * np.exp(made.scores(head, at, d)[query, s])
                for d in range(at + 1)
                if d != back
                for s in range(4)
            )
            found.append(own / (own + others))
        assert circuits.expected_attention(small, head, 3)[
            back - 1, query, source
        ] == pytest.approx(np.mean(found))


def test_chances_gained_by_loops(small: Study) -> None:
    made, shares = circuits.tables(small), small.counts.shares
    attention = [circuits.expected_attention(small, head, 4) for head in range(2)]
    query, source, back = 1, 2, 1
    logits = made.direct[query].copy()
    for head, position in itertools.product(range(2), range(4)):
        if position != back - 1:
            logits += sum(
                shares[s] * attention[head][position, query, s] * made.copied[head, s]
                for s in range(4)
            )
    usual = sum(
        shares[s] * attention[head][back - 1, query, s] * made.copied[head, s]
        for head in range(2)
        for s in range(4)
    )
    this = sum(
        attention[head][back - 1, query, source] * made.copied[head, source] for head in range(2)
    )
    assert skips.gained(small, back)[query, source] == pytest.approx(
        softmax(logits + this) - softmax(logits + usual)
    )


def test_skip_trigrams_are_counted_as_loops_count_them(small: Study) -> None:
    rows = held_out(small)
    skip = skips.Skip(0, source=2, back=2, query=0, following=1, strength=0.0)
    for window in (None, 4):
        first = 2 if window is None else 1
        counts = np.zeros((len(rows), 4), int)
        for block, row in enumerate(rows):
            for i in range(first, len(row) - 1):
                if row[i] == skip.query:
                    stands = (
                        row[i - 2] == skip.source
                        if window is None
                        else skip.source in row[max(0, i - window) : i]
                    )
                    came = row[i + 1] == skip.following
                    counts[block] += [stands, stands and came, 1, came]
        found = skips.looked_up(rows, skip, window=None if window is None else window + 1)
        assert (found.counts == counts).all()
        total = counts.sum(0)
        assert found.lift == pytest.approx(total[1] / total[0] / (total[3] / total[2]))
        assert found.interval[0] < found.lift < found.interval[1]


def test_the_strongest_products_are_the_strongest(learnt: Study) -> None:
    """One for each pair of source and query, frequent pairs only, none of them smaller than one
    that is left out.
    """
    rows = np.concatenate(list(learnt.data.rows(learnt.data.train_blocks)))
    tried = skips.largest(learnt, 0, (1,))
    pairs = {(s.source, s.query) for s in tried}
    assert len(pairs) == len(tried)
    for skip in tried:
        assert ((rows[:, :-1] == skip.source) & (rows[:, 1:] == skip.query)).sum() >= skips.LEAST
    said = circuits.centred(circuits.tables(learnt).copied[0])
    assert tried[0].strength == pytest.approx(
        circuits.expected_attention(learnt, 0, 8)[0, tried[0].query, tried[0].source]
        * said[tried[0].source, tried[0].following]
    )
    assert [s.strength for s in tried] == sorted((s.strength for s in tried), reverse=True)


def test_a_token_that_never_comes_has_no_lift(small: Study) -> None:
    never = skips.looked_up(np.array([[0, 1, 2, 0, 1, 2]]), skips.Skip(0, 0, 1, 1, 3, 0.0))
    assert never.lift is None
    assert never.interval == (0.0, float("inf"))


def test_attention_by_distance_and_a_head_that_looks_one_back(learnt: Study, small: Study) -> None:
    pattern = learnt.holdout.pattern()
    for head, distance in ((0, 0), (1, 3)):
        values = [
            pattern[w, 0, head, i, i - distance]
            for w in range(len(pattern))
            for i in range(distance, pattern.shape[-1])
        ]
        assert heads.by_distance(learnt)[0, head, distance] == pytest.approx(np.mean(values))
    m = small.config.model
    positions, nothing = np.eye(m.n_ctx, m.d_model), np.zeros((1, 2, m.d_model, m.d_head))
    asks, offers = nothing.copy(), nothing.copy()
    asks[0, :, 1:4], offers[0, :, :3] = (
        40 * np.eye(3),
        np.eye(3),
    )  # position 1 asks for what position 0 offers, 2 for 1, 3 for 2
    looks = made_by_hand(
        small, W_E=np.zeros((4, m.d_model)), W_pos=positions, W_Q=asks, W_K=offers, W_V=nothing
    ).holdout.pattern(layer=0, head=0)[0]
    assert np.diagonal(looks, -1)[:3] == pytest.approx(1, abs=1e-6)


def test_norms_mixing_and_ranks_by_loops(learnt: Study) -> None:
    trace, w = learnt.holdout, learnt.weights
    tokens, pattern = trace.tokens[WINDOW], trace.pattern(layer=0)[WINDOW]
    x = w["W_E"][tokens]
    brought = np.array(
        [x @ w["W_V"][0, h] @ w["W_O"][0, h] for h in range(len(pattern))]
    )  # [head, source, d_model]
    lengths = norms.norms(learnt, trace, 0)[WINDOW]
    i = len(tokens) - 1
    for h, j in itertools.product(range(len(pattern)), range(i + 1)):
        assert lengths[h, i, j] == pytest.approx(np.linalg.norm(pattern[h, i, j] * brought[h, j]))
    others = sum(pattern[h, i, j] * brought[h, j] for h in range(len(pattern)) for j in range(i))
    own = sum(pattern[h, i, i] * brought[h, i] for h in range(len(pattern)))
    ratio = lambda kept: np.linalg.norm(others) / (np.linalg.norm(others) + np.linalg.norm(kept))
    assert norms.mixing(learnt, trace, 0, residual=False)[WINDOW, i] == pytest.approx(ratio(own))
    assert norms.mixing(learnt, trace, 0, residual=True)[WINDOW, i] == pytest.approx(
        ratio(own + x[i])
    )
    agree = norms.ranks_agree(trace.pattern(layer=0, head=0), norms.norms(learnt, trace, 0)[:, 0])
    assert agree[WINDOW, i] == pytest.approx(spearmanr(pattern[0, i], lengths[0, i]).statistic)
    assert np.isnan(agree[:, : norms.RANKED - 1]).all()


def test_silenced_heads_by_hand(learnt: Study) -> None:
    """Without a head a logit loses what that head brings, or gets its mean at that position."""
    made, trace, blocks = circuits.tables(learnt), learnt.holdout, learnt.data.holdout.block
    brought = np.array(
        [
            pattern[1] @ made.copied[1][tokens]
            for tokens, pattern in zip(trace.tokens, trace.pattern(layer=0))
        ]
    )
    for kind, instead in (("zero", 0.0), ("mean", brought.mean(0))):
        (logits,) = silenced(learnt, [(0, 1)], kind, blocks)
        assert logits == pytest.approx(trace.logits - brought + instead, abs=1e-4)
    assert len(list(silenced(learnt, [(0, 0)], "resample", blocks))) == DRAWS


def test_without_attention_only_the_last_token_is_left(learnt: Study) -> None:
    (logits,) = silenced(learnt, heads.heads(learnt), "zero", learnt.data.holdout.block)
    assert logits == pytest.approx(circuits.tables(learnt).direct[learnt.holdout.tokens], abs=1e-4)


def test_ranks_by_sorting(learnt: Study) -> None:
    own, pairs = prompts.ranks(learnt)
    windows = learnt.data.holdout
    for at in ((0, 0), (WINDOW, 5), (-1, -1)):
        order = sorted(range(len(learnt.tokens)), key=lambda t: -learnt.holdout.logits[at][t])
        assert own[at] == 1 + order.index(windows.targets[at])
        assert (
            pairs[at]
            == (
                learnt.counts.smoothed[windows.inputs[at]]
                >= learnt.counts.smoothed[windows.inputs[at], windows.targets[at]]
            ).sum()
        )
    found = prompts.prompts(learnt)
    assert len({tuple(p) for p in found.tokens}) == len(found.tokens)
    assert (np.diff(found.chances) <= 0).all()


def test_an_indifferent_network_gains_nothing(learnt: Study) -> None:
    """With attention that brings nothing and the table of counts as direct path, it is a reader of
    pairs, and every rise is 0.
    """
    m, counts = learnt.config.model, learnt.counts
    left, sizes, right = np.linalg.svd(
        np.log(counts.smoothed) - np.log(counts.shares), full_matrices=False
    )
    d = m.d_model
    reader = made_by_hand(
        learnt,
        W_E=left[:, :d] * sizes[:d],
        W_U=right[:d],
        b_U=np.log(counts.shares),
        W_V=np.zeros(1),
        W_O=np.zeros(1),
    )
    assert FACTS["context_value"](reader).value == pytest.approx(0, abs=1e-12)
    assert FACTS["head_rise"](reader).value == pytest.approx(0, abs=1e-5)
    assert FACTS["attention_push"](reader).value == 0
    assert FACTS["gain_over_own_pairs"](reader).value < 0
    assert FACTS["mixing_ratio"](reader).value == 0


def test_the_floor_of_all_readers_of_pairs_is_below_each(learnt: Study) -> None:
    floor = FACTS["gain_over_own_pairs"](learnt).details["reader"]
    assert floor < learnt.counts.surprises(learnt.data.holdout)["bigram"].mean()


@pytest.mark.parametrize("positions", ["none", "attention"])
def test_circuits_need_no_positions(tmp_path: Path, positions: str) -> None:
    model = dict(
        n_layers=1,
        n_heads=2,
        d_model=4,
        d_head=2,
        n_ctx=8,
        output_projection=True,
        positions=positions,
    )
    config = of_text(tmp_path / "t.txt", "abcab cab" * 200, size=4, **model)
    study = study_of(config, train(config))
    assert FACTS["attribution_places"](study).value >= 12
    assert draw(config).windows


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        (dict(normalization="LN"), "copying_score"),
        (dict(positions="stream"), "skip_lifts"),
        (dict(n_layers=0, positions="none", output_projection=False), "head_rise"),
    ],
)
def test_what_is_not_there_is_not_measured(
    tmp_path: Path, changed: dict[str, object], name: str
) -> None:
    model = (
        dict(
            n_layers=1,
            n_heads=1,
            d_model=4,
            d_head=4,
            n_ctx=8,
            output_projection=True,
            positions="attention",
        )
        | changed
    )
    config = of_text(tmp_path / "t.txt", "abcab cab" * 200, size=4, **model)
    fact = FACTS[name](study_of(config, train(config)))
    assert fact.value is None
    assert fact.lacking


def test_with_tokens_renamed_in_the_unembedding_no_head_copies(learnt: Study) -> None:
    """Both scores, by eigenvalues and by attention, fall to what renaming gives; a head made to
    copy is beyond it.
    """
    for name in ("copying_score", "push_on_source"):
        fact = FACTS[name](learnt)
        assert fact.details["renamed_draws"] == controls.DRAWS, name
        assert fact.details["renamed_mean"] < fact.details["renamed_bound"], name
    width, d_head = learnt.weights["W_E"].shape[1], learnt.weights["W_V"].shape[-1]
    values, out = np.eye(width)[:, :d_head], np.eye(width)[:d_head]
    embedded = learnt.weights["W_E"]
    for said, copies in ((embedded.T, True), (np.roll(embedded, 1, 0).T, False)):
        study = made_by_hand(learnt, W_V=values, W_O=out, W_U=said)
        for name in ("copying_score", "push_on_source"):
            fact = FACTS[name](study)
            assert ((fact.value or 0) > fact.details["renamed_bound"]) is copies, name


def test_what_is_lowered_less_than_by_chance_is_not_raised(learnt: Study) -> None:
    """A control below zero makes no score below zero one of copying."""
    _, claims = listed("text")
    for claim, name in (
        ("a_head_copies", "copying_score"),
        ("raises_what_it_reads", "push_on_source"),
    ):
        fact = FACTS[name](learnt)
        low = dict(fact.details) | dict(renamed_bound=-0.4, renamed_mean=-0.5)
        for value, verdict in ((-0.2, Verdict.FAILS), (0.7, Verdict.HOLDS)):
            found = replace(fact, value=value, low=value, high=value, details=low)
            assert claims[claim].decide(Facts({name: found})).verdict is verdict, claim
