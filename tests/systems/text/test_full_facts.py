"""Facts of the whole transformer: against loops, against networks with a part made by hand, and
against themselves a second way.
"""

import dataclasses

import numpy as np
import pytest
from conftest import committed
from lookups import listed

from reportgen.core.study import Study
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.head_circuits import Circuits, copying
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.text.facts.catalogue import Entry, catalogue
from reportgen.systems.text.facts.components import added, bias_logits, pushes
from reportgen.systems.text.facts.lens import depths
from reportgen.systems.text.facts.neurons import lines, missed, spoken
from reportgen.systems.text.facts.repeated import copies, follows, random_twice

FACTS, _ = listed("text")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("full_learnt")


def test_the_parts_make_the_logits(learnt: Study) -> None:
    """All parts and biases, taken to the logits one by one, over the whole evaluation set."""
    fact = FACTS["direct_places"](learnt)
    assert fact.n == learnt.holdout.logits.size
    assert fact.details["rest"] < 1e-12


def test_the_parts_are_what_the_trace_holds(learnt: Study) -> None:
    """The streams add up to the last one, and single heads and neurons to what their layer adds."""
    trace, w = learnt.holdout, learnt.weights
    streams = dict(added(learnt, trace))
    assert sum(streams.values()) + w["b_O"].sum(0) + w["b_out"].sum(0) == pytest.approx(
        trace.resid_post(layer=-1), abs=1e-12
    )
    of_layer = sum(stream for name, stream in streams.items() if name.startswith("layer 1, head"))
    assert of_layer + w["b_O"][1] == pytest.approx(trace.attn_out(layer=1), abs=1e-12)
    assert streams["layer 0, feed-forward"] + w["b_out"][0] == pytest.approx(
        trace.mlp_out(layer=0), abs=1e-12
    )


def test_pushes_by_hand(learnt: Study) -> None:
    """One position, one part, in plain steps: centre, divide, gain, unembed, take away the mean
    over tokens.
    """
    trace, w, windows = learnt.holdout, learnt.weights, learnt.data.holdout
    names, values = pushes(learnt, trace, windows)
    stream = dict(added(learnt, trace))["layer 0, head 1"][3, 7]
    logits = ((stream - stream.mean()) / trace.ln_final_scale[3, 7] * w["ln_final_w"]) @ w["W_U"]
    assert values[names.index("layer 0, head 1"), 3, 7] == pytest.approx(
        logits[windows.targets[3, 7]] - logits.mean()
    )
    own = np.take_along_axis(trace.logits, windows.targets[..., None], -1)[
        ..., 0
    ] - trace.logits.mean(-1)
    assert values.sum(0) == pytest.approx(own, abs=1e-12)
    assert bias_logits(learnt, trace).shape == trace.logits.shape


def test_the_lens_at_the_end_is_the_network(learnt: Study) -> None:
    """Recomputed statistics are those of the end there; elsewhere they are not."""
    trace = learnt.holdout
    made = depths(trace)
    assert list(made) == ["the start", "attention 0", "feed-forward 0", "attention 1", "the end"]
    assert logit_lens(learnt, made["the end"]) == pytest.approx(trace.logits, abs=1e-12)
    early = made["attention 0"][2, 5]
    centred = early - early.mean()
    by_hand = (
        centred / np.sqrt(early.var() + 1e-5) * learnt.weights["ln_final_w"]
        + learnt.weights["ln_final_b"]
    ) @ learnt.weights["W_U"] + learnt.weights["b_U"]
    assert logit_lens(learnt, made["attention 0"])[2, 5] == pytest.approx(by_hand)
    loss = FACTS["lens_loss"](learnt)
    assert loss.part("the end").value == pytest.approx(FACTS["holdout_loss"](learnt).value)
    steps = FACTS["lens_step"](learnt)
    assert sum(part.value for _, part in steps.parts) == pytest.approx(
        loss.part("the start").value - loss.part("the end").value
    )


def test_copies_and_what_follows_them_in_loops() -> None:
    tokens = np.array([3, 1, 3, 3, 2, 1])
    for q in range(6):
        for k in range(6):
            assert copies(tokens)[q, k] == (k < q and tokens[k] == tokens[q])
            assert follows(tokens)[q, k] == (1 <= k <= q and tokens[k - 1] == tokens[q])


def test_a_passage_read_twice_in_loops(learnt: Study) -> None:
    """The same tokens, the first and the second time, each with its own chance."""
    half = learnt.config.model.n_ctx // 2
    once = learnt.data.holdout.inputs[:, :half]
    tokens = np.concatenate([once, once], 1)
    chances = learnt.trace_of(tokens).probabilities
    gains = [
        np.log(chances[s, half + i - 1, t] / chances[s, i - 1, t])
        for s, row in enumerate(once)
        for i, t in enumerate(row)
        if i >= half // 2
    ]
    assert FACTS["repeat_gain"](learnt).value == pytest.approx(np.mean(gains))


def test_random_tokens_are_said_twice(learnt: Study) -> None:
    said = random_twice(learnt)
    half = said.tokens.shape[1] // 2
    assert (said.tokens[:, :half] == said.tokens[:, half:]).all()
    assert all(len(set(row[:half])) == half for row in said.tokens.tolist())
    score = dict(FACTS["prefix_score"](learnt).parts)["layer 1, head 0"]
    looks = [
        said.pattern[s, 1, 0, q, q - half + 1]
        for s in range(len(said.tokens))
        for q in range(half, 2 * half)
    ]
    assert score.value == pytest.approx(np.mean(looks))


def test_the_copying_score_is_that_of_the_whole_table(learnt: Study) -> None:
    """The small matrix has the eigenvalues of the table of tokens."""
    for entry, at in zip(catalogue(learnt), [(0, 0), (0, 1), (1, 0), (1, 1)], strict=True):
        assert entry.scores["copying"].value == pytest.approx(
            copying(Circuits(learnt).copied(at)), abs=1e-6
        )


def test_a_class_needs_a_score_and_an_ablation() -> None:
    """The same scores with a head that is missed, that does harm, and that is not missed."""
    share = lambda low, even=0.1: Fact(
        low + 0.1,
        "share",
        10,
        "positions",
        low,
        low + 0.2,
        baseline=Reference("equal shares", even),
    )
    push = lambda low, renamed_bound=0.0: dataclasses.replace(
        share(low), details=dict(renamed_bound=renamed_bound)
    )
    scores = {
        "previous token": share(0.3),
        "duplicate token": share(0.1),
        "prefix matching": share(0.26),
        "prefix matching in text": share(0.9),
        "copying": Fact(0.6, "ratio", 10, "tokens", details=dict(renamed_bound=0.4)),
        "push on the token looked at": push(0.1),
    }
    rise = lambda low, high: Fact((low + high) / 2, "nats", 10, "tokens", low, high)
    entry = Entry("a head", scores, rise(0.01, 0.02))
    assert entry.kinds == ("previous token", "induction", "copying")
    assert dataclasses.replace(entry, rise=rise(-0.02, -0.01)).kinds == entry.kinds
    assert dataclasses.replace(entry, rise=rise(-0.01, 0.01)).kinds == ()
    assert dataclasses.replace(
        entry, scores=scores | {"previous token": share(0.3, 0.15)}
    ).kinds == ("induction", "copying")
    for change in (
        dict(copying=Fact(0.6, "ratio", 10, "tokens", details=dict(renamed_bound=0.7))),
        {"push on the token looked at": push(-0.05)},
        {"push on the token looked at": push(0.1, renamed_bound=0.15)},
    ):
        assert "copying" not in dataclasses.replace(entry, scores=scores | change).kinds


def test_neurons_that_are_listed_are_missed(learnt: Study) -> None:
    """The loss without a neuron in a forward pass by hand, and what it says as a row of two
    matrices.
    """
    found = missed(learnt)
    assert all(line.rise.low > 0 for line in lines(learnt))
    assert FACTS["missed_neurons"](learnt).value == sum(rise.low > 0 for rise in found.values())
    w = learnt.weights
    row = (w["W_out"][1, 5] - w["W_out"][1, 5].mean()) * w["ln_final_w"] @ w["W_U"]
    assert spoken(learnt)[1, 5] == pytest.approx(row - row.mean())
    trace, windows = learnt.holdout, learnt.data.holdout
    assert len(windows) <= 100  # all of them are tried here
    post = trace.mlp_post(layer=1).copy()
    post[..., 5] = post[..., 5].mean(0)
    stream = trace.resid_mid(layer=1) + post @ w["W_out"][1] + w["b_out"][1]
    logits = logit_lens(learnt, stream)
    loss = (
        np.log(np.exp(logits).sum(-1))
        - np.take_along_axis(logits, windows.targets[..., None], -1)[..., 0]
    )
    whole = FACTS["holdout_loss"](learnt).value
    assert found[1, 5].value == pytest.approx(loss.mean() - whole, abs=1e-5)


def test_a_silent_part_by_hand(learnt: Study) -> None:
    """The last feed-forward part with its mean at each position: only the end of the network is
    computed again.
    """
    trace, windows = learnt.holdout, learnt.data.holdout
    stream = trace.resid_mid(layer=1) + trace.mlp_out(layer=1).mean(0)
    logits = logit_lens(learnt, stream)
    loss = (
        np.log(np.exp(logits).sum(-1))
        - np.take_along_axis(logits, windows.targets[..., None], -1)[..., 0]
    )
    rise = FACTS["part_rise"](learnt).part("layer 1, feed-forward")
    assert rise.value == pytest.approx(loss.mean() - FACTS["holdout_loss"](learnt).value, abs=1e-5)
