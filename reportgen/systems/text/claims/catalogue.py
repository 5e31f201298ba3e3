"""A catalogue of heads: the class of each by its scores, and the loss without it."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP

most_heads_have_a_class = Claim(
    "Most heads have a known function",
    holds=fact("classed_heads") > fact("classed_heads").number / 2,
    partly=fact("classed_heads") > 0,
    reason="Above one half, the names describe the network; one named head describes only a head.",
    figure="head-catalogue",
    needs=DEEP,
)

has_an_induction_head = Claim(
    "There is an induction head",
    holds=fact("classed_heads").detail("induction", "those called induction heads") > 0,
    partly=fact("prefix_score") > 2 * fact("prefix_score").baseline,
    reason=(
        "Only one position in a window is right, so a quarter of the attention is many times"
        " uniform attention; a head without which the loss does not change has no class."
    ),
    figure="head-catalogue",
    needs=DEEP,
)
