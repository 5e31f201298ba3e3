"""Heads one by one: what they carry adds up to what attention adds, and what all parts give adds up
to the logits.
"""

import numpy as np
import pytest
from tiny import tiny

from reportgen.systems.sequence_rules.figures.parts.attention_maps import reading
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    allowed_words,
    constrained_words,
    demonstration,
    framed,
)
from reportgen.systems.sequence_rules.figures.parts.direct_logits import DirectLogits
from reportgen.systems.sequence_rules.figures.parts.heads import heads
from reportgen.systems.sequence_rules.figures.parts.logit_parts import parts_of, read_from
from reportgen.systems.sequence_rules.figures.parts.pair_means import PairMeans, given, means
from reportgen.systems.sequence_rules.figures.parts.pairs import pair_attention, pair_scores

TWO_HEADS, PROJECTED, BOTH, ONE = (
    "even_abs_diff",
    "even_greater_than_10",
    "parity_based",
    "successor",
)
every = pytest.mark.parametrize("name", [TWO_HEADS, PROJECTED, BOTH, ONE, "paritygt10"])


@every
def test_outputs_of_the_heads_make_what_attention_adds(name: str) -> None:
    """With an output projection they add up; without one they stand side by side."""
    study = tiny(name)
    found, added = heads(study), study.trace.attn_out(layer=-1)
    together = (
        found.outputs.sum(1)
        if found.projected
        else np.concatenate(list(found.outputs.transpose(1, 0, 2, 3)), -1)
    )
    np.testing.assert_allclose(together, added, atol=1e-9)
    np.testing.assert_allclose(np.nansum(found.pattern, -1), 1)


def test_a_value_is_carried_by_its_heads_own_matrix() -> None:
    """One number by hand: the sum over the head's dimensions of value times output projection."""
    study = tiny(BOTH)
    v, out = study.trace.v(layer=0, head=1)[1, 3], study.weights["W_O"][0, 1]
    by_hand = sum(v[e] * out[e, 5] for e in range(len(v)))
    assert heads(study).values[1, 1, 3, 5] == pytest.approx(by_hand)


@every
def test_parts_add_up_to_the_logits(name: str) -> None:
    study = tiny(name)
    parts = parts_of(study, 0)
    np.testing.assert_allclose(sum(parts.values()), study.trace.logits[0], atol=1e-9)
    data = DirectLogits().compute(study)
    np.testing.assert_allclose(data.parts.sum(1), data.logits, atol=1e-9)
    np.testing.assert_allclose(data.logits.mean(-1), 0, atol=1e-9)


def test_without_residual_connections_only_the_last_layer_speaks() -> None:
    """Then neither token nor attention reaches the logits but through the feed-forward network."""
    study = tiny("lucky7_no_resid")
    parts = parts_of(study, 0)
    assert list(parts) == ["feed-forward", "bias"]
    np.testing.assert_allclose(sum(parts.values()), study.trace.logits[0], atol=1e-9)


@every
def test_what_is_read_adds_up_to_the_share_of_attention(name: str) -> None:
    study = tiny(name)
    own = sum(
        part[-1]
        for key, part in parts_of(study, 0).items()
        if key.startswith(("attention", "head"))
    )
    np.testing.assert_allclose(read_from(study, 0).sum(0), own, atol=1e-9)


def test_means_over_pairs_by_brute_force() -> None:
    """Every pair of tokens at every pair of positions that one sequence can hold, one by one."""
    study = tiny(TWO_HEADS)
    data, positions = PairMeans().compute(study), study.config.model.n_ctx
    lattice, a, b, head = study.lattice, 4, 9, 1
    score = lambda i, j, x, y: (
        float(lattice.q(head=head)[x, i] @ lattice.k(head=head)[y, j])
        / np.sqrt(lattice.queries.shape[-1])
    )
    assert data.scores_by_token[head, a, b] == pytest.approx(
        np.mean([score(i, j, a, b) for i in range(positions) for j in range(i)])
    )
    assert data.scores_by_token[head, a, a] == pytest.approx(
        np.mean([score(i, j, a, a) for i in range(positions) for j in range(i + 1)])
    )
    tokens = range(len(study.tokens))
    assert data.scores_by_position[head, 5, 2] == pytest.approx(
        np.mean([score(5, 2, x, y) for x in tokens for y in tokens])
    )
    assert data.scores_by_position[head, 5, 5] == pytest.approx(
        np.mean([score(5, 5, x, x) for x in tokens])
    )
    assert np.isnan(data.scores_by_position[head, 2, 5])


def test_attention_by_token_is_what_earlier_keys_get() -> None:
    """The model itself on b b .. b a: all but what the last position gives its own key."""
    study, a, b, head = tiny(TWO_HEADS), 4, 9, 1
    found = given(pair_attention(pair_scores(study.lattice, head)))[a, b]
    shares = []
    for i in range(1, study.config.model.n_ctx):
        text = np.full((1, i + 1), b)
        text[0, i] = a
        shares.append(1 - study.trace_of(text).pattern(layer=0, head=head)[0, i, i])
    assert found == pytest.approx(np.mean(shares))


def test_means_leave_out_what_cannot_be() -> None:
    pairs = np.full((2, 2, 2, 2), np.nan)
    pairs[0, 1, 1, 0], pairs[0, 0, 0, 0], pairs[1, 1, 0, 0] = 3, 5, 7
    by_token, by_position = means(pairs)
    assert by_token[0].tolist() == [5, 3]
    assert by_position[1, 0] == 5
    assert np.isnan(by_position[0, 1])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("parity_based", {"any even number", "any odd number"}),
        ("even_greater_than_10", {"0 to 9", "11 to 20"}),
        ("paritygt10", {"any number below 10", "any number from 10 up"}),
        ("successor", set("0123456789")),
    ],
)
def test_sets_of_tokens_are_said_in_few_words(name: str, words: set[str]) -> None:
    demos = [demonstration(tiny(name), i) for i in range(3)]
    assert {w for demo in demos for w in demo.wanted if w} <= words


def test_unlike_tokens_are_counted() -> None:
    study = tiny("parity_based")
    assert allowed_words([], study) == ""
    assert allowed_words([3, 5, 8], study) == "3 or 5 or 8"
    assert allowed_words([1, 3, 5, 8], study) == "one of 4 tokens"


def test_reading_names_the_answer_where_one_is_held() -> None:
    """Where no position holds it, the position with most attention, head by head."""
    held, worked_out = tiny("copy_modulo"), tiny("even_abs_diff")
    demo = demonstration(held, 0)
    at = demo.constrained[0]
    assert f"the answer: {heads(held).pattern[0, 0, at, demo.sources[at]]:.2f} on" in reading(
        demo, heads(held).pattern[0], at
    )
    demo = demonstration(worked_out, 0)
    words = reading(demo, heads(worked_out).pattern[0], demo.constrained[0])
    assert "most attention: head 0" in words
    assert ", head 1" in words


def test_frames_stand_where_they_tell_something() -> None:
    """Not around every row."""
    assert framed(demonstration(tiny("lucky7"), 0)) == demonstration(tiny("lucky7"), 0).constrained
    assert framed(demonstration(tiny("successor"), 0)) == ()


def test_demonstrations_of_a_rule_that_computes_its_answers_differ() -> None:
    """A walk along the long cycle of the permutation, then the token that no walk along it
    meets.
    """
    shown = tiny("lookup_permutation").demonstrations.inputs
    assert set(shown[0]) == {0, 1, 3, 4, 5, 6, 7, 8, 9}
    assert set(shown[1]) == {2}
    fresh = [set(row) for row in tiny("conditional_transform").demonstrations.inputs]
    assert fresh[1] - fresh[0]
    assert fresh[2] - fresh[0] - fresh[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lucky7", "Framed rows: positions after which the rule decides."),
        ("successor", "The rule decides after every one of the 10 positions."),
        ("parity_based", "The rule decides after 15 of the 16 positions."),
        ("even_abs_diff", "The rule decides after 11 of the 12 positions."),
    ],
)
def test_headlines_say_what_is_constrained(name: str, words: str) -> None:
    assert constrained_words(demonstration(tiny(name), 0)) == words
