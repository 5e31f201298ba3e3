"""How the network finds its answer: parts of it replaced by what we say they do, one after the
other, and the error of each stage over every context there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reportgen.core.exact.hard_attention import Looked, answers_from, holding, looked
from reportgen.core.study import held
from reportgen.errors import RuleError
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.constrained import (
    answer_stands,
    mean_where,
)
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = "full contexts after which the rule requires a token that one of their positions holds"
NEEDS = ["plain_layer", "held", "one_head", "one_answer"]


@dataclass(frozen=True)
class Replaced:
    """Every full context, by case, and what the network would answer if one position were all
    that attention handed over.
    """

    cases: Looked
    uncounted: str  # why the highest scores were not counted; empty where they were
    at_top: np.ndarray  # [case] the answer from the value of the highest score alone
    at_answer: np.ndarray  # [case] the answer from the value at the answer's position alone
    # [case] the answer from the mean of that token's values over positions where it can be it
    by_token: np.ndarray


@held
def replaced(study: Study) -> Replaced:
    """The network's stages at this checkpoint; without the highest scores, where the contexts are
    too many for these to be counted.
    """
    length, values = study.config.model.n_ctx, study.lattice.v(head=0)
    try:
        cases, uncounted = looked(study.weights, 0, study.data.automaton, length), ""
    except RuleError as error:
        cases, uncounted = holding(study.data.automaton, length), f"not counted: {error}"
    answer: Callable[[np.ndarray], np.ndarray] = lambda given: answers_from(
        study.config.model, study.weights, 0, cases.last, given, length
    )
    return Replaced(
        cases,
        uncounted,
        answer(values[cases.top_token, cases.top_position]),
        answer(values[cases.answer, cases.position]),
        answer(mean_where(values, answer_stands(study))[cases.answer]),
    )


def _share(study: Study, which: str, reference: Reference | None = None) -> Fact:
    """The share of contexts answered wrongly at one stage, with a part for each position of the
    answer.
    """
    found = replaced(study)
    if which == "at_top" and found.uncounted:
        return missing(found.uncounted, unit="percent", of=CONTEXTS)
    wrong = getattr(found, which) != found.cases.answer
    return counted_cases(found.cases, wrong, reference)


def counted_cases(cases: Looked, which: np.ndarray, reference: Reference | None) -> Fact:
    """The share of contexts in these cases, with a part for each position of the answer."""
    if not cases.contexts.sum():
        return missing(f"not defined: there are no {CONTEXTS}", unit="percent", of=CONTEXTS)
    positions = [int(p) for p in np.unique(cases.position)]
    share: Callable[[np.ndarray, str], Fact] = lambda where, of: Fact(
        float(cases.contexts[where & which].sum() / cases.contexts[where].sum()),
        "percent",
        int(cases.contexts[where].sum()),
        of,
        counted=True,
        exhaustive=True,
    )
    everywhere = np.ones(len(which), dtype=bool)
    parts = tuple(
        (
            f"answer at position {p}",
            share(cases.position == p, f"full contexts with the answer at position {p}"),
        )
        for p in positions
    )
    whole = share(everywhere, CONTEXTS)
    counted = int(cases.contexts[which].sum())
    return Fact(
        whole.value,
        "percent",
        whole.n,
        CONTEXTS,
        counted=True,
        exhaustive=True,
        baseline=reference,
        parts=parts,
        details=dict(
            count=counted,
            count_text=written(counted, "count"),
            contexts_text=written(whole.n, "count"),
        )
        | extremes(parts),
    )


def extremes(parts: Sequence[tuple[str, Fact]]) -> dict[str, object]:
    """The parts with the lowest and the highest value, whether all are alike, and whether there is
    but one.
    """
    of: Callable[[tuple[str, Fact]], float] = lambda part: part[1].value or 0.0
    low, high = min(parts, key=of), max(parts, key=of)
    return dict(
        lowest=low[0],
        lowest_text=low[1].text,
        lowest_n_text=written(low[1].n, "count"),
        highest=high[0],
        highest_text=high[1].text,
        highest_n_text=written(high[1].n, "count"),
        alike=of(low) == of(high),
        single=len(parts) == 1,
    )


@fact("The answer has the highest score", better="high", tolerance=0.001, needs=NEEDS)
def answer_on_top(study: Study) -> Fact:
    """Share of all full contexts in which no position gets a higher attention score than the one
    that holds the answer.

    Parts: by the position of the answer.
    """
    found = replaced(study)
    if found.uncounted:
        return missing(found.uncounted, unit="percent", of=CONTEXTS)
    chance = Reference("uniform attention", 1 / study.config.model.n_ctx)
    return counted_cases(found.cases, found.cases.top_position == found.cases.position, chance)


@fact("Wrong, all attention on the highest score", better="low", tolerance=0.001, needs=NEEDS)
def wrong_at_highest(study: Study) -> Fact:
    """Share of all full contexts answered wrongly if attention goes to the position with the
    highest score alone.

    Parts: by the position of the answer.
    """
    return _share(study, "at_top")


@fact("Wrong, all attention on the answer", better="low", tolerance=0.001, needs=NEEDS)
def wrong_at_answer(study: Study) -> Fact:
    """Share of all full contexts answered wrongly if attention goes to the position that holds the
    answer alone.

    Parts: by the position of the answer.
    """
    return _share(study, "at_answer")


@fact("Wrong, one value for each token", better="low", tolerance=0.001, needs=NEEDS)
def wrong_by_token(study: Study) -> Fact:
    """Share of all full contexts answered wrongly if attention goes to the answer alone, and takes
    the mean of that token's values over the positions at which it can be the answer instead of the
    value at its position.

    Parts: by the position of the answer. The details give for each token the point that is handed
    over, and the tokens that are then answered.
    """
    whole = _share(study, "by_token")
    found = replaced(study)
    if whole.value is None:
        return whole
    points = mean_where(study.lattice.v(head=0), answer_stands(study))
    names = study.tokens
    rows = [
        dict(
            token=names[t],
            point=", ".join(f"{x:.2f}".replace("-", "−") for x in points[t][:4])
            + (", …" if points.shape[1] > 4 else ""),
            says=[names[a] for a in np.unique(found.by_token[found.cases.answer == t])],
        )
        for t in np.unique(found.cases.answer)
    ]
    return replace(whole, details=dict(whole.details) | dict(rows=rows))
