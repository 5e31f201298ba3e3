"""Where is an exchanged token carried? The stream of one prompt put into another that differs in
one token.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.prompt_pairs import PAIRS

LITTLE = 0.1
MOST = 0.5

moved_early = Claim(
    "Before the last layer, an earlier token has reached the last position",
    holds=fact("carried_by_last").every("[^,]*", "distance") > MOST,
    partly=fact("carried_by_last").some("[^,]*", "distance") > MOST,
    also=["carried_by_own"],
    reason="A part that carries more than half carries more than all others together.",
    figure="prompt-patching",
    needs=PAIRS,
)

one_head_brings = Claim(
    "A single head brings a near token to the last position",
    holds=fact("brought_by_head").some("[^,]*", "distance", least=2) > MOST,
    partly=fact("brought_by_head").some("[^,]*", "distance") > MOST,
    reason=(
        "A head that carries more than half carries more than all others together; two distances"
        " make it a property of the network, and not of one head."
    ),
    figure="prompt-patching",
    needs=PAIRS,
)

fetched_late = Claim(
    "The last layer fetches an earlier token from its own position",
    holds=fact("carried_by_own").every("[^,]*", "distance") > MOST,
    partly=fact("carried_by_own").some("[^,]*", "distance") > LITTLE,
    also=["carried_by_last"],
    reason=(
        "A part that carries more than half carries more than all others together; under a tenth it"
        " is a side effect."
    ),
    figure="prompt-patching",
    needs=PAIRS,
)
