"""Is the rule obeyed for every answer and at every distance, or only where it is easy?"""

import re

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.answers import STEPS_BACK
from reportgen.systems.sequence_rules.facts.errors import LEARNT


def _copying_is_right(facts: Facts) -> str:
    return (
        ""
        if facts["gain_over_previous"].details["copy_error"] > 0
        else "under this rule the previous token is always the answer"
    )


every_answer = Claim(
    "The network learns every answer",
    holds=fact("worst_answer_error").every(noun="answer token") < LEARNT,
    partly=fact("worst_answer_error").every(noun="answer token") < 0.5,
    reason=(
        "An average can hide one token that is always missed; above one half, an answer is missed"
        " more often than not."
    ),
    figure="output-probabilities-values",
)


@claim(
    "The rule is learnt at every distance of the answer",
    rests_on=["far_error", "exhaustive_error", "visible_error"],
    holds_if=(
        "the whole interval of the error with the answer half a window back or more lies under 5 %,"
        " and so does that of every distance, over all contexts where these were tested"
    ),
    partly_if="all of these lie under half the error of a guess without looking back",
    reason=(
        "Most answers are near, so an average says little about the distant ones; each distance has"
        " to pass the same threshold."
    ),
    figure="qk-attention",
)
def far_answers(facts: Facts) -> Decision:
    """Every distance: of all contexts where they were tried, else of held-out positions."""
    far, tried = fact("far_error"), facts["exhaustive_error"]
    counted = any(re.fullmatch(STEPS_BACK, name) for name, _ in tried.parts)
    each = fact("exhaustive_error" if counted else "far_error")
    every = each.every(STEPS_BACK, "distance")
    return by_criteria(
        facts,
        (far < LEARNT) & (every < LEARNT),
        (far < far.baseline / 2) & (every < each.baseline / 2),
    )


@claim(
    "The network does more than copy the previous token",
    rests_on=["gain_over_previous", "previous_is_answer", "visible_error"],
    holds_if=(
        "the whole interval of the gain lies above 0, and the network errs at most half as often,"
        " interval included"
    ),
    partly_if="the whole interval of the gain lies above 0",
    reason=(
        "Copying the previous token is the simplest habit that scores well; whoever does little"
        " else cannot halve its error."
    ),
    figure="learning-curve",
    unless=_copying_is_right,
)
def beats_previous_token(facts: Facts) -> Decision:
    """A real gain, and a large one: whoever gains as much as it still errs errs half as often as
    the habit.
    """
    gain, error = fact("gain_over_previous"), fact("visible_error")
    return by_criteria(facts, (gain > 0) & (gain >= error), gain > 0)
