"""How many of the networks make no mistake at all: found by trying, not by sampling."""

import numpy as np

from reportgen.facts.base import Fact, Facts, Verdict, claim, fact
from reportgen.facts.estimates import missing, wilson
from reportgen.facts.exhaustive import which_contexts
from reportgen.facts.seeds import SEEDS
from reportgen.study import Study


@fact("Seeds that make no mistake", better="high", tolerance=0.0, over="seeds")
def seeds_perfect(study: Study) -> Fact:
    """Share of the seeds that answer every context tried, of every length: nothing is sampled, so that one wrong context is enough to count a seed out.

    Parts: of those that err, how long the shortest contexts are at which they do.
    """
    tried = [check for check in study.verified.lengths if check.contexts.any()]
    if not tried:
        return missing(f"not counted: {study.verified.reason}" if study.verified.reason else "not defined: no context asks", unit="of", of=SEEDS)
    first = np.array([length or 0 for length in study.first_mistakes])
    share = lambda which: Fact(float(which.mean()), "of", len(which), SEEDS, *wilson(int(which.sum()), len(which)), clusters=len(which))
    parts = tuple((f"err at length {length}", share(first == length)) for length in np.unique(first[first > 0]))
    perfect, full = share(first == 0), tried[-1]
    return Fact(**vars(perfect) | dict(parts=parts, details=dict(k=int((first == 0).sum()), n=len(first), tried=which_contexts(full, study.config.model.n_ctx), contexts=int(full.contexts.sum()))))


@claim("It takes no luck to find a network that makes no mistake", rests_on=["seeds_perfect"], figure="learning-curve", seeds=False,
       holds_if="more than half of the seeds answer every context tried", partly_if="at least one of them does",
       reason="Above one half, the first network that one trains is more likely perfect than not.")  # fmt: skip
def perfect_by_default(facts: Facts) -> Verdict:
    """Most of them do."""
    share = facts["seeds_perfect"].value or 0
    return Verdict.HOLDS if share > 0.5 else Verdict.PARTLY if share > 0 else Verdict.FAILS
