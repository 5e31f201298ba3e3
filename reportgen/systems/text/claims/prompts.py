"""Prompts: what would come next, and how far down the list is the token that did come?

The prompts are held-out windows, the first one of each block, so that nobody chose them; the token
that came after them is what is looked for.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION

better_list = Claim(
    "Its list is better than that of the table of pairs",
    holds=(fact("in_top").part("more than counting pairs") >= 0.05)
    & (fact("target_rank") < fact("target_rank").baseline),
    partly=fact("in_top").part("more than counting pairs") > 0,
    reason="Five points are one prompt in twenty; the mean rank also counts by how much it misses.",
    figure="prompts",
    needs=ATTENTION,
)
