"""The program that is left when parts of the network were replaced: printed, run, and compared with
the rule and with the network.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from itertools import product

import numpy as np

from reportgen.core.exact.enumerate import check
from reportgen.core.study import held
from reportgen.errors import RuleError
from reportgen.measure.estimates import counted_from, missing, wilson
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.rules.base import FREE
from reportgen.systems.sequence_rules.facts.algorithm import replaced
from reportgen.systems.sequence_rules.facts.errors import SEEN
from reportgen.systems.sequence_rules.facts.left import Left, left
from reportgen.systems.sequence_rules.facts.seeds import errors_by_seed, grade
from reportgen.systems.sequence_rules.facts.stages import (
    attempts,
    cases,
    chosen,
    needed,
    no_program,
    one_head_fetches,
)
from reportgen.systems.sequence_rules.facts.typical import typical
from reportgen.systems.sequence_rules.program import Program
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

MOST_RUN = 30_000  # short contexts on which the printed program is run one by one
TOO_LONG = "what is left when the parts are replaced is a table too long to print"
LEARNERS = "networks that learnt the rule"


@fact("Contexts in which the printed program breaks the rule", better="low", tolerance=0.001)
def program_errors(study: Study) -> Fact:
    """Share of short contexts, of which every one is tested, and of held-out positions for which
    the printed program, run on them, gives what the rule does not allow; where the window shows
    what the rule decides.
    """
    of = "contexts on which the printed program was run"
    found = left(study)
    if found is None:
        return no_program(study, "percent", of)
    text = found.program.text
    if not text:
        return missing(f"not printed: {TOO_LONG}", unit="percent", of=of)
    tried, wrong, longest = _run_on_short(study, found.program)
    windows = study.data.holdout_windows
    said = _run_on_windows(study)
    astray = [
        not answers or not windows.allowed[position][list(answers)].all()
        for position, answers in said.items()
    ]
    tried, wrong = tried + len(astray), wrong + sum(astray)
    if not tried:
        return missing("not defined: the rule decides after no context", unit="percent", of=of)
    details = dict(
        lines=text.split("\n"),
        longest=longest,
        wrong_text=written(wrong, "count"),
        tried_text=written(tried, "count"),
        positions_text=written(len(astray), "count"),
    )
    return Fact(wrong / tried, "percent", tried, of, counted=True, exhaustive=True, details=details)


def _run_on_short(study: Study, program: Program) -> tuple[int, int, int]:
    """How many short contexts ask, how many of these the program gets wrong, and how long the
    longest are; contexts that the data can produce where no position holds the answer.
    """
    function, rule, reads = program.run(), study.rule, study.data.reader
    vocabulary, held = len(study.tokens), study.rule.holds_answers
    tried = wrong = length = 0
    while length < study.config.model.n_ctx and vocabulary ** (length + 1) <= MOST_RUN:
        length += 1
        for context in product(range(vocabulary), repeat=length):
            demand = rule.demand([rule.vocabulary[t] for t in context])
            if demand == FREE or (held and demand.source is None):
                continue
            if not held and not reads.tells(reads.read(np.array([context])))[0, -1]:
                continue
            said = program.of(function, context)
            tried += 1
            wrong += not said or not said <= set(rule.tokens.encode(sorted(demand.tokens, key=str)))
    return tried, wrong, length


@held
def _run_on_windows(study: Study) -> Mapping[tuple[int, int], frozenset[int]]:
    """What the printed program says at each held-out position where the window tells what is
    wanted.
    """
    found, windows = left(study), study.data.holdout_windows
    assert found is not None
    function = found.program.run()
    return {
        (int(w), int(p)): found.program.of(function, windows.inputs[w, : p + 1].tolist())
        for w, p in zip(*np.nonzero(windows.visible))
    }


@fact("Contexts in which program and network differ", better="low", tolerance=0.001)
def program_differs(study: Study) -> Fact:
    """Share of contexts in which the network's most likely next token is none that the printed
    program gives: of all contexts that fill the window where these can be tested, else, and for
    seeds other than the displayed one, of held-out positions.
    """
    found = left(study)
    if found is None:
        return no_program(study, "percent", "contexts")
    if not found.program.text:
        return missing(f"not printed: {TOO_LONG}", unit="percent", of="contexts")
    details = dict(as_the_rule=found.as_the_rule, lines=found.program.text.split("\n"))
    exact = _differing(study, found) if study.seed == study.run.shown else None
    if exact is not None:
        differing, whole = exact
        of = (
            f"contexts of length {study.config.model.n_ctx} after which the rule decides and that"
            " show the answer"
        )
        return Fact(
            differing / whole,
            "percent",
            whole,
            of,
            counted=True,
            exhaustive=True,
            details=details
            | dict(count_text=written(differing, "count"), whole_text=written(whole, "count")),
        )
    windows, answers = study.data.holdout_windows, study.answers
    differs = np.zeros(windows.visible.shape, dtype=bool)
    for position, said in _run_on_windows(study).items():
        differs[position] = int(answers[position]) not in said
    whole = int(windows.visible.sum())
    return holdout(study).average(
        differs,
        windows.visible,
        unit="percent",
        of=SEEN,
        counted=True,
        details=details
        | dict(count_text=written(int(differs.sum()), "count"), whole_text=written(whole, "count")),
    )


def _differing(study: Study, found: Left) -> tuple[int, int] | None:
    """In how many of all contexts that fill the window network and program differ; None where not
    all of these can be tried. A program that says what the rule demands differs where the network
    is wrong.
    """
    n_ctx, lengths = study.config.model.n_ctx, study.verified.lengths
    if not lengths or lengths[-1].length != n_ctx or not lengths[-1].contexts.any():
        return None
    full = lengths[-1]
    if not found.as_the_rule:
        says = found.program.says
        if not full.everything or any(len(said) > 1 for said in says.values()):
            return None
        reads = copy(study.data.reader)
        told = reads.table.allowed.copy()
        constrained = reads.table.constrained & (reads.table.lag >= 0) & (told.sum(-1) == 1)
        for state in np.flatnonzero(constrained):
            (said,) = says.get((int(told[state].argmax()),), {-1})
            told[state] = np.arange(told.shape[1]) == said
        reads.table = replace(reads.table, allowed=told)
        try:
            full = check(study.config.model, study.weights, reads, n_ctx)
        except RuleError:
            return None
    return int(full.wrong.sum()), int(full.contexts.sum())


@fact("Learners that answer by the program", better="high", tolerance=0.0, over="seeds")
def learners_by_program(study: Study) -> Fact:
    """Share of the seeds that learnt the rule whose last stage makes no mistake: with its parts
    replaced in the same way as in the displayed one, each obeys the rule in every case.
    """
    errors = errors_by_seed(study)
    grades = [grade(error) for error in errors]
    learnt = [i for i, each in enumerate(grades) if each == "learnt"]
    if needed(study) is None:
        return no_program(study, "of", LEARNERS)
    if not learnt:
        none = missing(f"not defined: there are no {LEARNERS}", unit="of", of=LEARNERS)
        return counted_from(errors, none)
    exact = [_last_stage_exact(study, i) for i in learnt]
    k, n = sum(exact), len(exact)
    low, high = wilson(k, n)
    return Fact(
        k / n,
        "of",
        n,
        LEARNERS,
        low,
        high,
        clusters=n,
        details=dict(
            k=k,
            n=n,
            trained=len(grades),
            shown_learnt=study.seed in learnt,
            others=[study.run.seeds[i] for i, right in zip(learnt, exact) if not right],
        ),
    )


def _last_stage_exact(study: Study, index: int) -> bool:
    with study.of_seed(index) as other:
        if one_head_fetches(other):
            return bool((typical(other).said == replaced(other).cases.answer).all())
        some, said = cases(other), attempts(other)[chosen(other)]
        assert some is not None
        return not some.wrong(said).any()
