"""How much arrives? Attention weights beside the length of what they bring (Kobayashi and others
2020, 2021).

A position receives from each position j and head h the vector A_ij f(x_j) with f(x) = x W_V W_O,
biases included. A large weight on a short vector brings little.
"""

from dataclasses import replace

import numpy as np

from reportgen.core.trace import Trace
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import ATTENTION, name_of
from reportgen.systems.text.facts.holdout import passages
from reportgen.systems.text.view import Study

RANKED = 8  # sources that a position must have to be ranked


def values_as_written(study: Study, trace: Trace, layer: int) -> np.ndarray:
    """f(x_j) of each head as it is written into the stream [window, head, source, d_model]."""
    v, m = trace.v(layer=layer), study.config.model
    out = (
        study.weights["W_O"][layer]
        if "W_O" in study.weights
        else np.eye(m.n_heads * m.d_head).reshape(m.n_heads, m.d_head, -1)
    )
    return np.asarray(v @ out)


def norms(study: Study, trace: Trace, layer: int) -> np.ndarray:
    """Length of A_ij f(x_j) [window, head, query, source]."""
    return np.asarray(
        trace.pattern(layer=layer)
        * np.linalg.norm(values_as_written(study, trace, layer), axis=-1)[:, :, None, :]
    )


def ranks_agree(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation [window, query] of two quantities [window, query, source] over
    the sources that a query can see; NaN below `RANKED` of them.
    """
    from scipy.stats import rankdata

    windows, length = first.shape[:2]
    found = np.full((windows, length), np.nan)
    for query in range(RANKED - 1, length):
        a, b = (rankdata(x[:, query, : query + 1], axis=-1) for x in (first, second))
        a, b = a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True)
        size = np.sqrt((a * a).sum(-1) * (b * b).sum(-1))
        found[:, query] = np.where(size > 0, (a * b).sum(-1) / np.where(size > 0, size, 1), 0)
    return found


@fact("Agreement of the ranks by weight and by length", tolerance=0.02, needs=ATTENTION)
def rank_agreement(study: Study) -> Fact:
    """Spearman’s rank correlation between the attention weights of a position and the lengths of
    what they bring, over the sources that the position can see (eight or more), mean over held-out
    positions: of the head where it is lowest; parts for every head, and how often both name the
    same first source.
    """
    sample, parts, first = passages(study), [], []
    for layer, head in heads(study):
        weights, lengths = (
            study.holdout.pattern(layer=layer, head=head),
            norms(study, study.holdout, layer)[:, head],
        )
        agree = ranks_agree(weights, lengths)
        where = np.isfinite(agree)
        parts.append(
            (
                name_of(study, (layer, head)),
                sample.average(
                    agree,
                    where,
                    unit="share",
                    of="positions",
                    baseline=Reference("unrelated ranks", 0.0),
                ),
            )
        )
        same = weights.argmax(-1) == lengths.argmax(-1)
        first.append(
            (
                f"{name_of(study, (layer, head))}: same first source",
                sample.average(same, where, unit="percent", of="positions", counted=True),
            )
        )
    name, least = min(parts, key=lambda part: part[1].value or 0)
    return replace(
        least,
        parts=(*parts, *first),
        details=dict(
            head_text=name, least_first=min(first, key=lambda part: part[1].value or 0)[1].text
        ),
    )


@fact("Spread of the lengths of what tokens bring", tolerance=0.1, needs=ATTENTION)
def length_spread(study: Study) -> Fact:
    """How many times longer the vectors f(x) of the longest tenth of held-out positions are than
    those of the shortest tenth (their ninth and first decile), of the head where the ratio is
    largest; parts for every head. Were it 1, weights and norms would say the same.
    """
    parts = []
    for layer, head in heads(study):
        lengths = np.linalg.norm(values_as_written(study, study.holdout, layer)[:, head], axis=-1)
        low, high = np.quantile(lengths, [0.1, 0.9])
        parts.append(
            (
                name_of(study, (layer, head)),
                Fact(
                    float(high / max(low, 1e-300)),
                    "ratio",
                    lengths.size,
                    "positions of all held-out windows",
                    exhaustive=True,
                    baseline=Reference("equal lengths", 1.0),
                ),
            )
        )
    name, most = max(parts, key=lambda part: part[1].value or 0)
    return replace(most, parts=tuple(parts), details=dict(head_text=name))


def mixing(study: Study, trace: Trace, layer: int, *, residual: bool) -> np.ndarray:
    """Mixing ratio [window, query]: the length of what comes from other positions over that plus
    the length of what comes from the position itself, the residual stream counted with it or not.
    """
    values, pattern = values_as_written(study, trace, layer), trace.pattern(layer=layer)
    everything = (pattern @ values).sum(1)
    own = (np.diagonal(pattern, 0, 2, 3)[..., None] * values).sum(1)
    context, self_part = (
        np.linalg.norm(everything - own, axis=-1),
        np.linalg.norm(own + (trace.resid_pre(layer=layer) if residual else 0), axis=-1),
    )
    return np.asarray(context / np.maximum(context + self_part, np.finfo(float).tiny))


@fact("Mixing ratio", tolerance=0.02, needs=[*ATTENTION, "residual"])
def mixing_ratio(study: Study) -> Fact:
    """Length of what a position receives from other positions, over that plus the length of what it
    keeps of itself (its residual stream, and what attention brings it from itself), mean over
    held-out positions that have others before them; of the last layer. Attention and residual
    stream are the scopes of Kobayashi and others (2021) for networks that normalize before
    attention or not at all. Parts: every layer, and attention alone.
    """
    sample, parts = passages(study), []
    where = np.broadcast_to(
        np.arange(study.config.model.n_ctx) > 0, study.data.holdout.inputs.shape
    )
    for layer in range(study.config.model.n_layers):
        for scope, residual in (("attention alone", False), ("with the residual stream", True)):
            parts.append(
                (
                    f"layer {layer}, {scope}",
                    sample.average(
                        mixing(study, study.holdout, layer, residual=residual),
                        where,
                        unit="share",
                        of="positions",
                        baseline=Reference("as much from others as from itself", 0.5),
                    ),
                )
            )
    return replace(
        parts[-1][1],
        parts=tuple(parts),
        details=dict(alone=parts[-2][1].text, alone_value=parts[-2][1].value),
    )
