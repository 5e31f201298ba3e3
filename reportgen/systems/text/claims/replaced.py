"""Is it a table of the last token, or of the last two?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

LITTLE = 0.01
REASON = "One point is what a reader would not notice, ten would be many choices."

attention_by_position = Claim(
    "Attention may go by position alone",
    holds=fact("still_differs") < LITTLE,
    partly=fact("still_differs") < MUCH,
    reason=REASON,
    figure="attention-by-distance",
)

two_tokens_suffice = Claim(
    "The last two tokens tell what the network chooses",
    holds=fact("pair_differs") < LITTLE,
    partly=fact("pair_differs") < MUCH,
    reason=REASON,
    figure="text-learning-curve",
)

program_is_the_network = Claim(
    "A table of the last token says what the network chooses",
    holds=fact("program_differs") < LITTLE,
    partly=fact("program_differs") < MUCH,
    reason=REASON,
    figure="text-learning-curve",
)
