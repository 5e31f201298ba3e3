"""What became of every tensor of a file: made into a weight, ignored by name, adding nothing, or
wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from reportgen.core.weights.axes import SAID_BY, Axes, Sizes
from reportgen.core.weights.files import Tensors
from reportgen.core.weights.layouts import Layout, Source
from reportgen.names import some, unbroken

IDLE = ("W_pos", "W_O")  # beside biases: what may stand in a file and add nothing


@dataclass(frozen=True)
class Account:
    """Where the weights of a network come from, tensor by tensor, by their names in the file."""

    used: tuple[str, ...]
    ignored: tuple[str, ...] = ()  # by name, since they are no weights
    idle: tuple[str, ...] = ()  # that change nothing: zeros, or W_O = I, of what this network lacks
    filled: tuple[str, ...] = ()  # our weights that the file does not have, and that change nothing
    types: tuple[tuple[str, tuple[str, ...]], ...] = ()  # how those used are stored, by type
    tied: bool = False  # is the unembedding made of the embedding
    folded: bool = False  # are the gains of normalization in the weights that follow


def shape_wrong(key: str, got: tuple[int, ...], axes: Axes, sizes: Sizes) -> str:
    """Words for a tensor of another shape than its axes have; empty if it has that shape."""
    wanted = axes.shape(sizes)
    if got == wanted:
        return ""
    off = [
        axis
        for i, group in enumerate(axes.groups)
        if len(got) != len(wanted) or got[i] != wanted[i]
        for axis in group
        if axis in SAID_BY
    ]
    said = ", ".join(f"{SAID_BY[axis]} is {sizes[axis]}" for axis in dict.fromkeys(off))
    return (
        f"{unbroken(key)}: has the shape {list(got)}, wanted {list(wanted)} ({axes.told()}): {said}"
    )


def numbers_wrong(key: str, values: np.ndarray) -> str:
    """Words for a tensor that holds what is no number; empty if it holds none."""
    if (finite := np.isfinite(values)).all():
        return ""
    at = tuple(int(i) for i in np.argwhere(~finite)[0])
    return (
        f"{unbroken(key)}: {(~finite).sum():,} of {values.size:,} values are no numbers, the first"
        f" is {values[at]} at {list(at)}; weights must be finite"
    )


def ignored(keys: Mapping[str, str], layout: Layout, given: tuple[str, ...]) -> list[str]:
    """Those keys, short and as they are in the file, that somebody says are no weights."""
    return [
        short
        for short, key in keys.items()
        if any(fnmatchcase(short, pattern) for pattern in layout.ignored)
        or any(fnmatchcase(name, pattern) for name in {short, key} for pattern in given)
    ]


def is_idle(short: str, value: np.ndarray, layout: Layout, lacking: Mapping[str, Source]) -> bool:
    """Would a tensor change nothing, if the network had such a weight: `lacking` are those that it
    does not have.
    """
    names = [name for name, source in lacking.items() if source.matches(short)]
    if not names or not all(name in IDLE or name[:2] == "b_" for name in names):
        return False
    if names == ["W_O"]:
        square = value.reshape(-1, value.shape[-1]) if value.ndim else value
        return square.ndim == 2 and np.array_equal(square, np.eye(*square.shape))
    return not value.any()


def unused_wrong(left: Mapping[str, str], tensors: Tensors, layout: Layout) -> Iterator[str]:
    """Words for what is in a file and was not made into a weight."""
    known = [k for s, k in left.items() if any(x.matches(s) for x in layout.sources.values())]
    strange = [key for key in left.values() if key not in known]
    if known:
        yield (
            f"{some(known)}: of a network with more parts than the section model says; give it as"
            " many layers (model.n_layers), or the biases, the positions, the feed-forward or the"
            " normalization that these belong to"
        )
    if strange:
        told = [f"{k} ({tensors.others[k]})" if k in tensors.others else k for k in strange]
        yield (
            f"{some(told)}: of no weight that the layout {layout.name} knows; if these are no"
            " weights, say so by name with weights.ignore; if they are, name another layout"
        )


def by_type(keys: list[str], tensors: Tensors) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names of tensors by how they are stored."""
    kinds = sorted({tensors.types[key] for key in keys})
    return tuple((k, tuple(key for key in keys if tensors.types[key] == k)) for k in kinds)
