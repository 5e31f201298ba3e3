"""Does a network with attention do better than any table of the last token?"""

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.holdout import average, surprise
from reportgen.systems.text.facts.losses import own_pairs
from reportgen.systems.text.view import Study

ATTENTION = ["attention"]


@fact("Gain over the best table of pairs", better="high", tolerance=0.005, needs=ATTENTION)
def gain_over_own_pairs(study: Study) -> Fact:
    """How far its loss on held-out windows lies below the entropy of their next token given the
    last one, under the counts of these very windows: no table of the last token can have a lower
    loss there.
    """
    best = own_pairs(study)
    return average(
        study,
        best - surprise(study),
        baseline=Reference("no gain", 0.0),
        details=dict(reader=best, reader_text=written(best, "nats")),
    )
