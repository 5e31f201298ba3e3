"""How surprised the network is by the tokens it should write."""

import numpy as np

from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_to_sequence.facts.probe import (
    SEEN,
    UNSEEN,
    average,
    queries,
    rows,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

NOTHING = Reference("the input determines every token", 0.0)


def blind_loss(tokens: np.ndarray) -> Reference:
    """The loss on some output tokens [row, output] that nobody can go below without reading the
    input: of giving each digit, at each output, its share of these tokens.
    """
    shares = [np.bincount(column) / len(column) for column in tokens.T]
    entropy = [-(share[share > 0] * np.log(share[share > 0])).sum() for share in shares]
    return Reference("the best constant probabilities", float(np.mean(entropy)), tokens.size)


def _surprise(study: Study, which: str) -> Fact:
    asked = wanted(study)[rows(study, which)]
    return average(
        study,
        cross_entropy(study.holdout.logits[:, queries(study)], wanted(study)),
        which,
        unit="nats",
        baseline=blind_loss(asked) if asked.size else None,
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
