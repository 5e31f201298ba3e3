"""Which tokens lie side by side in the embedding, and are they tokens that could stand for one
another?
"""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.text.facts.neighbours import TABLE

neighbours_alike = Claim(
    "Nearest tokens are followed by similar tokens",
    holds=fact("neighbours_differ") < fact("neighbours_differ").midway,
    partly=fact("neighbours_differ") < fact("neighbours_differ").baseline,
    reason=(
        "Halfway is as close to the best possible value as to chance; here only what follows a"
        " token shapes its embedding."
    ),
    figure="nearest-tokens",
    needs=TABLE,
)


def _one_kind(facts: Facts) -> str:
    return (
        ""
        if facts["kinds_gather"].details["kinds"] > 1
        else "the tokens of this text that are frequent enough are all of one kind"
    )


@claim(
    "Tokens of one kind cluster in the embedding",
    rests_on=["kinds_gather"],
    holds_if=(
        "the difference of cosines lies above the middle 95 % of those of shuffled kinds, and above"
        " 0.1"
    ),
    partly_if="it lies above the former",
    reason=(
        "Shuffling keeps the embedding and changes only the kinds; a tenth of the whole"
        " range of a cosine is what an eye can see on a map."
    ),
    figure="embedding-map",
    needs=TABLE,
    unless=_one_kind,
)
def kinds_together(facts: Facts) -> Verdict:
    """Above the shuffles, and visibly so."""
    gap = facts["kinds_gather"]
    if gap.value is None or gap.value <= gap.details["shuffled"][1]:
        return Verdict.FAILS
    return Verdict.HOLDS if gap.value > 0.1 else Verdict.PARTLY
