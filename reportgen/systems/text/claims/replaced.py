"""Is it a table of the last token, or of the last two?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

LITTLE = 0.01
REASON = "One percent of the choices is hardly noticeable; ten percent are many."

attention_by_position = Claim(
    "Attention does not need to look at tokens",
    holds=fact("still_differs") < LITTLE,
    partly=fact("still_differs") < MUCH,
    reason=REASON,
    figure="attention-by-distance",
)

two_tokens_suffice = Claim(
    "The last two tokens determine what the network chooses",
    holds=fact("pair_differs") < LITTLE,
    partly=fact("pair_differs") < MUCH,
    reason=REASON,
    figure="text-learning-curve",
)

program_is_the_network = Claim(
    "A table of the last token gives what the network chooses",
    holds=fact("program_differs") < LITTLE,
    partly=fact("program_differs") < MUCH,
    reason=REASON,
    figure="text-learning-curve",
)
