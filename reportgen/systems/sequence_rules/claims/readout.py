"""Which tokens can come out at all, and what moves a point into the cell of its answer?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.errors import LEARNT

cells_match_rule = Claim(
    "Every answer has an output cell",
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
    return (
        "under this rule every token is the best guess in some window, so no cell can be"
        " superfluous"
    )


no_foreign_cells = Claim(
    "Tokens that are never the best guess have no cell",
    holds=fact("foreign_cells") <= 0,
    partly=fact("foreign_cells") <= 1,
    also=["owners"],
    reason=(
        "A point that ends in such a cell gives a token that is never the best guess; one such cell"
        " is a flaw, more are a habit."
    ),
    figure="output-landscape",
    unless=_none_foreign,
)

ffn_finishes = Claim(
    "The feed-forward layer completes the answer",
    holds=(fact("error_after_attention") > 0.5) & (fact("visible_error") < LEARNT),
    partly=fact("visible_error") < fact("error_after_attention"),
    also=["cell_changes"],
    reason=(
        "The layer completes the answer only if most answers are wrong before it and right after"
        " it."
    ),
    figure="residual-stream",
)
