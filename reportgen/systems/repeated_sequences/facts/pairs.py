"""Two sequences of random tokens that are said again and differ in one declared feature."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import cast

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import RESAMPLING, stream
from reportgen.measure.estimates import Sample
from reportgen.measure.patching import Pairs, Patching
from reportgen.systems.repeated_sequences.rules import Periodic
from reportgen.systems.repeated_sequences.view import Study

COUNT = 100  # pairs of each feature
FEATURES = {  # what differs, and how
    "the token after the copy": "another token stands after the earlier copy",
    "the position of the copy": "the earlier copy and another token have been swapped",
    "the current token": "another token of the sequence stands at the end",
}
POSITIONS = ("earlier copy", "after it", "other token", "after that", "last", "elsewhere")


@lru_cache(maxsize=32)
def _drawn(
    seed: int, symbols: int, period: tuple[int, int], n_ctx: int, feature: str
) -> Pairs | None:
    """The pairs of one feature, the same for every network; None where the periods leave no room
    for them.
    """
    longest, shortest = min(period[1], symbols - 1, n_ctx - 1), max(period[0], 4)
    if shortest > longest:
        return None
    rng = stream(seed, RESAMPLING, 1)
    clean, corrupt, rows = [], [], []
    for _ in range(COUNT):
        p = int(rng.integers(shortest, longest + 1))
        block, fresh = (shuffled := rng.permutation(symbols))[:p], shuffled[p]
        k = int(rng.integers(0, min(p - 4, n_ctx - 1 - p) + 1))
        m = int(rng.integers(k + 2, p - 1))
        text = block[np.arange(n_ctx) % p]
        other = text.copy()
        if feature == "the token after the copy":
            other[k + 1] = fresh
        elif feature == "the position of the copy":
            other[[k, m]] = text[[m, k]]
        else:
            other[p + k] = text[m]
        clean.append(text)
        corrupt.append(other)
        rows.append(
            (
                k,
                m,
                p + k,
                block[k + 1],
                fresh if feature == "the token after the copy" else block[m + 1],
            )
        )
    copy, other_copy, last, right, wrong = np.array(rows).T
    at: Callable[[np.ndarray], np.ndarray] = lambda where: np.arange(n_ctx) == where[:, None]
    named = dict(
        zip(POSITIONS, (at(copy), at(copy + 1), at(other_copy), at(other_copy + 1), at(last)))
    )
    rest = (np.arange(n_ctx) <= last[:, None]) & ~np.any(list(named.values()), axis=0)
    sample = Sample(np.arange(COUNT), COUNT, f"pairs that differ in {feature}")
    return Pairs(
        feature,
        np.array(clean),
        np.array(corrupt),
        last,
        right,
        wrong,
        named | {"elsewhere": rest},
        sample,
    )


def pairs(config: Config, feature: str) -> Pairs | None:
    """The pairs of one feature for a configuration."""
    rule = cast(Periodic, config.rule)
    return _drawn(
        config.data.seed, len(rule.vocabulary), tuple(rule.period), config.model.n_ctx, feature
    )


def patching(study: Study, feature: str) -> Patching | None:
    """A network on the pairs of a feature; None where there are no such pairs."""
    drawn = pairs(study.config, feature)
    return None if drawn is None else Patching(study, drawn)


def layer_pairs(study: Study) -> Iterator[tuple[int, int]]:
    """Every layer with every later one."""
    layers = range(study.config.model.n_layers)
    return ((a, b) for a in layers for b in layers if a < b)
