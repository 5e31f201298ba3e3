"""What does the feed-forward block make of the map of who brings what? Its output shared out among
the sources of a position (Kobayashi and others 2024).

Before the block a position i holds of each position j the vector F_ij: what attention brings from
there, and for j = i also its own residual stream (2020, 2021). Normalization keeps this sum, with
its division as it came out, so that a neuron reads p_ij from each source, and a rest from biases
alone. The paper shares out what the neuron then says by integrated gradients: each source gets p_ij
times the mean slope of the neuron on the straight way from the rest alone to the rest and all
sources. That mean is what the neuron rises by along the way over the way's length, whatever its
function: no integral is approximated. Of a ReLU it is the share of the way on which it fires.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from reportgen.core.recording import neurons_of
from reportgen.core.trace import Trace
from reportgen.measure.head_circuits import Circuits
from reportgen.systems.text.facts.norms import values_as_written
from reportgen.systems.text.view import Study

SCOPES = ("attention", "before it", "feed-forward alone", "the whole layer")
PIECE = 4_000_000  # numbers that neurons read from sources, held at once
SHORT = 1e-4  # of what a neuron reads: differences over less lose digits

Neurons = Callable[[np.ndarray], np.ndarray]  # what neurons give for what they get


@dataclass(frozen=True)
class Through:
    """One layer on some windows: what every source brings to every position, and how well the parts
    make the whole.
    """

    lengths: dict[str, np.ndarray]  # by scope, [window, query, source]
    # by scope, [window, query]: length of what others bring, over that plus the length of what a
    # position has of itself
    mixing: dict[str, np.ndarray]
    rest: float  # largest number by which the parts miss what the block hands on beyond its biases


def fires(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Share of the straight way between two inputs on which a ReLU fires, its mean slope there; 0
    where it stays at the edge.
    """
    long = np.abs(start) + np.abs(end)
    return np.asarray((np.maximum(start, 0) + np.maximum(end, 0)) / np.where(long > 0, long, 1))


def mean_slope(neurons: Neurons, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Mean slope of neurons on the straight way between two inputs; on a way too short for the
    difference of two values, that around its middle.
    """
    middle, short = (start + end) / 2, np.abs(end - start) < SHORT
    low, high = np.where(short, middle - SHORT, start), np.where(short, middle + SHORT, end)
    return np.asarray((neurons(high) - neurons(low)) / (high - low))


def shared_out(
    brought: np.ndarray, biases: np.ndarray, neurons: Neurons | None = None
) -> np.ndarray:
    """Integrated gradients of neurons, or of ReLU ones: what each source [..., source, neuron] adds
    to what they say with `biases` [..., neuron] alone.
    """
    end = biases + brought.sum(-2)
    slope = fires(biases, end) if neurons is None else mean_slope(neurons, biases, end)
    return np.asarray(brought * slope[..., None, :])


def before(study: Study, trace: Trace, layer: int, windows: slice) -> tuple[np.ndarray, np.ndarray]:
    """What a position gets from each source by attention, and what it holds of it with its residual
    stream, [window, query, source, d_model]; biases that belong to no source left out.
    """
    values, pattern = (
        values_as_written(study, trace, layer)[windows],
        trace.pattern(layer=layer)[windows],
    )
    attention = np.einsum("whqk,whkd->wqkd", pattern, values, optimize=True)
    held = attention.copy()
    positions = np.arange(held.shape[1])
    held[:, positions, positions] += trace.resid_pre(layer=layer)[windows]
    return attention, held


def handed_on(
    study: Study, trace: Trace, layer: int, windows: slice, held: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the feed-forward block makes of each source [window, query, source, d_model], and of
    biases alone [window, query, d_model].
    """
    w, read, scale = (
        study.weights,
        Circuits(study).reading("ln2", layer),
        trace.ln2_scale(layer=layer)[windows],
    )
    constant = w["b_in"][layer] + (w["ln2_b"][layer] @ w["W_in"][layer] if "ln2_b" in w else 0.0)
    own = w["b_O"][layer] @ read @ w["W_in"][layer] if "b_O" in w else np.zeros_like(constant)
    biases = own / scale[..., None] + constant
    m = study.config.model
    neurons: Neurons = lambda x: neurons_of(m, x)
    brought = held @ (read @ w["W_in"][layer]) / scale[..., None, None]
    return (
        shared_out(brought, biases, None if m.activation == "relu" else neurons)
        @ w["W_out"][layer],
        neurons(biases) @ w["W_out"][layer],
    )


def ratio(vectors: np.ndarray) -> np.ndarray:
    """Mixing ratio [window, query] of vectors [window, query, source, d_model]."""
    positions = np.arange(vectors.shape[1])
    own = vectors[:, positions, positions]
    context, kept = np.linalg.norm(vectors.sum(2) - own, axis=-1), np.linalg.norm(own, axis=-1)
    return np.asarray(context / np.maximum(context + kept, np.finfo(float).tiny))


def _pieces(
    study: Study, trace: Trace, layer: int
) -> Iterator[tuple[dict[str, np.ndarray], float]]:
    m, length = study.config.model, trace.tokens.shape[1]
    together = max(1, PIECE // (length * length * max(m.d_mlp, m.d_model)))
    for first in range(0, len(trace.tokens), together):
        windows = slice(first, first + together)
        attention, held = before(study, trace, layer, windows)
        forward, alone = handed_on(study, trace, layer, windows, held)
        says = trace.mlp_post(layer=layer)[windows] @ study.weights["W_out"][layer]
        yield (
            dict(zip(SCOPES, (attention, held, forward, held + forward))),
            float(np.abs(forward.sum(2) + alone - says).max()),
        )


def through(study: Study, trace: Trace, layer: int) -> Through:
    """A layer on the windows of a trace."""
    lengths: dict[str, list[np.ndarray]] = {scope: [] for scope in SCOPES}
    mixing: dict[str, list[np.ndarray]] = {scope: [] for scope in SCOPES}
    rest = 0.0
    for vectors, missed in _pieces(study, trace, layer):
        rest = max(rest, missed)
        for scope, found in vectors.items():
            lengths[scope].append(np.linalg.norm(found, axis=-1))
            mixing[scope].append(ratio(found))
    return Through(
        {scope: np.concatenate(found) for scope, found in lengths.items()},
        {scope: np.concatenate(found) for scope, found in mixing.items()},
        rest,
    )
