"""Induction as the literature measures it: on random tokens that are said twice, whatever a network
was trained on.
"""

from dataclasses import replace

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.controls import Control, renamings
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.heads import Head, equal_shares, heads
from reportgen.systems.repeated_sequences.facts.reading import largest, name_of
from reportgen.systems.repeated_sequences.facts.scores import matching_head
from reportgen.systems.repeated_sequences.view import Study

COUNT = 200  # sequences


@held
def said_twice(study: Study) -> Trace:
    """Half a window of tokens, each drawn from the whole vocabulary whatever came before, and then
    the same again.
    """
    half, symbols = study.config.model.n_ctx // 2, len(study.tokens)
    rng = stream(study.config.data.seed, RESAMPLING, 2)
    drawn = rng.integers(0, symbols, (COUNT, half))
    keep = ["pattern", "v", "ln_final_scale"]
    return study.trace_of(np.concatenate([drawn, drawn], 1), keep=keep)


def sample() -> Sample:
    """The sequences."""
    return Sample(np.arange(COUNT), COUNT, "sequences of random tokens said twice")


@fact("Induction stripe on random tokens", tolerance=0.01, needs=["attention"])
def stripe_random(study: Study) -> Fact:
    """Attention on the position half a window back and one further, mean over the diagonal, on
    sequences of independent random tokens that are said twice (as TransformerLens and others
    measure it); of the head that has most, parts for every head. The network was trained on other
    sequences: of different tokens, said again and again.
    """
    trace, half = said_twice(study), study.config.model.n_ctx // 2
    length = 2 * half
    stripe = np.eye(length, k=1 - half, dtype=bool)[None]
    where = np.broadcast_to(stripe.any(2), (COUNT, length))
    baseline = equal_shares(np.broadcast_to(stripe, (COUNT, length, length)), where)
    looks = {at: (trace.pattern(layer=at[0], head=at[1]) * stripe).sum(2) for at in heads(study)}
    parts = [
        (
            name_of(study, at),
            sample().average(values, where, unit="share", of="positions", baseline=baseline),
        )
        for at, values in looks.items()
    ]
    return largest(parts, heads(study))


@fact("Rise of the attended token", tolerance=0.05, needs=["attention"])
def copying_rise(study: Study) -> Fact:
    """How far what a head brings from the tokens it attends to raises the logits of these very
    tokens above the mean of all tokens, each weighted by its attention, mean over random tokens
    that are said twice (after Olsson and others); of the head that matches prefixes most, parts
    for every head. The control renames the tokens that are raised.
    """
    trace, at = said_twice(study), matching_head(study)
    tokens, spoken = trace.tokens, Circuits(study).spoken
    spoken = spoken - spoken.mean(1, keepdims=True)
    rises = {
        head: sample().average(
            _rise(study, trace, head, spoken.T[tokens]),
            np.ones(tokens.shape, dtype=bool),
            unit="logits",
            of="positions",
            baseline=Reference("a head that raises no logit", 0.0),
        )
        for head in heads(study)
    }
    control = _renamed(study, trace, at, spoken).details("renamed", "logits")
    return replace(
        rises[at],
        parts=tuple((name_of(study, head), rise) for head, rise in rises.items()),
        details=control | dict(head_text=name_of(study, at)),
    )


def _weights(trace: Trace, at: Head) -> np.ndarray:
    """What a head takes from each key, as the last normalization counts it [sequence, query,
    key].
    """
    pattern = trace.pattern(layer=at[0], head=at[1])
    return np.asarray(pattern / trace.ln_final_scale[..., None])


def _rise(study: Study, trace: Trace, at: Head, wanted: np.ndarray) -> np.ndarray:
    """What a head adds at each query [sequence, query] to the logits of the tokens that it attends
    to; `wanted` [sequence, key, d_model] raises the token of each key.
    """
    written = trace.v(layer=at[0], head=at[1]) @ Circuits(study).out(at[0])[at[1]]
    own = (written * wanted).sum(-1)
    return np.asarray((_weights(trace, at) @ own[..., None])[..., 0])


def _renamed(study: Study, trace: Trace, at: Head, spoken: np.ndarray) -> Control:
    """The mean rise with the tokens that are raised renamed at random."""
    written = trace.v(layer=at[0], head=at[1]) @ Circuits(study).out(at[0])[at[1]]
    taken = _weights(trace, at).sum(1)[..., None] * written  # [sequence, key, d_model]
    by_token = np.zeros((len(study.tokens), written.shape[-1]))
    np.add.at(by_token, trace.tokens.ravel(), taken.reshape(-1, written.shape[-1]))
    raised = by_token @ spoken / trace.tokens.size  # [token read, token raised]
    rows = np.arange(len(raised))
    return Control(np.array([raised[rows, order].sum() for order in renamings(len(raised))]))
