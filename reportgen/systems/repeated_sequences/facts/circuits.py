"""Is it in the weights? Copying, matching, and composition of heads, beside what chance gives."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from reportgen.measure.controls import DRAWS, Control, renamed, rotated
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits, composition, copying, diagonal
from reportgen.measure.heads import Head, heads
from reportgen.systems.repeated_sequences.facts.reading import largest, name_of
from reportgen.systems.repeated_sequences.facts.scores import matching_head
from reportgen.systems.repeated_sequences.view import Study

KINDS = ("Q", "K", "V")


@lru_cache(maxsize=8)
def random_copying(vocabulary: int, d_model: int, d_head: int) -> Control:
    """Copying scores of heads whose matrices are random and Gaussian."""
    rng = np.random.default_rng(0)
    normal: Callable[..., np.ndarray] = lambda *shape: rng.normal(size=shape)
    score: Callable[[], float] = lambda: copying(  # of the small product: the same eigenvalues
        normal(d_head, d_model)
        @ normal(d_model, vocabulary)
        @ normal(vocabulary, d_model)
        @ normal(d_model, d_head)
    )
    return Control(np.array([score() for _ in range(DRAWS)]))


def pairs(study: Study) -> list[tuple[Head, Head]]:
    """Every head with every head of a later layer."""
    return [(a, b) for a in heads(study) for b in heads(study) if a[0] < b[0]]


def met(study: Study, kind: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """For every pair, what the first writes and what the second's queries (Q), keys (K) or values
    (V) read.
    """
    circuits = Circuits(study)
    second = {"Q": circuits.qk, "K": lambda at: circuits.qk(at).T, "V": circuits.ov}[kind]
    return [(circuits.ov(a), second(b)) for a, b in pairs(study)]


def composed(study: Study, kind: str) -> list[float]:
    """Composition of every pair."""
    return [composition(*both) for both in met(study, kind)]


def turned(study: Study, kind: str) -> Control:
    """The control of the pair that has most composition: its own matrices, turned at random."""
    found = met(study, kind)
    return rotated(*max(found, key=lambda both: composition(*both)))


def _composition(study: Study, kind: str) -> Fact:
    m, values, control = study.config.model, composed(study, kind), turned(study, kind)
    parts = [
        (
            f"{name_of(study, a)} into {name_of(study, b)}",
            Fact(value, "ratio", 1, "pair of heads", exhaustive=True),
        )
        for (a, b), value in zip(pairs(study), values)
    ]
    best = int(np.argmax(values))
    return Fact(
        values[best],
        "ratio",
        len(values),
        f"pair{'s' * (len(values) > 1)} of heads of size {m.d_head} in {m.d_model} dimensions",
        exhaustive=True,
        baseline=Reference(
            f"{kind}-composition of the same matrices turned at random, mean",
            float(control.draws.mean()),
        ),
        parts=tuple(parts),
        details=dict(pair_text=parts[best][0], **control.details("rotated", "ratio")),
    )


@fact("Q-composition", tolerance=0.005, needs=["layers"])
def q_composition(study: Study) -> Fact:
    """How much of what an earlier head writes is read by the queries of a later one, of the pair
    that has most: sizes (Frobenius) of W_OV W_QK over those of its two parts.
    """
    return _composition(study, "Q")


@fact("K-composition", tolerance=0.005, needs=["layers"])
def k_composition(study: Study) -> Fact:
    """How much of what an earlier head writes is read by the keys of a later one, of the pair that
    has most: sizes (Frobenius) of W_OV times W_QK transposed over those of its two parts.
    """
    return _composition(study, "K")


@fact("V-composition", tolerance=0.005, needs=["layers"])
def v_composition(study: Study) -> Fact:
    """How much of what an earlier head writes is read by the values of a later one, of the pair
    that has most: sizes (Frobenius) of the product of both W_OV over those of its two parts.
    """
    return _composition(study, "V")


@fact("Copying score", tolerance=0.01, needs=["attention"])
def copying_score(study: Study) -> Fact:
    """Sum of the real parts of the eigenvalues of W_E W_V W_O W_U over the sum of their sizes, of
    the head that matches prefixes most; parts for every head. Normalization's centring and gains
    are counted in.
    """
    circuits, m, at = Circuits(study), study.config.model, matching_head(study)
    random = random_copying(len(study.tokens), m.d_model, m.d_head)
    score: Callable[[Head], Fact] = lambda head: Fact(
        copying(circuits.copied(head)),
        "ratio",
        len(study.tokens),
        "eigenvalues",
        exhaustive=True,
        baseline=Reference("random matrices, mean", float(random.draws.mean())),
    )
    parts, mine = tuple((name_of(study, head), score(head)) for head in heads(study)), score(at)
    return replace(
        mine,
        parts=parts,
        details=dict(
            head_text=name_of(study, at),
            **random.details("random", "ratio"),
            **renamed(*circuits.through_values(at)).details("renamed", "ratio"),
        ),
    )


@fact("Tokens that raise themselves", better="high", tolerance=0.02, needs=["attention"])
def raises_itself(study: Study) -> Fact:
    """Share of tokens whose own logit is the one that reading them raises most, through the head
    that matches prefixes most: every token tried.
    """
    at = matching_head(study)
    own = diagonal(Circuits(study).copied(at))
    return Fact(
        float(own.mean()),
        "of",
        len(own),
        "tokens",
        exhaustive=True,
        baseline=Reference("one column in as many as there are tokens", 1 / len(own)),
        details=dict(head_text=name_of(study, at)),
    )


@fact("Tokens that match themselves one layer on", better="high", tolerance=0.02, needs=["layers"])
def matches_itself(study: Study) -> Fact:
    """Share of tokens for which a later head's best match, among all tokens an earlier head may
    have written into its keys, is the token itself: of the pair of heads with the most; every
    token tested.
    """
    circuits, found = Circuits(study), pairs(study)
    own = [diagonal(circuits.matched(b, through=a)) for a, b in found]
    parts = [
        (
            f"{name_of(study, a)} into {name_of(study, b)}",
            Fact(
                float(o.mean()),
                "of",
                len(o),
                "tokens",
                exhaustive=True,
                baseline=Reference("one column in as many as there are tokens", 1 / len(o)),
            ),
        )
        for (a, b), o in zip(found, own)
    ]
    best = largest(parts, [b for _, b in found])
    return replace(best, details=dict(pair_text=best.details["head_text"]))
