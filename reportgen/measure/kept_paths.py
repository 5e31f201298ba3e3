"""What is left of a network in which only some paths are kept and all else hands over its mean: the
test that parts are enough, beside the tests that they are needed.
"""

from collections.abc import Collection

import numpy as np

from reportgen.core.study import Study
from reportgen.measure.logit_lens import normalized


def read_by(study: Study, layer: int, letter: str, stream: np.ndarray) -> np.ndarray:
    """Queries (q), keys (k) or values (v) [sequence, head, position, d_head] as a layer makes them
    of a stream [sequence, position, d_model].
    """
    m, w = study.config.model, study.weights
    if m.normalization == "LN":
        stream = normalized(stream) * w["ln1_w"][layer] + w["ln1_b"][layer]
    if m.positions == "attention" and letter != "v":
        stream = stream + w["W_pos"][: stream.shape[1]]
    made = np.einsum("bpd,hde->bhpe", stream, w[f"W_{letter.upper()}"][layer], optimize=True)
    if m.attention_biases:
        made = made + w[f"b_{letter.upper()}"][layer][:, None]
    return np.asarray(made)


def mixed(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """What one head mixes [sequence, position, d_head] by causal attention."""
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(np.tri(scores.shape[-1], dtype=bool), scores, -np.inf)
    loud = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(loud / loud.sum(-1, keepdims=True) @ v)


def varying(values: np.ndarray) -> np.ndarray:
    """Values [sequence, ...] less their mean over sequences, position by position."""
    return np.asarray(values - values.mean(0, dtype=np.float64))


def only_edges(
    study: Study,
    tokens: np.ndarray,
    edges: np.ndarray,
    *,
    silent: np.ndarray | None = None,
    frozen: Collection[int] = (),
) -> np.ndarray:
    """Logits [sequence, position, token] when attention carries values along some `edges`
    [sequence or 1, query, key] alone: along all others goes the mean over sequences of what stands
    at the key.

    `silent` [sequence or 1, position] embeddings are replaced by their mean too, and in `frozen`
    layers the pattern by its own mean.
    """
    from reportgen.core.interventions import run

    m, w = study.config.model, study.weights
    edits: dict[tuple[str, int], np.ndarray] = {}
    if silent is not None:
        embed = run(m, w, tokens, keep=[("embed", 0)]).kept["embed", 0]
        edits["embed", 0] = np.where(silent[..., None], embed.mean(0, dtype=np.float64), embed)
    for layer in range(m.n_layers):
        sites = [("pattern", layer), ("v", layer)]
        usual = run(m, w, tokens, keep=sites).kept["v", layer].mean(0, dtype=np.float64)
        here = run(m, w, tokens, replace=edits, keep=sites).kept
        pattern, own = here["pattern", layer].astype(float), here["v", layer]
        if layer in frozen:
            pattern = np.broadcast_to(pattern.mean(0), pattern.shape)
        carried = pattern * edges[:, None]
        edits["z", layer] = carried @ own + (pattern - carried) @ usual
    return run(m, w, tokens, replace=edits).logits
