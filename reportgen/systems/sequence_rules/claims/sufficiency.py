"""Is it enough to hear of the answer? Attention carries what stands where the answer is held, and
means from everywhere else.
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
    "It is enough to hear of the answer",
    holds=(ALONE < ALONE.baseline + LEARNT) & (ALONE.part(OTHERS) > ALONE.midway),
    partly=ALONE < ALONE.midway,
    reason=(
        "Five percentage points are what counts as learnt; beyond the middle between the network"
        " and a guess, more than half of the work is done by other positions. Where all others"
        " without the answer did as well, its position would be nothing that matters."
    ),
    figure="attention-matrix",
    unless=nothing_to_keep,
)
