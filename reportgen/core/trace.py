"""What happens inside: every activation of a forward pass, every token at every position, the output over the plane."""

from collections.abc import Collection
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config.sections import ModelConfig

Weights = dict[str, np.ndarray]

PIECE = 1_000_000  # numbers of the widest step that are held at once where not everything is kept
SCALES = ("ln1_scale", "ln2_scale", "ln_final_scale")
LAYERED = (
    "resid_pre",
    "ln1_scale",
    "ln2_scale",
    "q",
    "k",
    "v",
    "attn_scores",
    "pattern",
    "z",
    "attn_out",
    "resid_mid",
    "mlp_pre",
    "mlp_post",
    "mlp_out",
    "resid_post",
)


@dataclass(frozen=True)
class Trace:
    """Every activation of a forward pass, frozen, float64, named as the field names them.

    Axes: c checkpoint, s sequence, l layer, h head, p position, (query, key), d d_model, e d_head, m d_mlp, t token.

    ===========  ===================  =====================================================================================
    name         axes                 meaning
    ===========  ===================  =====================================================================================
    tokens       s p                  what was read, ids
    embed        c s p d              W_E of the token
    pos_embed    c p d                W_pos of the position
    resid_pre    c s l p d            the residual stream before the layer; in layer 0 embed + pos_embed
    q, k, v      c s l h p e          query, key, value
    attn_scores  c s l h query key    q.k / sqrt(d_head); NaN where the key lies in the future
    pattern      c s l h query key    softmax of the scores; each row sums to 1
    z            c s l h p e          pattern @ v
    attn_out     c s l p d            what the heads add to the stream
    resid_mid    c s l p d            resid_pre + attn_out (attn_out alone without residual connections)
    mlp_pre      c s l p m            neurons before ReLU
    mlp_post     c s l p m            neurons after ReLU
    mlp_out      c s l p d            what the MLP adds to the stream
    resid_post   c s l p d            resid_mid + mlp_out (mlp_out alone without residual connections)
    logits       c s p t              resid_post of the last layer @ W_U + b_U
    ln1_scale    c s l p              what the centred resid_pre is divided by; 1 without layer normalization, as the next two
    ln2_scale    c s l p              the same of resid_mid, before the MLP
    ln_final_s.  c s p                the same of the last resid_post, before the unembedding (`ln_final_scale`)
    ===========  ===================  =====================================================================================

    Without layers the layered arrays are empty and logits are read from embed + pos_embed; without an MLP mlp_pre and mlp_post are empty and mlp_out is 0.
    `at(i)` is one checkpoint, without the axis c.
    """

    tokens: Int[np.ndarray, "sequence position"]
    embed: Float[np.ndarray, "*checkpoint sequence position d_model"]
    pos_embed: Float[np.ndarray, "*checkpoint position d_model"]
    resid_pre: Float[np.ndarray, "*checkpoint sequence layer position d_model"]
    q: Float[np.ndarray, "*checkpoint sequence layer head position d_head"]
    k: Float[np.ndarray, "*checkpoint sequence layer head position d_head"]
    v: Float[np.ndarray, "*checkpoint sequence layer head position d_head"]
    attn_scores: Float[np.ndarray, "*checkpoint sequence layer head position position"]
    pattern: Float[np.ndarray, "*checkpoint sequence layer head position position"]
    z: Float[np.ndarray, "*checkpoint sequence layer head position d_head"]
    attn_out: Float[np.ndarray, "*checkpoint sequence layer position d_model"]
    resid_mid: Float[np.ndarray, "*checkpoint sequence layer position d_model"]
    mlp_pre: Float[np.ndarray, "*checkpoint sequence layer position d_mlp"]
    mlp_post: Float[np.ndarray, "*checkpoint sequence layer position d_mlp"]
    mlp_out: Float[np.ndarray, "*checkpoint sequence layer position d_model"]
    resid_post: Float[np.ndarray, "*checkpoint sequence layer position d_model"]
    logits: Float[np.ndarray, "*checkpoint sequence position token"]
    ln1_scale: Float[np.ndarray, "*checkpoint sequence layer position"]
    ln2_scale: Float[np.ndarray, "*checkpoint sequence layer position"]
    ln_final_scale: Float[np.ndarray, "*checkpoint sequence position"]

    def at(self, checkpoint: int) -> "Trace":
        """One checkpoint; its arrays have no checkpoint axis."""
        return Trace(self.tokens, *(getattr(self, f.name)[checkpoint] for f in fields(self)[1:]))

    @property
    def probabilities(self) -> np.ndarray:
        """Softmax of the logits."""
        return softmax(self.logits)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def trace(
    model: ModelConfig,
    weights: Weights,
    tokens: Int[np.ndarray, "sequence position"],
    *,
    keep: Collection[str] | None = None,
) -> Trace:
    """The forward pass of token ids at every checkpoint of `weights` [checkpoint, ...], in one call.

    Where only some arrays are to be kept, the others have their shape, are NaN everywhere, and take no memory.
    """
    import torch

    from reportgen.core.model import forward

    seen: dict[str, list[list[np.ndarray]]] = {}  # name -> piece -> layer
    left_out: dict[str, tuple[int, ...]] = {}

    def record(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        if keep is None or name in keep or name == "pos_embed":
            pieces = seen.setdefault(name, [])
            if layer == 0:
                pieces.append([])
            pieces[-1].append(value.numpy())
        else:
            left_out[name] = value.shape[2:]
        return value

    p = {
        name: torch.from_numpy(np.ascontiguousarray(w, dtype=np.float64))
        for name, w in weights.items()
    }
    ids = torch.from_numpy(np.ascontiguousarray(tokens, dtype=np.int64))
    runs = len(p["W_E"])
    widest = max(model.d_model + model.d_mlp, model.n_heads * model.d_head)
    with torch.no_grad():
        for part in ids.split(
            len(ids) if keep is None else max(1, PIECE // (runs * ids.shape[1] * widest))
        ):
            forward(model, p, part.expand(runs, *part.shape), record)
    joined = lambda pieces: pieces[0] if len(pieces) == 1 else np.concatenate(pieces, 1)
    together = lambda layers: (
        layers[0][:, :, None] if len(layers) == 1 else np.stack(layers, 2)
    )  # one layer is not copied
    layers = lambda name: (model.n_layers,) if name in LAYERED else ()
    arrays: Weights = {
        name: np.broadcast_to(np.nan, (runs, len(ids), *layers(name), *shape))
        for name, shape in left_out.items()
    }
    for name in list(seen):
        pieces = seen.pop(name)
        arrays[name] = (
            pieces[0][0]
            if name == "pos_embed"
            else joined([together(layers) if name in LAYERED else layers[0] for layers in pieces])
        )
    arrays = _completed(model, arrays, (runs, *ids.shape))
    if "attn_scores" not in left_out:
        arrays["attn_scores"] = np.where(
            np.isneginf(arrays["attn_scores"]), np.nan, arrays["attn_scores"]
        )
    for array in arrays.values():
        array.flags.writeable = False
    return Trace(np.asarray(tokens), **arrays)


def _completed(m: ModelConfig, seen: Weights, shape: tuple[int, int, int]) -> Weights:
    """The arrays that a network has, with those it does not have as what they would add: nothing, or a division by one."""
    runs, sequences, length = shape
    layered, heads = (runs, sequences, m.n_layers), (m.n_layers, m.n_heads, length)
    stream, in_head = (*layered, length, m.d_model), (runs, sequences, *heads, m.d_head)
    missing = {
        name: stream for name in ("resid_pre", "attn_out", "resid_mid", "mlp_out", "resid_post")
    } | {name: in_head for name in "qkvz"}
    missing |= {name: (runs, sequences, *heads, length) for name in ("attn_scores", "pattern")} | {
        name: (*layered, length, m.d_mlp) for name in ("mlp_pre", "mlp_post")
    }
    ones = dict(ln1_scale=(*layered, length), ln2_scale=(*layered, length), ln_final_scale=shape)
    seen = seen | {name: seen[name][..., 0] for name in SCALES if name in seen}
    seen |= {name: np.zeros(size) for name, size in missing.items() if name not in seen} | {
        name: np.ones(size) for name, size in ones.items() if name not in seen
    }
    return seen | dict(
        pos_embed=seen["pos_embed"][:, 0]
        if "pos_embed" in seen
        else np.zeros((runs, length, m.d_model))
    )


def likeliest(
    model: ModelConfig,
    weights: Weights,
    tokens: Int[np.ndarray, "sequence position"],
    together: int = 8,
) -> Int[np.ndarray, "checkpoint sequence position"]:
    """Ids of the most likely next token at every checkpoint of `weights` [checkpoint, ...], `together` of them at a time, in training's float32."""
    import torch

    from reportgen.core.model import forward

    ids = torch.from_numpy(np.ascontiguousarray(tokens, dtype=np.int64))
    found = []
    with torch.no_grad():
        for i in range(0, len(weights["W_E"]), together):
            p = {
                name: torch.from_numpy(np.ascontiguousarray(w[i : i + together], dtype=np.float32))
                for name, w in weights.items()
            }
            found.append(
                forward(model, p, ids.expand(len(p["W_E"]), *ids.shape)).argmax(-1).numpy()
            )
    return np.concatenate(found)


@dataclass(frozen=True)
class Lattice:
    """Every token at every position before the first attention layer: all the points that attention can start from."""

    sums: Float[np.ndarray, "token position d_model"]  # W_E + W_pos
    q: Float[np.ndarray, "head token position d_head"]  # of layer 0
    k: Float[np.ndarray, "head token position d_head"]
    v: Float[np.ndarray, "head token position d_head"]


def lattice(weights: Weights) -> Lattice:
    """The lattice of one checkpoint."""
    sums = weights["W_E"][:, None] + weights["W_pos"][None]
    project = lambda name: np.einsum("tpd,hde->htpe", sums, weights[name][0])
    return Lattice(sums, project("W_Q"), project("W_K"), project("W_V"))


@dataclass(frozen=True)
class Readout:
    """What the network does with a point of the stream after its last attention layer: MLP, residual connection if there is one, unembedding."""

    W_in: Float[np.ndarray, "d_model d_mlp"]
    b_in: Float[np.ndarray, "d_mlp"]
    W_out: Float[np.ndarray, "d_mlp d_model"]
    b_out: Float[np.ndarray, "d_model"]
    W_U: Float[np.ndarray, "d_model token"]
    b_U: Float[np.ndarray, "token"]
    residual: bool = True  # does the MLP add to the stream, or stand in its place

    def resid_post(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points d_model"]:
        """Where the MLP moves points."""
        mlp_out = np.maximum(resid_mid @ self.W_in + self.b_in, 0) @ self.W_out + self.b_out
        return resid_mid + mlp_out if self.residual else mlp_out

    def logits(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points token"]:
        """Logits of points."""
        return self.resid_post(resid_mid) @ self.W_U + self.b_U

    def probabilities(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points token"]:
        """Next-token probabilities of points."""
        return softmax(self.logits(resid_mid))

    def raster(
        self, view: tuple[float, float, float, float], size: int
    ) -> Float[np.ndarray, "y x token"]:
        """Probabilities on a grid over a view (x0, x1, y0, y1) of the plane."""
        x, y = np.linspace(*view[:2], size), np.linspace(*view[2:], size)
        return self.probabilities(np.stack(np.meshgrid(x, y), -1))


def readout(model: ModelConfig, weights: Weights) -> Readout:
    """The readout of one checkpoint."""
    return Readout(
        weights["W_in"][-1],
        weights["b_in"][-1],
        weights["W_out"][-1],
        weights["b_out"][-1],
        weights["W_U"],
        weights["b_U"],
        model.residual,
    )
