"""Which tokens can come out at all, and what moves a point into the cell of its answer?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.errors import LEARNT

cells_match_rule = Claim(
    "Every answer owns an output cell",
    holds=fact("missing_cells") <= 0,
    partly=fact("missing_cells") <= fact("missing_cells").number / 2,
    also=["owners"],
    reason="A token without a cell can never be the most likely one, whatever the window.",
    figure="output-landscape",
    needs=["one_answer"],
)


def _none_foreign(facts: Facts) -> str:
    found = facts["foreign_cells"]
    if found.value is None or found.n:
        return ""
    return "in this rule every token is the best guess of some window, so that none is foreign"


no_foreign_cells = Claim(
    "No token owns a cell that it should not have",
    holds=fact("foreign_cells") <= 0,
    partly=fact("foreign_cells") <= 1,
    also=["owners"],
    reason="A cell is a place where that token comes out; one is a flaw, more are a habit.",
    figure="output-landscape",
    unless=_none_foreign,
)

ffn_finishes = Claim(
    "The feed-forward layer finishes the answer",
    holds=(fact("error_after_attention") > 0.5) & (fact("visible_error") < LEARNT),
    partly=fact("visible_error") < fact("error_after_attention"),
    also=["cell_changes"],
    reason=(
        "Only if most answers are wrong before it and right after it is it this layer that names"
        " them."
    ),
    figure="residual-stream",
)
