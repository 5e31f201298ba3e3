"""What a network without layers writes by itself, beside what the table of counts writes with the
same dice.
"""

from functools import reduce
from itertools import pairwise

from reportgen.measure.claim import Claim, Decision, apart, claim, decided
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.finding import Finding, both, either
from reportgen.systems.text.facts.losses import NEAR

writes_pairs = Claim(
    "It writes as the table of counts does",
    holds=fact("writing_surprise").within(fact("writing_surprise").baseline, NEAR),
    partly=fact("writing_surprise")
    < fact("writing_surprise").own("single", "the single tokens of the text, drawn one by one"),
    reason=(
        "Five hundredths of a nat are the tolerance used throughout; single tokens drawn one by one"
        " are what writing without any context would be."
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
    "Colder text is plainer",
    rests_on=["writing_surprise", "writing_variety"],
    holds_if=(
        "surprise and the number of different pairs both grow with every step up in temperature,"
        " intervals included"
    ),
    partly_if="one of them does",
    reason=(
        "A low temperature sharpens every choice towards the likeliest token; whether the text as a"
        " whole gets plainer is another matter, which these two numbers can tell."
    ),
    figure="written-text",
    needs=["table"],
)
def colder_is_plainer(facts: Facts) -> Decision:
    """Both grow: each step up in temperature puts the whole interval above the one before."""
    return decided(*_steps(facts))
