"""Forward passes that record named activations: which there are, which are asked for, and when a
pass is made.
"""

from collections.abc import Callable, Collection

import numpy as np
from jaxtyping import Int

from reportgen.core.config.sections import ModelConfig
from reportgen.errors import TraceError, nearest

Weights = dict[str, np.ndarray]
Site = tuple[str, int]  # a step of the forward pass and its layer

PIECE = 1_000_000  # numbers of the widest step that are held at once where not everything is kept
SCALES = ("ln1_scale", "ln2_scale", "ln_final_scale")
HEADS = ("q", "k", "v", "attn_scores", "pattern", "z")
LAYERED = (
    "resid_pre",
    "ln1_scale",
    "ln2_scale",
    *HEADS,
    "attn_out",
    "resid_mid",
    "mlp_pre",
    "mlp_post",
    "mlp_out",
    "resid_post",
)
ACTIVATIONS = ("embed", "pos_embed", *LAYERED, "logits", "ln_final_scale")


class Recording:
    """Activations [checkpoint, sequence, layer, head, ...] of some sequences, each made when it is
    first asked for.

    With `keep` one pass records these and no others, and a question for another is a TraceError:
    memory for thousands of sequences is asked for by name. Without it every activation may be asked
    for and has a pass of its own. What a network does not have is what it would add: nothing, or a
    division by one.
    """

    def __init__(
        self,
        model: ModelConfig,
        weights: Callable[[], Weights],
        tokens: Int[np.ndarray, "sequence position"],
        keep: Collection[str] | None = None,
    ) -> None:
        for name in keep or ():
            known(name)
        self.model, self.weights, self.tokens = model, weights, np.asarray(tokens)
        self.keep = None if keep is None else frozenset(keep) | {"pos_embed"}
        self._made: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        known(name)
        if self.keep is not None and name not in self.keep:
            raise TraceError(
                f"{name} was not asked for when these {len(self.tokens):,} sequences were traced,"
                f" only {', '.join(each for each in ACTIVATIONS if each in self.keep)}; ask for it"
                f" by name, trace_of(tokens, keep=[{name!r}]), or add it to `kept` of the data"
            )
        if name not in self._made:
            self._made |= self._recorded((name,) if self.keep is None else self.keep)
        return self._made[name]

    def _recorded(self, names: Collection[str]) -> Weights:
        """These activations, by one pass."""
        import torch

        from reportgen.core.model import forward

        seen: dict[str, list[list[np.ndarray]]] = {}  # name -> piece -> layer

        def record(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
            if name in names:
                pieces = seen.setdefault(name, [])
                if layer == 0:
                    pieces.append([])
                pieces[-1].append(value.numpy())
            return value

        p = {
            name: torch.from_numpy(np.ascontiguousarray(w, dtype=np.float64))
            for name, w in self.weights().items()
        }
        ids = torch.from_numpy(np.ascontiguousarray(self.tokens, dtype=np.int64))
        runs, m = len(p["W_E"]), self.model
        widest = max(m.d_model + m.d_mlp, m.n_heads * m.d_head)
        together = max(1, PIECE // (runs * ids.shape[1] * widest))
        with torch.no_grad():
            for part in ids.split(len(ids) if self.keep is None else together):
                forward(m, p, part.expand(runs, *part.shape), record)
        made: Weights = {}
        for name in names:
            made[name] = (
                _joined(name, seen.pop(name)) if name in seen else self._lacking(name, runs)
            )
            made[name].flags.writeable = False
        return made

    def _lacking(self, name: str, runs: int) -> np.ndarray:
        """An activation that the network does not have."""
        m, (sequences, length) = self.model, self.tokens.shape
        heads = (m.n_heads,) if name in HEADS else ()
        layers = (m.n_layers,) if name in LAYERED else ()
        if name in SCALES:
            return np.ones((runs, sequences, *layers, length))
        if name == "pos_embed":
            return np.zeros((runs, length, m.d_model))
        width = {"attn_scores": length, "pattern": length} | dict.fromkeys("qkvz", m.d_head)
        width |= {"mlp_pre": m.d_mlp, "mlp_post": m.d_mlp}
        return np.zeros((runs, sequences, *layers, *heads, length, width.get(name, m.d_model)))


def known(name: str) -> None:
    """TraceError for what no activation is called."""
    if name not in ACTIVATIONS:
        raise TraceError(
            f"no activation is called {name!r}{nearest(name, ACTIVATIONS)}; known: "
            f"{', '.join(ACTIVATIONS)}"
        )


def _joined(name: str, pieces: list[list[np.ndarray]]) -> np.ndarray:
    """What was recorded piece by piece and layer by layer, as one array; one layer is not
    copied.
    """
    if name == "pos_embed":
        return pieces[0][0][:, 0]
    if name not in LAYERED:
        whole = [piece[0] for piece in pieces]
    else:
        whole = [
            piece[0][:, :, None] if len(piece) == 1 else np.stack(piece, 2) for piece in pieces
        ]
    made = whole[0] if len(whole) == 1 else np.concatenate(whole, 1)
    return made[..., 0] if name in SCALES else made


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def neurons_of(model: ModelConfig, read: np.ndarray) -> np.ndarray:
    """What the neurons of a network give for what they read."""
    import torch

    from reportgen.core.model import activated

    return np.asarray(activated(model, torch.from_numpy(np.ascontiguousarray(read))).numpy())


def likeliest(
    model: ModelConfig,
    weights: Weights,
    tokens: Int[np.ndarray, "sequence position"],
    together: int = 8,
) -> Int[np.ndarray, "checkpoint sequence position"]:
    """Ids of the most likely next token at every checkpoint of `weights` [checkpoint, ...],
    `together` of them at a time, in training's float32.
    """
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
