"""Is the way from the mirror enough? Edges from outputs to their mirrors are kept, and all others
carry means.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_to_sequence.claims.cuts import nothing_to_lose
from reportgen.systems.sequence_to_sequence.facts.sufficiency import OTHERS

ALONE = fact("mirror_alone")
MOST = "nine tenths of the way from the best constant answer to the whole network"

mirror_is_enough = Claim(
    "The route from the mirror alone is enough",
    holds=(ALONE > ALONE.own("most", MOST)) & (ALONE.part(OTHERS) < ALONE.midway),
    partly=ALONE > ALONE.midway,
    reason=(
        "With a tenth lost, what was left out is a side effect; with a half, as much goes other"
        " ways. If an output did as well with all other digits and no mirror, the mirror would not"
        " matter."
    ),
    figure="one-digit-changed",
    unless=nothing_to_lose("mirror_alone"),
)
