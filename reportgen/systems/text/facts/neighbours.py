"""Which tokens lie side by side in the embedding, and are they tokens that could stand for one
another?
"""

from collections.abc import Callable
from functools import lru_cache
from string import ascii_lowercase
from unicodedata import category, normalize

import numpy as np

from reportgen.measure.estimates import LEVEL
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import interval_written
from reportgen.measure.population import FEWEST
from reportgen.systems.text.view import Study

TABLE = ["table"]
# a token is frequent if it is followed so often in the training blocks, or among so many: the
# embedding of a rarer one is mostly what it was before training
SEEN, LEAST = (
    50,
    8,
)
SHUFFLES = 2_000
VOWELS = frozenset("aeiou")
CONSONANTS = frozenset(ascii_lowercase) - VOWELS


def kinds(study: Study) -> tuple[str, ...]:
    """The kind of each token: finer than its class where tokens are characters."""
    classes = [study.rule.classes[t] for t in study.rule.vocabulary]
    if study.rule.unit == "words":
        return tuple({"letter": "word", "digit": "number"}.get(c, c) for c in classes)
    return tuple(_kind(str(t), c) for t, c in zip(study.rule.vocabulary, classes))


def _kind(name: str, kind: str) -> str:
    """A letter by what it is without its accents: vowels and consonants are told apart in the Latin
    alphabet alone.
    """
    if kind != "letter":
        return kind
    letter = normalize("NFD", name)[0]
    if category(letter) == "Lu":
        return "capital"
    return "vowel" if letter in VOWELS else "consonant" if letter in CONSONANTS else "letter"


def cosines(points: np.ndarray) -> np.ndarray:
    """Cosine of the angle between the vectors of each two tokens [token, token]: along the
    dimensions of the embedding, not along the vocabulary.
    """
    unit = points / np.linalg.norm(points, axis=1, keepdims=True).clip(min=np.finfo(float).tiny)
    return np.asarray(unit @ unit.T)


def distances(points: np.ndarray) -> np.ndarray:
    """Euclidean distance of each two tokens [token, token]."""
    return np.asarray(np.linalg.norm(points[:, None] - points[None], axis=-1))


def divergences(laws: np.ndarray) -> np.ndarray:
    """Jensen-Shannon divergence [row, row] of each two distributions, nats: 0 for equal ones, ln 2
    for ones that share nothing (Lin 1991).
    """
    plogp: Callable[[np.ndarray], np.ndarray] = lambda p: np.where(
        p > 0, p * np.log(np.where(p > 0, p, 1)), 0
    ).sum(-1)
    own = plogp(laws)
    return np.stack([(own[i] + own) / 2 - plogp((laws[i] + laws) / 2) for i in range(len(laws))])


def seen(study: Study) -> np.ndarray:
    """Ids of the tokens that are frequent enough to be compared, the most frequent first."""
    often = study.counts.often
    order = np.argsort(-often, kind="stable")
    return order[: max(int((often >= SEEN).sum()), min(LEAST, len(order)))]


def nearest(closeness: np.ndarray) -> np.ndarray:
    """For each row the other row that is closest."""
    return np.asarray(np.where(np.eye(len(closeness), dtype=bool), -np.inf, closeness).argmax(1))


@fact("How differently nearest tokens go on", better="low", tolerance=0.005, needs=TABLE)
def neighbours_differ(study: Study) -> Fact:
    """Jensen-Shannon divergence of what follows a token in the training blocks from what follows
    its nearest token by cosine, mean over all frequent tokens (seen fifty times, or among the eight
    most frequent); tokens that go on alike could stand for one another.
    """
    ids = seen(study)
    apart, points = divergences(study.counts.after[ids]), study.weights["W_E"][ids]
    each: Callable[[np.ndarray], np.ndarray] = lambda closeness: apart[
        np.arange(len(ids)), nearest(closeness)
    ]
    by_cosine, off = each(cosines(points)), ~np.eye(len(ids), dtype=bool)
    low, high = _bootstrap(by_cosine)
    parts = (
        (
            "nearest by Euclidean distance",
            Fact(
                float(each(-distances(points)).mean()), "nats", len(ids), "tokens", exhaustive=True
            ),
        ),
    )
    return Fact(
        float(by_cosine.mean()),
        "nats",
        len(ids),
        "tokens",
        low,
        high,
        clusters=len(ids),
        parts=parts,
        baseline=Reference("any other token", float(apart[off].mean())),
        floor=Reference("the token that goes on most alike", float(each(-apart).mean())),
    )


def _bootstrap(values: np.ndarray) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of their mean; none where there are too few."""
    if len(values) < FEWEST:
        return None, None
    rng = np.random.default_rng(len(values))
    means = values[rng.integers(0, len(values), (SHUFFLES, len(values)))].mean(1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


@fact("Cosine within a kind minus cosine across kinds", better="high", tolerance=0.02, needs=TABLE)
def kinds_gather(study: Study) -> Fact:
    """Mean cosine of two tokens of one kind minus that of two tokens of different kinds, over
    frequent tokens (seen fifty times, or among the eight most frequent). The baseline is the middle
    of where kinds dealt out at random put it, with the middle 95 % of that beside it.
    """
    ids, told = seen(study), kinds(study)
    labels = np.unique([told[i] for i in ids], return_inverse=True)[1]
    close = cosines(study.weights["W_E"][ids])
    value = _gathered(close, labels)
    low, high = _shuffled(close.tobytes(), labels.tobytes(), len(ids))
    parts = []
    for kind in dict.fromkeys(told[i] for i in ids):
        own = np.array([told[i] == kind for i in ids])
        if own.sum() > 1:
            within = close[np.ix_(own, own)][~np.eye(own.sum(), dtype=bool)].mean()
            parts.append(
                (
                    f"within {kind}s",
                    Fact(float(within), "ratio", int(own.sum()), "tokens", exhaustive=True),
                )
            )
    dealt = f"kinds dealt out at random ({interval_written(low, high, 'ratio')})"
    return Fact(
        value,
        "ratio",
        len(ids),
        "tokens",
        exhaustive=True,
        parts=tuple(parts),
        baseline=Reference(dealt, (low + high) / 2),
        details=dict(shuffled=[low, high], kinds=len(set(labels.tolist()))),
    )


def _gathered(close: np.ndarray, labels: np.ndarray) -> float:
    same, other = labels[:, None] == labels, ~np.eye(len(labels), dtype=bool)
    if not (same & other).any() or same.all():
        return 0.0
    return float(close[same & other].mean() - close[~same].mean())


@lru_cache(maxsize=16)
def _shuffled(close: bytes, labels: bytes, count: int) -> tuple[float, float]:
    """Where the middle 95 % of shuffled labels put the difference."""
    table, own, rng = (
        np.frombuffer(close).reshape(count, count),
        np.frombuffer(labels, np.int64),
        np.random.default_rng(count),
    )
    low, high = np.quantile(
        [_gathered(table, rng.permutation(own)) for _ in range(SHUFFLES)],
        [(1 - LEVEL) / 2, (1 + LEVEL) / 2],
    )
    return float(low), float(high)
