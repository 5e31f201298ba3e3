"""When did what happen? Onsets of the phases, read from the history of validation measurements."""

from reportgen.measure.claim import Claim, Decision, Verdict, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.onset import STAYS
from reportgen.systems.sequence_rules.facts.errors import LEARNT

HALFWAY = (
    "Each settles at a threshold of its own, and a low threshold is passed before a high one; so"
    " which came first is read where each is halfway to its best value. Three checkpoints are the"
    " resolution at which an onset is defined."
)


def _later(facts: Facts, settles: str, first: str, second: str) -> Verdict:
    """Do both settle and stay, and is the second halfway more than three checkpoints after the
    first?
    """
    one, rule = facts[settles], facts["onset_rule"]
    if one.value is None:
        return Verdict.FAILS
    early, late = (facts[name].details.get("checkpoint") for name in (first, second))
    if rule.value is None or early is None or late is None:
        return Verdict.PARTLY
    stay = one.details["stays"] and rule.details["stays"]
    return Verdict.HOLDS if stay and late - early > STAYS else Verdict.PARTLY


@claim(
    "The network learns where to look before it learns what to say",
    rests_on=["onset_attention", "onset_rule", "halfway_attention", "halfway_error"],
    holds_if=(
        "attention and error settle and stay so to the end, and attention is halfway to its highest"
        " value more than three checkpoints before the error is halfway to its lowest"
    ),
    partly_if=(
        "attention settles, but the error is halfway at once or earlier, or never settles, or one"
        " is lost again"
    ),
    reason=HALFWAY,
    figure="learning-curve",
)
def attention_first(facts: Facts) -> Verdict:
    """Two acts."""
    return _later(facts, "onset_attention", "halfway_attention", "halfway_error")


@claim(
    "The classes separate before the rule is learnt",
    rests_on=["onset_separable", "onset_rule", "halfway_error"],
    holds_if=(
        "the classes become linearly separable more than three checkpoints before the error is"
        " halfway to its lowest value, the error settles, and both stay so to the end"
    ),
    partly_if=(
        "they become linearly separable, but the error is halfway at once or earlier, or never"
        " settles, or one is lost again"
    ),
    reason=HALFWAY,
    figure="embeddings-dynamics",
    seeds=False,
)
def classes_part_first(facts: Facts) -> Verdict:
    """Geometry before behaviour."""
    return _later(facts, "onset_separable", "onset_separable", "halfway_error")


@claim(
    "The untrained network errs as often as a random guess",
    rests_on=["start_error"],
    holds_if=(
        "the interval of its rule error contains the error of a random guess, and lies within 5"
        " percentage points of it"
    ),
    partly_if="the whole interval lies within 5 percentage points of it",
    reason=(
        "An untrained network is one fixed function with favourites of its own; only if these"
        " cancelled would it err like a random guess."
    ),
    figure="learning-curve",
    seeds=False,
)
def starts_at_random(facts: Facts) -> Verdict | Decision:
    """As a random guess: a wide interval that contains the line shows nothing, so it
    has to be narrow.
    """
    start, line = fact("start_error"), fact("start_error").baseline
    found = facts["start_error"]
    if found.value is None or found.low is None or found.high is None or found.baseline is None:
        return Verdict.NOT_ASKED
    holds = found.low <= found.baseline.value <= found.high
    near = (start <= line + LEARNT) & (start >= line - LEARNT)
    return by_criteria(facts, near if holds else False, near)


trigger_rarer_than_drawn = Claim(
    "The trigger is rarer in the text than at free positions alone",
    holds=fact("trigger_share") < 0.9 * fact("trigger_share").baseline,
    partly=fact("trigger_share") < fact("trigger_share").baseline,
    reason=(
        "Positions that the rule decides hold no trigger drawn at random, so the share should be"
        " lower; a tenth is enough to be seen in a count."
    ),
    figure="training-data",
    seeds=False,
)
