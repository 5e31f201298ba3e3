"""All contexts of one length, put together from two halves of which every one is tried once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.certain import UNCERTAIN, WORTH, Certain
from reportgen.core.exact.exhaustive import Counts, Exhaustive
from reportgen.core.exact.numbers import could_be
from reportgen.core.readout import Readout, head_output, lattice, readout
from reportgen.core.recording import Weights
from reportgen.rules.reader import Reader

# residual vectors sent through the readout at a time, so that they stay in the cache
POINTS = 16_000
CLOSE = 1e-3  # logit margins below this are decided again in float64
MOST_HALVES = 8_000_000  # entries in the tables of what halves lead to


class TooMany(Exception):
    """There are more halves than memory should hold."""


def from_halves(
    model: ModelConfig, weights: Weights, reads: Reader, length: int, most: int
) -> Exhaustive:
    """All contexts of one length.

    Scores and values depend only on (token, position), so exp(score) and exp(score) * value are
    tabulated once for the last query; a softmax is then a sum of table rows, and the sums over two
    halves are combined (derived here). The answer comes from the rule's table, carried as a state.
    """
    vocabulary, table = len(weights["W_E"]), reads.table
    half = (length - 1) // 2
    first, second = _all(vocabulary, length - 1 - half), _all(vocabulary, half)
    states, at = _after(lambda now, tokens: table.successor[now, tokens], 0, first, second)
    views, seen = _after(reads.step, reads.start, first, second)
    before = model.residual * lattice(weights).sums[:, length - 1]
    end = _Chooser.of(readout(model, weights))
    heads = [_Head.of(weights, head, length) for head in range(model.n_heads)]
    counts = Counts(length, vocabulary, model.n_heads, most=most)
    single = table.constrained & (table.lag >= 0) & (table.allowed.sum(-1) == 1)
    answer, could = table.allowed.argmax(-1), could_be(table)
    of_state = counts.bins(np.minimum(table.lag, length - 1), table.allowed)
    many, more = could[first].sum(1)[:, None], could[second].sum(1)
    for last in range(vocabulary):
        final, nodes = table.successor[states, last], reads.step(views, np.full(views.shape, last))
        constrained = single[final] & (final >= 0)
        if not constrained.any():
            continue
        bins = np.where(constrained, of_state[final], counts.none)
        alive, answers = reads.tells(nodes), answer[final]
        cells = counts.cells(bins, more + could[last])
        on_answer = [head.of_answer(last, answers, table.lag[final]) for head in heads]
        pieces = (first, 0), (second, first.shape[1]), (np.array([[last]]), length - 1)
        parts = [[head.weigh(last, tokens, at) for tokens, at in pieces] for head in heads]
        sure = None
        if model.d_model == 2 and len(first) * len(second) >= WORTH:
            sure = Certain.of(end.exact, *_box(before[last], heads), least=CLOSE)
        rows = max(1, POINTS // len(second))
        for i in range(0, len(first), rows):
            part = slice(i, i + rows)
            points = [np.broadcast_to(b, (len(first[part]), len(second))) for b in before[last]]
            here, shares = at[part], list[np.ndarray]()
            for given, ((mass1, value1), (mass2, value2), (mass0, value0)) in zip(on_answer, parts):
                mass = mass1[part, None] + (mass2 + mass0)
                shares.append(np.divide(given[here], mass).ravel())
                points = [
                    point + (v1[part, None] + v2) / mass
                    for point, v1, v2 in zip(points, value1.T, (value2 + value0).T)
                ]
            chosen = end.choose(np.stack([point.ravel() for point in points]), sure)
            wrong = (chosen != answers[here].ravel()) & constrained[here].ravel()
            found = cells[here] + counts.cells(0, many[part])
            counts.add(found.ravel(), wrong, alive[seen[part]].ravel(), shares)
            if len(astray := np.flatnonzero(wrong)):
                row, column = np.divmod(astray, len(second))
                places, said = bins[here[row], column], chosen[astray]
                counts.say(places, said)
                if counts.listing:
                    counts.fail(_joined(first[i + row], second[column], last), places, said)
    return counts.done(everything=True)


def _box(before: np.ndarray, heads: list["_Head"]) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest point, axis by axis, that attention can lead to: what a head
    hands over lies between its values.
    """
    low, high = before.copy(), before.copy()
    for head in heads:
        low += head.v[:, : head.exp.shape[2]].min((0, 1))
        high += head.v[:, : head.exp.shape[2]].max((0, 1))
    return low, high


def _joined(first: np.ndarray, second: np.ndarray, last: int) -> np.ndarray:
    """Contexts [context, position] from their halves and the last token of all."""
    return np.concatenate([first, second, np.full((len(first), 1), last)], 1)


def _after(
    step: Callable[[np.ndarray, np.ndarray], np.ndarray],
    start: int,
    first: np.ndarray,
    second: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """States after both halves of a context: [state after the first half, second half], and the row
    of each first half.
    """
    states, at = np.unique(_walk(step, np.full(len(first), start), first), return_inverse=True)
    if len(states) * len(second) > MOST_HALVES:
        raise TooMany
    return _walk(step, np.repeat(states[:, None], len(second), 1), second), at


def _walk(
    step: Callable[[np.ndarray, np.ndarray], np.ndarray], states: np.ndarray, tokens: np.ndarray
) -> np.ndarray:
    """States after reading token columns; `tokens` [..., position] is broadcast against the last
    axis of `states`.
    """
    for column in tokens.T:
        states = step(states, np.broadcast_to(column, states.shape))
    return states


def _all(vocabulary: int, length: int) -> Int[np.ndarray, "context position"]:
    """Every sequence of a length, in counting order."""
    return (
        np.stack(np.unravel_index(np.arange(vocabulary**length), (vocabulary,) * length), -1)
        if length
        else np.zeros((1, 0), dtype=np.int64)
    )


@dataclass(frozen=True)
class _Head:
    """What the last query reads of every token at every position through one head."""

    exp: np.ndarray  # [last token, token, position] exponentials of scores, the largest is 1
    v: np.ndarray  # [token, position, d_model] what the value adds to the stream

    @classmethod
    def of(cls, weights: Weights, head: int, length: int) -> "_Head":
        points = lattice(weights)
        q, k = points.q(head=head)[:, length - 1], points.k(head=head)[:, :length]
        scores = np.einsum("qe,tpe->qtp", q, k) / np.sqrt(q.shape[-1])
        return cls(
            np.exp(scores - scores.max((1, 2), keepdims=True)),
            points.v(head=head) @ head_output(weights, head),
        )

    def of_answer(self, last: int, answers: np.ndarray, lag: np.ndarray) -> np.ndarray:
        """The mass of answers so many steps back from the last token."""
        position = (self.exp.shape[2] - 1 - lag).clip(0, self.exp.shape[2] - 1)
        return np.asarray(self.exp[last, answers, position])

    def weigh(self, last: int, tokens: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
        """What sequences at given positions add to the last query's softmax: (mass [context], mass
        * value [context, d_model]).
        """
        positions = np.arange(first, first + tokens.shape[1])
        mass = self.exp[last, tokens, positions]
        return mass.sum(-1), np.einsum("cp,cpe->ce", mass, self.v[tokens, positions])


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
        single = (
            np.ascontiguousarray(a, dtype=np.float32)
            for a in (
                r.W_in.T,
                r.b_in[:, None],
                (r.W_out @ r.W_U).T,
                (r.residual * r.W_U).T,  # without residual the point itself is not read out
                (r.b_out @ r.W_U + r.b_U)[:, None],
            )
        )
        return cls(r, *single)

    def choose(
        self, points: Float[np.ndarray, "d_model point"], sure: Certain | None = None
    ) -> Int[np.ndarray, "point"]:
        """The most likely next token of each point; only those of which `sure` is not are looked
        at.
        """
        if sure is not None:
            found = sure.at(points)
            open_ones = np.flatnonzero(found == UNCERTAIN)
            if len(open_ones):
                found[open_ones] = self.choose(points[:, open_ones])
            return found
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
        return np.asarray(best)
