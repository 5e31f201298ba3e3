"""Held-out windows of a text: how surprised the network is by them, token by token, and what facts
that read them share.
"""

from typing import Any

import numpy as np

from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference
from reportgen.systems.text.view import Study

TOKENS = "tokens"
READERS = {
    "unigram": "token frequencies",
    "bigram": "pair counts",
    "trigram": "triple counts",
}


def passages(study: Study) -> Sample:
    """The held-out windows; blocks of the text are what is resampled."""
    blocks, block = np.unique(study.data.holdout.block, return_inverse=True)
    return Sample(block, len(blocks), "held-out blocks")


def surprise(study: Study) -> np.ndarray:
    """-ln p of what came next in held-out windows, [window, position], nats."""
    return np.asarray(
        -np.log(
            np.take_along_axis(
                study.holdout.probabilities, study.data.holdout.targets[..., None], -1
            )[..., 0]
        )
    )


def loss_of(study: Study, logits: np.ndarray) -> np.ndarray:
    """The same [window, position] by other logits."""
    return cross_entropy(logits, study.data.holdout.targets)


def counter_of_pairs(study: Study) -> Reference:
    """The loss of pair counts of the training blocks."""
    surprised = study.counts.surprises(study.data.holdout)["bigram"]
    return Reference(READERS["bigram"], float(surprised.mean()))


def average(
    study: Study, values: np.ndarray, *, unit: str = "nats", of: str = TOKENS, **more: Any
) -> Fact:
    """The mean of values [window, position] over all positions, as a fact."""
    everywhere = np.ones(study.data.holdout.inputs.shape, bool)
    return passages(study).average(values, everywhere, unit=unit, of=of, **more)
