"""The weights of one network, by name and shape."""

import math

from reportgen.core.config.sections import ModelConfig

Shapes = dict[str, tuple[int, ...]]


def shapes(model: ModelConfig, vocabulary: int) -> Shapes:
    """The shape of every weight, named and laid out as `reportgen.core.model` says."""
    named: Shapes = dict(W_E=(vocabulary, model.d_model))
    if model.position_weights:
        named |= dict(W_pos=(model.n_ctx, model.d_model))
    if model.n_layers:
        named |= _layers(model)
    if model.normalization == "LN":
        named |= dict(ln_final_w=(model.d_model,), ln_final_b=(model.d_model,))
    return named | dict(W_U=(model.d_model, vocabulary), b_U=(vocabulary,))


def parameters(model: ModelConfig, vocabulary: int) -> int:
    """Numbers in one network."""
    return sum(math.prod(shape) for shape in shapes(model, vocabulary).values())


def _layers(m: ModelConfig) -> Shapes:
    head, layer, each = (
        (m.n_layers, m.n_heads, m.d_model, m.d_head),
        (m.n_layers, m.d_model),
        (m.n_layers, m.n_heads, m.d_head),
    )
    named: Shapes = dict(W_Q=head, W_K=head, W_V=head)
    if m.output_projection:
        named |= dict(W_O=(m.n_layers, m.n_heads, m.d_head, m.d_model))
    if m.attention_biases:
        named |= dict(b_Q=each, b_K=each, b_V=each, b_O=layer)
    if m.d_mlp:
        named |= dict(
            W_in=(m.n_layers, m.d_model, m.d_mlp),
            b_in=(m.n_layers, m.d_mlp),
            W_out=(m.n_layers, m.d_mlp, m.d_model),
            b_out=layer,
        )
    if m.normalization == "LN":
        named |= dict(ln1_w=layer, ln1_b=layer)
        named |= dict(ln2_w=layer, ln2_b=layer) if m.d_mlp else {}
    return named
