"""What is left of the network as a few lines: is it enough, and do other seeds do the same?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.claims.looking import LITTLE

replaced_suffices = Claim(
    "What the rule needs is all that attention has to hand over",
    holds=fact("wrong_replaced") < LITTLE,
    partly=fact("wrong_replaced") < MUCH,
    reason="One point is what a reader would not notice, ten would be many answers.",
    figure="value-output",
)

typical_point_suffices = Claim(
    "One typical point for each token is enough",
    holds=fact("wrong_by_typical") <= 0,
    partly=fact("wrong_by_typical") < LITTLE,
    reason=(
        "What is left is a table of as many rows as there are answers; either it is right or it is"
        " not."
    ),
    figure="value-output",
)

program_is_the_network = Claim(
    "A program of a few lines says what the network says",
    holds=(fact("program_differs") < LITTLE) & (fact("stage_differs") < LITTLE),
    partly=(fact("program_differs") < MUCH) & (fact("stage_differs") < MUCH),
    also=["program_errors"],
    reason=(
        "One point is what a reader would not notice, ten would be many answers; and the network"
        " whose parts were replaced has to say it too, or the lines are not made from it."
    ),
    figure="value-output",
)

learners_alike = Claim(
    "Every network that learnt the rule answers in this way",
    holds=fact("learners_by_program").of_these >= 1,
    partly=fact("learners_by_program").of_these > 0.5,
    reason="All of them means all; more than half is the usual way, and has exceptions.",
    figure="learning-curve",
    seeds=False,
)
