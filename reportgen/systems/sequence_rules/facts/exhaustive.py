"""Every context there is, answered one by one: no sample, no interval."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.measure.worst import Parts, worst_of
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.tried import blind_of
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = (
    "contexts of the longest kind tried after which the rule decides and that show the answer"
)
ONLY_THESE = "no other contexts were tried than those that the data can produce"


@fact("Contexts answered wrongly", better="low", tolerance=0.001)
def exhaustive_error(study: Study) -> Fact:
    """Share of all contexts after which the rule decides, which show the answer and fill the window
    (or are as long as can still be tried) whose most likely next token is wrong.

    Where an earlier position holds the answer, contexts that the data cannot produce are tried too.
    Parts: shorter contexts, contexts that the data can produce, and by distance of the answer. The
    details say how far back the wrong ones lie, and at which length and distance most go wrong.
    """
    checks = study.verified.lengths
    if not checks:
        return missing(f"not counted: {study.verified.reason}", unit="percent", of=CONTEXTS)
    full = checks[-1]
    if not full.contexts.any():
        return missing(
            "not defined: the rule decides after no context", unit="percent", of=CONTEXTS
        )
    of = (
        f"contexts of length {full.length} after which the rule decides and that show the answer"
        + ("" if full.everything else " and that the data can produce")
    )
    parts = _parts(checks)
    return replace(
        _share(full.wrong.sum(), full.contexts.sum(), of),
        parts=parts,
        details=_reach(checks, study.config.model.n_ctx) | _worst(parts),
        baseline=blind_of(study, full, everything=full.everything),
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


def _worst(parts: Parts) -> dict[str, object]:
    """The length and the distance at which most go wrong."""
    among: Callable[[str], list[tuple[str, Fact]]] = lambda kind: [
        (name, part) for name, part in parts if kind in name
    ]
    return dict(
        worst_of(among("length "), "length", better="low")
        | worst_of(among(" back"), "distance", better="low")
    )


def _reach(checks: Sequence[Exhaustive], n_ctx: int) -> dict[str, object]:
    """How many are wrong, up to which length none is, and how far back the answers of wrong ones
    lie.
    """
    full, exact = checks[-1], 0
    wrong = full.wrong.sum()
    astray = np.flatnonzero(full.wrong[: full.length].any(1))
    held = np.flatnonzero(
        full.contexts[: full.length].any(1)
    )  # the last row: no position holds the answer
    farthest = int(held.max()) if len(held) else -1
    for c in checks:
        if c.wrong.any():
            break
        if c.contexts.any():  # lengths at which the rule decides nothing say nothing
            exact = c.length
    return dict(
        wrong=int(wrong),
        wrong_text=written(wrong, "count"),
        exact_length=exact,
        farthest=farthest,
        farthest_text=steps_back(farthest) if farthest >= 0 else "",
        at_farthest=int(full.wrong[farthest].sum()),
        at_farthest_text=written(int(full.wrong[farthest].sum()), "count"),
        far_share=float(full.wrong[farthest].sum() / wrong) if wrong else None,
        nearest=int(astray.min()) if len(astray) else None,
        nearest_text=steps_back(int(astray.min())) if len(astray) else "nowhere",
        tried=which_contexts(full, n_ctx),
        longest=full.length,
        complete=full.length == n_ctx,
        everything=full.everything,
    )


@fact("Contexts of the data answered wrongly", better="low", tolerance=0.001)
def error_in_data(study: Study) -> Fact:
    """Share of all contexts after which the rule decides, which show the answer and can stand in a
    window of the data whose most likely next token is wrong; of the longest kind that can be tried.

    Parts: shorter contexts. It is measured where contexts that the data cannot produce are tried
    too, and not counted here.
    """
    checks = [check for check in study.verified.lengths if check.grammatical.any()]
    if not checks:
        return missing(
            (
                f"not counted: {study.verified.reason}"
                if study.verified.reason
                else "not defined: the data produce no context after which the rule decides"
            ),
            unit="percent",
            of=CONTEXTS,
        )
    if not checks[-1].everything:
        return absent(ONLY_THESE)
    parts = tuple((f"length {c.length}", _in_data(c)) for c in checks)
    baseline = blind_of(study, checks[-1], everything=False)
    return replace(_in_data(checks[-1]), parts=parts, baseline=baseline, details=_worst(parts))


def which_contexts(full: Exhaustive, n_ctx: int) -> str:
    """Which contexts were tried, in words that go on a sentence."""
    size = "that fits into the window" if full.length == n_ctx else f"of up to {full.length} tokens"
    joined = (
        " and that the data can produce" if full.length == n_ctx else " that the data can produce"
    )
    return f"every context {size}" + ("" if full.everything else joined)
