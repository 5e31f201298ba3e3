"""Induction as others measure it, by loops over its definitions; and controls that leave matrices
as they are.
"""

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed
from test_repeats_facts import made_by_hand

from reportgen.core.study import Study
from reportgen.measure.claim import Verdict
from reportgen.measure.controls import DRAWS, Control, renamed, rotated, rotations
from reportgen.measure.head_circuits import composition
from reportgen.systems.repeated_sequences.facts.literature import said_twice

FACTS, _ = listed("repeated_sequences")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("repeats_learnt")


def test_tokens_are_drawn_one_by_one_and_said_twice(learnt: Study) -> None:
    tokens, half = said_twice(learnt).tokens, learnt.config.model.n_ctx // 2
    assert (tokens[:, :half] == tokens[:, half : 2 * half]).all()
    repeats = [len(np.unique(row[:half])) < half for row in tokens]
    assert np.mean(repeats) > 0.5  # so that these are not sequences of its training


def test_the_stripe_is_the_diagonal_of_transformer_lens(learnt: Study) -> None:
    half = learnt.config.model.n_ctx // 2
    pattern = said_twice(learnt).pattern(layer=1, head=0)
    wanted = np.mean([np.diagonal(one, offset=1 - half).mean() for one in pattern])
    assert FACTS["stripe_random"](learnt).value == pytest.approx(wanted)
    even = made_by_hand(learnt, W_Q=np.zeros(1), b_Q=np.zeros(1))
    fact = FACTS["stripe_random"](even)
    assert fact.baseline is not None
    assert fact.value == pytest.approx(fact.baseline.value, abs=1e-6)


def test_the_rise_of_attended_tokens_by_a_loop(learnt: Study) -> None:
    """Of the last layer, what each key adds to the logit of its own token, above all tokens."""
    trace, w = said_twice(learnt), learnt.weights
    found = []
    for tokens, pattern, v, scale in zip(
        trace.tokens, trace.pattern(layer=1, head=0), trace.v(layer=1, head=0), trace.ln_final_scale
    ):
        written = v @ w["W_O"][1, 0]
        for query in range(len(tokens)):
            rise = 0.0
            for key in range(query + 1):
                centred = written[key] - written[key].mean()
                logits = pattern[query, key] * centred / scale[query] * w["ln_final_w"] @ w["W_U"]
                rise += logits[tokens[key]] - logits.mean()
            found.append(rise)
    fact = FACTS["copying_rise"](learnt)
    assert fact.value == pytest.approx(np.mean(found), abs=1e-9)
    assert fact.details["renamed_bound"] < fact.low


def test_with_tokens_renamed_in_the_unembedding_nothing_rises_or_copies(learnt: Study) -> None:
    order = np.roll(np.arange(len(learnt.tokens)), 1)
    other = made_by_hand(learnt, W_U=learnt.weights["W_U"][:, order])
    rise, score = FACTS["copying_rise"](other), FACTS["copying_score"](other)
    assert (rise.value or 0) < rise.details["renamed_bound"]
    assert (score.value or 0) < score.details["renamed_bound"]


def test_turns_keep_sizes_and_lose_what_meets() -> None:
    turns = rotations(6)
    assert turns @ turns.swapaxes(1, 2) == pytest.approx(np.broadcast_to(np.eye(6), turns.shape))
    assert turns.mean(0) == pytest.approx(0, abs=0.15)
    line = np.outer(np.eye(6)[0], np.eye(6)[1])
    control = rotated(line, line.T)  # the one line is read where the other writes
    assert composition(line, line.T) == 1
    assert control.bound < 1
    assert (control.draws**2).mean() == pytest.approx(1 / 6, rel=0.2)
    assert rotations(1).shape == (DRAWS, 1, 1)


def test_a_table_that_copies_stands_above_its_renamings() -> None:
    assert renamed(np.eye(12), np.eye(12)).bound < 1


def test_the_bound_does_not_rise_with_the_number_of_draws() -> None:
    draws = np.random.default_rng(0).normal(size=100_000)
    few, many = (np.mean([Control(x).bound for x in draws.reshape(-1, n)]) for n in (200, 5_000))
    assert few == pytest.approx(many, abs=0.1)
    assert few == pytest.approx(2.326, abs=0.1)


def test_composition_of_the_layers_is_beyond_its_turns(learnt: Study) -> None:
    fact = FACTS["k_composition"](learnt)
    assert (fact.value or 0) > fact.details["rotated_bound"]
    assert fact.details["rotated_draws"] == DRAWS
    turned = learnt.weights["W_O"].copy()
    turned[0] = turned[0] @ rotations(turned.shape[-1])[0]
    fact = FACTS["k_composition"](made_by_hand(learnt, W_O=turned))
    assert (fact.value or 1) < fact.details["rotated_bound"]


def test_the_stripe_on_random_tokens_decides_its_claim(learnt: Study) -> None:
    """A head that spreads its attention evenly has no stripe; the distribution is named."""
    assert found_in(learnt, "repeated_sequences", "stripe_on_random") is Verdict.HOLDS
    even = made_by_hand(learnt, W_Q=np.zeros(1), b_Q=np.zeros(1))
    assert found_in(even, "repeated_sequences", "stripe_on_random") is Verdict.FAILS
    assert "random tokens, each followed by a copy of itself" in FACTS["stripe_random"](learnt).of


def test_composition_folds_what_each_layer_reads_through(learnt: Study) -> None:
    """The definition with every matrix written out: gains times rows without their mean, as
    TransformerLens has them after `fold_ln`, and the mean of what is written left in.
    """
    w = learnt.weights
    folded = lambda name, layer: (
        (w["ln1_w"][layer][:, None] * w[name][layer, 0])
        - (w["ln1_w"][layer][:, None] * w[name][layer, 0]).mean(0)
    )
    ov = [folded("W_V", layer) @ w["W_O"][layer, 0] for layer in (0, 1)]
    qk = folded("W_Q", 1) @ folded("W_K", 1).T
    for kind, second in (("q", qk), ("k", qk.T), ("v", ov[1])):
        wanted = np.linalg.norm(ov[0] @ second) / np.linalg.norm(ov[0]) / np.linalg.norm(second)
        assert FACTS[f"{kind}_composition"](learnt).value == pytest.approx(wanted), kind
