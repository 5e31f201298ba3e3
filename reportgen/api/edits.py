"""Passes in which something is replaced, beside the usual one: parts silenced, averaged or taken
from elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from reportgen.api.predictions import Comparison, Prediction
from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.interventions import COMPONENTS, KINDS, STEPS, elsewhere, run, sites
from reportgen.core.recording import HEADS, LAYERED, Site
from reportgen.core.study import Study
from reportgen.errors import UsageError, nearest

PATCHED = tuple(name for name in STEPS if name not in ("pos_embed", "logits"))
HOW = {
    "zero": "adds nothing",
    "mean": "adds its mean over all that is evaluated",
    "resample": "adds what it adds in another sequence",
}


@dataclass(frozen=True)
class Where:
    """Which layers, which head and which positions of a step are meant; None: all of them."""

    layer: int | None = None
    head: int | None = None
    positions: int | Sequence[int] | None = None

    @property
    def words(self) -> str:
        """The same in words."""
        said = [
            *([f"layer {self.layer}"] if self.layer is not None else []),
            *([f"head {self.head}"] if self.head is not None else []),
            *([f"position {self.positions}"] if isinstance(self.positions, int) else []),
            *(
                [f"positions {', '.join(map(str, self.positions))}"]
                if isinstance(self.positions, Sequence)
                else []
            ),
        ]
        return ", ".join(said)

    def mixed(self, step: str, usual: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The usual values with the other ones where they are meant."""
        length = usual.shape[-2]
        meant = np.zeros((length, 1), bool)
        meant[:] = self.positions is None
        if self.positions is not None:
            given = [self.positions] if isinstance(self.positions, int) else list(self.positions)
            for at in given:
                index("positions", at, length)
                meant[at] = True
        if self.head is not None and step in HEADS:
            meant = meant & (np.arange(usual.shape[1]) == self.head % usual.shape[1])[:, None, None]
        return np.where(meant, other, usual)


def index(what: str, number: int, count: int) -> None:
    """UsageError for what is not there."""
    if not -count <= number < count:
        allowed = f"0 to {count - 1}" if count else "none, the network has no such part"
        raise UsageError(f"{what}: got {number}, allowed: {allowed}")


def reached(study: Study, name: str, where: Where) -> list[Site]:
    """Sites of a component in a layer, or in all of them; with a head, what that head mixes."""
    model, found = study.config.model, list(sites(study.weights, name))
    if where.layer is not None:
        if COMPONENTS[name] not in LAYERED:
            raise UsageError(f"layer: got {where.layer}, allowed: none, since {name} are in none")
        index("layer", where.layer, model.n_layers)
        found = [found[where.layer]]
    if where.head is not None:
        if name != "attention":
            raise UsageError(f"head: got {where.head}, allowed: with 'attention' alone")
        if len(found) > 1:
            raise UsageError(f"head: got {where.head} without a layer; name layer= too")
        index("head", where.head, model.n_heads)
        found = [("z", layer) for _, layer in found]
    if not found:
        raise UsageError(f"component: got {name!r}, and the network has no layers")
    return found


def ablated(
    study: Study,
    tokens: Int[np.ndarray, "sequence position"] | None,
    name: str,
    kind: str,
    where: Where,
    draw: int,
) -> Comparison:
    """A component silenced, on all that is evaluated or on tokens of the caller's own."""
    if kind not in KINDS:
        raise UsageError(
            f"kind: no ablation is called {kind!r}{nearest(kind, KINDS)}; known: {', '.join(KINDS)}"
        )
    reach, evaluated = reached(study, name, where), study.data.evaluated
    read = evaluated if tokens is None else tokens
    usual = run(study.config.model, study.weights, read, keep=reach)
    known = (
        usual
        if tokens is None or kind == "zero"
        else run(study.config.model, study.weights, evaluated, keep=reach)
    )
    rng = stream(study.config.data.seed, RESAMPLING, draw)
    if name == "positions":
        rows = rng.permutation(read.shape[1])
    elif tokens is None and kind == "resample":
        rows = elsewhere(rng, np.arange(len(read)))
    else:
        rows = rng.integers(len(evaluated), size=len(read))
    edits: dict[Site, np.ndarray] = {}
    for site in reach:
        own, of = usual.kept[site], known.kept[site]
        if kind == "zero":
            other = np.zeros_like(own)
        elif name == "positions":
            other = of.mean(1, keepdims=True, dtype=np.float64) if kind == "mean" else own[:, rows]
        else:
            here = of[..., : own.shape[-2], :]
            other = here.mean(0, keepdims=True, dtype=np.float64) if kind == "mean" else here[rows]
        edits[site] = where.mixed(site[0], own, np.broadcast_to(other, own.shape))
    place = f" ({where.words})" if where.words else ""
    return _compared(study, read, usual.logits, edits, f"{name}{place} {HOW[kind]}")


def patched(
    study: Study,
    tokens: Int[np.ndarray, "sequence position"],
    source: Int[np.ndarray, "sequence position"],
    step: str,
    where: Where,
) -> Comparison:
    """A step of one pass put into another."""
    if step not in PATCHED:
        raise UsageError(
            f"activation: got {step!r}, allowed: {', '.join(PATCHED)}{nearest(step, PATCHED)}"
        )
    if source.shape[1] != tokens.shape[1] or len(source) not in (1, len(tokens)):
        raise UsageError(
            f"source: got {len(source)} of {source.shape[1]} tokens, allowed: one sequence or"
            f" {len(tokens)}, of {tokens.shape[1]} tokens as those that it is put into"
        )
    layers = study.config.model.n_layers if step in LAYERED else 1
    if where.layer is None and layers > 1:
        raise UsageError(f"layer: missing; name one of 0 to {layers - 1} for {step}")
    index("layer", where.layer or 0, layers)
    if where.head is not None:
        if step not in HEADS:
            raise UsageError(f"head: got {where.head}, allowed: with {', '.join(HEADS)} alone")
        index("head", where.head, study.config.model.n_heads)
    site = (step, (where.layer or 0) % layers)
    usual, other = (
        run(study.config.model, study.weights, each, keep=[site]) for each in (tokens, source)
    )
    own = usual.kept[site]
    edits = {site: where.mixed(step, own, np.broadcast_to(other.kept[site], own.shape))}
    place = f" ({where.words})" if where.words else ""
    return _compared(study, tokens, usual.logits, edits, f"{step}{place} as in the source")


def _compared(
    study: Study,
    tokens: np.ndarray,
    usual: np.ndarray,
    edits: Mapping[Site, np.ndarray],
    what: str,
) -> Comparison:
    edited = run(study.config.model, study.weights, tokens, replace=edits).logits
    names = study.rule.tokens.names
    return Comparison(what, *(Prediction(tokens.copy(), names, each) for each in (usual, edited)))
