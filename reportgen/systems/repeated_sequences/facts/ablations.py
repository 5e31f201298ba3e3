"""What is needed? Heads and layers that add nothing, their mean, or what they add elsewhere."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_ablations import DRAWS, KINDS, items, silenced
from reportgen.measure.heads import Head, heads
from reportgen.systems.repeated_sequences.facts.reading import (
    TOLD,
    holdout,
    largest,
    name_of,
    right,
)
from reportgen.systems.repeated_sequences.view import Study


def fall(study: Study, which: Collection[Head], kind: str) -> Fact:
    """How far accuracy falls where the next token is known from a copy, position by position;
    resampled draws are averaged.
    """
    sequences = study.data.holdout
    every = silenced(study, which, kind, np.arange(len(sequences)))
    correct = np.mean([logits.argmax(-1) == sequences.targets for logits in every], axis=0)
    whole = right(study)
    left = float(correct[sequences.told].mean())
    details = dict(accuracy=left)
    return holdout(study).average(
        whole - correct,
        sequences.told,
        unit="points",
        of=items(kind, TOLD),
        baseline=Reference("all accuracy lost", float(whole[sequences.told].mean())),
        details=details,
    )


@fact("Fall of accuracy without a layer", tolerance=0.02, needs=["attention"])
def layer_needed(study: Study) -> Fact:
    """How far accuracy falls, where the next token is known from a copy, when the output of all
    heads of a layer is replaced by its mean at each position: of the layer with the smallest fall;
    parts for every layer.
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
    """How far accuracy falls, where the next token is known from a copy, when the output of one
    head is replaced by its mean at each position: of the head with the largest fall; parts for
    every head.
    """
    return largest(
        [(name_of(study, at), fall(study, [at], "mean")) for at in heads(study)], heads(study)
    )


@fact("Fall of accuracy by kind of ablation", tolerance=0.02, needs=["attention"])
def head_kinds(study: Study) -> Fact:
    """The same for three ways to silence a head: it adds nothing (zero), its mean at each position
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
