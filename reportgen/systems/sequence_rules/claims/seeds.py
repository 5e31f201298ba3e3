"""One network proves little: what did all the seeds do?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts

FEW = 3  # networks; so few that fail do not show that none would succeed


def _anecdote(facts: Facts) -> str:
    count = facts["seeds_learnt"].n
    if not 0 < count <= FEW:
        return ""
    return (
        "one network is an anecdote: another seed may do otherwise"
        if count == 1
        else "so few networks are anecdotes: another seed may do otherwise"
    )


seeds_agree = Claim(
    "Nearly every seed learns the rule",
    holds=fact("seeds_learnt") > 0.9,
    partly=fact("seeds_learnt").of_these > 0,
    reason=(
        "Above nine in ten, one can train a single network and count on it; below that, the seed"
        " decides."
    ),
    figure="learning-curve",
    seeds=False,
    unless=_anecdote,
)
