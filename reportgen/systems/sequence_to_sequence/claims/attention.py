"""Where does an output look? The mirror is the digit that it is made from."""

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_to_sequence.claims.cuts import nothing_to_lose

MOST = 0.5
TWICE = 2  # times an even spread

first_looks = Claim(
    "In the first layer every output looks at the digit it is made from",
    holds=fact("mirror_first").every("output .*", "output") > MOST,
    partly=fact("mirror_first") > TWICE * fact("mirror_first").baseline,
    also=["hits_first"],
    reason=(
        "Above one half, all other positions together get less, and a mean could hide an output"
        " that looks elsewhere; with less than twice the share of uniform attention, a position is"
        " one among several."
    ),
    figure="mean-attention",
)

last_looks = Claim(
    "In the last layer every output looks at the digit it is made from",
    holds=fact("mirror_last").every("output .*", "output") > MOST,
    partly=fact("mirror_last") > TWICE * fact("mirror_last").baseline,
    also=["hits_last"],
    reason=(
        "Above one half, all other positions together get less, and a mean could hide an output"
        " that looks elsewhere; with less than twice the share of uniform attention, a position is"
        " one among several."
    ),
    figure="mean-attention",
)


@claim(
    "Attention depends on position, not on content",
    rests_on=["frozen_attention"],
    holds_if=(
        "with attention frozen to its mean at most 1 percentage point of the right tokens is lost"
    ),
    partly_if="less than half of what the network gains over the best constant answer is lost",
    reason=(
        "A pattern that is the same for all inputs can depend only on positions; one percentage"
        " point is a few tokens."
    ),
    figure="mean-attention",
    unless=nothing_to_lose("frozen_attention"),
)
def looks_by_place(facts: Facts) -> Decision:
    """A fixed pattern would do."""
    frozen = fact("frozen_attention")
    return by_criteria(facts, frozen >= frozen.baseline - 0.01, frozen > frozen.midway)
