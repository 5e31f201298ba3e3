"""Every context there is, answered one by one: no sample, no interval."""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts

no_exceptions = Claim(
    "The network is right in every context tested, short ones included",
    holds=fact("exhaustive_error").every("length .*", "length tried") <= 0,
    partly=fact("exhaustive_error").every("length .*", "length tried") < 0.01,
    reason="One exception is enough to show that the network does not compute the rule.",
    figure="learning-curve",
    seeds=False,
)

no_exceptions_in_data = Claim(
    "The network is right in every tested context that the data can produce",
    holds=fact("error_in_data").every(noun="length tried") <= 0,
    partly=fact("error_in_data").every(noun="length tried") < 0.01,
    reason=(
        "Training cannot teach what the data never contain; among the rest, one exception is"
        " enough."
    ),
    figure="learning-curve",
    seeds=False,
)


@claim(
    "The network errs only where the answer is as far back as possible",
    rests_on=["exhaustive_error", "far_error"],
    holds_if=(
        "every wrong context of full length has its answer at the first position, or there is none"
    ),
    partly_if="more than half of them have",
    reason="Every mistake is listed, so no tolerance is needed.",
    figure="learning-curve",
    needs=["held"],
    seeds=False,
)
def exceptions_far(facts: Facts) -> Verdict:
    """All at the farthest distance."""
    error = facts["exhaustive_error"]
    if error.value is None:
        return Verdict.NOT_ASKED
    share = 1.0 if error.details["far_share"] is None else error.details["far_share"]
    return Verdict.HOLDS if share == 1 else Verdict.PARTLY if share > 0.5 else Verdict.FAILS
