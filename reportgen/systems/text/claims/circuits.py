"""A layer of attention alone as tables of tokens: what a head looks for, and what it says when it
has found it (Elhage and others 2021).

A position that reads token q gives a token s, d positions back, the score (e_q + p_i) W_Q W_K^T
(e_s + p_{i-d})^T / sqrt(d_head), and what it finds there adds e_s W_V W_O W_U to its logits; e_q
W_U + b_U is added whatever it finds. Positions are in the score alone, so these tables are the
whole network.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.controls import MOST
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.circuits import CIRCUITS, COPIES

SCORE = fact("copying_score")
RENAMED = f"what {MOST} of its random renamings of tokens stay under"

a_head_copies = Claim(
    "A head copies",
    holds=(SCORE > COPIES) & (SCORE > SCORE.own("renamed_bound", RENAMED)),
    partly=(SCORE > 0) & (SCORE > SCORE.own("renamed_bound", RENAMED)),
    reason=(
        "At 0.5 three quarters of the weight of the eigenvalues is positive; a score that the same"
        " head reaches in more than one in a hundred random renamings of its tokens may be chance,"
        " and one below zero is of a head that lowers what it reads."
    ),
    figure="ov-circuits",
    needs=CIRCUITS,
)
