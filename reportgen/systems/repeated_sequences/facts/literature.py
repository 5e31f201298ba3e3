"""Induction as the literature measures it: on random tokens that are said twice, whatever a network
was trained on.
"""

from dataclasses import replace

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import equal_shares, heads
from reportgen.measure.rising import renamed_rise, rise
from reportgen.systems.repeated_sequences.config import data_config
from reportgen.systems.repeated_sequences.facts.reading import largest, name_of
from reportgen.systems.repeated_sequences.facts.scores import matching_head
from reportgen.systems.repeated_sequences.view import Study

COUNT = 200  # sequences, unless the configuration says how many


def asked(study: Study) -> tuple[int, int]:
    """How many sequences are said twice, and of how many tokens."""
    given = data_config(study.config).said_twice
    return given or (COUNT, study.config.model.n_ctx // 2)


@held
def said_twice(study: Study) -> Trace:
    """Tokens, half a window unless the configuration says how many, each drawn from the whole
    vocabulary whatever came before, and then the same again.
    """
    data = data_config(study.config)
    own = stream(data.seed, RESAMPLING, 2)
    rng = np.random.default_rng(data.seed) if data.said_twice else own
    drawn = rng.integers(0, len(study.tokens), asked(study))
    keep = ["pattern", "v", "ln_final_scale", "logits"]
    return study.trace_of(np.concatenate([drawn, drawn], 1), keep=keep)


def sample(study: Study) -> Sample:
    """The sequences."""
    count, _ = asked(study)
    return Sample(
        np.arange(count), count, "sequences of random tokens, each followed by a copy of itself"
    )


@fact("Induction stripe on random tokens", tolerance=0.01, needs=["attention"])
def stripe_random(study: Study) -> Fact:
    """Attention on the position half a window back and one further, mean over the diagonal, on
    sequences of independent random tokens, each followed by a copy of itself (as TransformerLens
    and others measure it); of the head that has most, parts for every head. Sequences of
    the configuration are others: of different tokens, repeated to the end.
    """
    trace, (count, half) = said_twice(study), asked(study)
    length = 2 * half
    stripe = np.eye(length, k=1 - half, dtype=bool)[None]
    where = np.broadcast_to(stripe.any(2), (count, length))
    baseline = equal_shares(np.broadcast_to(stripe, (count, length, length)), where)
    looks = {at: (trace.pattern(layer=at[0], head=at[1]) * stripe).sum(2) for at in heads(study)}
    parts = [
        (
            name_of(study, at),
            sample(study).average(values, where, unit="share", of="positions", baseline=baseline),
        )
        for at, values in looks.items()
    ]
    return largest(parts, heads(study))


@fact("Rise of the attended token", tolerance=0.05, needs=["attention"])
def copying_rise(study: Study) -> Fact:
    """How far what a head brings from the tokens it attends to raises the logits of these very
    tokens above the mean of all tokens, each weighted by its attention, mean over random tokens
    that are followed by a copy of themselves (after Olsson and others); of the head that matches
    prefixes most, parts for every head. The control renames the tokens that are raised.
    """
    trace, at = said_twice(study), matching_head(study)
    rises = {
        head: sample(study).average(
            rise(study, trace, head),
            np.ones(trace.tokens.shape, dtype=bool),
            unit="logits",
            of="positions",
            baseline=Reference("a head that raises no logit", 0.0),
        )
        for head in heads(study)
    }
    control = renamed_rise(study, trace, at).details("renamed", "logits")
    return replace(
        rises[at],
        parts=tuple((name_of(study, head), each) for head, each in rises.items()),
        details=control | dict(head_text=name_of(study, at)),
    )
