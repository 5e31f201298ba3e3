"""What names and shapes of a file say of the network they are of, and what they leave open."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np

from reportgen.core.weights.axes import Axes
from reportgen.core.weights.files import Tensors
from reportgen.core.weights.layouts import LAYOUTS, Layout

LAYER = re.compile(r"\d+")


@dataclass
class Inferred:
    """What was found out of a file; what is None is not to be found there."""

    layout: str | None  # None: no layout that is known
    sizes: dict[str, int] = field(default_factory=dict)  # by the names of axes
    joined: int | None = None  # n_heads × d_head, where only that is known
    weights: frozenset[str] = frozenset()  # ours that are in the file and are something
    tied: str = ""  # why the unembedding is taken to be the embedding; empty if it is not
    strange: tuple[str, ...] = ()  # tensors that the layout does not know


def inferred(tensors: Tensors, layout: str | None = None) -> Inferred:
    """What the tensors of a file say, in this layout or in the one that fits them best."""
    known = _nearest(tensors) if layout is None else LAYOUTS.get(layout)
    if known is None:
        return Inferred(None, strange=tuple([*tensors.values, *tensors.others]))
    named = {_short(known, key): value for key, value in tensors.values.items()}
    found = Inferred(known.name)
    there, open_groups = set[str](), list[tuple[tuple[str, ...], int]]()
    for name, source in known.sources.items():
        mine = {key: value for key, value in named.items() if source.matches(key)}
        if any(value.any() for value in mine.values()):
            there.add(name)
        for key, value in mine.items():
            axes = Axes.of(source.axes)
            if len(value.shape) == len(axes.groups):
                open_groups += axes.solved(value.shape)
            if "layer" in source.indexed and (number := LAYER.search(key)):
                least = int(number[0]) + 1
                found.sizes["layer"] = max(found.sizes.get("layer", 0), least)
    if layout is None and _contradict(open_groups):  # the names of this layout, and other axes
        return Inferred(None, strange=tuple([*tensors.values, *tensors.others]))
    _solve(found, open_groups)
    found.sizes.setdefault("layer", 0)
    found.weights = frozenset(there)
    found.tied = _tied(known, named)
    found.strange = tuple(_strange(known, tensors))
    return found


def _short(layout: Layout, key: str) -> str:
    for prefix in layout.prefixes:
        key = key.removeprefix(prefix)
    return key


def _nearest(tensors: Tensors) -> Layout | None:
    """The layout that knows the embedding and most of the other tensors; of two that do, the one
    whose matrices lie as these do.
    """
    best: tuple[int, int] = (0, 0)
    chosen = None
    for layout in LAYOUTS.values():
        named = {_short(layout, key): value for key, value in tensors.values.items()}
        if layout.sources["W_E"].tensor not in named:
            continue
        d = named[layout.sources["W_E"].tensor].shape[-1]
        fits = [
            _lies(layout, name, value.shape, d)
            for key, value in named.items()
            for name, source in layout.sources.items()
            if source.matches(key)
        ]
        score = (len(fits), sum(fits))
        most = 2 * len({*_strange(layout, tensors)}) < len(tensors.values)
        if most and score > best:
            best, chosen = score, layout
    return chosen


def _lies(layout: Layout, name: str, shape: tuple[int, ...], d_model: int) -> bool:
    """Can a tensor of this shape have these axes, by the width of the stream."""
    axes = Axes.of(layout.sources[name].axes)
    return len(shape) == len(axes.groups) and all(
        size == d_model for group, size in zip(axes.groups, shape) if group == ("d_model",)
    )


def _contradict(groups: list[tuple[tuple[str, ...], int]]) -> bool:
    """Has an axis two lengths, so that the tensors do not lie as the layout says."""
    alone = {(group[0], size) for group, size in groups if len(group) == 1}
    return len(alone) > len({name for name, _ in alone})


def _solve(found: Inferred, groups: list[tuple[tuple[str, ...], int]]) -> None:
    """The lengths of axes, from those of groups of them: again while that tells another one."""
    for group, size in groups:
        if len(group) == 1:
            found.sizes.setdefault(group[0], size)
        elif set(group) == {"head", "d_head"}:
            found.joined = size
    if found.joined is not None and "head" in found.sizes:
        found.sizes.setdefault("d_head", found.joined // found.sizes["head"])
    if {"head", "d_head"} <= set(found.sizes):
        found.joined = math.prod(found.sizes[axis] for axis in ("head", "d_head"))


def _tied(layout: Layout, named: Mapping[str, np.ndarray]) -> str:
    embedding, head = (layout.sources[name].tensor for name in ("W_E", "W_U"))
    if head not in named:
        return f"the file has no {head}"
    same = layout.sources["W_U"].axes == layout.sources["W_E"].axes
    equal = same and np.array_equal(named[embedding], named[head])
    return f"{head} is {embedding}" if equal else ""


def _strange(layout: Layout, tensors: Tensors) -> list[str]:
    """Names of the file that the layout does not know."""
    return [
        key
        for key in (*tensors.values, *tensors.others)
        if not any(s.matches(_short(layout, key)) for s in layout.sources.values())
        and not any(fnmatchcase(_short(layout, key), pattern) for pattern in layout.ignored)
    ]
