"""Does it obey the rule? The most likely token and the sampled one, each with its own rule
error.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_rules.facts.errors import LEARNT

MORE_THAN_ELSEWHERE = (
    fact("hidden_mass").own("elsewhere", "what these tokens get where the rule decides nothing")
    + LEARNT
)

learns_rule = Claim(
    "The network obeys the rule where the answer is in view",
    holds=fact("visible_error") < LEARNT,
    partly=fact("visible_error") < fact("visible_error").baseline / 2,
    reason="At five percent, one mistake is expected in twenty answers checked by hand.",
    figure="learning-curve",
)

samples_obey = Claim(
    "The network obeys the rule when the next token is sampled",
    holds=fact("sampled_error") < LEARNT,
    partly=fact("sampled_error") < fact("sampled_error").baseline / 2,
    reason="The same threshold as for the first choice, so that the two can be compared.",
    figure="learning-curve",
)

sampling_is_free = Claim(
    "Sampling adds hardly any error to that of the first choice",
    holds=fact("sampling_cost") < 0.01,
    partly=fact("sampling_cost") < LEARNT,
    also=["sampled_error", "visible_error"],
    reason=(
        "One percentage point would hardly be noticed; five are the threshold for a learnt rule."
    ),
    figure="learning-curve",
)

guesses_answers = Claim(
    ("Where the window does not decide the answer, the network guesses among the possible answers"),
    holds=(fact("hidden_mass") > 1 - LEARNT) & (fact("hidden_mass") > MORE_THAN_ELSEWHERE),
    partly=(fact("hidden_mass") > fact("hidden_mass").baseline)
    & (fact("hidden_mass") > MORE_THAN_ELSEWHERE),
    also=["hidden_error"],
    reason=(
        "A perfect predictor gives the other tokens no probability; one part in twenty is the same"
        " tolerance as for errors. A network that always gives the same answer does so elsewhere"
        " too, so these positions are compared with the rest."
    ),
    figure="generated-sequences",
)
