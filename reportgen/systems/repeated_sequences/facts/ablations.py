"""What is needed? Heads and layers that add nothing, their mean, or what they add elsewhere."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import Head, heads
from reportgen.systems.repeated_sequences.facts.reading import (
    TOLD,
    holdout,
    largest,
    name_of,
    right,
)
from reportgen.systems.repeated_sequences.view import Study

KINDS = ("zero", "mean", "resample")
DRAWS = 5  # permutations of a resampling ablation


def silenced(study: Study, which: Collection[Head], kind: str) -> Iterator[np.ndarray]:
    """Logits of the held-out sequences with some heads silenced: one array for zero and mean (at
    each place), one a permutation for resample.
    """
    from reportgen.core.interventions import elsewhere, run

    inputs, m = study.data.judged, study.config.model
    rng = stream(study.config.data.seed, RESAMPLING)
    layers = sorted({layer for layer, _ in which})
    usual = run(m, study.weights, inputs, keep=[("z", layer) for layer in layers]).kept
    for _ in range(DRAWS if kind == "resample" else 1):
        other = elsewhere(rng, np.arange(len(inputs))) if kind == "resample" else None
        edits = {site: value.copy() for site, value in usual.items()}
        for layer, head in which:
            z = usual["z", layer][:, head]
            edits["z", layer][:, head] = (
                0 if kind == "zero" else z.mean(0, dtype=np.float64) if other is None else z[other]
            )
        yield run(m, study.weights, inputs, replace=edits).logits


def fall(study: Study, which: Collection[Head], kind: str) -> Fact:
    """How far accuracy falls where the next token is known, place by place; resampled draws are
    averaged.
    """
    sequences = study.data.holdout
    correct = np.mean(
        [logits.argmax(-1) == sequences.targets for logits in silenced(study, which, kind)], axis=0
    )
    whole = right(study)
    left = float(correct[sequences.told].mean())
    details = dict(accuracy=left)
    of = TOLD if kind != "resample" else f"{DRAWS} permutations of {TOLD}"
    return holdout(study).average(
        whole - correct,
        sequences.told,
        unit="points",
        of=of,
        baseline=Reference("all there is to lose", float(whole[sequences.told].mean())),
        details=details,
    )


@fact("Fall of accuracy without a layer", tolerance=0.02, needs=["attention"])
def layer_needed(study: Study) -> Fact:
    """How far accuracy falls, where the next token is known, when all heads of a layer hand over
    their mean at each place: of the layer that is missed least; parts for every layer.
    """
    m = study.config.model
    parts = [
        (f"layer {layer}", fall(study, [(layer, head) for head in range(m.n_heads)], "mean"))
        for layer in range(m.n_layers)
    ]
    least = min(parts, key=lambda part: part[1].value or 0)
    return replace(least[1], parts=tuple(parts), details=dict(layer_text=least[0]))


@fact("Fall of accuracy without a head", tolerance=0.02, needs=["attention"])
def head_needed(study: Study) -> Fact:
    """How far accuracy falls, where the next token is known, when one head hands over its mean at
    each place: of the head that is missed most; parts for every head.
    """
    return largest(
        [(name_of(study, at), fall(study, [at], "mean")) for at in heads(study)], heads(study)
    )


@fact("Fall of accuracy by kind of ablation", tolerance=0.02, needs=["attention"])
def head_kinds(study: Study) -> Fact:
    """The same for three ways to silence a head: it adds nothing (zero), its mean at each place
    (mean), or what it adds in another sequence (resample); the least of all, parts for every head
    and way.
    """
    parts = [
        (f"{name_of(study, at)}: {kind}", fall(study, [at], kind))
        for at in heads(study)
        for kind in KINDS
    ]
    least = min(parts, key=lambda part: part[1].value or 0)
    return replace(least[1], parts=tuple(parts), details=dict(case_text=least[0], draws=DRAWS))
