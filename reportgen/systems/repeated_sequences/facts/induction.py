"""Is there an induction head: one that matches prefixes, copies, and is needed? In this network,
and in all seeds.
"""

from collections.abc import Callable

import numpy as np

from reportgen.measure.estimates import counted_from, wilson
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.few_seeds import middle_half
from reportgen.measure.head_circuits import Circuits, copying
from reportgen.measure.heads import heads
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.facts.ablations import fall
from reportgen.systems.repeated_sequences.facts.behaviour import SOLVED, accuracy_told
from reportgen.systems.repeated_sequences.facts.circuits import random_copying
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.facts.scores import MOST, prefix_matching
from reportgen.systems.repeated_sequences.view import Study

TESTS = ("matches prefixes", "copies", "is needed")
SEEDS = "networks that differ in their seed"


def tested(study: Study) -> dict[str, tuple[bool, bool, bool]]:
    """For each head, whether it passes the three tests of an induction head."""
    m, circuits, matching = study.config.model, Circuits(study), dict(prefix_matching(study).parts)
    bound = random_copying(len(study.tokens), m.d_model, m.d_head).bound
    needed: Callable[[tuple[int, int]], bool] = lambda at: (fall(study, [at], "mean").low or 0) > 0
    return {
        name_of(study, at): (
            (matching[name_of(study, at)].low or 0) > MOST,
            copying(circuits.copied(at)) > bound,
            needed(at),
        )
        for at in heads(study)
    }


@fact("Induction heads", tolerance=0, needs=["attention"])
def induction_heads(study: Study) -> Fact:
    """Share of heads that pass three tests: more than half of their attention on tokens that came
    after earlier copies of the present one, a copying score above that of 99 % of random heads, and
    fewer right answers without them (mean ablation), intervals included; parts for each test.
    """
    passed = tested(study)
    k, n = sum(all(p) for p in passed.values()), len(passed)
    parts = tuple(
        (
            test,
            Fact(
                float(np.mean([p[i] for p in passed.values()])), "of", n, "heads", exhaustive=True
            ),
        )
        for i, test in enumerate(TESTS)
    )
    names = [name for name, p in passed.items() if all(p)]
    most = max(sum(p) for p in passed.values())
    count = Fact(
        k / n,
        "of",
        n,
        "heads",
        exhaustive=True,
        parts=parts,
        details=dict(names=names, names_text=", ".join(names) or "none", tests_passed=most),
    )
    return counted_from([prefix_matching(study)], count)


def _share(which: np.ndarray, details: dict[str, object]) -> Fact:
    k, n = int(which.sum()), len(which)
    low, high = wilson(k, n)
    return Fact(k / n, "of", n, SEEDS, low, high, clusters=n, details=dict(k=k, n=n) | details)


@fact("Seeds that solve the task", better="high", tolerance=0, over="seeds")
def seeds_solve(study: Study) -> Fact:
    """Share of the seeds that continue what they have read by the same test as the displayed one,
    on the same held-out sequences.
    """
    found = [accuracy_told(study.of_seed(i)) for i in range(len(study.run.seeds))]
    values = np.array([f.value for f in found])
    details = dict(
        median=float(np.median(values)),
        median_text=written(float(np.median(values)), "percent"),
        lowest_text=written(float(values.min()), "percent"),
        highest_text=written(float(values.max()), "percent"),
    )
    return counted_from(found, _share(np.array([(f.low or 0) > SOLVED for f in found]), details))


@fact("Seeds with an induction head", tolerance=0, over="seeds", needs=["attention"])
def seeds_with_head(study: Study) -> Fact:
    """Share of the seeds with a head that passes all three tests of an induction head."""
    each = map(
        study.of_seed, range(len(study.run.seeds))
    )  # one after the other: what a study has traced is large
    share = _share(np.array([any(all(p) for p in tested(other).values()) for other in each]), {})
    return counted_from([prefix_matching(study)], share)


@fact("Loss of the median seed", better="low", tolerance=0.01, over="seeds")
def seeds_loss(study: Study) -> Fact:
    """Median over the seeds of the last validation loss; the interval holds the middle half of the
    seeds.
    """
    from reportgen.systems.repeated_sequences.floors import floors

    values = study.run.history["validation_loss"][:, -1].astype(float)
    low, middle, high = middle_half(values)
    here = float(floors(study.config).of(study.data.validation.told).mean())
    return Fact(
        middle,
        "nats",
        len(values),
        SEEDS,
        low,
        high,
        clusters=len(values),
        baseline=Reference("a uniform guess", float(np.log(len(study.tokens)))),
        floor=Reference("best possible predictor on the validation sequences", here),
    )
