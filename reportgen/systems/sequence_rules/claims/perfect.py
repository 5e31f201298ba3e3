"""How many of the networks make no mistake at all: found by trying, not by sampling."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

perfect_by_default = Claim(
    "Most networks make no mistake in any context tried",
    holds=fact("seeds_perfect") > 0.5,
    partly=fact("seeds_perfect").of_these > 0,
    reason="Above one half, the first network that one trains is more likely perfect than not.",
    figure="learning-curve",
    seeds=False,
)

perfect_in_data = Claim(
    "Most networks make no mistake in any context tried that the data can produce",
    holds=fact("seeds_perfect_in_data") > 0.5,
    partly=fact("seeds_perfect_in_data").of_these > 0,
    reason=(
        "Above one half, the first network that one trains is more likely than not to make no such"
        " mistake."
    ),
    figure="learning-curve",
    seeds=False,
)
