"""How many numbers does a token need? Networks of several widths, trained on the same batches."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.widths import NARROWER

wider_is_nearer = Claim(
    "A wider network comes closer to the table",
    holds=fact("width_helps") >= 1,
    partly=fact("width_helps") > 0.5,
    also=["width_excess", "width_enough"],
    reason=(
        "A wider network can do all that a narrower one does, with zeros in the extra dimensions;"
        " where a step does not help, training did not use it."
    ),
    figure="excess-by-width",
    needs=NARROWER,
    seeds=False,
)
