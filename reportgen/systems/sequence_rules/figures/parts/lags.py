"""Attention counted in steps back: lag 0 is the query's own position, lag 1 the token just before
it.
"""

from dataclasses import dataclass

import numpy as np

from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows


@dataclass(frozen=True)
class Lags:
    """Mean attention by steps back, over queries that have so many tokens before them; NaN where
    there is no such query.
    """

    decided: np.ndarray  # [head, lag] at positions after which the rule decides the next token
    free: np.ndarray  # [head, lag] at the others
    even: (
        np.ndarray
    )  # [lag] what evenly spread attention would give, at the decided ones or else at all
    # [lag] share of the answers that the window holds which stand there; empty where it never holds
    # one
    answer: np.ndarray
    read: float  # mean attention on those answers, over heads; NaN where there is none
    names: tuple[str, ...]  # of the heads


def lags(study: Study, windows: Windows) -> tuple[Lags, np.ndarray]:
    """Attention by lag on these windows, and the mean attention [head, query position, key
    position]; NaN for keys in the future.
    """
    pattern = study.trace_of(windows.inputs, keep=["pattern"]).pattern()
    heads = pattern.reshape(len(windows), -1, *pattern.shape[-2:])
    constrained = windows.constrained
    layers, each = pattern.shape[1:3]
    names = tuple(
        f"Head {h}" if layers == 1 else f"Layer {l}, head {h}"
        for l in range(layers)
        for h in range(each)
    )
    at, query = np.nonzero(windows.held)
    answer = np.bincount(windows.lag[at, query], minlength=constrained.shape[1]) / max(1, len(at))
    read = float(heads[at, :, query, windows.source[at, query]].mean()) if len(at) else float("nan")
    spread = np.broadcast_to(
        np.tri(constrained.shape[1]) / np.arange(1, constrained.shape[1] + 1)[:, None],
        (len(windows), 1, *pattern.shape[-2:]),
    )
    means = heads.mean(0)
    means[:, ~np.tri(constrained.shape[1], dtype=bool)] = np.nan
    return (
        Lags(
            by_lag(heads, constrained),
            by_lag(heads, ~constrained),
            by_lag(spread, constrained if constrained.any() else ~constrained)[0],
            answer if len(at) else answer[:0],
            read,
            names,
        ),
        means,
    )


def by_lag(pattern: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Mean [head, lag] of attention [window, head, query, key] over the queries `where` [window,
    query] that have so many tokens before them.
    """
    size = where.shape[1]
    out = np.full((pattern.shape[1], size), np.nan)
    for lag in range(size):
        query = np.arange(lag, size)
        constrained = where[:, query]
        if constrained.any():
            out[:, lag] = np.moveaxis(pattern[:, :, query, query - lag], 1, 0)[:, constrained].mean(
                -1
            )
    return out


def back(shares: np.ndarray) -> str:
    """The lag of the largest share, in words."""
    lag = int(np.nanargmax(shares))
    return "at its own position" if lag == 0 else f"{lag} step{'s' * (lag > 1)} back"
