"""Are the strongest skip-trigrams in the weights true of the text?"""

from collections.abc import Callable

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.text.facts.circuits import CIRCUITS

MOSTLY = 0.5


def _rare(name: str) -> Callable[[Facts], str]:
    return lambda facts: (
        ""
        if facts[name].n
        else "in this text no two tokens stand together often enough to be looked up"
    )


triples_are_real = Claim(
    "Most of the strongest triples in the weights are true of the text",
    holds=fact("triples_confirmed") > MOSTLY,
    partly=fact("triples_confirmed") > 2 * fact("triples_confirmed").baseline,
    also=["skip_lifts"],
    reason=(
        "For a token pair that occurs thirty times, an interval wholly above 1 is a hard test; an"
        " untrained network passes it no more often than chance."
    ),
    figure="skip-trigrams",
    needs=CIRCUITS,
    unless=_rare("triples_confirmed"),
)

skips_are_real = Claim(
    "Most of the strongest skip-trigrams in the weights are true of the text",
    holds=fact("skips_confirmed") > MOSTLY,
    partly=fact("skips_confirmed") > 2 * fact("skips_confirmed").baseline,
    also=["skip_lifts"],
    reason=(
        "For a token pair that occurs thirty times, an interval wholly above 1 is a hard test; an"
        " untrained network passes it no more often than chance."
    ),
    figure="skip-trigrams",
    needs=CIRCUITS,
    unless=_rare("skips_confirmed"),
)

heads_read_alone = Claim(
    "Each head can be read by itself",
    holds=fact("products_confirmed") > MOSTLY,
    partly=fact("products_confirmed") > 2 * fact("products_confirmed").baseline,
    reason=(
        "For a token pair that occurs thirty times, an interval wholly above 1 is a hard test; an"
        " untrained network passes it no more often than chance."
    ),
    figure="skip-trigrams",
    needs=CIRCUITS,
    unless=_rare("products_confirmed"),
)
