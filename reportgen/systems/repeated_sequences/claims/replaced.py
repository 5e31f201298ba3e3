"""Do the parts do what we say they do, and is what is left a program of a few lines?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH
from reportgen.systems.repeated_sequences.facts.behaviour import SOLVED
from reportgen.systems.repeated_sequences.facts.copies import FIRST

WRONG = 1 - SOLVED  # the line from which a task counts as solved, seen from the other side
HALF = 0.5  # of the networks, or of the positions
REASON = "The threshold is that of a solved task; from one in ten on, many answers are lost."


def _stage(statement: str, name: str, figure: str) -> Claim:
    return Claim(
        statement,
        holds=fact(name) < WRONG,
        partly=fact(name) < MUCH,
        reason=REASON,
        figure=figure,
    )


one_back_suffices = _stage(
    "The first layer needs to look only one token back", "wrong_one_back", "repeats-attention"
)
after_copy_suffices = _stage(
    "The last layer needs to look only at the token after one earlier copy",
    "wrong_after_copy",
    "repeats-attention",
)
point_suffices = _stage(
    "One vector for each token is enough, while the rest of the stream stays as it is",
    "wrong_by_point",
    "repeats-circuits",
)
alone_suffices = _stage(
    "One vector for each token, and nothing else, is enough", "replaced_error", "repeats-circuits"
)

follows_first_copy = Claim(
    "Where earlier copies are followed by different tokens, the network follows the first copy",
    holds=fact("first_copy_followed").part(FIRST) > HALF,
    partly=fact("first_copy_followed") > 0,
    reason=(
        "Above one half, the network follows nothing else as often; if it follows the first copy"
        " more often than the last, but seldom, both are poor descriptions."
    ),
    figure="repeats-attention-by-offset",
    needs=["attention"],
)

program_is_the_network = Claim(
    "The network answers as a program of a few lines does",
    holds=(fact("program_differs") < WRONG) & (fact("replaced_error") < WRONG),
    partly=(fact("program_differs") < MUCH) & (fact("replaced_error") < MUCH),
    reason=REASON
    + (
        " The network with its parts replaced has to pass it too, or the program does not describe"
        " it."
    ),
    figure="repeats-attention",
)

solvers_continue_alike = Claim(
    "Every network that solves the task continues in this way",
    holds=fact("solvers_alike").of_these >= 1,
    partly=fact("solvers_alike").of_these > HALF,
    reason="“Every” allows no exception; above one half, it is the usual way.",
    figure="repeats-scores",
    seeds=False,
)
