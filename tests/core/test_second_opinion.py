"""Our forward pass against TransformerLens, whose answers are frozen in tests/oracles."""

import json
from hashlib import sha256

import numpy as np
import pytest
from places import RUNS, TESTS

from reportgen.core.interventions import COMPONENTS, ablations
from reportgen.core.study import Study

SAID = json.loads((TESTS / "oracles" / "transformer_lens.json").read_text())


@pytest.fixture
def said(study: Study, request: pytest.FixtureRequest) -> dict:
    name = request.node.callspec.params["study"]
    stored = (RUNS / f"{name}.safetensors").read_bytes()
    assert SAID[name]["digest"] == sha256(stored).hexdigest(), (
        "the committed runs changed: run tests/oracles/ask_transformer_lens.py again"
    )
    return SAID[name]


def test_every_activation_agrees(study: Study, said: dict) -> None:
    """All activations and the logits, to 1e-10 in float64."""
    trace = study.trace_of(np.array(said["tokens"]))
    np.testing.assert_allclose(trace.logits, said["logits"], atol=1e-10)
    for name, theirs in said["activations"].items():
        ours = trace.embed if name == "embed" else getattr(trace, name)(layer=0)
        if name in "qkvz":
            ours = ours.swapaxes(1, 2)  # TransformerLens puts the position before the head
        np.testing.assert_allclose(ours, theirs, atol=1e-10, err_msg=name)


def test_direct_logit_attribution_adds_up(study: Study, said: dict) -> None:
    """Each component's push on the logits agrees, and the pushes with the bias make the logits."""
    trace, W_U = study.trace_of(np.array(said["tokens"])), study.weights["W_U"]
    ours = {
        "embed": trace.embed,
        "pos_embed": np.broadcast_to(trace.pos_embed, trace.embed.shape),
        "0_attn_out": trace.attn_out(layer=0),
        "0_mlp_out": trace.mlp_out(layer=0),
    }
    assert set(ours) == set(said["attribution"])
    for name, theirs in said["attribution"].items():
        np.testing.assert_allclose(ours[name] @ W_U, theirs, atol=1e-10, err_msg=name)
    np.testing.assert_allclose(
        sum(part @ W_U for part in ours.values()) + study.weights["b_U"], trace.logits, atol=1e-12
    )


def test_zero_ablations_agree(study: Study, said: dict) -> None:
    """Each component silenced, to 1e-4 in float32: what attention, the MLP, positions and tokens
    add, replaced by nothing.
    """
    tokens = np.array(said["tokens"])
    assert set(said["zero_ablation"]) == set(COMPONENTS.values())
    for component, name in COMPONENTS.items():
        (logits,) = ablations(
            study.config.model, study.weights, tokens, np.arange(len(tokens)), component, "zero"
        )
        np.testing.assert_allclose(
            logits, said["zero_ablation"][name], atol=1e-4, err_msg=component
        )
