"""What do the heads look at? Scores of attention, each beside what an indifferent head would
have.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.heads import equal_shares, heads
from reportgen.systems.repeated_sequences.facts.reading import (
    TOLD,
    holdout,
    name_of,
    of_each_head,
)
from reportgen.systems.repeated_sequences.view import Study

MOST = 0.5  # of its attention: more than all other positions together


def _on(marked: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Attention [sequence, query] on marked keys [sequence, query, key]."""
    return lambda pattern: (pattern * marked).sum(2)


def _before(length: int) -> np.ndarray:
    """The key just before each query, [1, query, key]."""
    return np.eye(length, k=-1, dtype=bool)[None]


@fact("Previous-token score", tolerance=0.01, needs=["attention"])
def previous_token(study: Study) -> Fact:
    """Attention on the position just before, mean over all positions from the second on, of the
    head that has most; parts for every head.
    """
    sequences, before = study.data.holdout, _before(study.config.model.n_ctx)
    where = np.broadcast_to(before.any(2), sequences.told.shape)
    return of_each_head(
        study,
        _on(before),
        where,
        unit="share",
        of="positions",
        baseline=equal_shares(np.broadcast_to(before, sequences.copies.shape), where),
    )


@fact("Previous-token score in the first layer, first reading", tolerance=0.01, needs=["attention"])
def previous_first_time(study: Study) -> Fact:
    """Attention of the first layer’s head that looks back most on the previous position, where its
    own token is read for the first time: only such positions are needed later. Parts: the same
    where the token is read again, and at all positions.
    """
    sequences, sample, before = (
        study.data.holdout,
        holdout(study),
        _before(study.config.model.n_ctx),
    )
    later, again = (
        np.broadcast_to(before.any(2), sequences.told.shape),
        np.asarray(sequences.copies.any(2)),
    )
    marked = np.broadcast_to(before, sequences.copies.shape)
    looks = [
        (study.holdout.pattern(layer=0, head=head) * before).sum(2)
        for head in range(study.config.model.n_heads)
    ]
    best = int(np.argmax([values[later & ~again].mean() for values in looks]))
    share: Callable[[np.ndarray, str], Fact] = lambda where, of: sample.average(
        looks[best],
        where,
        unit="share",
        of=of,
        baseline=equal_shares(marked, where),
    )
    first = share(later & ~again, "positions where a token is read for the first time")
    parts = (
        ("read again", share(again, "positions where a token is read again")),
        ("all positions", share(later, "positions")),
    )
    return replace(
        first,
        parts=parts,
        details=dict(
            layer=0, head=best, head_text=name_of(study, (0, best)), again_text=parts[0][1].text
        ),
    )


@fact("Duplicate-token score", tolerance=0.01, needs=["attention"])
def duplicate_token(study: Study) -> Fact:
    """Attention on all earlier copies of the present token, mean over positions that have one, of
    the head that has most; parts for every head.
    """
    sequences = study.data.holdout
    return of_each_head(
        study,
        _on(sequences.copies),
        sequences.told,
        unit="share",
        of=TOLD,
        baseline=equal_shares(sequences.copies, sequences.told),
    )


@fact("Prefix-matching score", tolerance=0.01, needs=["attention"])
def prefix_matching(study: Study) -> Fact:
    """Attention on the tokens that came right after earlier copies of the present one, all copies
    counted, mean over positions that have one, of the head that has most (Olsson and others); parts
    for every head.
    """
    sequences = study.data.holdout
    return of_each_head(
        study,
        _on(sequences.follows),
        sequences.told,
        unit="share",
        of=TOLD,
        baseline=equal_shares(sequences.follows, sequences.told),
    )


@fact("Attention on the induction stripe", tolerance=0.01, needs=["attention"])
def induction_stripe(study: Study) -> Fact:
    """Attention on the position one period back and one further, that is right after the latest
    earlier copy alone, of the head that has most; parts for every head.
    """
    sequences = study.data.holdout
    stripe = np.arange(sequences.told.shape[1]) == sequences.source[..., None]
    return of_each_head(
        study,
        _on(stripe),
        sequences.told,
        unit="share",
        of=TOLD,
        baseline=equal_shares(stripe, sequences.told, "the latest copy"),
    )


def matching_head(study: Study) -> tuple[int, int]:
    """Layer and number of the head with the largest prefix-matching score."""
    sequences, pattern = study.data.holdout, study.holdout.pattern()
    follows = sequences.follows
    found = [
        (pattern[:, layer, head] * follows).sum(2)[sequences.told].mean()
        for layer, head in heads(study)
    ]
    return heads(study)[int(np.argmax(found))]


@fact("Prefix-matching score, one earlier copy", tolerance=0.02, needs=["attention"])
def matching_by_copies(study: Study) -> Fact:
    """Prefix-matching score of the head that has most, at the positions whose token has exactly one
    earlier copy: the hardest ones, since one position alone is right.
    """
    sequences = study.data.holdout
    once = sequences.copies.sum(2) == 1
    if not once.any():
        return missing("not defined: no token comes exactly twice", unit="share", of=TOLD)
    return of_each_head(
        study,
        _on(sequences.follows),
        once,
        unit="share",
        of="positions with one earlier copy",
        baseline=equal_shares(sequences.follows, once),
    )
