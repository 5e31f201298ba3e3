"""Who adds the one? What the stream would name before and after each part, and what is named
without the feed-forward layers.
"""

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    average,
    blind,
    logits,
    mirrors,
    queries,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study


def digit(study: Study) -> np.ndarray:
    """The digit that each output is made from [row, output], before one is added."""
    return np.asarray(study.data.evaluated[:, mirrors(study)])


def named(study: Study, stream: np.ndarray) -> np.ndarray:
    """The token that the last normalization and the unembedding would name at points [..., d_model]
    of the stream.
    """
    return np.asarray(logit_lens(study, stream).argmax(-1))


def depths(study: Study) -> dict[str, np.ndarray]:
    """The stream at the outputs [row, output, d_model], before the first layer and after each
    part.
    """
    t, at = study.holdout, queries(study)
    out = {"embedding": t.resid_pre(layer=0)[:, at]}
    for layer in range(study.config.model.n_layers):
        out[f"attention {layer}"] = t.resid_mid(layer=layer)[:, at]
        if study.config.model.d_mlp:
            out[f"MLP {layer}"] = t.resid_post(layer=layer)[:, at]
    return out


def _lens(study: Study, stream: np.ndarray) -> Fact:
    says, always = named(study, stream), blind(study, wanted(study))  # as often the digit before
    same = average(study, says == digit(study), ALL, of="outputs", counted=True, baseline=always)
    return average(
        study,
        says == wanted(study),
        ALL,
        of="outputs",
        counted=True,
        baseline=always,
        parts=(("names the digit itself", same),),
        details=dict(itself=same.text),
    )


@fact("Right answers, read before the last feed-forward layer", tolerance=0.03, needs=["mlp"])
def lens_before(study: Study) -> Fact:
    """Share of the outputs at which the stream, read just before the last feed-forward layer,
    already gives the right token; the part is the share at which it gives the unchanged digit.
    """
    return _lens(study, study.holdout.resid_mid(layer=-1)[:, queries(study)])


@fact("Right answers, read after the last feed-forward layer", tolerance=0.03, needs=["mlp"])
def lens_after(study: Study) -> Fact:
    """Share of the outputs at which the stream, read after the last feed-forward layer, where the
    network reads it, gives the right token; the part is the share at which it gives the
    unchanged digit.
    """
    return _lens(study, study.holdout.resid_post(layer=-1)[:, queries(study)])


def _silent(study: Study, layers: range) -> Fact:
    """What is right when feed-forward layers add their mean at each position instead of what they
    compute.
    """
    out = study.holdout.mlp_out()
    mean = {
        ("mlp_out", layer): np.broadcast_to(out[:, layer].mean(0), out[:, layer].shape)
        for layer in layers
    }
    says = logits(study, study.data.evaluated, replace=mean).argmax(-1)
    always = blind(study, wanted(study))
    itself = average(study, says == digit(study), ALL, counted=True, baseline=always)
    whole = average(study, right(study), ALL).value or 0.0
    return average(
        study,
        says == wanted(study),
        ALL,
        counted=True,
        baseline=Reference("the whole network", whole),
        floor=always,
        parts=(("names the digit itself", itself),),
        details=dict(itself=itself.text),
    )


@fact(
    "Tokens right without the first feed-forward layer",
    better="high",
    tolerance=0.03,
    needs=["mlp"],
)
def without_mlp_first(study: Study) -> Fact:
    """Share of output tokens right when the first feed-forward layer adds the same at each position
    for all inputs: its mean. The part is the share that gives the unchanged digit.
    """
    return _silent(study, range(1))


@fact(
    "Tokens right without the last feed-forward layer",
    better="high",
    tolerance=0.03,
    needs=["mlp", "layers"],
)
def without_mlp_last(study: Study) -> Fact:
    """Share of output tokens right when the last feed-forward layer adds the same at each position
    for all inputs: its mean. The part is the share that gives the unchanged digit.
    """
    n = study.config.model.n_layers
    return _silent(study, range(n - 1, n))


@fact("Tokens right without any feed-forward layer", better="high", tolerance=0.03, needs=["mlp"])
def without_mlps(study: Study) -> Fact:
    """Share of output tokens right when every feed-forward layer adds the same at each position for
    all inputs: its mean. The part is the share that gives the unchanged digit.
    """
    return _silent(study, range(study.config.model.n_layers))
