"""What a head of a deep network looks at, copies and pushes: the scores by which the catalogue
calls it.
"""

from collections.abc import Callable

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.head_circuits import Circuits, copying
from reportgen.measure.heads import Head, equal_shares, heads
from reportgen.systems.text.facts.holdout import average, passages
from reportgen.systems.text.facts.repeated import follows, random_twice
from reportgen.systems.text.view import Study

RANDOM = 200  # random heads
SPREAD = 0.975


def on_copies(study: Study, marked: Callable[[np.ndarray], np.ndarray]) -> dict[Head, Fact]:
    """Attention of each head on marked keys where random tokens are read for the second time."""
    said = random_twice(study)
    keys = marked(said.tokens)
    share: Callable[[Head], Fact] = lambda at: said.sample.average(
        (said.pattern[:, at[0], at[1]] * keys).sum(-1),
        said.second,
        unit="share",
        of="positions read again",
        baseline=equal_shares(keys, said.second),
    )
    return {at: share(at) for at in heads(study)}


def in_text(study: Study) -> dict[Head, Fact]:
    """Attention of each head on the tokens right after earlier copies, in held-out text, where
    there is one.
    """
    keys = follows(study.data.holdout.inputs)
    where = np.asarray(keys.any(-1))
    if not where.any():
        words, of = "not defined: no token comes twice", "positions with an earlier copy"
        return {at: missing(words, unit="share", of=of) for at in heads(study)}
    on_keys: Callable[[Head], np.ndarray] = lambda at: (
        study.holdout.pattern(layer=at[0], head=at[1]) * keys
    ).sum(-1)
    score: Callable[[Head], Fact] = lambda at: passages(study).average(
        on_keys(at),
        where,
        unit="share",
        of="positions with an earlier copy",
        baseline=equal_shares(keys, where),
    )
    return {at: score(at) for at in heads(study)}


def copying_scores(study: Study) -> dict[Head, Fact]:
    """The copying score of each head by the eigenvalues of W_E W_V W_O W_U, taken from the small
    matrix that has the same ones.
    """
    made, w = Circuits(study), study.weights
    rng, baseline = np.random.default_rng(RANDOM), []
    shape = w["W_V"][0, 0].shape
    for _ in range(RANDOM):
        into, out = w["W_E"] @ rng.normal(size=shape), rng.normal(size=shape[::-1]) @ made.spoken
        baseline.append(copying(out @ into))
    chance = Reference(
        "random heads between the same embedding and unembedding", float(np.mean(baseline))
    )
    details = dict(chance_high=float(np.quantile(baseline, SPREAD)))

    def score(at: Head) -> Fact:
        into, out = (
            w["W_E"] @ made.reading("ln1", at[0]) @ w["W_V"][at],
            made.out(at[0])[at[1]] @ made.spoken,
        )
        return Fact(
            copying(out @ into),
            "ratio",
            len(study.tokens),
            "tokens",
            exhaustive=True,
            baseline=chance,
            details=details,
        )

    return {at: score(at) for at in heads(study)}


def pushed(study: Study) -> dict[Head, Fact]:
    """How far each head raises the logits of the tokens it looks at, above the mean of all tokens:
    each weighed by the attention it gets.
    """
    made, trace = Circuits(study), study.holdout
    own = (made.spoken - made.spoken.mean(1, keepdims=True)).T[trace.tokens]

    def push(at: Head) -> Fact:
        carried = trace.v(layer=at[0], head=at[1]) @ made.out(at[0])[at[1]]
        values = trace.pattern(layer=at[0], head=at[1]) @ (carried * own).sum(-1)[..., None]
        return average(
            study,
            values[..., 0] / trace.ln_final_scale,
            unit="logits",
            of="positions",
            baseline=Reference("no push", 0.0),
        )

    return {at: push(at) for at in heads(study)}
