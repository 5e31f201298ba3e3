"""What a network without layers writes by itself, beside what the table of counts writes with the
same random numbers.
"""

from functools import reduce
from itertools import pairwise

from reportgen.measure.claim import Claim, Decision, apart, claim, decided
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.finding import Finding, both, either
from reportgen.systems.text.facts.losses import NEAR

writes_pairs = Claim(
    "Its text is as likely under pair counts as text written from the counts",
    holds=fact("writing_surprise").within(fact("writing_surprise").baseline, NEAR),
    partly=fact("writing_surprise")
    < fact("writing_surprise").own("single", "the single tokens of the text, drawn one by one"),
    reason=(
        "0.05 nats are the tolerance used throughout; single tokens drawn independently are what"
        " writing without any context would be."
    ),
    figure="written-text",
    needs=["table"],
)


def _steps(facts: Facts) -> list[Finding]:
    """Whether both quantities grow with every step up in temperature, and whether one does."""
    surprise, variety = (
        _grows([part for _, part in facts[name].parts])
        for name in ("writing_surprise", "writing_variety")
    )
    return [both(surprise, variety), either(surprise, variety)]


def _grows(parts: list[Fact]) -> Finding:
    """Does each lie above the one before, by the whole interval."""
    steps = [apart(later, earlier) for earlier, later in pairwise(parts)]
    found = [(fact("step") > 0).evaluate({"step": step}) for step in steps]
    return reduce(both, found, Finding(True))


@claim(
    "At lower temperatures the text is more predictable and less varied",
    rests_on=["writing_surprise", "writing_variety"],
    holds_if=(
        "the loss and the number of different pairs both grow with every step up in temperature,"
        " intervals included"
    ),
    partly_if="one of them does",
    reason=(
        "A low temperature sharpens every choice towards the likeliest token; these two numbers"
        " show whether this makes the whole text more predictable and less varied."
    ),
    figure="written-text",
    needs=["table"],
)
def colder_is_plainer(facts: Facts) -> Decision:
    """Both grow: each step up in temperature puts the whole interval above the one before."""
    return decided(*_steps(facts))
