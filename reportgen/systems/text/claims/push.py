"""Does a head raise the tokens that it looks at in held-out text?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.circuits import CIRCUITS

RENAMED = "the highest with its tokens renamed at random"
PUSH = fact("push_on_source")

raises_what_it_reads = Claim(
    "A head raises the tokens that it looks at",
    holds=(PUSH > 0) & (PUSH > PUSH.own("renamed_top", RENAMED)),
    partly=(PUSH > 0) & (PUSH > PUSH.own("renamed_mean", "their mean")),
    reason=(
        "Which tokens rise is a matter of chance where nothing is copied; two hundred ways to"
        " rename them bound what it gives, and what is lowered is not raised, whatever chance"
        " gives."
    ),
    figure="ov-circuits",
    needs=CIRCUITS,
)
