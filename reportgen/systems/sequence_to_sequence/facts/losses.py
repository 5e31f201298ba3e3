"""How surprised the network is by the tokens it should write."""

import numpy as np

from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_to_sequence.facts.probe import (
    SEEN,
    UNSEEN,
    average,
    queries,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

NOTHING = Reference("the input determines every token", 0.0)


def _surprise(study: Study, which: str) -> Fact:
    return average(
        study,
        cross_entropy(study.holdout.logits[:, queries(study)], wanted(study)),
        which,
        unit="nats",
        baseline=Reference("a guess among the digits", float(np.log(len(study.tokens) - 1))),
        floor=NOTHING,
    )


@fact("Loss, training inputs", better="low", tolerance=0.02)
def train_loss(study: Study) -> Fact:
    """Cross-entropy of the output tokens of training inputs, with the right tokens before them."""
    return _surprise(study, SEEN)


@fact("Loss, held-out inputs", better="low", tolerance=0.05)
def holdout_loss(study: Study) -> Fact:
    """Cross-entropy of the output tokens of held-out inputs, with the right tokens before them; the
    lowest among the seeds decides which network is shown.
    """
    return _surprise(study, UNSEEN)
