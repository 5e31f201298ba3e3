"""What is needed? Parts of the network silenced, averaged, or taken from another sequence."""

from collections.abc import Iterator

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_rules.facts.errors import SEEN, wrong
from reportgen.systems.sequence_rules.facts.losses import surprise_of
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study


def _silenced(study: Study, component: str, kind: str) -> Iterator[np.ndarray]:
    """Logits of held-out windows, of every draw of an ablation."""
    from reportgen.core.interventions import ablations

    windows = study.data.holdout_windows
    return ablations(
        study.config.model,
        study.weights,
        windows.inputs,
        windows.sequence,
        component,
        kind,
        stream(study.config.data.seed, RESAMPLING),
    )


def _broken_and_surprise(study: Study, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Broken positions and surprise, [window, position] each."""
    windows = study.data.holdout_windows
    return windows.broken(logits.argmax(-1)), surprise_of(logits, windows)


def _without(study: Study, component: str) -> Fact:
    """Rule error with a component replaced by its mean, with the paired increase as a part."""
    windows, sample = study.data.holdout_windows, holdout(study)
    if not windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="percent", of=SEEN)
    usual = wrong(study)
    (silenced,) = _silenced(study, component, "mean")
    broken = windows.broken(silenced.argmax(-1))
    more = sample.average(broken.astype(float) - usual, windows.visible, unit="percent", of=SEEN)
    intact = Reference(
        "the whole network", float(windows.mean(usual, windows.visible)), int(windows.visible.sum())
    )
    return sample.average(
        broken,
        windows.visible,
        unit="percent",
        of=SEEN,
        counted=True,
        baseline=intact,
        parts=(("increase", more),),
    )


def _kinds(study: Study, component: str) -> Fact:
    """Increase of the rule error when a component is zeroed; parts for all three kinds of ablation,
    of error and loss.
    """
    windows, sample = study.data.holdout_windows, holdout(study)
    if not windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="percent", of=SEEN)
    usual_broken, usual_surprise = _broken_and_surprise(study, study.holdout.logits)
    everywhere = np.ones_like(windows.visible)
    parts: list[tuple[str, Fact]] = []
    for kind in ("zero", "mean", "resample"):
        draws = [
            _broken_and_surprise(study, logits) for logits in _silenced(study, component, kind)
        ]
        broken = np.mean([b for b, _ in draws], axis=0) - usual_broken
        surprise = np.mean([s for _, s in draws], axis=0) - usual_surprise
        parts += _kind_parts(
            sample, kind, len(draws), broken, surprise, windows.visible, everywhere
        )
    zero = parts[0][1]
    return Fact(
        zero.value,
        "percent",
        zero.n,
        zero.of,
        zero.low,
        zero.high,
        clusters=zero.clusters,
        exhaustive=zero.exhaustive,
        parts=tuple(parts),
    )


def _kind_parts(
    sample: Sample,
    kind: str,
    draws: int,
    broken: np.ndarray,
    surprise: np.ndarray,
    visible: np.ndarray,
    everywhere: np.ndarray,
) -> list[tuple[str, Fact]]:
    drawn = f" ({draws} permutations each)" if draws > 1 else ""
    error = sample.average(broken, visible, unit="percent", of=f"{SEEN}{drawn}")
    loss = sample.average(surprise, everywhere, unit="nats", of=f"tokens{drawn}")
    return [(f"{kind}: error", error), (f"{kind}: loss", loss)]


@fact("Error without attention", tolerance=0.01, needs=["attention"])
def error_without_attention(study: Study) -> Fact:
    """Rule error, answer in view, when what attention adds is replaced by its mean at each
    position; the part is the paired increase.
    """
    return _without(study, "attention")


@fact("Error without the feed-forward layer", tolerance=0.01, needs=["one_layer", "mlp"])
def error_without_ffn(study: Study) -> Fact:
    """Rule error, answer in view, when what the feed-forward layer adds is replaced by its mean at
    each position; the part is the paired increase.
    """
    return _without(study, "ffn")


@fact("Error without token embeddings", tolerance=0.01)
def error_without_tokens(study: Study) -> Fact:
    """Rule error, answer in view, when every token embedding is replaced by their mean at each
    position; the part is the paired increase.
    """
    return _without(study, "tokens")


@fact("Error without positions", tolerance=0.01, needs=["position_table"])
def error_without_positions(study: Study) -> Fact:
    """Rule error, answer in view, when every position embedding is replaced by the mean over
    positions; the part is the paired increase.
    """
    return _without(study, "positions")


@fact("Harm of removing attention", tolerance=0.015, needs=["attention"])
def ablation_attention(study: Study) -> Fact:
    """Increase of the rule error when attention adds nothing; parts for zero, mean and resampling
    ablation, of error and loss.
    """
    return _kinds(study, "attention")


@fact("Harm of removing the feed-forward layer", tolerance=0.015, needs=["one_layer", "mlp"])
def ablation_ffn(study: Study) -> Fact:
    """Increase of the rule error when the feed-forward layer adds nothing; parts for zero, mean and
    resampling ablation, of error and loss.
    """
    return _kinds(study, "ffn")


@fact("Harm of removing token embeddings", tolerance=0.015)
def ablation_tokens(study: Study) -> Fact:
    """Increase of the rule error when token embeddings are zero; parts for zero, mean and
    resampling ablation, of error and loss.
    """
    return _kinds(study, "tokens")


@fact("Harm of removing position embeddings", tolerance=0.015, needs=["position_table"])
def ablation_positions(study: Study) -> Fact:
    """Increase of the rule error when position embeddings are zero; parts for zero, mean (over
    positions) and resampling, of error and loss.
    """
    return _kinds(study, "positions")
