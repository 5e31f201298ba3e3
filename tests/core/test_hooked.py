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
from reportgen.errors import RunError

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


def test_a_state_of_another_network_is_refused() -> None:
    config = config_of("normalized")
    found = state(config, weights_of("normalized"))
    with pytest.raises(
        RunError, match="normalized: embed.W_E makes W_E of shape .5, 3., wanted .5, 4."
    ):
        from_state(config, found | {"embed.W_E": found["embed.W_E"][:, :3]})
    del found["blocks.1.mlp.W_in"]
    with pytest.raises(
        RunError,
        match=(
            r"normalized: the given state has no blocks.1.mlp.W_in; it is not of a"
            r" HookedTransformer"
        ),
    ):
        from_state(config, found)
