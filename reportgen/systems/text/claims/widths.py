"""How many numbers does a token need? Networks of several widths, trained side by side."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.widths import NARROWER

wider_is_nearer = Claim(
    "A wider network comes nearer to the table",
    holds=fact("width_helps") >= 1,
    partly=fact("width_helps") > 0.5,
    also=["width_excess", "width_enough"],
    reason=(
        "A network of one width can do all that a narrower one does, with zeros; a step that does"
        " not help is one that training did not use."
    ),
    figure="excess-by-width",
    needs=NARROWER,
    seeds=False,
)
