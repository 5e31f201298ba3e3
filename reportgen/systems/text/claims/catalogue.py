"""A catalogue of heads: what each is by its scores, and whether it is missed."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP

most_heads_have_a_class = Claim(
    "Most heads have a class",
    holds=fact("classed_heads") > fact("classed_heads").number / 2,
    partly=fact("classed_heads") > 0,
    reason="Above one half, the names describe the network; one head with a name describes a head.",
    figure="head-catalogue",
    needs=DEEP,
)

has_an_induction_head = Claim(
    "There is an induction head",
    holds=fact("classed_heads").detail("induction", "those called induction heads") > 0,
    partly=fact("prefix_score") > 2 * fact("prefix_score").baseline,
    reason=(
        "One position in a window is right; a quarter is many times its equal share, and a head"
        " that is not missed has no class."
    ),
    figure="head-catalogue",
    needs=DEEP,
)
