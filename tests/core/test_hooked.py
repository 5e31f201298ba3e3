"""Networks of any depth against TransformerLens, whose answers are frozen in tests/oracles, and the
way there and back.
"""

import json

import numpy as np
import pytest
from deepnets import SHAPES, config_of, tokens_of, weights_of
from places import TESTS

from reportgen.core.config import Config
from reportgen.core.hooked import from_state, hooked, settings, state
from reportgen.core.trace import trace
from reportgen.errors import RunError, WeightsError

SAID = json.loads((TESTS / "oracles" / "depth.json").read_text())
every = pytest.mark.parametrize("name", SHAPES)


@every
def test_every_activation_agrees(name: str) -> None:
    """Logits and all activations of all layers, to 1e-10 in float64."""
    found = trace(
        config_of(name).model, {k: w[None] for k, w in weights_of(name).items()}, tokens_of(name)
    ).at(0)
    np.testing.assert_allclose(found.logits, SAID[name]["logits"], atol=1e-10)
    for activation, layers in SAID[name]["activations"].items():
        for layer, theirs in enumerate(np.array(layers)):
            mine = getattr(found, activation)(layer=layer)
            mine = mine.swapaxes(1, 2) if activation in "qkvz" else mine
            np.testing.assert_allclose(
                mine,
                theirs[..., 0] if activation.endswith("scale") else theirs,
                atol=1e-10,
                err_msg=activation,
            )


def test_the_oracle_was_asked_about_what_there_is() -> None:
    assert set(SAID) == set(SHAPES)
    assert set(SAID["normalized"]["activations"]) >= {
        "pattern",
        "mlp_pre",
        "ln1_scale",
        "ln2_scale",
    }
    assert not SAID["no_layer"]["activations"]


@every
def test_there_and_back(name: str) -> None:
    """A network's weights by TransformerLens' names make the same weights again."""
    config, weights = config_of(name), weights_of(name)
    back = from_state(config, state(config, weights))
    assert list(back) == list(weights)
    for key, value in weights.items():
        np.testing.assert_array_equal(back[key], value, err_msg=key)


@every
def test_through_a_hooked_transformer(name: str) -> None:
    """The same with the real thing, where it is installed: loaded, taken out, and its own
    logits.
    """
    pytest.importorskip(
        "transformer_lens",
        reason="the extra `lens` is not installed; tests/oracles/depth.json holds its answers",
    )
    import torch

    config, weights = config_of(name), weights_of(name)
    made = hooked(config, weights)
    back = from_state(config, {key: value.numpy() for key, value in made.state_dict().items()})
    for key, value in weights.items():
        np.testing.assert_array_equal(back[key], value, err_msg=key)
    np.testing.assert_allclose(
        made(torch.from_numpy(tokens_of(name))).detach().numpy(), SAID[name]["logits"], atol=1e-10
    )


def test_what_has_no_like_is_refused(learnt) -> None:
    from dataclasses import replace

    config: Config = replace(
        learnt.config, model=learnt.config.model.model_copy(update=dict(residual=False))
    )
    with pytest.raises(
        RunError,
        match=(
            r"plus_last_even: a network without residual connections \(model.residual: false\) has"
            r" no like in TransformerLens"
        ),
    ):
        settings(config)


def said_of(config: Config, found: dict[str, object]) -> list[str]:
    with pytest.raises(WeightsError) as caught:
        from_state(config, found)
    return list(caught.value.problems)


def test_a_state_of_another_network_is_refused() -> None:
    """All that does not fit is told, by name: nothing is dropped, and nothing made up."""
    config = config_of("normalized")
    found: dict[str, object] = {**state(config, weights_of("normalized"))}
    assert said_of(config, found | {"embed.W_E": np.zeros((5, 3))}) == [
        "normalized: embed.W_E: has the shape [5, 3], wanted [5, 4] (token × d_model):"
        " model.d_model is 4"
    ]
    assert said_of(config, found | {"unembed.b_U": np.full(5, np.inf)}) == [
        "normalized: unembed.b_U: 5 of 5 values are no numbers, the first is inf at [0]; weights"
        " must be finite"
    ]
    assert said_of(config, found | {"blocks.2.ln1.w": np.ones(4), "extra": np.ones(1)}) == [
        "normalized: blocks.2.ln1.w: of a network with more parts than the section model says; give"
        " it as many layers (model.n_layers), or the biases, the positions, the feed-forward or the"
        " normalization that these belong to",
        "normalized: extra: of no weight that the layout transformer_lens knows; if these are no"
        " weights, say so by name with weights.ignore; if they are, name another layout",
    ]
    del found["blocks.1.mlp.W_in"]
    assert said_of(config, found) == [
        "normalized: blocks.1.mlp.W_in: missing, of which W_in would be made; another layout, or"
        " other sizes of the model, may fit this file"
    ]


def test_what_a_network_lacks_may_only_be_there_where_it_changes_nothing() -> None:
    """Zero biases and W_O = I of a state are of no weight of such a network; others are refused."""
    config = config_of("side_by_side")
    found: dict[str, object] = {**state(config, weights_of("side_by_side"))}
    assert "blocks.0.attn.b_Q" in found
    more = (
        ": of a network with more parts than the section model says; give it as many layers"
        " (model.n_layers), or the biases, the positions, the feed-forward or the normalization"
        " that these belong to"
    )
    for key in ("blocks.0.attn.b_Q", "blocks.1.attn.W_O"):
        assert said_of(config, found | {key: np.ones_like(found[key])}) == [
            f"side_by_side: {key}{more}"
        ]
