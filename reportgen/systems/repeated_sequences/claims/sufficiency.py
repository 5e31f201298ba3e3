"""Is it enough? The two heads of an induction circuit and the paths between them, with all else at
its mean.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.repeated_sequences.facts.sufficiency import NO_KEYS

ALONE = fact("circuit_alone")
NOTHING = "this network gets no more than twice as much right as a guess, too little to keep"


def nothing_to_keep(facts: Facts) -> str:
    """Why a network that does not continue has nothing that a part of it could be enough for."""
    alone = facts["circuit_alone"]
    if alone.baseline is None or alone.floor is None:
        return ""
    return NOTHING if alone.floor.value <= 2 * alone.baseline.value else ""


circuit_is_enough = Claim(
    "The induction circuit alone is enough",
    holds=(ALONE > ALONE.own("most", "nine tenths of the way from a guess to the whole network"))
    & (ALONE.part(NO_KEYS) < ALONE.midway),
    partly=ALONE > ALONE.midway,
    reason=(
        "With a tenth lost, what was left out is a side effect; with a half, as much goes other"
        " ways. If the circuit did as well without its path to the keys, that path would not"
        " matter."
    ),
    figure="repeats-path-patching",
    needs=["layers", "residual"],
    unless=nothing_to_keep,
)
