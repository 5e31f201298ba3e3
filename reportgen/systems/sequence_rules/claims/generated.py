"""What it writes by itself: text sampled from its own probabilities."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_rules.facts.errors import LEARNT

generated_text_obeys = Claim(
    "The text that the network writes obeys the rule",
    holds=fact("generated_error").part("answer in view") < LEARNT,
    partly=fact("generated_error").part("answer in view") < 0.5,
    reason=(
        "Where the answer has left the window no predictor could know it, so only positions with"
        " the answer in view count."
    ),
    figure="generated-sequences",
)
