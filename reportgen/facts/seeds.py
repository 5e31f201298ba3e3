"""One network proves little: what did all the seeds do?"""

from typing import Any

import numpy as np

from reportgen.facts.base import Fact, Facts, Reference, Verdict, claim, fact, written
from reportgen.facts.errors import LEARNT, blind
from reportgen.facts.estimates import wilson
from reportgen.study import Study

SEEDS = "networks that differ in their seed"


@fact("Seeds that learn", better="high", tolerance=0.0, over="seeds")
def seeds_learnt(study: Study) -> Fact:
    """Share of the seeds whose last rule error on the validation windows, answer in view, is under 5 %; parts count those that learn some of it, and none."""
    error = _last(study, "error_visible")
    half = blind(study).value / 2
    some, none = (error >= LEARNT) & (error < half), error >= half
    parts = (("under half of a blind guess", _share(some)), ("no better than that", _share(none)))
    return _share(error < LEARNT, parts)


@fact("Rule error of the middle seed", better="low", tolerance=0.01, over="seeds")
def seeds_error(study: Study) -> Fact:
    """Median over the seeds of the last rule error on the validation windows, answer in view; the interval holds the middle half of the seeds."""
    return _middle(study, "error_visible", "percent", blind(study))


@fact("Loss of the middle seed", better="low", tolerance=0.01, over="seeds")
def seeds_loss(study: Study) -> Fact:
    """Median over the seeds of the last validation loss; the interval holds the middle half of the seeds."""
    floor = float(study.floors.of(study.data.validation_windows).mean())
    return _middle(study, "validation_loss", "nats", Reference("reader who knows only the last token", study.floors.bigram), Reference("best possible reader of these windows", floor))


def _last(study: Study, name: str) -> np.ndarray:
    return study.run.history[name][:, -1].astype(float)


def _share(which: np.ndarray, parts: tuple[tuple[str, Fact], ...] = ()) -> Fact:
    k, n = int(which.sum()), len(which)
    low, high = wilson(k, n)
    return Fact(k / n, "of", n, SEEDS, low, high, clusters=n, parts=parts, details=dict(k=k, n=n))


def _middle(study: Study, name: str, unit: str, baseline: Reference, floor: Reference | None = None) -> Fact:
    values = _last(study, name)
    low, middle, high = (float(x) for x in np.quantile(values, [0.25, 0.5, 0.75]))
    details = dict(best=float(values.min()), best_text=written(float(values.min()), unit), worst=float(values.max()), worst_text=written(float(values.max()), unit))
    return Fact(middle, unit, len(values), SEEDS, low, high, clusters=len(values), baseline=baseline, floor=floor, details=details)


def ranking(study: Study) -> list[dict[str, Any]]:
    """All seeds from the lowest validation loss up, with what they reached on the validation windows at this checkpoint."""
    at = lambda name: study.run.history[name][:, study.checkpoint].astype(float)
    loss, error, attention = at("validation_loss"), at("error_visible"), at("attention_on_answer")
    row = lambda i: dict(seed=study.run.seeds[i], validation_loss=float(loss[i]), validation_loss_text=written(float(loss[i]), "nats"), error_visible=float(error[i]),
                         error_visible_text=written(float(error[i]), "percent"), attention_on_answer=float(attention[i]),
                         attention_on_answer_text=written(float(attention[i]), "share"), learnt=bool(error[i] < LEARNT), shown=i == study.seed)  # fmt: skip
    return [row(int(i)) for i in np.argsort(loss, kind="stable")]


@claim("Whether it is learnt does not depend on the seed", rests_on=["seeds_learnt"], figure="learning-curve", seeds=False,
       holds_if="more than nine seeds in ten learn the rule", partly_if="at least one of them does",
       reason="At nine in ten, a reader who trains one network can count on it; below that, the seed decides.")  # fmt: skip
def seeds_agree(facts: Facts) -> Verdict:
    """Nearly all of them learn."""
    share = facts["seeds_learnt"].value or 0
    return Verdict.HOLDS if share > 0.9 else Verdict.PARTLY if share > 0 else Verdict.FAILS
