"""What is left of the network as a few lines: is it enough, and do other seeds do the same?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.claims.looking import LITTLE

replaced_suffices = Claim(
    "Attention only has to pass on what the rule needs",
    holds=fact("wrong_replaced") < LITTLE,
    partly=fact("wrong_replaced") < MUCH,
    reason="One percentage point would hardly be noticed; ten would be many answers.",
    figure="value-output",
)

typical_point_suffices = Claim(
    "One typical value for each token is enough",
    holds=fact("wrong_by_typical") <= 0,
    partly=fact("wrong_by_typical") < LITTLE,
    reason=(
        "What is left is a table with one row for each answer, and a table is either right or"
        " wrong."
    ),
    figure="value-output",
)

program_is_the_network = Claim(
    "The network answers as a program of a few lines does",
    holds=(fact("program_differs") < LITTLE) & (fact("stage_differs") < LITTLE),
    partly=(fact("program_differs") < MUCH) & (fact("stage_differs") < MUCH),
    also=["program_errors"],
    reason=(
        "One percentage point would hardly be noticed, and ten would be many answers; the network"
        " with its parts replaced has to answer like the program too, or the program does not"
        " describe it."
    ),
    figure="value-output",
)

learners_alike = Claim(
    "Every network that learnt the rule answers in this way",
    holds=fact("learners_by_program").of_these >= 1,
    partly=fact("learners_by_program").of_these > 0.5,
    reason="“Every” allows no exception; above one half, it is the usual way.",
    figure="learning-curve",
    seeds=False,
)
