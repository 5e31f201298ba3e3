"""Is it enough to hear of the answer? Attention carries what stands where the answer is held and at
the query itself, and means from everywhere else.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.errors import LEARNT
from reportgen.systems.sequence_rules.facts.sufficiency import OTHERS

ALONE = fact("error_by_answer")


def nothing_to_keep(facts: Facts) -> str:
    """Why a network that does not answer has nothing that a part could be enough for."""
    whole, guess = facts["error_by_answer"].baseline, facts["error_by_answer"].floor
    if whole is None or guess is None or whole.value < guess.value / 2:
        return ""
    return "this network errs at least half as often as a guess does, so there is little to keep"


answer_is_enough = Claim(
    "What attention takes from the answer and from the query itself is enough",
    holds=(ALONE < ALONE.baseline + LEARNT) & (ALONE.part(OTHERS) > ALONE.midway),
    partly=ALONE < ALONE.midway,
    reason=(
        "Five percentage points are the threshold for a learnt rule; beyond the middle between the"
        " network and a guess, other positions do more than half of the work. If all other"
        " positions did as well without the answer, its position would not matter."
    ),
    figure="attention-matrix",
    unless=nothing_to_keep,
)
