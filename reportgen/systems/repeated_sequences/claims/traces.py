"""The demonstrations: held-out sequences chosen by their position in the list, before any network
was seen.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

demonstrations_continued = Claim(
    "In the demonstrations every token known from a copy is right",
    holds=fact("demonstrations_right") >= 1,
    partly=fact("demonstrations_right") >= 0.5,
    reason="The demonstrations are the first held-out sequences, so no mistake may be left out.",
    figure="repeats-sequences",
)
