"""Are held-out sequences new to the network, or were some of them drawn in training as well?"""

import numpy as np

from reportgen.measure.fact import Fact, fact
from reportgen.systems.repeated_sequences.view import Study

AT_ONCE = 100  # steps whose batches are held in memory


@fact(
    "Held-out sequences that training drew as well",
    better="low",
    tolerance=0.0,
    needs=["training"],
)
def sequences_seen(study: Study) -> Fact:
    """Share of the held-out sequences, each with its period, that also stand in a batch that the
    displayed seed was trained on up to this checkpoint.
    """
    held, config = _each(study.data.holdout.tokens), study.config
    seed, last = study.run.seeds[study.seed], int(study.run.steps[study.checkpoint])
    wanted, drawn = set(held), set[bytes]()
    for first in range(0, last, AT_ONCE):
        batches = study.data.batches(config, seed, first, min(AT_ONCE, last - first))
        drawn |= wanted.intersection(_each(batches.reshape(-1, batches.shape[-1])))
    seen = [each in drawn for each in held]
    return Fact(
        float(np.mean(seen)),
        "percent",
        len(seen),
        "held-out sequences",
        counted=True,
        exhaustive=True,
    )


def _each(tokens: np.ndarray) -> list[bytes]:
    """Each of the sequences [sequence, token]; its period and the tokens of one make the rest."""
    return [row.tobytes() for row in np.ascontiguousarray(tokens, np.int64)]
