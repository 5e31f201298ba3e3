"""Where it goes wrong: have its mistakes something in common, and which part is at fault?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_rules.facts.errors import LEARNT

MOST = 0.9


mistakes_of_one_kind = Claim(
    "All contexts that go wrong are of one kind",
    holds=fact("failing_kinds") >= 1,
    partly=fact("failing_kinds") > MOST,
    reason=(
        "Every wrong context is listed, so all of them means all; below nine in ten, more than a"
        " few have nothing of it."
    ),
    figure="error-by-position",
    seeds=False,
)

attention_at_fault = Claim(
    "What goes wrong goes wrong because attention prefers another token",
    holds=fact("fault_of_attention") >= 1,
    partly=fact("fault_of_attention") > 0.5,
    reason=(
        "Every wrong context is listed, so all of them means all; above one half, no other part of"
        " the network accounts for as many."
    ),
    figure="error-by-position",
    seeds=False,
)

learnt_everywhere = Claim(
    "The rule is learnt at every position of the answer, for every answer, with all its rivals",
    holds=(fact("error_by_position").every(noun="position of the answer") < LEARNT)
    & (fact("error_by_token").every(noun="answer token") < LEARNT)
    & (fact("error_by_rivals").every(noun="number of rivals") < LEARNT),
    reason=(
        "The line between learnt and not, for every part by itself: a part of which there are few"
        " contexts does not show in a mean over all."
    ),
    figure="error-by-position",
    seeds=False,
)
