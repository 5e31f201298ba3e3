"""Does a head raise the tokens that it looks at in held-out text?"""

from reportgen.measure.claim import Claim
from reportgen.measure.controls import MOST
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.circuits import CIRCUITS

RENAMED = f"what {MOST} of the random renamings of its tokens stay under"
PUSH = fact("push_on_source")

raises_what_it_reads = Claim(
    "A head raises the tokens that it looks at",
    holds=(PUSH > 0) & (PUSH > PUSH.own("renamed_bound", RENAMED)),
    partly=(PUSH > 0) & (PUSH > PUSH.own("renamed_mean", "their mean")),
    reason=(
        "Which tokens rise is a matter of chance where nothing is copied, and one in a hundred"
        " random renamings gives more than the threshold; what is lowered is not raised, whatever"
        " chance gives."
    ),
    figure="ov-circuits",
    needs=CIRCUITS,
)
