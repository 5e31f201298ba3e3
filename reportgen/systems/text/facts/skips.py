"""Skip-trigrams: a source, some positions later a query, and what is then raised. Read off the
weights, and looked up in a text.

What a head says depends on the source alone; the query only decides how much attention the source
gets (Elhage and others 2021). The product of that attention, as `circuits.expected_attention` has
it, and of what the source says is what the head adds to a logit. A logit that one head adds another
may take away, and a logit is no chance; so all heads are also read together, by how much more
likely the source makes the next token than the other tokens that could stand in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reportgen.core.recording import softmax
from reportgen.core.study import held
from reportgen.measure.estimates import LEVEL, resamples
from reportgen.measure.population import FEWEST
from reportgen.systems.text.facts.circuits import centred, expected_attention, tables
from reportgen.systems.text.view import Study

REACH = 8  # positions back, at most
# times that source and query stand so in the training blocks: some thirty times in the held-out
# ones
LEAST = 300
TRIED = 50  # the largest products of a head, or gains of all heads
ALL = -1  # in place of a head: all of them together
RARE = "□"  # any token too rare to have a name
ADJACENT = (1,)  # positions back: the source right before the query


def gaps(study: Study) -> tuple[int, ...]:
    """Positions back at which at least one token stands between source and query."""
    return tuple(range(2, min(REACH, study.config.model.n_ctx - 1) + 1))


@dataclass(frozen=True)
class Skip:
    """One skip-trigram, tokens as ids."""

    head: int  # or ALL
    source: int
    back: int  # positions from the query to the source
    query: int
    following: int
    # logits that the head adds, above the mean of all tokens; of all heads together the chance that
    # is gained
    strength: float


@held
def largest(study: Study, head: int, backs: tuple[int, ...]) -> list[Skip]:
    """The strongest skip-trigrams of a head, or of all together, over pairs that are frequent
    enough at these distances; one for each pair.
    """
    found = []
    for back in backs:
        strength = gained(study, back) if head == ALL else _added(study, head, back)
        names = study.rule.tokens.names
        if RARE in names:
            strength[..., names.index(RARE)] = -np.inf
        following, best = strength.argmax(-1), strength.max(-1)
        best[_together(study, back) < LEAST] = -np.inf
        for position in np.argsort(-best, axis=None, kind="stable")[:TRIED]:
            query, source = divmod(int(position), len(names))
            if np.isfinite(best[query, source]):
                found.append(
                    Skip(
                        head,
                        source,
                        back,
                        query,
                        int(following[query, source]),
                        float(best[query, source]),
                    )
                )
    return sorted(found, key=lambda skip: -skip.strength)[:TRIED]


@held
def _attention(study: Study, head: int) -> np.ndarray:
    """Expected attention [back - 1, query, source]."""
    return expected_attention(study, head, min(REACH, study.config.model.n_ctx - 1))


def _added(study: Study, head: int, back: int) -> np.ndarray:
    """What a head adds to logits [query, source, next] from a source so far back."""
    return np.asarray(
        _attention(study, head)[back - 1][..., None] * centred(tables(study).copied[head])
    )


def gained(study: Study, back: int) -> np.ndarray:
    """How much likelier a source so far back makes each next token [query, source, next] through
    all heads, than the usual source there; positions further back than REACH left out.
    """
    made, shares, attention = (
        tables(study),
        study.counts.shares,
        [_attention(study, head) for head in range(study.config.model.n_heads)],
    )
    usual: Callable[[int], np.ndarray] = lambda at: sum(
        np.einsum("qs,s,sn->qn", a[at], shares, copied) for a, copied in zip(attention, made.copied)
    )
    others = made.direct + sum(usual(at) for at in range(len(attention[0])) if at != back - 1)
    with_source = sum(a[back - 1][..., None] * copied for a, copied in zip(attention, made.copied))
    return np.asarray(
        softmax(others[:, None] + with_source) - softmax(others + usual(back - 1))[:, None]
    )


def _together(study: Study, back: int) -> np.ndarray:
    """How often a source stands so far before a query in the training blocks [query, source]."""
    count, total = len(study.tokens), np.zeros(len(study.tokens) ** 2, np.int64)
    for rows in study.data.rows(study.data.counted_blocks):
        total += np.bincount(
            (rows[:, back:] * count + rows[:, :-back]).ravel(), minlength=len(total)
        )
    return total.reshape(count, count)


@dataclass(frozen=True)
class Found:
    """What became of a skip-trigram in held-out blocks, block by block."""

    # [block, 4]: positions that read the query with the source so far before it; those after
    # which the token came; the same two without asking for the source
    counts: np.ndarray

    @property
    def positions(self) -> int:
        """How many positions read the query with the source before it."""
        return int(self.counts[:, 0].sum())

    @property
    def lift(self) -> float | None:
        """How many times more often the token comes after the query where the source stands before
        it than after the query anyway; None where it never comes at all.
        """
        source, then, anyway, usual = (float(x) for x in self.counts.sum(0))
        return (then / source) / (usual / anyway) if source and usual else None

    @cached_property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the lift, by resampling blocks; from 0, and with no end, where it never
        comes or where there are too few blocks for a bootstrap.
        """
        if len(self.counts) < FEWEST:
            return 0.0, float("inf")
        drawn = resamples(len(self.counts)) @ self.counts.astype(np.float32)
        drawn = drawn[(drawn[:, 0] > 0) & (drawn[:, 3] > 0)]
        if not len(drawn):
            return 0.0, float("inf")
        low, high = np.quantile(
            drawn[:, 1] / drawn[:, 0] / (drawn[:, 3] / drawn[:, 2]),
            [(1 - LEVEL) / 2, (1 + LEVEL) / 2],
        )
        return float(low), float(high)


def looked_up(rows: np.ndarray, skip: Skip, *, window: int | None = None) -> Found:
    """A skip-trigram in blocks of text [block, token]: the source exactly so far before the query,
    or, with `window`, anywhere before it among so many tokens.
    """
    first = skip.back if window is None else 1
    query, following = rows[:, first:-1] == skip.query, rows[:, first + 1 :] == skip.following
    if window is None:
        source = rows[:, : -first - 1] == skip.source
    else:
        position = np.arange(rows.shape[1])
        last = np.maximum.accumulate(np.where(rows == skip.source, position, -rows.shape[1]), 1)[
            :, : -first - 1
        ]
        source = position[first:-1] - last < window
    both = query & source
    return Found(
        np.stack(
            [both.sum(1), (both & following).sum(1), query.sum(1), (query & following).sum(1)], 1
        )
    )


def held_out(study: Study) -> np.ndarray:
    """The held-out blocks [block, token]."""
    return np.concatenate(list(study.data.rows(study.data.holdout_blocks)))


def spelled(study: Study, skip: Skip) -> str:
    """A skip-trigram as the pages write it: a dot for each token between source and query."""
    name: Callable[[int], str] = lambda i: study.rule.tokens.names[i]
    return (
        f"{name(skip.source)} {'· ' * (skip.back - 1)}{name(skip.query)} → {name(skip.following)}"
    )
