"""What happens inside: every activation of a forward pass by the field's names, computed when asked
for or the question raises.
"""

from collections.abc import Callable, Collection

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.recording import Recording, Weights, softmax
from reportgen.errors import TraceError


class Trace:
    """The activations of some sequences, read-only, float64, named as the field names them.

    ===============  =============================================================================
    name             meaning
    ===============  =============================================================================
    tokens           what was read, ids
    embed            W_E of the token
    pos_embed        W_pos of the position
    resid_pre        the residual stream before the layer; in layer 0 embed + pos_embed
    q, k, v          query, key, value
    attn_scores      q.k / sqrt(d_head); masked where the key lies in the future
    pattern          softmax of the scores; each row sums to 1
    z                pattern @ v
    attn_out         what the heads add to the stream
    resid_mid        resid_pre + attn_out (attn_out alone without residual connections)
    mlp_pre          neurons before ReLU
    mlp_post         neurons after ReLU
    mlp_out          what the MLP adds to the stream
    resid_post       resid_mid + mlp_out (mlp_out alone without residual connections)
    logits           resid_post of the last layer @ W_U + b_U
    ln1_scale        what the centred resid_pre is divided by; 1 without layer normalization
    ln2_scale        the same of resid_mid, before the MLP
    ln_final_scale   the same of the last resid_post, before the unembedding
    ===============  =============================================================================

    What lies in a layer is asked for by layer and head, `trace.q(layer=0, head=1)`; an axis that is
    not named stays, in this order: checkpoint, sequence, layer, head, and then those of the type.
    `at(i)` is one checkpoint, without that axis. Without layers the layered arrays are empty and
    logits are read from embed + pos_embed; without an MLP mlp_pre and mlp_post are empty and
    mlp_out is 0. Errors: TraceError for an activation that is not kept, and for a layer or head
    that is not there.
    """

    def __init__(self, recording: Recording, checkpoint: int | None = None) -> None:
        self._recording, self._checkpoint = recording, checkpoint

    def at(self, checkpoint: int) -> "Trace":
        """One checkpoint; its arrays have no checkpoint axis."""
        return Trace(self._recording, checkpoint)

    @property
    def tokens(self) -> Int[np.ndarray, "sequence position"]:
        """What was read."""
        return self._recording.tokens

    @property
    def future(self) -> Bool[np.ndarray, "query key"]:
        """Which keys a causal mask hides from a query."""
        return np.triu(np.ones((self.tokens.shape[1],) * 2, bool), 1)

    @property
    def embed(self) -> Float[np.ndarray, "*checkpoint sequence position d_model"]:
        """Token embeddings."""
        return self._whole("embed")

    @property
    def pos_embed(self) -> Float[np.ndarray, "*checkpoint position d_model"]:
        """Position embeddings."""
        return self._whole("pos_embed")

    @property
    def logits(self) -> Float[np.ndarray, "*checkpoint sequence position token"]:
        """Logits of the next token."""
        return self._whole("logits")

    @property
    def probabilities(self) -> Float[np.ndarray, "*checkpoint sequence position token"]:
        """Softmax of the logits."""
        return softmax(self.logits)

    @property
    def ln_final_scale(self) -> Float[np.ndarray, "*checkpoint sequence position"]:
        """What the last stream is divided by."""
        return self._whole("ln_final_scale")

    def resid_pre(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_model"]:
        """The stream before a layer."""
        return self._in("resid_pre", layer)

    def ln1_scale(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position"]:
        """What the stream is divided by before attention."""
        return self._in("ln1_scale", layer)

    def q(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ndarray, "*axes position d_head"]:
        """Queries."""
        return self._in("q", layer, head)

    def k(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ndarray, "*axes position d_head"]:
        """Keys."""
        return self._in("k", layer, head)

    def v(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ndarray, "*axes position d_head"]:
        """Values."""
        return self._in("v", layer, head)

    def attn_scores(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ma.MaskedArray, "*axes query key"]:
        """Scores before softmax; the keys that lie in the future are masked."""
        scores = self._in("attn_scores", layer, head)
        return np.ma.masked_array(scores, np.broadcast_to(self.future, scores.shape))

    def pattern(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ndarray, "*axes query key"]:
        """Attention, 0 where the key lies in the future."""
        return self._in("pattern", layer, head)

    def z(
        self, *, layer: int | None = None, head: int | None = None
    ) -> Float[np.ndarray, "*axes position d_head"]:
        """What heads mix."""
        return self._in("z", layer, head)

    def attn_out(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_model"]:
        """What the heads of a layer add to the stream."""
        return self._in("attn_out", layer)

    def resid_mid(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_model"]:
        """The stream between attention and MLP."""
        return self._in("resid_mid", layer)

    def ln2_scale(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position"]:
        """What the stream is divided by before the MLP."""
        return self._in("ln2_scale", layer)

    def mlp_pre(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_mlp"]:
        """Neurons before ReLU."""
        return self._in("mlp_pre", layer)

    def mlp_post(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_mlp"]:
        """Neurons after ReLU."""
        return self._in("mlp_post", layer)

    def mlp_out(self, *, layer: int | None = None) -> Float[np.ndarray, "*axes position d_model"]:
        """What the MLP of a layer adds to the stream."""
        return self._in("mlp_out", layer)

    def resid_post(
        self, *, layer: int | None = None
    ) -> Float[np.ndarray, "*axes position d_model"]:
        """The stream after a layer."""
        return self._in("resid_post", layer)

    def _whole(self, name: str) -> np.ndarray:
        values = self._recording[name]
        return values if self._checkpoint is None else values[self._checkpoint]

    def _in(self, name: str, layer: int | None, head: int | None = None) -> np.ndarray:
        values, before = self._whole(name), 1 if self._checkpoint is not None else 2
        wanted = (("layer", layer), ("head", head))
        for (what, index), count in zip(wanted, values.shape[before:]):
            if index is not None and not -count <= index < count:
                raise TraceError(
                    f"{name} has no {what} {index}; this network has "
                    f"{f'{count}, counted from 0' if count else 'none'}"
                )
        chosen = tuple(slice(None) if index is None else index for _, index in wanted)
        return values[(slice(None),) * before + (chosen if head is not None else chosen[:1])]


def trace(
    model: ModelConfig,
    weights: Weights | Callable[[], Weights],
    tokens: Int[np.ndarray, "sequence position"],
    *,
    keep: Collection[str] | None = None,
) -> Trace:
    """What token ids make at every checkpoint of `weights` [checkpoint, ...], or of what these give
    when a pass is made.

    `keep` names the activations that are recorded together, in one pass, and that may be asked for;
    without it each may be, and is recorded by itself.
    """
    given = weights if callable(weights) else lambda: weights
    return Trace(Recording(model, given, tokens, keep))
