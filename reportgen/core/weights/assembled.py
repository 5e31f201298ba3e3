"""Tensors of a file become the weights of one network, each of them accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from reportgen.core.config.sections import ModelConfig
from reportgen.core.config.shapes import shapes
from reportgen.core.weights import account
from reportgen.core.weights.account import Account
from reportgen.core.weights.axes import Axes, sizes_of
from reportgen.core.weights.files import Tensors
from reportgen.core.weights.layouts import Layout, Source, ours
from reportgen.errors import WeightsError, nearest
from reportgen.names import some

Weights = dict[str, np.ndarray]
NORMALIZATION = ("ln1_w", "ln1_b", "ln2_w", "ln2_b", "ln_final_w", "ln_final_b")


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: what a section `weights` says, its files aside."""

    layout: Layout
    ignore: tuple[str, ...] = ()
    prefix: str = ""
    tied: bool = False
    folded: bool = False
    order: Sequence[int] | None = None  # for each of our tokens, its row in the file; None: as ours


@dataclass
class _Desk:
    """What is being made of one file."""

    model: ModelConfig
    vocabulary: int
    reading: Reading
    tensors: Tensors
    weights: Weights = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)  # short names
    filled: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sizes = sizes_of(self.model, self.vocabulary)
        self.shapes = shapes(self.model, self.vocabulary)
        self.keys = {self.short(key): key for key in (*self.tensors.values, *self.tensors.others)}
        self.there = {
            s: self.tensors.values[k] for s, k in self.keys.items() if k in self.tensors.values
        }
        self.sources = self.reading.layout.sources

    def short(self, key: str) -> str:
        """A name of the file without what such names begin with."""
        for prefix in filter(None, (self.reading.prefix, *self.reading.layout.prefixes)):
            key = key.removeprefix(prefix)
        return key

    def lost(self, name: str) -> list[str]:
        """Tensors of a weight that the file does not have."""
        keys = [key for key, _ in self.sources[name].keys(self.model)]
        return [key for key in keys if key not in self.there]

    def absent(self, names: Sequence[str]) -> bool:
        """Is nothing in the file of any of these weights."""
        listed = [name for name in names if name in self.sources]
        return not any(
            source.matches(short)
            for short in self.there
            for source in map(self.sources.get, listed)
            if source
        )


def assembled(
    model: ModelConfig, vocabulary: int, reading: Reading, tensors: Tensors
) -> tuple[Weights, Account]:
    """The weights, named and laid out as `reportgen.core.model` says, and where each comes from.

    Errors: WeightsError lists every tensor that is missing, left over, of another shape, or not
    finite.
    """
    desk = _Desk(model, vocabulary, reading, tensors)
    for name in desk.shapes:
        _made(desk, name)
    shorts = account.ignored(desk.keys, reading.layout, reading.ignore)
    lacking = {name: s for name, s in desk.sources.items() if name not in desk.shapes}
    left = {s: k for s, k in desk.keys.items() if s not in desk.used and s not in shorts}
    idle = [
        s
        for s in left
        if s in desk.there and account.is_idle(s, desk.there[s], reading.layout, lacking)
    ]
    left = {s: k for s, k in left.items() if s not in idle}
    desk.problems += account.unused_wrong(left, tensors, reading.layout)
    if desk.problems:
        raise WeightsError(desk.problems)
    used = [desk.keys[short] for short in desk.used]
    return _in_order(desk), Account(
        tuple(used),
        tuple(desk.keys[s] for s in shorts if s not in desk.used),
        tuple(desk.keys[s] for s in idle),
        tuple(desk.filled),
        account.by_type(used, tensors),
        reading.tied,
        reading.folded,
    )


def _made(desk: _Desk, name: str) -> None:
    """One weight, or what is wrong with it."""
    if name in NORMALIZATION and _folded(desk, name):
        return
    if name == "W_U" and desk.reading.tied:
        _tied(desk)
        return
    group = next((g for g in desk.reading.layout.optional if name in g), ())
    if group and desk.absent(group):
        desk.weights[name] = np.zeros(desk.shapes[name])
        desk.filled.append(name)
        return
    source = desk.sources.get(name)
    if source is None:
        words = (
            "no tensor is named for it; say which with weights.names, or change the section model"
        )
        desk.problems.append(f"{name}: {words}")
        return
    if lost := desk.lost(name):
        desk.problems.append(_lost(desk, name, lost))
        return
    value = _taken(desk, name, source)
    if value is not None:
        desk.weights[name] = value


def _taken(desk: _Desk, name: str, source: Source) -> np.ndarray | None:
    """A weight as our layout has it; None where one of its tensors is wrong, which is told once."""
    axes = Axes.of(source.axes)
    wanted = [axis for axis in ours(name) if axis not in source.indexed]
    parts, sound = {}, True
    for key, at in source.keys(desk.model):
        value = desk.there[key]
        called, first = desk.keys[key], key not in desk.used
        desk.used[key] = None
        wrong = account.shape_wrong(called, value.shape, axes, desk.sizes)
        wrong = wrong or account.numbers_wrong(called, value)
        if wrong:
            sound = False
            desk.problems += [wrong] if first else []
        elif source.part >= axes.parts:
            sound = False
            desk.problems.append(f"{called}: has no part {source.part}, only {axes.parts}")
        else:
            layered = [axis for axis in wanted if axis in axes.flat]
            parts[at] = axes.taken(value, desk.sizes, layered, source.part)
    if not sound:
        return None
    shape = [desk.sizes[axis] for axis in source.indexed]
    stacked = np.stack([parts[at] for at in sorted(parts)]) if source.indexed else parts[()]
    whole = stacked.reshape(*shape, *stacked.shape[1:]) if source.indexed else stacked
    have = [*source.indexed, *wanted]
    return np.ascontiguousarray(whole.transpose([have.index(axis) for axis in ours(name)]))


def _lost(desk: _Desk, name: str, lost: Sequence[str]) -> str:
    """Words for tensors that are not there; those of the same weight that are count as told."""
    desk.used |= dict.fromkeys(k for k, _ in desk.sources[name].keys(desk.model) if k in desk.keys)
    if kind := next((desk.tensors.others.get(desk.keys.get(key, "")) for key in lost), None):
        return f"{some(lost)}: {kind}, wanted floating-point numbers, of which {name} would be made"
    known = desk.sources.values()
    strange = [s for s in desk.there if not any(each.matches(s) for each in known)]
    near = nearest(lost[0], strange)
    words = f"{some(lost)}: missing, of which {name} would be made{near}"
    if name == "W_U" and not desk.lost("W_E"):
        return (
            f"{words}; if the unembedding is the embedding (tied weights), say weights.tied: true"
        )
    if name[:2] == "b_" and name[2:] in "QKVO":
        return f"{words}; without them set model.attention_biases: false"
    if name == "W_pos":
        return f"{words}; without them set model.positions: none"
    return f"{words}; another layout, or other sizes of the model, may fit this file"


def _folded(desk: _Desk, name: str) -> bool:
    """Has normalization no gains of its own, so that ours are 1 and our biases 0."""
    bare = desk.absent(NORMALIZATION)
    first = name == next(n for n in desk.shapes if n in NORMALIZATION)
    if desk.reading.folded and bare:
        desk.weights[name] = (np.ones if name[-1] == "w" else np.zeros)(desk.shapes[name])
        desk.filled.append(name)
        return True
    if desk.reading.folded and first:
        desk.problems.append(
            "weights.folded_normalization: got true, and the file has gains or biases of layer"
            " normalization; leave it out"
        )
    elif bare and first:
        desk.problems.append(
            "no gains and biases of layer normalization: if they were folded into the weights that"
            " follow, say weights.folded_normalization: true; if the network has none, set"
            " model.normalization: none"
        )
    return bare


def _tied(desk: _Desk) -> None:
    """The unembedding, made of the embedding; of one that is wrong, the head is not told again."""
    source = desk.sources.get("W_U")
    if "W_E" not in desk.weights:
        heads = source.keys(desk.model) if source else ()
        desk.used |= dict.fromkeys(key for key, _ in heads if key in desk.keys)
        return
    desk.weights["W_U"] = np.ascontiguousarray(desk.weights["W_E"].T)
    if source and not desk.lost("W_U"):
        own = _taken(desk, "W_U", source)
        if own is not None and not np.array_equal(own, desk.weights["W_U"]):
            key = next(iter(source.keys(desk.model)))[0]
            desk.problems.append(
                f"weights.tied: got true, and {desk.keys[key]} is not the embedding; leave it out"
            )
    else:
        desk.filled.append("W_U")


def _in_order(desk: _Desk) -> Weights:
    """The weights in the order of our names, of one type, and with their tokens in our order."""
    kind = np.result_type(*(desk.weights[n].dtype for n in desk.shapes if n not in desk.filled))
    made = {name: desk.weights[name].astype(kind) for name in desk.shapes}
    if (order := desk.reading.order) is not None:
        rows = list(order)
        made["W_E"], made["b_U"] = made["W_E"][rows], made["b_U"][rows]
        made["W_U"] = made["W_U"][:, rows]
    return made
