"""How many of the networks make no mistake at all: found by trying, not by sampling."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing, wilson
from reportgen.measure.fact import Fact, absent, fact
from reportgen.systems.sequence_rules.facts.exhaustive import ONLY_THESE, which_contexts
from reportgen.systems.sequence_rules.facts.seeds import SEEDS, errors_by_seed
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study


@fact("Seeds that make no mistake", better="high", tolerance=0.0, over="seeds")
def seeds_perfect(study: Study) -> Fact:
    """Share of the seeds that answer every context tried, of every length, and, where not all
    lengths can be tried, all windows evaluated: one wrong context is enough to count a seed out.

    Parts: of those that err, how long the shortest contexts are at which they do.
    """
    tried = [check for check in study.verified.lengths if check.contexts.any()]
    if not tried:
        return missing(
            (
                f"not counted: {study.verified.reason}"
                if study.verified.reason
                else "not defined: the rule decides after no context"
            ),
            unit="of",
            of=SEEDS,
        )
    full = tried[-1]
    return _without(
        study,
        0,
        dict(
            tried=which_contexts(full, study.config.model.n_ctx), contexts=int(full.contexts.sum())
        ),
    )


@fact("Seeds right on all that the data can produce", better="high", tolerance=0.0, over="seeds")
def seeds_perfect_in_data(study: Study) -> Fact:
    """Share of the seeds that answer every context tried which the data can produce, of every
    length, and, where not all lengths can be tried, all windows evaluated; what they answer
    elsewhere does not count.

    Parts: of those that err, how long the shortest of these contexts are at which they do.
    """
    tried = [check for check in study.verified.lengths if check.grammatical.any()]
    if not tried:
        return missing(
            (
                f"not counted: {study.verified.reason}"
                if study.verified.reason
                else "not defined: the data produce no context after which the rule decides"
            ),
            unit="of",
            of=SEEDS,
        )
    full = tried[-1]
    if not full.everything:
        return absent(ONLY_THESE)
    return _without(
        study,
        1,
        dict(
            tried=which_contexts(replace(full, everything=False), study.config.model.n_ctx),
            contexts=int(full.grammatical.sum()),
        ),
    )


def _without(study: Study, kind: int, details: dict[str, object]) -> Fact:
    """The share of seeds without a mistake of one of the two kinds that `first_mistakes` tells
    apart, and without one in held-out windows, where these hold longer contexts than were tried.
    """
    first = np.array([lengths[kind] or 0 for lengths in study.first_mistakes])
    longer = study.verified.lengths[-1].length < study.config.model.n_ctx
    astray = np.array([longer and bool(error.value) for error in errors_by_seed(study)])
    share: Callable[[np.ndarray], Fact] = lambda which: Fact(
        float(which.mean()),
        "of",
        len(which),
        SEEDS,
        *wilson(int(which.sum()), len(which)),
        clusters=len(which),
    )
    parts = tuple(
        (f"err at length {length}", share(first == length))
        for length in np.unique(first[first > 0])
    )
    windows = f"{held_out(study)}windows"
    if (late := (first == 0) & astray).any():
        parts += ((f"err in {windows} alone", share(late)),)
    if longer:
        details = details | dict(tried=f"{details['tried']} and on all {windows}")
    right = (first == 0) & ~astray
    return replace(
        share(right),
        parts=parts,
        details=dict(k=int(right.sum()), n=len(first)) | details,
    )
