"""What counting alone can know of a text: tables of single tokens, pairs and triples of its
training blocks, and how surprised a reader who has them still is.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config import Config
from reportgen.systems.text.data import Passages, Text

STRENGTHS = (
    0.1,
    0.3,
    1.0,
    3.0,
    10.0,
    30.0,
    100.0,
    300.0,
)  # of smoothing, in tokens; validation passages choose among them
TRIPLED = 1 << 22  # tokens of training blocks whose triples are counted, at most

Surprise = Float[np.ndarray, "window position"]


@dataclass(frozen=True)
class Triples:
    """How often each pair of tokens is followed by each token, for those that occur."""

    vocabulary: int
    keys: Int[np.ndarray, "triple"]  # (first × vocabulary + second) × vocabulary + third, sorted
    often: Int[np.ndarray, "triple"]
    contexts: Int[np.ndarray, "context"]  # first × vocabulary + second, sorted
    followed: Int[np.ndarray, "context"]  # how often each context occurs

    @classmethod
    def of(cls, data: Text, vocabulary: int) -> "Triples":
        """Counted over the blocks that are counted, or over evenly spaced ones where the text is
        very long.
        """
        step = max(1, -(-len(data.counted_blocks) * data.block // TRIPLED))
        rows = [r for r in data.rows(data.counted_blocks[::step])]
        found = np.concatenate(
            [((r[:, :-2] * vocabulary + r[:, 1:-1]) * vocabulary + r[:, 2:]).ravel() for r in rows]
        )
        keys, often = np.unique(found, return_counts=True)
        contexts, place = np.unique(keys // vocabulary, return_inverse=True)
        return cls(vocabulary, keys, often, contexts, np.bincount(place, often).astype(np.int64))

    @property
    def entropy(self) -> float:
        """Entropy of the third token given the first two, under the counts themselves, nats."""
        of_context = self.followed[np.searchsorted(self.contexts, self.keys // self.vocabulary)]
        return float((self.often * np.log(of_context / self.often)).sum() / self.often.sum())

    def count(
        self, first: np.ndarray, second: np.ndarray, third: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """How often these triples occur, and how often their first two tokens do."""
        context = first * self.vocabulary + second
        return _looked_up(self.keys, self.often, context * self.vocabulary + third), _looked_up(
            self.contexts, self.followed, context
        )


def _looked_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    at = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)


@dataclass(frozen=True)
class Counts:
    """Counts of the training blocks, and readers who know them.

    A reader of a context it has rarely seen leans on what it knows of shorter ones: with strength
    s, it counts as if it had seen s more tokens after it, in the proportions of the shorter context
    (a Dirichlet prior; MacKay and Peto 1995).
    """

    pairs: Int[np.ndarray, "token next"]
    triples: Triples
    strength: (
        float  # of the smoothing of pairs: the one of STRENGTHS with the least validation loss
    )
    longer: float  # the same of triples

    @cached_property
    def often(self) -> Float[np.ndarray, "token"]:
        """How often each token is followed by another."""
        return np.asarray(self.pairs.sum(1).astype(float))

    @cached_property
    def shares(self) -> Float[np.ndarray, "next"]:
        """How often each token comes next, as if each had been seen once more."""
        return np.asarray((self.pairs.sum(0) + 1) / (self.pairs.sum() + len(self.pairs)))

    @cached_property
    def after(self) -> Float[np.ndarray, "token next"]:
        """Share of each next token after each token; a row of zeros after one that is never
        followed.
        """
        return np.asarray(self.pairs / self.often.clip(min=1)[:, None])

    @cached_property
    def before(self) -> Float[np.ndarray, "previous token"]:
        """Share of each previous token before each token; a column of zeros before one that never
        follows.
        """
        return np.asarray(self.pairs / self.pairs.sum(0).clip(min=1))

    @cached_property
    def smoothed(self) -> Float[np.ndarray, "token next"]:
        """What a reader of the last token expects."""
        return (self.pairs + self.strength * self.shares) / (self.often + self.strength)[:, None]

    @cached_property
    def entropies(self) -> dict[str, float]:
        """Entropy of the next token of the training blocks under their own counts, nats: for a
        reader of no token, of the last one, of the last two.
        """
        next_often = self.pairs.sum(0)
        single = next_often[next_often > 0] / next_often.sum()
        at = np.nonzero(self.pairs)
        pair = float(-(self.pairs[at] * np.log(self.after[at])).sum() / self.pairs.sum())
        return dict(
            unigram=float(-(single * np.log(single)).sum()),
            bigram=pair,
            trigram=self.triples.entropy,
        )

    def surprises(self, passages: Passages) -> dict[str, Surprise]:
        """-ln p of what came next, for the readers of no token, of the last one, and of the last
        two (of the only one at the start of a window).
        """
        last, following = passages.inputs, passages.targets
        pair = self.smoothed[last, following]
        triple = _with_triples(self.triples, passages, pair, self.longer)
        return dict(
            unigram=-np.log(self.shares[following]), bigram=-np.log(pair), trigram=-np.log(triple)
        )


def _with_triples(
    triples: Triples, passages: Passages, pair: np.ndarray, strength: float
) -> np.ndarray:
    seen, context = triples.count(
        passages.inputs[:, :-1], passages.inputs[:, 1:], passages.targets[:, 1:]
    )
    return np.concatenate([pair[:, :1], (seen + strength * pair[:, 1:]) / (context + strength)], 1)


def counts(config: Config, data: Text) -> Counts:
    """The counts of a text's training blocks, smoothed as suits its validation passages best."""
    vocabulary, chosen = len(config.rule.vocabulary), data.validation
    table, triples = data.pairs(data.counted_blocks, vocabulary), Triples.of(data, vocabulary)
    loss = lambda c: float(c.surprises(chosen)["bigram"].mean())
    best = min((Counts(table, triples, s, 1.0) for s in STRENGTHS), key=loss)
    longer = min(
        STRENGTHS,
        key=lambda s: float(
            -np.log(
                _with_triples(triples, chosen, best.smoothed[chosen.inputs, chosen.targets], s)
            ).mean()
        ),
    )
    return Counts(table, triples, best.strength, longer)
