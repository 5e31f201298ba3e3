"""What is needed? Heads that add nothing, their mean, or what they add in another block of the
text.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_ablations import KINDS, intact, items, silenced
from reportgen.measure.heads import Head, heads
from reportgen.systems.text.facts.heads import ATTENTION, name_of
from reportgen.systems.text.facts.holdout import (
    TOKENS,
    average,
    counter_of_pairs,
    loss_of,
)
from reportgen.systems.text.view import Study

EVERY = "all attention"


def rise(study: Study, which: Collection[Head], kind: str) -> Fact:
    """How far the loss rises, position by position; resampled draws are averaged."""
    every = silenced(study, which, kind, study.data.holdout.block)
    return average(
        study,
        np.mean([loss_of(study, logits) for logits in every], axis=0)
        - loss_of(study, intact(study)),
        of=items(kind, TOKENS),
        baseline=Reference("nothing changes", 0.0),
    )


@held
def rises(study: Study) -> tuple[tuple[str, Fact], ...]:
    """Every head, and all of them, in every way; measured once for all facts and figures."""
    every = heads(study)
    cases = [(name_of(study, at), [at]) for at in every] + [(EVERY, every)]
    return tuple(
        (f"{name}: {kind}", rise(study, which, kind)) for name, which in cases for kind in KINDS
    )


@fact("Rise of the loss without a head", tolerance=0.02, needs=ATTENTION)
def head_rise(study: Study) -> Fact:
    """Rise of the loss on held-out text when the output of a head is replaced by its mean at each
    position (mean ablation): the smallest rise of all heads; parts for every head and for three
    ablations (zero, mean, or its output in another block).
    """
    parts = tuple(part for part in rises(study) if not part[0].startswith(EVERY))
    by_mean = [
        (name.removesuffix(": mean"), part) for name, part in parts if name.endswith(": mean")
    ]
    (least_name, least), (most_name, most) = (
        choose(by_mean, key=lambda part: part[1].value or 0) for choose in (min, max)
    )
    return replace(
        least,
        parts=parts,
        details=dict(head_text=least_name, most_head=most_name, most_text=most.text),
    )


@fact("Loss without attention", tolerance=0.02, needs=ATTENTION)
def loss_without_attention(study: Study) -> Fact:
    """Loss on held-out text when the output of every head is replaced by its mean at each position
    (mean ablation); beside it that of pair counts. Parts: the rise for three ablations.
    """
    (logits,) = silenced(study, heads(study), "mean", study.data.holdout.block)
    parts = tuple(part for part in rises(study) if part[0].startswith(EVERY))
    return average(
        study,
        loss_of(study, logits),
        baseline=counter_of_pairs(study),
        parts=parts,
        details=dict(rise=parts[1][1].text),
    )


@fact(
    "Rise without all heads over the sum of the rises without each", tolerance=0.05, needs=ATTENTION
)
def heads_together(study: Study) -> Fact:
    """How many times larger the rise of the loss is when all heads are replaced by their mean at
    each position than the rises of single heads added up: 1 where heads do separate work, more
    where one stands in for another, less where they need each other.
    """
    found = dict(rises(study))
    apart = sum(
        part.value or 0.0
        for name, part in found.items()
        if name.endswith(": mean") and not name.startswith(EVERY)
    )
    together = found[f"{EVERY}: mean"]
    return Fact(
        (together.value or 0.0) / apart if apart > 0 else None,
        "ratio",
        together.n,
        together.of,
        exhaustive=True,
        words="not defined: without a single head the loss does not rise",
        baseline=Reference("separate work", 1.0),
    )
