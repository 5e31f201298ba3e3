"""Does it do what the rule asks? The most likely token and the sampled one, each with its own rule
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
    "The network answers the rule where the answer is in view",
    holds=fact("visible_error") < LEARNT,
    partly=fact("visible_error") < fact("visible_error").baseline / 2,
    reason=(
        "At five percent, a reader who checks twenty answers by hand expects to meet one mistake."
    ),
    figure="learning-curve",
)

samples_obey = Claim(
    "It obeys the rule when the next token is sampled",
    holds=fact("sampled_error") < LEARNT,
    partly=fact("sampled_error") < fact("sampled_error").baseline / 2,
    reason="The same line as for the most likely token, so that the two can be compared.",
    figure="learning-curve",
)

sampling_is_free = Claim(
    "Sampling costs nothing: it errs no more often than the most likely token",
    holds=fact("sampling_cost") < 0.01,
    partly=fact("sampling_cost") < LEARNT,
    also=["sampled_error", "visible_error"],
    reason=(
        "One point is what a reader would no longer notice; five are the line between learnt and"
        " not."
    ),
    figure="learning-curve",
)

guesses_answers = Claim(
    "Where no answer is in view it guesses among the answers",
    holds=(fact("hidden_mass") > 1 - LEARNT) & (fact("hidden_mass") > MORE_THAN_ELSEWHERE),
    partly=(fact("hidden_mass") > fact("hidden_mass").baseline)
    & (fact("hidden_mass") > MORE_THAN_ELSEWHERE),
    also=["hidden_error"],
    reason=(
        "A reader of the rule gives the other tokens nothing; one part in twenty is the same"
        " tolerance as for errors. Who always says the same answer gives as much everywhere."
    ),
    figure="generated-sequences",
)
