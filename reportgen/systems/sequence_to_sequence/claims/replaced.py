"""Is it a look at the mirror and a table, and what is left of it?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

LITTLE = 0.01
HALF = 0.5  # of the networks
REASON = "One percentage point is a few tokens; from one in ten on, many answers are lost."


def _stage(statement: str, name: str, figure: str) -> Claim:
    return Claim(
        statement,
        holds=fact(name) < LITTLE,
        partly=fact(name) < MUCH,
        reason=REASON,
        figure=figure,
    )


mirror_suffices = _stage(
    (
        "In every layer, or in one of them, the outputs need to look only at the digits they are"
        " made from"
    ),
    "wrong_at_mirror",
    "mean-attention",
)
placed_point_suffices = _stage(
    "One vector for each digit at each position is enough", "wrong_by_position", "lens-by-depth"
)
digit_point_suffices = _stage(
    "One vector for each digit is enough", "wrong_by_digit", "lens-by-depth"
)

program_is_the_network = Claim(
    "The network answers as a program of a few lines does",
    holds=(fact("program_differs") < LITTLE) & (fact("wrong_by_digit") < LITTLE),
    partly=(fact("program_differs") < MUCH) & (fact("wrong_by_digit") < MUCH),
    reason=REASON
    + (
        " The network with its parts replaced has to pass it too, or the program does not describe"
        " it."
    ),
    figure="lens-by-depth",
)

solvers_answer_alike = Claim(
    (
        "Every network that answers every input still does with its parts replaced, its outputs"
        " looking at the mirror in the layers where this harms it least"
    ),
    holds=fact("solvers_alike").of_these >= 1,
    partly=fact("solvers_alike").of_these > HALF,
    reason="“Every” allows no exception; above one half, it is so as a rule.",
    figure="seeds-of-inputs",
    seeds=False,
)
