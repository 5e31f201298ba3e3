"""When do the traits emerge that the authors of the original network describe? Their sentences as
claims, with lines that were drawn before any run was measured by them.
"""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.emergence import END, MIDDLE, START

FEW_THOUSAND = 5_000  # steps
SPLIT = 5_000, 10_000  # steps between which they see the classes part
FROM_TO = [written(step, "count") for step in SPLIT]
ORDER = fact("positions_ordering")
ALIKE = fact("spaces_apart").every(
    "Q and K, step 0|Q and V, step 0|K and V, step 0", "pair of spaces"
)
BEFORE = "The line was drawn before any network was measured by it."


def _between(found: Fact, first: float, last: float) -> Verdict:
    """Does it settle in this span of steps, and stay?"""
    if found.value is None:
        return Verdict.FAILS
    in_time = first <= found.value <= last
    return Verdict.HOLDS if in_time and found.details["stays"] else Verdict.PARTLY


@claim(
    "The trigger leaves the numbers within the first few thousand steps",
    rests_on=["onset_trigger_leaves"],
    holds_if=(
        f"it is outside of their cloud at {written(FEW_THOUSAND, 'step')} at the latest, and stays"
        " there"
    ),
    partly_if="it is outside later, comes back among them, or was outside before training",
    reason=(
        "Twice as far out as the numbers are on the whole, where one in fifty of a round cloud is;"
        " more than five thousand are not a few; and only what was among them can leave them."
        f" {BEFORE}"
    ),
    figure="embeddings-dynamics",
)
def original_leaves(facts: Facts) -> Verdict:
    """Early, and for good, from among them."""
    return _between(facts["onset_trigger_leaves"], 1, FEW_THOUSAND)


@claim(
    f"The answers part from the other numbers between steps {' and '.join(FROM_TO)}",
    rests_on=["onset_separable", "onset_trigger_leaves"],
    holds_if="a line parts them from a checkpoint in this span on, to the end",
    partly_if="a line parts them earlier or later, or not to the end",
    reason=(
        f"The span is theirs; that a line parts them is the least that a split can mean. {BEFORE}"
    ),
    figure="embeddings-dynamics",
)
def original_split(facts: Facts) -> Verdict:
    """In their span, and for good."""
    return _between(facts["onset_separable"], *SPLIT)


original_ordering = Claim(
    "Positions order themselves throughout training",
    holds=(ORDER.part(MIDDLE) > ORDER.part(START)) & (ORDER.part(END) > ORDER.part(MIDDLE)),
    partly=ORDER.part(END) > ORDER.part(START),
    reason=(
        "What goes on throughout goes on in both halves; order that is complete half-way has come"
        f" in the first. {BEFORE}"
    ),
    figure="embeddings-dynamics",
)

original_alike = Claim(
    "Queries, keys and values begin alike",
    holds=ALIKE < 0.1,
    partly=ALIKE < 0.5,
    also=["answers_above"],
    reason=(
        "Under a tenth, two pictures could be laid over one another; over a half, nobody would take"
        f" one for the other. {BEFORE}"
    ),
    figure="qkv-dynamics",
)
