"""The weights of a network as a file of somebody else's layout: the way back."""

import numpy as np
from safetensors.numpy import save

from reportgen.core.config.sections import ModelConfig
from reportgen.core.config.shapes import shapes
from reportgen.core.weights.axes import Axes, sizes_of
from reportgen.core.weights.layouts import Layout, ours
from reportgen.errors import WeightsError

Weights = dict[str, np.ndarray]


def exported(
    name: str, model: ModelConfig, vocabulary: int, layout: Layout, weights: Weights
) -> Weights:
    """The tensors of a layout, of one network's weights: what the network lacks and a file of this
    layout always has is there and changes nothing.

    Errors: WeightsError for a network that has no like in this layout.
    """
    if wrong := _no_like(model, layout):
        raise WeightsError([f"{name}: {wrong}"])
    given = filled(model, vocabulary, weights)
    sizes, made = sizes_of(model, vocabulary), Weights()
    shared: dict[str, dict[int, np.ndarray]] = {}  # of tensors that hold several weights
    for ours_name, source in layout.sources.items():
        if ours_name not in given or not _written(layout, ours_name, given, weights):
            continue
        axes, listed = Axes.of(source.axes), list(ours(ours_name))
        rest = [axis for axis in listed if axis not in source.indexed]
        for key, at in source.keys(model):
            value = given[ours_name]
            for axis, number in zip(source.indexed, at):
                value = value.take(number, [a for a in listed if a in (axis, *rest)].index(axis))
            parts = shared.setdefault(key, {})
            parts[source.part] = value
            if len(parts) == axes.parts:
                made[key] = axes.joined([parts[i] for i in range(axes.parts)], sizes, rest)
    return made


def filled(model: ModelConfig, vocabulary: int, weights: Weights) -> Weights:
    """The weights, with zeros for biases and positions that the network does not have, and W_O = I
    where no matrix follows the heads.
    """
    joined = model.n_heads * model.d_head
    update = dict(positions="stream", attention_biases=True, output_projection=True)
    wanted = shapes(model.model_copy(update=update), vocabulary)
    absent = {name: np.zeros(wanted[name]) for name in wanted if name not in weights}
    if "W_O" in absent:
        unit = np.eye(joined).reshape(model.n_heads, model.d_head, joined)
        absent["W_O"] = np.broadcast_to(unit, (model.n_layers, *unit.shape))
    kind = np.result_type(*(value.dtype for value in weights.values()))
    return {name: absent[name].astype(kind) if name in absent else weights[name] for name in wanted}


def to_bytes(tensors: Weights) -> bytes:
    """The tensors as a safetensors file."""
    return save({name: np.ascontiguousarray(value) for name, value in tensors.items()})


def _no_like(model: ModelConfig, layout: Layout) -> str:
    """Why a network cannot be said in a layout; empty if it can."""
    if not model.residual:
        words = "a network without residual connections (model.residual: false)"
        return f"{words} has no like in the layout {layout.name}"
    if layout.name != "transformer_lens" and model.positions == "attention":
        words = "positions that are added to queries and keys (model.positions: attention)"
        return f"{words} have no like in the layout {layout.name}; transformer_lens has them"
    return ""


def _written(layout: Layout, name: str, given: Weights, weights: Weights) -> bool:
    """Does a weight stand in the file: one that may be absent only where it is something."""
    group = next((g for g in layout.optional if name in g), ())
    return not group or any(
        given[each].any() for each in group if each in given and each in weights
    )
