"""Passes, ablations and patches of one network, against its weights multiplied out by hand."""

from typing import Any

import numpy as np
import pytest
from by_hand import forward
from conftest import committed

from reportgen.api import Network
from reportgen.errors import ReportError, RunError, UsageError
from reportgen.measure.head_ablations import silenced

OWN, OTHER = "3 8 + 1 4 7 +", "3 8 + 1 6 7 +"
IDS, OTHER_IDS = [3, 8, 11, 1, 4, 7, 11], [3, 8, 11, 1, 6, 7, 11]


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(committed("learnt"))


def after_attention(weights: Any, middle: np.ndarray) -> np.ndarray:
    """Logits of a stream behind the heads, in plain numpy."""
    hidden = np.maximum(middle @ weights["W_in"][0] + weights["b_in"][0], 0)
    post = middle + hidden @ weights["W_out"][0] + weights["b_out"][0]
    return np.asarray(post @ weights["W_U"] + weights["b_U"])


def test_a_pass_is_the_weights_multiplied_out(network: Network) -> None:
    by_hand = forward(dict(network.weights), IDS)
    trace, prediction = network.trace(OWN), network.predict(OWN)
    np.testing.assert_allclose(trace.logits[0], by_hand["logits"], atol=1e-10)
    np.testing.assert_allclose(trace.pattern(layer=0, head=0)[0], np.nan_to_num(by_hand["pattern"]))
    np.testing.assert_allclose(prediction.probabilities[0], by_hand["probabilities"], atol=1e-12)
    best = by_hand["logits"].argmax(-1)
    assert prediction.likeliest == [[network.tokens[i] for i in best]]
    assert prediction.read == [OWN.split()]
    top = prediction.top(2)
    order = np.argsort(-by_hand["probabilities"][-1])[:2]
    assert list(top) == [network.tokens[i] for i in order]
    assert list(top.values()) == pytest.approx(by_hand["probabilities"][-1][order])


def test_a_pass_of_fewer_tokens_is_the_beginning_of_a_longer_one(network: Network) -> None:
    whole = network.trace(OWN).logits
    for length in range(1, 7):
        np.testing.assert_allclose(
            network.trace(OWN.split()[:length]).logits, whole[:, :length], atol=1e-12
        )


def test_several_sequences_are_each_by_itself(network: Network) -> None:
    both = network.predict([OWN.split(), OTHER.split()])
    for i, words in enumerate((OWN, OTHER)):
        np.testing.assert_allclose(both.logits[i], network.predict(words).logits[0], atol=1e-12)
    assert len(both) == 2
    assert "<th style='text-align:left'>sequence</th>" in both._repr_html_()
    assert "sequence" not in network.predict(OWN)._repr_html_()


def test_nothing_that_was_computed_can_be_written_into(network: Network) -> None:
    for array in (network.predict(OWN).logits, network.weights["W_E"], network.predict(OWN).tokens):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(TypeError):
        network.weights["W_E"] = np.zeros(1)  # type: ignore[index]


def test_a_component_that_adds_nothing(network: Network) -> None:
    """Attention, neurons, embeddings and positions, left out by hand."""
    w = dict(network.weights)
    start = w["W_E"][IDS] + w["W_pos"][:7]
    middle = forward(w, IDS)["middle"]
    left_out = {
        "attention": after_attention(w, start),
        "ffn": middle @ w["W_U"] + w["b_U"],
        "tokens": forward(w | dict(W_E=np.zeros_like(w["W_E"])), IDS)["logits"],
        "positions": forward(w | dict(W_pos=np.zeros_like(w["W_pos"])), IDS)["logits"],
    }
    for component, wanted in left_out.items():
        found = network.ablate(component, tokens=OWN)
        np.testing.assert_allclose(found.logits[0], wanted, atol=1e-4, err_msg=component)
        np.testing.assert_allclose(found.usual.logits, network.trace(OWN).logits, atol=1e-4)
        np.testing.assert_array_equal(
            found.changed[0], found.logits[0].argmax(-1) != found.usual.logits[0].argmax(-1)
        )
        np.testing.assert_allclose(found.difference.sum(-1), 0, atol=1e-5)


def test_a_component_that_adds_its_mean_over_all_that_is_evaluated(network: Network) -> None:
    study, w = committed("learnt"), dict(network.weights)
    start = w["W_E"][IDS] + w["W_pos"][:7]
    mean = study.holdout.resid_mid(layer=0).mean(0) - (
        w["W_E"][study.data.evaluated] + w["W_pos"]
    ).mean(0)
    found = network.ablate("attention", "mean", tokens=OWN)
    np.testing.assert_allclose(found.logits[0], after_attention(w, start + mean[:7]), atol=1e-4)
    spread = w | dict(W_pos=np.broadcast_to(w["W_pos"].mean(0), w["W_pos"].shape))
    np.testing.assert_allclose(
        network.ablate("positions", "mean", tokens=OWN).logits[0],
        forward(spread, IDS)["logits"],
        atol=1e-4,
    )


@pytest.mark.parametrize(
    ("component", "name"),
    [("attention", "attention"), ("ffn", "ffn"), ("tokens", "tokens"), ("positions", "positions")],
)
def test_without_tokens_it_is_what_the_facts_measure(component: str, name: str) -> None:
    """The rule error with a component averaged, counted from the edited answers."""
    from reportgen.systems.sequence_rules.facts import ablations

    study = committed("learnt")
    windows = study.data.holdout_windows  # type: ignore[attr-defined]
    answers = Network(study).ablate(component, "mean").logits.argmax(-1)
    fact = getattr(ablations, f"error_without_{name}")(study)
    broken = windows.broken(answers)[windows.visible]
    assert fact.n == broken.size
    assert fact.value == pytest.approx(broken.mean(), abs=1e-12)


def test_a_head_is_silenced_as_the_facts_silence_it() -> None:
    study = committed("full_learnt")
    network, inputs = Network(study), study.data.evaluated
    count = study.config.model.n_heads
    assert count > 1
    for kind in ("zero", "mean"):
        (wanted,) = silenced(study, [(1, 1)], kind, np.arange(len(inputs)))
        found = network.ablate("attention", kind, layer=1, head=1)
        np.testing.assert_allclose(found.logits, wanted, atol=1e-5)
    from_the_end = network.ablate("attention", layer=-1, head=1 - count, tokens="the ")
    first = network.ablate("attention", layer=1, head=1, tokens="the ")
    np.testing.assert_array_equal(from_the_end.logits, first.logits)


def test_a_layer_is_silenced_alone() -> None:
    study = committed("repeats_learnt")
    network = Network(study)
    both = network.ablate("attention", tokens=np.arange(6)).logits
    one = network.ablate("attention", tokens=np.arange(6), layer=0).logits
    assert abs(both - one).max() > 0.1
    w = dict(network.weights)
    from reportgen.core.interventions import run

    by_hand = run(
        study.config.model,
        {
            **w,
            "W_V": np.stack([np.zeros_like(w["W_V"][0]), w["W_V"][1]]),
            **(
                {
                    "b_O": np.stack([np.zeros_like(w["b_O"][0]), w["b_O"][1]]),
                    "b_V": np.stack([np.zeros_like(w["b_V"][0]), w["b_V"][1]]),
                }
                if "b_O" in w
                else {}
            ),
        },
        np.arange(6)[None],
    ).logits
    np.testing.assert_allclose(one, by_hand, atol=1e-5)


def test_positions_are_silenced_alone(network: Network) -> None:
    """Behind the last one that is edited nothing is read from; before it nothing changes."""
    found = network.ablate("tokens", tokens=OWN, positions=4)
    np.testing.assert_array_equal(found.logits[:, :4], found.usual.logits[:, :4])
    assert abs(found.logits[:, 4:] - found.usual.logits[:, 4:]).max() > 0.1
    w = dict(network.weights)
    cleared = w | dict(W_E=np.concatenate([w["W_E"], np.zeros((1, 2))]))
    np.testing.assert_allclose(
        found.logits[0], forward(cleared, [3, 8, 11, 1, 12, 7, 11])["logits"], atol=1e-4
    )


def test_resampling_takes_what_another_sequence_adds(network: Network) -> None:
    """Each draw another; none of them is nothing or the mean."""
    draws = [network.ablate("attention", "resample", tokens=OWN, draw=i).logits for i in range(3)]
    again = network.ablate("attention", "resample", tokens=OWN, draw=1).logits
    np.testing.assert_array_equal(again, draws[1])
    assert abs(draws[0] - draws[1]).max() > 0.1
    study, w = committed("learnt"), dict(network.weights)
    added = study.holdout.resid_mid(layer=0) - (w["W_E"][study.data.evaluated] + w["W_pos"])
    start = w["W_E"][IDS] + w["W_pos"][:7]
    every = after_attention(w, start + added[:, :7])
    for draw in draws:
        assert abs(every - draw).max((1, 2)).min() < 1e-3
    everywhere = network.ablate("attention", "resample")
    assert everywhere.changed.mean() > 0.1
    assert network.ablate("positions", "resample", tokens=OWN).changed.any()


def test_a_patch_of_a_stream_is_that_stream(network: Network) -> None:
    """At all positions the answers are those of the source; at one, what that position holds."""
    whole = network.patch(OWN, OTHER, "resid_post")
    np.testing.assert_allclose(whole.logits, network.trace(OTHER).logits, atol=1e-4)
    one = network.patch(OWN, OTHER, "resid_pre", positions=4)
    np.testing.assert_allclose(one.logits, network.trace(OTHER).logits, atol=1e-4)
    none = network.patch(OWN, OTHER, "resid_pre", positions=[0, 1, 2, 3])
    np.testing.assert_array_equal(none.logits, none.usual.logits)
    assert not none.changed.any()
    mixed = network.patch(OWN, OTHER, "resid_mid", positions=-1)
    middle = forward(dict(network.weights), IDS)["middle"]
    middle[-1] = forward(dict(network.weights), OTHER_IDS)["middle"][-1]
    np.testing.assert_allclose(mixed.logits[0], after_attention(network.weights, middle), atol=1e-4)


def test_a_patch_of_queries_or_patterns(network: Network) -> None:
    w, own, other = (
        dict(network.weights),
        *(forward(dict(network.weights), i) for i in (IDS, OTHER_IDS)),
    )
    pattern = own["pattern"].copy()
    pattern[-1] = other["pattern"][-1]
    middle = own["start"] + np.nan_to_num(pattern) @ own["v"]
    found = network.patch(OWN, OTHER, "pattern", head=0, positions=-1)
    np.testing.assert_allclose(found.logits[0], after_attention(w, middle), atol=1e-4)
    both = network.patch([OWN.split()] * 2, OTHER, "v", positions=4)
    v = own["v"].copy()
    v[4] = other["v"][4]
    middle = own["start"] + np.nan_to_num(own["pattern"]) @ v
    np.testing.assert_allclose(both.logits[1], after_attention(w, middle), atol=1e-4)


def test_a_patch_of_one_head_leaves_the_others() -> None:
    """With nothing but the unembedding behind the heads, what they do adds up."""
    study = committed("one_layer_learnt")
    network, (one, two) = Network(study), study.data.evaluated[:2]
    count = study.config.model.n_heads
    assert count > 1
    heads = [network.patch(one, two, "z", head=h) for h in range(count)]
    whole = network.patch(one, two, "z")
    added = sum(each.logits - each.usual.logits for each in heads)
    np.testing.assert_allclose(added, whole.logits - whole.usual.logits, atol=1e-3)
    assert abs(added).max() > 0.1
    assert abs(heads[0].logits - heads[1].logits).max() > 0.1


STEPS = (
    "embed, resid_pre, q, k, v, attn_scores, pattern, z, attn_out, resid_mid, mlp_pre, mlp_post,"
    " mlp_out, resid_post"
)


@pytest.mark.parametrize(
    ("run", "call", "words"),
    [
        (
            "learnt",
            lambda n: n.ablate("attentoin"),
            "no component is called 'attentoin' (did you mean 'attention'?); known: attention, ffn,"
            " tokens, positions",
        ),
        (
            "learnt",
            lambda n: n.ablate("ffn", "mena"),
            "kind: no ablation is called 'mena' (did you mean 'mean'?); known: zero, mean,"
            " resample",
        ),
        ("learnt", lambda n: n.ablate("ffn", layer=1), "layer: got 1, allowed: 0 to 0"),
        (
            "learnt",
            lambda n: n.ablate("tokens", layer=0),
            "layer: got 0, allowed: none, since tokens are in none",
        ),
        (
            "learnt",
            lambda n: n.ablate("ffn", head=0),
            "head: got 0, allowed: with 'attention' alone",
        ),
        (
            "repeats_learnt",
            lambda n: n.ablate("attention", head=0),
            "head: got 0 without a layer; name layer= too",
        ),
        ("learnt", lambda n: n.ablate("attention", head=3), "head: got 3, allowed: 0 to 0"),
        (
            "text_learnt",
            lambda n: n.ablate("attention"),
            "component: got 'attention', and the network has no layers",
        ),
        (
            "learnt",
            lambda n: n.ablate("ffn", tokens=OWN, positions=[0, 7]),
            "positions: got 7, allowed: 0 to 6",
        ),
        (
            "learnt",
            lambda n: n.patch(OWN, OTHER, "resid_per"),
            f"activation: got 'resid_per', allowed: {STEPS} (did you mean 'resid_pre' or"
            " 'resid_post' or 'resid_mid'?)",
        ),
        (
            "learnt",
            lambda n: n.patch(OWN, "3 8", "resid_pre"),
            "source: got 1 of 2 tokens, allowed: one sequence or 1, of 7 tokens as those that it is"
            " put into",
        ),
        (
            "repeats_learnt",
            lambda n: n.patch("a b", "b a", "z"),
            "layer: missing; name one of 0 to 1 for z",
        ),
        (
            "learnt",
            lambda n: n.patch(OWN, OTHER, "resid_pre", head=0),
            "head: got 0, allowed: with q, k, v, attn_scores, pattern, z alone",
        ),
        (
            "text_learnt",
            lambda n: n.patch("th", "he", "z"),
            "layer: got 0, allowed: none, the network has no such part",
        ),
        (
            "learnt",
            lambda n: n.patch(OWN, "3 8 + 1 6 7 x", "z"),
            "source: no token is called 'x'; known: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, +",
        ),
        (
            "learnt",
            lambda n: n.predict(OWN).top(position=7),
            "position: got 7, allowed: 0 to 6, or -7 to -1 from the end",
        ),
        (
            "learnt",
            lambda n: n.predict(OWN).top(sequence=1),
            "sequence: got 1, allowed: 0 to 0, or -1 to -1 from the end",
        ),
    ],
)
def test_what_a_network_does_not_have(run: str, call: Any, words: str) -> None:
    with pytest.raises((UsageError, RunError)) as error:
        call(Network(committed(run)))
    assert str(error.value) == words


def test_without_transformer_lens_it_says_how_to_get_it(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "transformer_lens", None)
    with pytest.raises(ReportError) as error:
        network.to_transformer_lens()
    assert str(error.value) == (
        "TransformerLens cannot be imported (import of transformer_lens halted; None in"
        " sys.modules); `pip install 'reportgen[lens]'` installs it"
    )


def test_in_transformer_lens_it_says_the_same() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformer_lens", reason="the extra `lens` is not installed")
    network = Network(committed("learnt"))
    theirs = network.to_transformer_lens()(torch.tensor([IDS])).detach().numpy()
    np.testing.assert_allclose(theirs, network.trace(OWN).logits, atol=1e-10)
