"""How held-out sequences are read: what the facts of this family share."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.heads import Head, heads
from reportgen.systems.repeated_sequences.data import Repeating
from reportgen.systems.repeated_sequences.floors import floors
from reportgen.systems.repeated_sequences.view import Study

TOLD = "positions where the next token is known from a copy"


def holdout(study: Study) -> Sample:
    """The sequences that chose nothing; what is measured on them is [sequence, position]."""
    count = len(study.data.holdout)
    return Sample(np.arange(count), count, "held-out sequences")


def name_of(study: Study, at: Head) -> str:
    """What a head is called: by its layer, and by its number where a layer has several."""
    return f"layer {at[0]}" if study.config.model.n_heads == 1 else f"layer {at[0]}, head {at[1]}"


def losses(study: Study) -> np.ndarray:
    """Surprise [sequence, position] on the held-out sequences."""
    return cross_entropy(study.holdout.logits, study.data.holdout.targets)


def right(study: Study) -> np.ndarray:
    """Is the likeliest token the one that came, [sequence, position]."""
    return np.asarray(study.holdout.logits.argmax(-1) == study.data.holdout.targets)


def known_floor(study: Study) -> np.ndarray:
    """What the best predictor must expect to be surprised by, [sequence, position] of the held-out
    sequences.
    """
    return floors(study.config).of(study.data.holdout.told)


def guess(sequences: Repeating) -> float:
    """Share that one of the other tokens read so far, drawn at random, gets right where the next
    token is known from a copy.
    """
    chances = np.broadcast_to(1 / (sequences.period[:, None] - 1), sequences.told.shape)
    return float(chances[sequences.told].mean())


def of_each_head(
    study: Study,
    measure: Callable[[np.ndarray], np.ndarray],
    where: np.ndarray,
    *,
    unit: str,
    of: str,
    baseline: Reference,
) -> Fact:
    """A quantity `measure`(pattern [sequence, query, key]) -> [sequence, query] of the head that
    has most of it; parts for every head.
    """
    sample, pattern = holdout(study), study.holdout.pattern()
    parts = [
        (
            name_of(study, at),
            sample.average(
                measure(pattern[:, at[0], at[1]]), where, unit=unit, of=of, baseline=baseline
            ),
        )
        for at in heads(study)
    ]
    return largest(parts, heads(study))


def largest(parts: list[tuple[str, Fact]], found: list[Head]) -> Fact:
    """The part with the largest value, with all of them; the details say which head it is."""
    best = (
        int(np.nanargmax([np.nan if part.value is None else part.value for _, part in parts]))
        if any(part.value is not None for _, part in parts)
        else 0
    )
    (name, fact), (layer, head) = parts[best], found[best]
    details = dict(fact.details) | dict(head_text=name, layer=layer, head=head)
    return replace(fact, parts=tuple(parts), details=details)
