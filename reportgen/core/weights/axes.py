"""How a tensor of a file lies, beside one of ours: its axes by name, in the order of the file."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.core.config.sections import ModelConfig

Sizes = Mapping[str, int]

# the axes of our weights, as `reportgen.core.model` lays them out, without that of the layer
OURS = {
    "W_E": "token d_model",
    "W_pos": "position d_model",
    "W_Q": "head d_model d_head",
    "W_K": "head d_model d_head",
    "W_V": "head d_model d_head",
    "W_O": "head d_head d_model",
    "b_Q": "head d_head",
    "b_K": "head d_head",
    "b_V": "head d_head",
    "b_O": "d_model",
    "W_in": "d_model d_mlp",
    "b_in": "d_mlp",
    "W_out": "d_mlp d_model",
    "b_out": "d_model",
    "ln1_w": "d_model",
    "ln1_b": "d_model",
    "ln2_w": "d_model",
    "ln2_b": "d_model",
    "ln_final_w": "d_model",
    "ln_final_b": "d_model",
    "W_U": "d_model token",
    "b_U": "token",
}
NAMES = ("layer", "head", "token", "position", "d_model", "d_head", "d_mlp")
SAID_BY = {  # what decides the length of an axis
    "layer": "model.n_layers",
    "head": "model.n_heads",
    "token": "the vocabulary of the rule",
    "position": "model.n_ctx",
    "d_model": "model.d_model",
    "d_head": "model.d_head",
    "d_mlp": "model.d_mlp",
}
_GROUP = re.compile(r"\(([^()]*)\)|([^\s()]+)|([()])")


def sizes_of(model: ModelConfig, vocabulary: int) -> dict[str, int]:
    """The length of every axis of a network."""
    return dict(
        layer=model.n_layers,
        head=model.n_heads,
        token=vocabulary,
        position=model.n_ctx,
        d_model=model.d_model,
        d_head=model.d_head,
        d_mlp=model.d_mlp,
    )


def axes_problem(text: str, name: str, indexed: Sequence[str] = ()) -> str:
    """What is wrong with an expression for the axes of our weight `name`; empty if nothing is.

    `indexed` are the axes that the name of the tensor counts, such as `{layer}`.
    """
    try:
        found = Axes.of(text)
    except ValueError as error:
        return str(error)
    named = [axis for axis in found.flat if not axis.isdigit()]
    if unknown := [axis for axis in named if axis not in NAMES]:
        return f"no axis is called {unknown[0]!r}; known: {', '.join(NAMES)}"
    wanted = OURS[name].split()
    left = [axis for axis in named if axis not in ("layer", *wanted)]
    if left:
        return f"{name} has no axis {left[0]}; it has: {OURS[name]}"
    if lost := [axis for axis in wanted if axis not in (*named, *indexed)]:
        return f"{lost[0]} is missing; {name} has: {OURS[name]}"
    if twice := [axis for axis in (*named, *indexed) if (*named, *indexed).count(axis) > 1]:
        return f"{twice[0]} stands twice"
    if len([axis for axis in found.flat if axis.isdigit()]) > 1:
        return "only one axis can have parts"
    return ""


@dataclass(frozen=True)
class Axes:
    """The axes of a tensor, those that lie in one together. A number is an axis of so many equal
    parts, of which one is taken: "(3 head d_head) d_model".
    """

    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str) -> "Axes":
        """The axes that an expression names; ValueError for brackets that do not match."""
        groups = []
        for inner, single, bracket in _GROUP.findall(text):
            if bracket:
                raise ValueError("its brackets do not match")
            groups.append((single,) if single else tuple(inner.split()))
        return cls(tuple(groups))

    @property
    def flat(self) -> tuple[str, ...]:
        """All axes, brackets aside."""
        return tuple(axis for group in self.groups for axis in group)

    @property
    def parts(self) -> int:
        """Into how many parts the tensor is cut; 1 if it is not."""
        return next((int(axis) for axis in self.flat if axis.isdigit()), 1)

    def shape(self, sizes: Sizes) -> tuple[int, ...]:
        """The shape of the whole tensor."""
        return tuple(math.prod(_size(axis, sizes) for axis in group) for group in self.groups)

    def told(self) -> str:
        """The axes as a reader meets them: `head·d_head × d_model`."""
        return " × ".join("·".join(group) for group in self.groups)

    def taken(
        self, tensor: np.ndarray, sizes: Sizes, wanted: Sequence[str], part: int = 0
    ) -> np.ndarray:
        """The tensor, or a part of it, with its axes in another order."""
        flat = list(self.flat)
        apart = tensor.reshape([_size(axis, sizes) for axis in flat])
        if self.parts > 1:
            at = next(i for i, axis in enumerate(flat) if axis.isdigit())
            apart = apart.take(part, at)
        named = [axis for axis in flat if not axis.isdigit()]
        return apart.transpose([named.index(axis) for axis in wanted])

    def joined(self, parts: Sequence[np.ndarray], sizes: Sizes, given: Sequence[str]) -> np.ndarray:
        """The whole tensor of its parts, whose axes are `given`: the way back of `taken`."""
        named = [axis for axis in self.flat if not axis.isdigit()]
        turned = [part.transpose([list(given).index(axis) for axis in named]) for part in parts]
        at = next((i for i, axis in enumerate(self.flat) if axis.isdigit()), None)
        whole = turned[0] if at is None else np.stack(turned, at)
        return np.ascontiguousarray(whole.reshape(self.shape(sizes)))

    def solved(self, shape: Sequence[int]) -> Iterator[tuple[tuple[str, ...], int]]:
        """What a shape says of the lengths of axes: those of a group, and their product."""
        for group, size in zip(self.groups, shape):
            numbers = math.prod(int(axis) for axis in group if axis.isdigit())
            yield tuple(axis for axis in group if not axis.isdigit()), size // numbers


def _size(axis: str, sizes: Sizes) -> int:
    return int(axis) if axis.isdigit() else sizes[axis]
