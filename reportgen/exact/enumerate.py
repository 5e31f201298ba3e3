"""Every context there is: the rule error with no sampling, hence without an interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.errors import RuleError
from reportgen.rules.automaton import Automaton
from reportgen.trace import Readout, Weights, lattice, readout

POINTS = 16_000  # residual vectors sent through the readout at a time, so that they stay in the cache
CLOSE = 1e-3  # logit margins below this are decided again in float64
MOST_SUBSETS = 50_000
MOST = 200_000_000  # contexts; more would take minutes and are refused


@dataclass(frozen=True)
class Exhaustive:
    """The model's first choice on all contexts of one length whose next token the rule decides and whose answer is in view.

    Counts are by lag and answer: steps back from the last token to the answer, and the answer's id. A context is grammatical when the
    data can produce it in a window that starts anywhere.
    """

    length: int
    contexts: Int[np.ndarray, "lag token"]
    wrong: Int[np.ndarray, "lag token"]
    grammatical: Int[np.ndarray, "lag token"]
    grammatical_wrong: Int[np.ndarray, "lag token"]


def check(weights: Weights, table: Automaton, length: int) -> Exhaustive:
    """The exhaustive check of a one-layer, one-head model at one context length.

    Scores and values depend only on (token, position), so exp(score) and exp(score) * value are tabulated once for the last query; the
    softmax over a context is then a sum of table rows, and the sums over two halves of the context are combined (derived here). The
    right answer comes from the rule's table, carried along as a state. Errors: RuleError where there are too many contexts.
    """
    vocabulary = len(weights["W_E"])
    if vocabulary ** (length - 1) > MOST:
        raise RuleError(f"{vocabulary}^{length - 1} contexts of length {length} are more than the {MOST:,} that are checked one by one")
    half = (length - 1) // 2
    first, second = _all(vocabulary, length - 1 - half), _all(vocabulary, half)
    states, at = _after(table.successor, 0, first, second)
    possible, start = _subsets(table, length)
    views, seen = _after(possible, start, first, second)
    before, weigh, end = lattice(weights).sums[:, length - 1], _weigher(weights, length), _Chooser.of(readout(weights))
    none = length * vocabulary  # the bin of contexts that ask nothing that is in view
    counts = np.zeros((4, none + 1), dtype=np.int64)
    for last in range(vocabulary):
        final = table.successor[states, last]
        asked = table.constrained[final] & (table.lag[final] >= 0) & (table.allowed[final].sum(-1) == 1)
        if not asked.any():
            continue
        answer = np.where(asked, table.allowed[final].argmax(-1), -1)
        bins, alive = np.where(asked, table.lag[final] * vocabulary + answer, none), possible[views, last] > 0
        (mass1, value1), (mass2, value2), (mass0, value0) = weigh(last, first, 0), weigh(last, second, first.shape[1]), weigh(last, np.array([[last]]), length - 1)
        rows = max(1, POINTS // len(second))
        for i in range(0, len(first), rows):
            part = slice(i, i + rows)
            mass = mass1[part, None] + (mass2 + mass0)
            points = np.stack([(b + (v1[part, None] + v2) / mass).ravel() for b, v1, v2 in zip(before[last], value1.T, (value2 + value0).T)])
            bin_, live = bins[at[part]].ravel(), alive[seen[part]].ravel()
            wrong = end.choose(points) != answer[at[part]].ravel()
            for count, chosen in zip(counts, (slice(None), wrong, live, wrong & live)):
                count += np.bincount(bin_[chosen], minlength=none + 1)
    return Exhaustive(length, *counts[:, :none].reshape(4, length, vocabulary))


def _after(successor: np.ndarray, start: int, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """States after both halves of a context: [state after the first half, second half], and the row of each first half."""
    states, at = np.unique(_walk(successor, np.full(len(first), start), first), return_inverse=True)
    return _walk(successor, np.repeat(states[:, None], len(second), 1), second), at


def _all(vocabulary: int, length: int) -> Int[np.ndarray, "context position"]:
    """Every sequence of a length, in counting order."""
    return np.stack(np.unravel_index(np.arange(vocabulary**length), (vocabulary,) * length), -1) if length else np.zeros((1, 0), dtype=np.int64)


def _walk(successor: np.ndarray, states: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """States after reading token columns; `tokens` [..., position] is broadcast against the last axis of `states`."""
    for column in tokens.T:
        states = successor[states, column]
    return states


def _subsets(table: Automaton, length: int) -> tuple[Int[np.ndarray, "subset token"], int]:
    """The automaton of all states a window may be in, seen from the window alone, and its start; subset 0 is the empty one, a dead end.

    Determinised breadth first from every state that the data reaches early enough to leave room for a window.
    """
    flows = table.law > 0
    reached = [{0}]
    while len(reached[-1]) and (table.successor[list(reached[-1])] >= 0).all():
        reached.append({int(table.successor[s, t]) for s in reached[-1] for t in np.flatnonzero(flows[s])})
    start = frozenset().union(*reached[: max(1, len(reached) - length)])
    number: dict[frozenset[int], int] = {frozenset(): 0, start: 1}
    queue, rows = [frozenset[int](), start], []
    for subset in queue:
        row = []
        for token in range(table.law.shape[1]):
            following = frozenset(int(table.successor[s, token]) for s in subset if flows[s, token])
            if following not in number:
                if len(queue) == MOST_SUBSETS:
                    raise RuleError(f"more than {MOST_SUBSETS:,} sets of states seen from a window; this rule's contexts cannot be listed")
                number[following] = len(queue)
                queue.append(following)
            row.append(number[following])
        rows.append(row)
    return np.array(rows), 1


def _weigher(weights: Weights, length: int) -> Callable[[int, np.ndarray, int], tuple[np.ndarray, np.ndarray]]:
    """What sequences at given positions add to the last query's softmax: (mass [context], mass * value [context, d_model])."""
    points = lattice(weights)
    q, k, v = points.q[0, :, length - 1], points.k[0], points.v[0]
    scores = np.einsum("qe,tpe->qtp", q, k) / np.sqrt(q.shape[-1])
    exp = np.exp(scores - scores.max((1, 2), keepdims=True))

    def weigh(last: int, tokens: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
        positions = np.arange(first, first + tokens.shape[1])
        mass = exp[last, tokens, positions]
        return mass.sum(-1), np.einsum("cp,cpe->ce", mass, v[tokens, positions])

    return weigh


@dataclass(frozen=True)
class _Chooser:
    """The readout in float32, points as columns, with close calls decided in float64."""

    exact: Readout
    W_in: np.ndarray  # [d_mlp, d_model]
    b_in: np.ndarray  # [d_mlp, 1]
    push: np.ndarray  # [token, d_mlp], W_out @ W_U
    W_U: np.ndarray  # [token, d_model]
    constant: np.ndarray  # [token, 1]

    @classmethod
    def of(cls, r: Readout) -> "_Chooser":
        single = (np.ascontiguousarray(a, dtype=np.float32) for a in (r.W_in.T, r.b_in[:, None], (r.W_out @ r.W_U).T, r.W_U.T, (r.b_out @ r.W_U + r.b_U)[:, None]))
        return cls(r, *single)

    def choose(self, points: Float[np.ndarray, "d_model point"]) -> Int[np.ndarray, "point"]:
        """The most likely next token of each point."""
        p = points.astype(np.float32)
        hidden = self.W_in @ p
        hidden += self.b_in
        np.maximum(hidden, 0, out=hidden)
        logits = self.push @ hidden
        logits += self.W_U @ p
        logits += self.constant
        best = logits.argmax(0)
        close = (logits > logits.max(0) - CLOSE).sum(0, dtype=np.uint8) > 1
        best[close] = self.exact.logits(points[:, close].T).argmax(-1)
        return best
