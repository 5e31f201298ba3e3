"""Is it a look at the mirror and a table, and what is left of it?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

LITTLE = 0.01
HALF = 0.5  # of the networks
REASON = "One point is what a few tokens make; from one in ten on, many answers are lost."


def _stage(statement: str, name: str, figure: str) -> Claim:
    return Claim(
        statement,
        holds=fact(name) < LITTLE,
        partly=fact(name) < MUCH,
        reason=REASON,
        figure=figure,
    )


mirror_suffices = _stage(
    "The outputs need only look at the digits they are made from",
    "wrong_at_mirror",
    "mean-attention",
)
placed_point_suffices = _stage(
    "One point for each digit and position is enough", "wrong_by_position", "lens-by-depth"
)
digit_point_suffices = _stage(
    "One point for each digit is enough", "wrong_by_digit", "lens-by-depth"
)

program_is_the_network = Claim(
    "A program of a few lines says what the network says",
    holds=(fact("program_differs") < LITTLE) & (fact("wrong_by_digit") < LITTLE),
    partly=(fact("program_differs") < MUCH) & (fact("wrong_by_digit") < MUCH),
    reason=REASON + " The replaced network has to pass it too, or the lines are not made from it.",
    figure="lens-by-depth",
)

solvers_answer_alike = Claim(
    "Every network that answers every input does so in this way",
    holds=fact("solvers_alike").of_these >= 1,
    partly=fact("solvers_alike").of_these > HALF,
    reason="All of them means all; more than half is the usual way, and has exceptions.",
    figure="seeds-of-inputs",
    seeds=False,
)
