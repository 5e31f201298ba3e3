"""What is left of the network when its parts are replaced by what we say of them."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

LITTLE = 0.01
REASON = (
    "All inputs are tested: one point is one in a hundred, and from one in ten on many are lost."
)


def _stage(statement: str, name: str, figure: str) -> Claim:
    return Claim(
        statement,
        holds=fact(name) < LITTLE,
        partly=fact(name) < MUCH,
        also=["wrong_whole"],
        reason=REASON,
        figure=figure,
    )


looking_suffices = _stage(
    "The outputs need to look at the answer alone", "wrong_looking", "outputs-replaced"
)
copying_suffices = _stage(
    "Looking at the answer and copying it is enough", "wrong_copying", "outputs-replaced"
)
OTHER = "share of the inputs on which the network says something else"


def _description(statement: str, name: str) -> Claim:
    """Of logits made knowing the right answer: they have to say what the network says, too."""
    other = fact(name).detail("other", OTHER)
    return Claim(
        statement,
        holds=(fact(name) < LITTLE) & (other < LITTLE),
        partly=(fact(name) < MUCH) & (other < MUCH),
        also=["wrong_whole"],
        reason=(
            f"{REASON[:-1]}; what is right where the network is wrong does not describe the"
            " network."
        ),
        figure="outputs-replaced",
    )


answer_suffices = _description(
    "Logits that depend on the answer alone are enough", "wrong_by_answer"
)
key_suffices = _description("The key frequencies of the answer are enough", "wrong_by_key")
cosines_suffice = _description(
    "A sum of cosines, one for each key frequency, is enough", "wrong_by_cosines"
)
