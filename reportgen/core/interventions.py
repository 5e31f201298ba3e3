"""Named edits of the forward pass: what happens when a part of the network is silenced, averaged,
or taken from elsewhere.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.model import Params, forward
from reportgen.core.recording import LAYERED, SCALES, Site, Weights
from reportgen.errors import RunError, nearest

STEPS = ("embed", "pos_embed", *(name for name in LAYERED if name not in SCALES), "logits")
COMPONENTS = {
    "attention": "attn_out",
    "ffn": "mlp_out",
    "tokens": "embed",
    "positions": "pos_embed",
}  # what each adds to the stream
KINDS = ("zero", "mean", "resample")
DRAWS = 20  # permutations of a resampling ablation
# numbers in the widest activation of one forward pass: they then stay in the cache, and memory for
# them is found once
TOGETHER = 500_000


@dataclass(frozen=True)
class Pass:
    """One forward pass: its logits, and the steps that were kept, as `reportgen.core.model` shapes
    them, without the run axis.
    """

    logits: Float[np.ndarray, "window position token"]
    kept: Mapping[Site, np.ndarray]


def run(
    model: ModelConfig,
    weights: Weights,
    tokens: Int[np.ndarray, "window position"],
    *,
    replace: Mapping[Site, np.ndarray] | None = None,
    keep: Collection[Site] = (),
) -> Pass:
    """The forward pass with some steps replaced and some kept, in float32, the precision the
    weights are stored in.

    An edit that would do nothing cannot happen: RunError for a step or layer that the network does
    not have, and for a replacement that has not exactly the shape of what it replaces.
    """
    edits = {site: np.asarray(value, dtype=np.float32) for site, value in (replace or {}).items()}
    for site in (*edits, *keep):
        _known(site, weights)
    p = {
        name: torch.from_numpy(np.ascontiguousarray(w, dtype=np.float32))[None]
        for name, w in weights.items()
    }
    together = max(
        1,
        TOGETHER
        // (
            tokens.shape[1]
            * max(model.d_mlp, model.n_heads * model.d_head, weights["W_U"].shape[-1])
        ),
    )
    parts = [
        _part(model, p, tokens, slice(i, i + together), edits, keep)
        for i in range(0, len(tokens), together)
    ]
    joined: Callable[[Site], np.ndarray] = lambda site: (
        parts[0].kept[site]
        if site[0] == "pos_embed"
        else np.concatenate([part.kept[site] for part in parts])
    )
    return Pass(
        np.concatenate([part.logits for part in parts]),
        {site: joined(site) for site in parts[0].kept},
    )


def _part(
    model: ModelConfig,
    p: Params,
    tokens: np.ndarray,
    part: slice,
    edits: Mapping[Site, np.ndarray],
    keep: Collection[Site],
) -> Pass:
    """The pass of some of the windows; positions are the same in all of them."""
    left, kept = set(edits), dict[Site, np.ndarray]()

    def step(name: str, layer: int, value: torch.Tensor) -> torch.Tensor:
        site = name, layer
        if site in left:
            left.remove(site)
            shape = (
                tuple(value.shape[1:]) if name == "pos_embed" else (len(tokens), *value.shape[2:])
            )
            if edits[site].shape != shape:
                raise RunError(
                    f"{name} of layer {layer}: the replacement has shape {edits[site].shape},"
                    f" wanted {shape}"
                )
            value = torch.from_numpy(
                np.ascontiguousarray(edits[site] if name == "pos_embed" else edits[site][part])
            )[None]
        if site in keep:
            kept[site] = value[0].numpy()
        return value

    with torch.no_grad():
        logits = forward(
            model,
            p,
            torch.from_numpy(np.ascontiguousarray(tokens[part], dtype=np.int64))[None],
            step,
        )[0].numpy()
    if left:
        raise RunError(
            "the forward pass never came by"
            f" {', '.join(f'{name} of layer {layer}' for name, layer in left)}; nothing was"
            " replaced there"
        )
    return Pass(logits, kept)


def sites(weights: Weights, component: str) -> tuple[Site, ...]:
    """The steps that a component adds to the stream, one a layer; RunError for an unknown
    component.
    """
    if component not in COMPONENTS:
        raise RunError(
            f"no component is called {component!r}{nearest(component, COMPONENTS)}; known:"
            f" {', '.join(COMPONENTS)}"
        )
    name = COMPONENTS[component]
    return tuple((name, layer) for layer in range(_layers(weights) if name in LAYERED else 1))


def ablations(
    model: ModelConfig,
    weights: Weights,
    tokens: Int[np.ndarray, "window position"],
    sequence: Int[np.ndarray, "window"],
    component: str,
    kind: str,
    rng: np.random.Generator | None = None,
) -> Iterator[Float[np.ndarray, "window position token"]]:
    """Logits with a component silenced: one array for `zero` and `mean`, one for each of 20
    permutations for `resample`.

    zero: the component adds nothing. mean: it adds its mean over these windows, position by
    position; position embeddings, which are the same in every window, their mean over positions.
    resample: it adds what it adds in a window of another sequence; position embeddings, those of
    another position.
    """
    if kind not in KINDS:
        raise RunError(
            f"no ablation is called {kind!r}{nearest(kind, KINDS)}; known: {', '.join(KINDS)}"
        )
    if kind == "resample" and rng is None:
        raise RunError("a resampling ablation needs a random generator: pass rng")
    reached = sites(weights, component)
    usual = run(model, weights, tokens, keep=reached).kept
    for _ in range(DRAWS if kind == "resample" else 1):
        if kind == "zero":
            edits = {site: np.zeros_like(value) for site, value in usual.items()}
        elif kind == "mean":
            axis = 1 if component == "positions" else 0
            edits = {
                site: np.broadcast_to(
                    value.mean(axis, keepdims=True, dtype=np.float64), value.shape
                )
                for site, value in usual.items()
            }
        else:
            groups = np.arange(tokens.shape[1]) if component == "positions" else sequence
            other = elsewhere(rng, groups) if rng is not None else groups
            edits = {
                site: value[:, other] if component == "positions" else value[other]
                for site, value in usual.items()
            }
        yield run(model, weights, tokens, replace=edits).logits


def elsewhere(rng: np.random.Generator, groups: Int[np.ndarray, "item"]) -> Int[np.ndarray, "item"]:
    """A random permutation of items in which none comes from its own group.

    Items that land in their own group change places with items that may take them. Errors: RunError
    where one group holds more than half.
    """
    if 2 * np.unique(groups, return_counts=True)[1].max() > len(groups):
        raise RunError(
            f"cannot resample {len(groups)} items from other groups: one group holds more than half"
            " of them; measure on more sequences"
        )
    order = rng.permutation(len(groups))
    while len(stuck := np.flatnonzero(groups[order] == groups)):
        for i in stuck:
            j = int(rng.integers(len(groups)))
            if groups[order[j]] != groups[i] and groups[order[i]] != groups[j]:
                order[i], order[j] = order[j], order[i]
    return order


def _known(site: Site, weights: Weights) -> None:
    name, layer = site
    if name not in STEPS:
        raise RunError(
            f"no step of the forward pass is called {name!r}{nearest(name, STEPS)}; known:"
            f" {', '.join(STEPS)}"
        )
    layers = _layers(weights) if name in LAYERED else 1
    if not 0 <= layer < layers:
        raise RunError(f"{name} has no layer {layer}; allowed: 0 to {layers - 1}")


def _layers(weights: Weights) -> int:
    return len(weights["W_Q"]) if "W_Q" in weights else 0
