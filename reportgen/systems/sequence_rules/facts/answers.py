"""Is the rule obeyed for every answer and at every distance, or only where it is easy?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.measure.worst import worst_of
from reportgen.systems.sequence_rules.facts.errors import SEEN, blind, wrong
from reportgen.systems.sequence_rules.samples import holdout, visible
from reportgen.systems.sequence_rules.view import Study

STEPS_BACK = r"\d+ steps? back"  # the names of cases by distance


@fact("Error on the hardest answer", better="low", tolerance=0.02, needs=["one_answer"])
def worst_answer_error(study: Study) -> Fact:
    """The rule error, answer in view, for the answer token with the highest one; parts give it for
    every answer token.
    """
    windows, seen = visible(study)
    broken = wrong(study)
    names = study.tokens
    found = [
        (
            a,
            holdout(study).average(
                broken,
                seen & (windows.answer == a),
                unit="percent",
                of=f"positions where the answer {names[a]} is in view,",
                counted=True,
            ),
        )
        for a in np.unique(windows.answer[seen])
        if a >= 0
    ]
    if not found:
        return absent("where the window tells the answer, this rule allows several")
    worst, hardest = max(found, key=lambda pair: pair[1].value or 0)
    missed = [names[a] for a, part in found if (part.value or 0) > 0.5]
    equal = [names[a] for a, part in found if part.value == hardest.value]
    details = dict(
        answer=names[worst],
        missed=missed,
        missed_text=", ".join(missed) or "none",
        equal=len(equal),
        equal_text=", ".join(equal),
    )
    return replace(
        hardest,
        parts=tuple((names[a], part) for a, part in found),
        details=details,
        baseline=blind(study, seen & (windows.answer == worst)),
    )


@fact("Rule error, answer far back", better="low", tolerance=0.02, needs=["held"])
def far_error(study: Study) -> Fact:
    """The rule error where the answer stands half a window back or more; parts give it for every
    distance.
    """
    windows = study.data.holdout_windows
    seen, broken, half = windows.held, wrong(study), study.config.model.n_ctx // 2
    if not (windows.lag >= half).any():
        return absent(f"in this rule no answer stands {half} or more steps back")
    at: Callable[[np.ndarray, str], Fact] = lambda where, of: holdout(study).average(
        broken, where, unit="percent", of=of, counted=True
    )
    lags = [int(lag) for lag in np.unique(windows.lag[seen])]
    parts = tuple(
        (
            steps_back(lag),
            at(seen & (windows.lag == lag), f"positions with the answer {steps_back(lag)},"),
        )
        for lag in lags
    )
    far = at(seen & (windows.lag >= half), f"positions with the answer {half} or more steps back,")
    details = dict(steps=half) | worst_of(parts, "worst", better="low")
    beyond = blind(study, seen & (windows.lag >= half))
    return replace(far, parts=parts, baseline=beyond, details=details)


def steps_back(lag: int) -> str:
    """How far back, in words that begin with a number."""
    return f"{lag} step back" if lag == 1 else f"{lag} steps back"


@fact("Answer is the previous token", tolerance=0.0, needs=["held"])
def previous_is_answer(study: Study) -> Fact:
    """Share of held-out positions with the answer in view where it stands just before the last
    token read: what "look one back" would score.
    """
    windows = study.data.holdout_windows
    return holdout(study).average(
        windows.lag == 1, windows.held, unit="percent", of=SEEN, counted=True
    )


@fact("Gain over copying the previous token", better="high", tolerance=0.005, needs=["held"])
def gain_over_previous(study: Study) -> Fact:
    """How much lower the rule error is than that of copying the token just before the last
    one read, at the same positions.
    """
    windows = study.data.holdout_windows
    # as for the rule error: some answers are known although no position holds them
    seen = windows.visible
    before = np.concatenate([windows.inputs[:, :1], windows.inputs[:, :-1]], 1)
    copied = windows.broken(before)
    copy_error = float(windows.mean(copied, seen)) if seen.any() else 0.0
    details = dict(copy_error=copy_error, copy_error_text=written(copy_error, "percent"))
    return holdout(study).average(
        copied.astype(float) - wrong(study), seen, unit="points", of=SEEN, details=details
    )
