"""Which windows the data can produce, and how often each comes: the law of training's batches."""

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from reportgen.core.config import Config
from reportgen.rules.automaton import Automaton
from reportgen.systems.sequence_rules.config import WindowsData, data_config
from reportgen.systems.sequence_rules.windows import Sequences, Windows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_WINDOWS = 200  # so few that each is evaluated, where training has met them all


def every_window(
    config: Config, table: Automaton, train: Sequences, drawn: Windows
) -> Windows | None:
    """Every window that the data can produce, with its exact chance, where these are few and each
    of them stands both in the training sequences and among those drawn; else None.
    """
    tokens, first, which = np.unique(drawn.tokens, axis=0, return_index=True, return_inverse=True)
    if len(tokens) > MOST_WINDOWS:
        return None
    told, n_ctx = data_config(config), config.model.n_ctx
    starts = window_start(table, told.length, n_ctx, told.window_stride)
    chances = chances_of(table, starts, n_ctx + 1, most=MOST_WINDOWS)
    ids = {tuple(row): i for i, row in enumerate(tokens.tolist())}
    ask = [drawn.constrained, drawn.allowed, drawn.source, drawn.visible]
    alike = all((each == each[first][which.ravel()]).all() for each in ask)
    if not alike or set(chances) != set(ids) or not set(ids) <= among(train, told, n_ctx):
        return None
    order = np.argsort(first)  # as they were drawn
    weight = np.array([chances[tuple(row)] for row in tokens[order].tolist()])
    return replace(drawn[first[order]], weight=weight)


def chances_of(
    table: Automaton, starts: np.ndarray, length: int, *, most: int
) -> dict[tuple[int, ...], float]:
    """The chance of each piece of so many tokens, from a distribution over states before it; empty
    where there are more than `most`.
    """
    found: dict[tuple[tuple[int, ...], int], float] = {
        ((), int(state)): float(starts[state]) for state in np.flatnonzero(starts)
    }
    for _ in range(length):
        longer: dict[tuple[tuple[int, ...], int], float] = defaultdict(float)
        for (tokens, state), chance in found.items():
            for token in np.flatnonzero(table.law[state]).tolist():
                after = (*tokens, token), int(table.successor[state, token])
                longer[after] += chance * float(table.law[state, token])
        found = longer
        if len({tokens for tokens, _ in found}) > most:
            return {}
    chances: dict[tuple[int, ...], float] = defaultdict(float)
    for (tokens, _), chance in found.items():
        chances[tokens] += chance
    return chances


def among(train: Sequences, told: WindowsData, n_ctx: int) -> set[tuple[int, ...]]:
    """The windows that training can draw, each with the token that comes next."""
    return {
        tuple(row)
        for start in range(0, train.tokens.shape[1] - n_ctx, told.window_stride)
        for row in np.unique(
            train.tokens[train.lengths > start + n_ctx, start : start + n_ctx + 1], axis=0
        ).tolist()
    }


def window_start(
    table: Automaton, length: tuple[int, int], n_ctx: int, stride: int = 1
) -> Float[np.ndarray, "state"]:
    """Distribution of the rule's state just before a random training window, by the law of
    `batches`.
    """
    starts = -(
        -(np.arange(length[0], length[1] + 1) - n_ctx) // stride
    )  # in a sequence of each length
    step = _step(table)
    now, out = np.eye(1, len(table.law))[0], np.zeros(len(table.law))
    for start in range(length[1] - n_ctx):
        if start % stride == 0:
            out += now * np.where(start // stride < starts, 1 / starts, 0).mean()
        now = now @ step
    return out


def _step(table: Automaton) -> "csr_array":
    """The matrix [state, state] of the chance that one state follows another."""
    from scipy.sparse import csr_array

    states, tokens = np.nonzero(
        (table.law > 0) & (table.successor >= 0)
    )  # nothing follows the longest prefixes
    return csr_array(
        (table.law[states, tokens], (states, table.successor[states, tokens])),
        shape=(len(table.law),) * 2,
    )
