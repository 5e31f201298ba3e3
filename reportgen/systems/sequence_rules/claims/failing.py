"""Where it goes wrong: have its mistakes something in common, and which part is at fault?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_rules.facts.errors import LEARNT
from reportgen.systems.sequence_rules.facts.kinds import MOST

mistakes_of_one_kind = Claim(
    "Of the contexts tried, all that are answered wrongly are of one kind",
    holds=fact("failing_kinds") >= 1,
    partly=fact("failing_kinds") > MOST,
    reason=(
        "Every wrong context is counted, so all of them have to be of that kind; below nine in ten,"
        " more than a few are not."
    ),
    figure="error-by-position",
    seeds=False,
)

attention_at_fault = Claim(
    "Where it errs, another position than that of the answer has the highest score",
    holds=fact("fault_of_attention") >= 1,
    partly=fact("fault_of_attention") > 0.5,
    reason=(
        "Every wrong context is listed, so it has to be so in all of them; above one half, in most."
    ),
    figure="error-by-position",
    seeds=False,
)

learnt_everywhere = Claim(
    (
        "The rule is learnt: at every position of the answer, for every answer and every number of"
        " rivals in the longest contexts tried, and over the windows evaluated"
    ),
    holds=(fact("error_by_position").every(noun="position of the answer") < LEARNT)
    & (fact("error_by_token").every(noun="answer token") < LEARNT)
    & (fact("error_by_rivals").every(noun="number of rivals") < LEARNT)
    & (fact("visible_error") < LEARNT),
    reason=(
        "The threshold for a learnt rule, applied to every case by itself: a mean over all contexts"
        " hides rare cases."
    ),
    figure="error-by-position",
    seeds=False,
)
