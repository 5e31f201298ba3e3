"""Every context there is, answered one by one: no sample, no interval. Where only shorter contexts
can be tried, what held-out windows say of the longer ones counts too.
"""

from reportgen.measure.claim import Decision, Verdict, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts

HOLDS_IF = (
    "no context of any length tried is answered wrongly, and the rule error over the windows"
    " evaluated, which have longer contexts where not all lengths can be tried, is not above zero"
    " for its whole interval"
)
PARTLY_IF = "at every length tried, less than one context in a hundred is answered wrongly"


def _errs(facts: Facts) -> bool:
    """Do held-out windows show that it errs at all."""
    return (fact("visible_error") > 0).evaluate(facts).truth is True


def _right(facts: Facts, error: str) -> Decision:
    """Is it right at every length tried, and shown by no held-out window to be wrong."""
    each = fact(error).every("length .*", "length tried")
    return by_criteria(facts, False if _errs(facts) else each <= 0, each < 0.01)


@claim(
    "The network is right in every context tried, up to the longest length that can be tried",
    rests_on=["exhaustive_error", "visible_error"],
    holds_if=HOLDS_IF,
    partly_if=PARTLY_IF,
    reason="One exception is enough to show that the network does not compute the rule.",
    figure="learning-curve",
    seeds=False,
)
def no_exceptions(facts: Facts) -> Decision:
    """Every length, and held-out windows."""
    return _right(facts, "exhaustive_error")


@claim(
    "The network is right in every context tried that the data can produce",
    rests_on=["error_in_data", "visible_error"],
    holds_if=HOLDS_IF,
    partly_if=PARTLY_IF,
    reason=(
        "Training cannot teach what the data never contain; among the rest, one exception is"
        " enough."
    ),
    figure="learning-curve",
    seeds=False,
)
def no_exceptions_in_data(facts: Facts) -> Decision:
    """Every length, and held-out windows."""
    return _right(facts, "error_in_data")


def _too_short(facts: Facts) -> str:
    """Why the contexts tried say nothing of the mistakes it makes; empty where they do."""
    error = facts["exhaustive_error"]
    return (
        "it errs in the windows evaluated, and in none of the contexts short enough to be tried"
        if error.value is not None and error.details["far_share"] is None and _errs(facts)
        else ""
    )


@claim(
    "The network errs only where the answer is as far back as possible",
    rests_on=["exhaustive_error", "far_error", "visible_error"],
    holds_if=(
        "every wrong context of the longest kind tried has its answer at the first position, or"
        " there is none"
    ),
    partly_if="more than half of them have",
    reason="Every mistake is listed, so no tolerance is needed.",
    figure="learning-curve",
    needs=["held"],
    seeds=False,
    unless=_too_short,
)
def exceptions_far(facts: Facts) -> Verdict:
    """All at the farthest distance."""
    error = facts["exhaustive_error"]
    if error.value is None:
        return Verdict.NOT_ASKED
    share = 1.0 if error.details["far_share"] is None else error.details["far_share"]
    return Verdict.HOLDS if share == 1 else Verdict.PARTLY if share > 0.5 else Verdict.FAILS
