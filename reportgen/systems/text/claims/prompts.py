"""Prompts: what does the network expect next, and how far down its list is the correct token?

The prompts are held-out windows, the first one of each block, so that they are not hand-picked.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION

better_list = Claim(
    "Its list of likely tokens is better than that of pair counts",
    holds=(fact("in_top").part("more than counting pairs") >= 0.05)
    & (fact("target_rank") < fact("target_rank").baseline),
    partly=fact("in_top").part("more than counting pairs") > 0,
    reason="Five points are one prompt in twenty; the mean rank also shows how far off it is.",
    figure="prompts",
    needs=ATTENTION,
)
