"""How much arrives? Attention weights beside the length of what they bring (Kobayashi and others
2020, 2021).

A position receives from each position j and head h the vector A_ij f(x_j) with f(x) = x W_V W_O,
biases included. A large weight on a short vector brings little.
"""

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.text.facts.heads import ATTENTION

weights_tell_enough = Claim(
    "Attention weights rank the sources as the lengths of what arrives do",
    holds=fact("rank_agreement") > 0.9,
    partly=fact("rank_agreement") > 0.5,
    also=["length_spread"],
    reason=(
        "At 0.9 the order changes only among neighbours; at 0.5 three quarters of the variance of"
        " the ranks are not shared."
    ),
    figure="norms-beside-weights",
    needs=ATTENTION,
)


@claim(
    (
        "In the last layer, more arrives from other positions than a position keeps, its residual"
        " stream counted as kept"
    ),
    rests_on=["mixing_ratio"],
    holds_if="the mixing ratio with the residual stream is above one half, interval included",
    partly_if="it is above one half for attention alone, without the residual stream",
    reason=(
        "At one half both parts are equally long; a network without layers has a ratio of"
        " exactly 0."
    ),
    figure="norms-beside-weights",
    needs=[*ATTENTION, "residual"],
)
def context_outweighs(facts: Facts) -> Decision:
    """With the residual stream counted; attention alone is the case before the last one."""
    parts = facts["mixing_ratio"].parts
    alone = fact("mixing_ratio").part(parts[-2][0]) if parts else fact("mixing_ratio")
    return by_criteria(facts, fact("mixing_ratio") > 0.5, alone > 0.5)
