"""The same network as a HookedTransformer of TransformerLens, and back: weights by its names, and
the settings it is built with.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from reportgen.core.config import Config
from reportgen.core.recording import Weights
from reportgen.core.weights.assembled import Reading, assembled
from reportgen.core.weights.export import filled
from reportgen.core.weights.files import of_arrays
from reportgen.core.weights.layouts import LAYOUTS
from reportgen.errors import RunError, WeightsError

if TYPE_CHECKING:
    from transformer_lens import HookedTransformer


def settings(config: Config) -> dict[str, object]:
    """Arguments of a HookedTransformerConfig. Errors: RunError for a network without residual
    connections, which TransformerLens does not have.
    """
    m = config.model
    if not m.residual:
        raise RunError(
            f"{config.name}: a network without residual connections (model.residual: false) has no"
            " like in TransformerLens"
        )
    return dict(
        n_layers=m.n_layers,
        d_model=m.d_model,
        n_ctx=m.n_ctx,
        d_head=m.d_head,
        n_heads=m.n_heads,
        d_mlp=m.d_mlp or None,
        attn_only=not m.d_mlp,
        d_vocab=len(config.rule.vocabulary),
        act_fn=m.activation,
        normalization_type="LN" if m.normalization == "LN" else None,
        positional_embedding_type="shortformer" if m.positions == "attention" else "standard",
        use_attn_scale=True,
        init_weights=False,
        default_prepend_bos=False,
    )


def state(config: Config, weights: Weights) -> dict[str, np.ndarray]:
    """One network's weights by the names of a HookedTransformer's `state_dict`, with zeros for
    biases and positions it does not have and W_O = I where no matrix follows the heads.
    """
    m, layout = config.model, LAYOUTS["transformer_lens"]
    given = filled(m, len(config.rule.vocabulary), weights)
    return {
        key: given[name][at[0]] if at else given[name]
        for name, source in layout.sources.items()
        if name in given
        for key, at in source.keys(m)
    }


def from_state(config: Config, found: Mapping[str, object]) -> Weights:
    """The weights in float64, as `reportgen.core.model` names them, from a HookedTransformer's
    `state_dict`, of which every tensor is accounted for.

    What a HookedTransformer always has and this network lacks may be there where it changes
    nothing. Errors: WeightsError lists all that is missing, left over, of another shape, or not
    finite.
    """
    reading = Reading(LAYOUTS["transformer_lens"])
    try:
        weights, _ = assembled(config.model, len(config.rule.vocabulary), reading, of_arrays(found))
    except WeightsError as error:
        raise WeightsError(f"{config.name}: {words}" for words in error.problems) from error
    return {name: value.astype(np.float64) for name, value in weights.items()}


def hooked(config: Config, weights: Weights) -> "HookedTransformer":
    """A HookedTransformer in float64 with these weights; it needs the extra `lens` (`pip install
    reportgen[lens]`).
    """
    import torch
    from transformer_lens import HookedTransformer, HookedTransformerConfig

    made = HookedTransformer(
        HookedTransformerConfig(**settings(config), dtype=torch.float64, device="cpu")
    )
    own = {
        name: torch.from_numpy(np.array(value, dtype=np.float64))
        for name, value in state(config, weights).items()
    }
    made.load_state_dict(
        {
            name: value
            for name, value in made.state_dict().items()
            if "mask" in name or "IGNORE" in name
        }
        | own
    )
    return made
