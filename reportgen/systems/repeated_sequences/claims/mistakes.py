"""Can it be told from a context whether the network errs, and what it says then?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.repeated_sequences.facts.behaviour import SOLVED

MOST = 0.9  # of the wrong answers: who expects these is wrong about one in ten of them at most
HALF = 0.5  # from here on, a guess that it errs is better than one that it does not
FIGURE = "repeats-learning-curve"

errs_nowhere_mostly = Claim(
    "In none of these kinds of context does the network err more often than not",
    holds=fact("failing_kinds") < HALF,
    reason=(
        "Below one half in the worst kind, the better guess in every kind is that it is right; the"
        " worst is chosen on the positions it is measured on, which makes it look worse. A kind"
        " with fewer than thirty positions is not counted."
    ),
    figure=FIGURE,
    seeds=False,
)

errs_in_one_way = Claim(
    "The network mostly says one token that can be named, where it errs",
    holds=fact("said_wrongly") > HALF,
    reason="Above one half, that token is more frequent than all others together.",
    figure=FIGURE,
    seeds=False,
)

errs_unsurely = Claim(
    "The network is mostly not sure of its wrong answers",
    holds=fact("sure_mistakes") < HALF,
    reason=(
        "An answer with more than half of the probability is likelier than all others together;"
        " below one half, most wrong answers are not of this kind."
    ),
    figure=FIGURE,
    seeds=False,
)

possible_where_new = Claim(
    "Where the current token is new, the network says a token that may come",
    holds=fact("possible_after_new") > SOLVED,
    partly=fact("possible_after_new") > fact("possible_after_new").baseline,
    reason="The threshold is that of a solved task; a random guess is what takes no reading.",
    figure=FIGURE,
    seeds=False,
)

looking_at_fault = Claim(
    "The network's wrong answers become right if its last layer looks only after the copy",
    holds=fact("put_right") > SOLVED,
    partly=fact("put_right") > HALF,
    reason=(
        "The threshold is that of a solved task; above one half, most wrong answers need nothing"
        " else to be right."
    ),
    figure="repeats-attention",
    seeds=False,
)

errs_by_detail = Claim(
    "The network's wrong answers mostly change with each of the replacements tried",
    holds=fact("errs_alike") < HALF,
    partly=fact("errs_alike") < MOST,
    reason=(
        "Below one half with the best of them, most change; from nine in ten on, few do. The best"
        " is chosen on the answers that it is measured on, which makes it look better."
    ),
    figure="repeats-replaced",
    seeds=False,
)
