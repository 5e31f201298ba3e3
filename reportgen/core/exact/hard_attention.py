"""Every context counted by where one head's score is highest, without listing the contexts: what a
one-layer network would answer if attention looked at a single position.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.readout import lattice, readout
from reportgen.core.recording import Weights
from reportgen.errors import RuleError
from reportgen.rules.automaton import Automaton

MOST_CONTEXTS = 2**62  # counted in 64 bits
MOST_WORK = 4e8  # additions of counts: a few seconds


@dataclass(frozen=True)
class Looked:
    """Full contexts whose next token is the one that an earlier position holds, counted by the last
    token, that position and its token, and by the position and token with the highest score.

    Every row of the arrays is one such case.
    """

    contexts: Int[np.ndarray, "case"]
    last: Int[np.ndarray, "case"]
    position: Int[np.ndarray, "case"]  # of the answer
    answer: Int[np.ndarray, "case"]
    top_position: Int[np.ndarray, "case"]  # of the highest score
    top_token: Int[np.ndarray, "case"]


def looked(weights: Weights, head: int, table: Automaton, length: int) -> Looked:
    """Where the highest score of a head lies in all contexts of a length.

    The contexts are walked through the rule's automaton position by position; of each only the
    state and the best pair of token and position so far are kept, so that counts are added, not
    contexts listed (derived here). Of equal scores the earlier position's counts. Errors: RuleError
    where there are too many contexts or cases to count.
    """
    vocabulary = len(weights["W_E"])
    if vocabulary**length > MOST_CONTEXTS:
        raise RuleError(f"the contexts of {length} tokens are too many to be counted")
    points = lattice(weights)
    constraining = _constraining(table)
    reached = [np.zeros(1, dtype=np.int64)]
    for _ in range(length - 1):
        following = table.successor[reached[-1]]
        reached.append(np.unique(following[following >= 0]))
    work = sum(map(len, reached)) * vocabulary * vocabulary * length * len(constraining)
    if work > MOST_WORK:
        raise RuleError(f"the contexts of {length} tokens lead to too many states to be counted")
    rows = [
        row
        for last in constraining
        for row in _of(
            points.q(head=head)[last, length - 1], points.k(head=head), int(last), table, reached
        )
    ]
    found = np.array(rows, dtype=np.int64).reshape(-1, 6)
    return Looked(*found.T)


def _constraining(table: Automaton) -> Int[np.ndarray, "token"]:
    """Tokens after which the rule may ask for what a position holds."""
    constrained = _single(table)[table.successor.clip(0)] & (table.successor >= 0)
    return np.flatnonzero(constrained.any(0))


def _single(table: Automaton) -> np.ndarray:
    return np.asarray(table.constrained & (table.lag >= 0) & (table.allowed.sum(-1) == 1))


def _of(
    query: Float[np.ndarray, "d_head"],
    keys: Float[np.ndarray, "token position d_head"],
    last: int,
    table: Automaton,
    reached: list[np.ndarray],
) -> Iterator[tuple[int, ...]]:
    """The cases of one last token."""
    vocabulary, length = len(keys), len(reached)
    scores = (keys[:, :length] @ query).T.ravel()  # [position * token]
    order = np.argsort(-scores, kind="stable")
    rank = np.argsort(order).reshape(length, vocabulary)  # 0 is the highest score
    counts = np.zeros((1, length * vocabulary), dtype=np.int64)  # [state, rank of the best so far]
    counts[0, -1] = 1  # nothing read yet: every pair is better, or the last one itself
    for i, states in enumerate(reached[:-1]):
        after = np.zeros((len(reached[i + 1]), counts.shape[1]), dtype=np.int64)
        for token in range(vocabulary):
            to = table.successor[states, token]
            here, r = to >= 0, rank[i, token]
            moved = counts[here].copy()
            moved[:, r] += moved[:, r + 1 :].sum(1)
            moved[:, r + 1 :] = 0
            np.add.at(after, np.searchsorted(reached[i + 1], to[here]), moved)
        counts = after
    final = table.successor[reached[-1], last]
    constrained = (final >= 0) & _single(table)[final]
    own = rank[length - 1, last]
    for state, row in zip(final[constrained], counts[constrained]):
        lag, answer = int(table.lag[state]), int(table.allowed[state].argmax())
        row = row.copy()
        row[own] += row[own + 1 :].sum()
        row[own + 1 :] = 0
        for best in np.flatnonzero(row):
            position, token = divmod(int(order[best]), vocabulary)
            yield int(row[best]), last, length - 1 - lag, answer, position, token


def answers_from(
    model: ModelConfig,
    weights: Weights,
    head: int,
    last: Int[np.ndarray, "case"],
    values: Float[np.ndarray, "case d_head"],
    length: int,
) -> Int[np.ndarray, "case"]:
    """The most likely next token where the head hands over these values and nothing else."""
    out = (
        weights["W_O"][0, head]
        if "W_O" in weights
        else np.eye(weights["W_Q"].shape[3], weights["W_Q"].shape[2])
    )
    before = model.residual * lattice(weights).sums[last, length - 1]
    return np.asarray(readout(model, weights).logits(before + values @ out).argmax(-1))
