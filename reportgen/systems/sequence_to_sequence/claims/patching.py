"""What moves when one digit of an input is changed, and which part of the network carries the
change to the output.
"""

from reportgen.measure.claim import Claim, Decision, apart, claim, decided
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts


@claim(
    "Nearly every changed digit changes its own answer and no other",
    rests_on=["moves_mirror", "moves_others"],
    holds_if="at least 99 % of the answers follow their digit, and at most 1 % follow another",
    partly_if="answers follow their own digit at least twice as often as another",
    reason=(
        "One in a hundred leaves room for a few inputs that are answered wrongly; at less than"
        " twice as often, outputs depend on more digits than their own."
    ),
    figure="one-digit-changed",
)
def one_to_one(facts: Facts) -> Decision:
    """A permutation of positions; the two are of different answers, and so have an interval of
    their own.
    """
    own, other = fact("moves_mirror"), fact("moves_others")
    gap = {"gap": apart(facts["moves_mirror"], facts["moves_others"], times=2)}
    strong = ((own >= 0.99) & (other <= 0.01)).evaluate(facts)
    return decided(strong, ((own > 0) & (fact("gap") >= 0)).evaluate({**facts, **gap}))


first_brings = Claim(
    "The first layer’s attention brings the digit",
    holds=fact("carried_first") > 0.5,
    partly=fact("carried_first") > fact("carried_first").own("even", "an equal share of all parts"),
    reason=(
        "Either input of a pair may be the changed one, so at one half the old right token and the"
        " new one are equally likely: only above it does the answer change back. If no part were"
        " preferred, each would carry an equal share."
    ),
    figure="one-digit-changed",
)

last_brings = Claim(
    "The last layer’s attention brings the digit",
    holds=fact("carried_last") > 0.5,
    partly=fact("carried_last") > fact("carried_last").own("even", "an equal share of all parts"),
    reason=(
        "Either input of a pair may be the changed one, so at one half the old right token and the"
        " new one are equally likely: only above it does the answer change back. If no part were"
        " preferred, each would carry an equal share."
    ),
    figure="one-digit-changed",
)
