"""One network proves little: what did all the seeds do?"""

from collections.abc import Callable

import numpy as np

from reportgen.core.config.needs import lacks
from reportgen.measure.estimates import counted_from, wilson
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.few_seeds import middle_half
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.errors import LEARNT, SEEN, blind
from reportgen.systems.sequence_rules.facts.losses import best, readers
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

SEEDS = "networks that differ in their seed"


@fact("Seeds that learn", better="high", tolerance=0.0, over="seeds")
def seeds_learnt(study: Study) -> Fact:
    """Share of the seeds that learn the rule by the same test as the displayed one, on the same
    held-out windows; parts count those that learn it in part and not.
    """
    errors = errors_by_seed(study)
    grades = np.array([grade(error) for error in errors])
    parts = tuple((grade, _share(grades == grade)) for grade in ("in part", "not"))
    return counted_from(errors, _share(grades == "learnt", parts))


@fact("Rule error of the median seed", better="low", tolerance=0.01, over="seeds")
def seeds_error(study: Study) -> Fact:
    """Median over the seeds of the rule error on held-out windows, answer in view; the interval
    holds the middle half of the seeds.
    """
    return _middle(
        np.array([error.value for error in errors_by_seed(study) if error.value is not None]),
        "percent",
        blind(study),
    )


@fact("Loss of the median seed", better="low", tolerance=0.01, over="seeds")
def seeds_loss(study: Study) -> Fact:
    """Median over the seeds of the last validation loss; the interval holds the middle half of the
    seeds.
    """
    windows = study.data.validation_windows
    last = float(windows.mean(readers(study, windows)[1]))
    return _middle(
        study.run.history["validation_loss"][:, -1].astype(float),
        "nats",
        Reference("predictor that knows only the last token", last),
        best(study, windows),
    )


def errors_by_seed(study: Study) -> list[Fact]:
    """The rule error of every seed at this checkpoint, on held-out windows with the answer in
    view.
    """
    windows, sample = study.data.holdout_windows, holdout(study)
    answers = (study.of_seed(i).answers for i in range(len(study.run.seeds)))
    return [
        sample.average(
            windows.broken(each),
            windows.visible,
            unit="percent",
            of=SEEN,
            counted=True,
            baseline=blind(study),
        )
        for each in answers
    ]


def grade(error: Fact) -> str:
    """By the whole interval: under the line, under half of a blind guess, or not shown to be."""
    high = error.value if error.exhaustive else error.high
    if high is None or error.baseline is None:
        return "not"
    if high < LEARNT:
        return "learnt"
    return "in part" if high < error.baseline.value / 2 else "not"


def _share(which: np.ndarray, parts: tuple[tuple[str, Fact], ...] = ()) -> Fact:
    k, n = int(which.sum()), len(which)
    low, high = wilson(k, n)
    return Fact(k / n, "of", n, SEEDS, low, high, clusters=n, parts=parts, details=dict(k=k, n=n))


def _middle(
    values: np.ndarray, unit: str, baseline: Reference, floor: Reference | None = None
) -> Fact:
    low, middle, high = middle_half(values)
    details = dict(
        best=float(values.min()),
        best_text=written(float(values.min()), unit),
        worst=float(values.max()),
        worst_text=written(float(values.max()), unit),
    )
    return Fact(
        middle,
        unit,
        len(values),
        SEEDS,
        low,
        high,
        clusters=len(values),
        baseline=baseline,
        floor=floor,
        details=details,
    )


def ranking(study: Study) -> list[dict[str, object]]:
    """All seeds from the lowest validation loss up, which decides which is shown, with what they
    reached at this checkpoint.

    The rule error, and whether it was learnt, are measured on held-out windows; loss and attention
    are the history of the validation windows.
    """
    unheld = lacks(study.config, ["one_layer", "held"]) or not study.run.defined(
        "attention_on_answer"
    )
    at: Callable[[str], np.ndarray] = lambda name: study.run.history[name][
        :, study.checkpoint
    ].astype(float)
    loss, attention, errors = (
        at("validation_loss"),
        at("attention_on_answer"),
        errors_by_seed(study),
    )
    row: Callable[[int], dict[str, object]] = lambda i: dict(
        seed=study.run.seeds[i],
        validation_loss=float(loss[i]),
        validation_loss_text=written(float(loss[i]), "nats"),
        error_visible=errors[i].value,
        error_visible_text=errors[i].text,
        attention_on_answer=None if unheld else float(attention[i]),
        attention_on_answer_text=(
            "not measured here" if unheld else written(float(attention[i]), "share")
        ),
        learnt=grade(errors[i]) == "learnt",
        shown=i == study.seed,
    )
    return [row(int(i)) for i in np.argsort(loss, kind="stable")]
