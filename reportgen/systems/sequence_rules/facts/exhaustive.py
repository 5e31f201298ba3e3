"""Every context there is, answered one by one: no sample, no interval."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, absent, fact, written
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.errors import blind
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = "contexts of the longest kind tried that ask and tell the answer"
ONLY_THESE = "no other contexts were tried than those that the data can produce"


@fact("Wrong contexts of all there are", better="low", tolerance=0.001)
def exhaustive_error(study: Study) -> Fact:
    """Share of all contexts that ask, tell the answer and fill the window (or are as long as can
    still be tried) whose most likely next token is wrong.

    Where an earlier position holds the answer, contexts that the data cannot produce are tried too.
    Parts: shorter contexts, contexts that the data can produce, and by distance of the answer. The
    details say how far back the wrong ones lie.
    """
    checks = study.verified.lengths
    if not checks:
        return missing(f"not counted: {study.verified.reason}", unit="percent", of=CONTEXTS)
    full = checks[-1]
    if not full.contexts.any():
        return missing("not defined: no context asks", unit="percent", of=CONTEXTS)
    of = f"contexts of length {full.length} that ask and tell the answer" + (
        "" if full.everything else " and that the data can produce"
    )
    return replace(
        _share(full.wrong.sum(), full.contexts.sum(), of),
        parts=_parts(checks),
        details=_reach(checks, study.config.model.n_ctx),
        baseline=blind(study),
    )


def _share(wrong: int, whole: int, of: str) -> Fact:
    """A share of contexts, all of which were tried."""
    return Fact(float(wrong / whole), "percent", int(whole), of, counted=True, exhaustive=True)


def _parts(checks: Sequence[Exhaustive]) -> tuple[tuple[str, Fact], ...]:
    """By length, then of the longest those that the data can produce, and by distance."""
    full = checks[-1]
    parts = [
        (
            f"length {c.length}",
            _share(c.wrong.sum(), c.contexts.sum(), f"contexts of length {c.length}"),
        )
        for c in checks
        if c.contexts.any()
    ]
    if full.grammatical.any():
        parts.append(("the data can produce", _in_data(full)))
    for lag in map(int, np.flatnonzero(full.contexts[: full.length].any(1))):
        of = f"contexts with the answer {steps_back(lag)}"
        parts.append((steps_back(lag), _share(full.wrong[lag].sum(), full.contexts[lag].sum(), of)))
    return tuple(parts)


def _in_data(check: Exhaustive) -> Fact:
    """The share of those contexts of one length that the data can produce."""
    of = f"contexts of length {check.length} that the data can produce"
    return _share(check.grammatical_wrong.sum(), check.grammatical.sum(), of)


def _reach(checks: Sequence[Exhaustive], n_ctx: int) -> dict[str, int | float | str | None]:
    """How many are wrong, up to which length none is, and how far back the answers of wrong ones
    lie.
    """
    full, exact = checks[-1], 0
    wrong = full.wrong.sum()
    held = np.flatnonzero(
        full.contexts[: full.length].any(1)
    )  # the last row: no position holds the answer
    farthest = int(held.max()) if len(held) else -1
    for c in checks:
        if c.wrong.any():
            break
        if c.contexts.any():  # lengths at which nothing is asked say nothing
            exact = c.length
    return dict(
        wrong=int(wrong),
        wrong_text=written(wrong, "count"),
        exact_length=exact,
        farthest=farthest,
        at_farthest=int(full.wrong[farthest].sum()),
        far_share=float(full.wrong[farthest].sum() / wrong) if wrong else None,
        tried=which_contexts(full, n_ctx),
        longest=full.length,
        complete=full.length == n_ctx,
        everything=full.everything,
    )


@fact("Wrong contexts of all the data can produce", better="low", tolerance=0.001)
def error_in_data(study: Study) -> Fact:
    """Share of all contexts that ask, tell the answer and can stand in a window of the data whose
    most likely next token is wrong; of the longest kind that can be tried.

    Parts: shorter contexts. It is measured where contexts that the data cannot produce are tried
    too, and not counted here.
    """
    checks = [check for check in study.verified.lengths if check.grammatical.any()]
    if not checks:
        return missing(
            (
                f"not counted: {study.verified.reason}"
                if study.verified.reason
                else "not defined: the data produce no context that asks"
            ),
            unit="percent",
            of=CONTEXTS,
        )
    if not checks[-1].everything:
        return absent(ONLY_THESE)
    return replace(
        _in_data(checks[-1]),
        parts=tuple((f"length {c.length}", _in_data(c)) for c in checks),
        baseline=blind(study),
    )


def which_contexts(full: Exhaustive, n_ctx: int) -> str:
    """Which contexts were tried, in words that go on a sentence."""
    size = "that fits into the window" if full.length == n_ctx else f"of up to {full.length} tokens"
    joined = (
        " and that the data can produce" if full.length == n_ctx else " that the data can produce"
    )
    return f"every context {size}" + ("" if full.everything else joined)
