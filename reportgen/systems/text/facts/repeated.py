"""Sequences that say everything twice: tokens drawn at random, and passages of the text. What no
table can do is to go on the second time as the first time.
"""

from dataclasses import dataclass

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.holdout import TOKENS, passages
from reportgen.systems.text.facts.neighbours import seen
from reportgen.systems.text.view import Study

SEQUENCES = 100


@dataclass(frozen=True)
class Twice:
    """Random tokens, said twice, and where each head looks in them."""

    tokens: np.ndarray  # [sequence, position]
    pattern: np.ndarray  # [sequence, layer, head, query, key]

    @property
    def second(self) -> np.ndarray:
        """Positions [sequence, position] that are read for the second time."""
        return np.broadcast_to(
            np.arange(self.tokens.shape[1]) >= self.tokens.shape[1] // 2, self.tokens.shape
        )

    @property
    def sample(self) -> Sample:
        """Each sequence is drawn by itself."""
        return Sample(
            np.arange(len(self.tokens)),
            len(self.tokens),
            "sequences of random tokens, each followed by a copy of itself",
        )


def copies(tokens: np.ndarray) -> np.ndarray:
    """For each query [.., query, key] the keys that hold earlier copies of its token."""
    return np.asarray(
        (tokens[..., :, None] == tokens[..., None, :]) & np.tri(tokens.shape[-1], k=-1, dtype=bool)
    )


def follows(tokens: np.ndarray) -> np.ndarray:
    """For each query [.., query, key] the keys right after earlier copies of its token."""
    found = np.zeros((*tokens.shape, tokens.shape[-1]), bool)
    found[..., 1:] = copies(tokens)[..., :-1]
    return found


@held
def random_twice(study: Study) -> Twice:
    """Frequent tokens in random order, as many as half a window holds, and the same again; the same
    for all seeds and checkpoints.
    """
    half, ids, rng = (
        study.config.model.n_ctx // 2,
        seen(study),
        stream(study.config.data.seed, RESAMPLING),
    )
    once = np.stack([rng.choice(ids, half, replace=len(ids) < half) for _ in range(SEQUENCES)])
    tokens = np.concatenate([once, once], 1)
    return Twice(tokens, study.trace_of(tokens, keep=["pattern"]).pattern())


@fact("Gain from repetition", better="high", tolerance=0.03, needs=DEEP)
def repeat_gain(study: Study) -> Fact:
    """How far the loss is lower the second time when the first half of a held-out window is read
    twice, token by token. The first half of each copy is left out, since the join breaks a word; a
    table of a few tokens has the same loss on the rest.
    """
    half, windows = study.config.model.n_ctx // 2, study.data.holdout
    skip = half // 2
    once = windows.inputs[:, :half]
    tokens = np.concatenate([once, once], 1)
    chances = study.trace_of(tokens, keep=["logits"]).probabilities[:, :-1]
    loss = -np.log(np.take_along_axis(chances, tokens[:, 1:, None], -1)[..., 0])
    first, again = loss[:, skip - 1 : half - 1], loss[:, half + skip - 1 :]
    details = dict(
        first_text=written(float(first.mean()), "nats"),
        again_text=written(float(again.mean()), "nats"),
        half=written(half, "count"),
    )
    return passages(study).average(
        first - again,
        np.ones(first.shape, bool),
        unit="nats",
        of=TOKENS,
        baseline=Reference("no gain", 0.0),
        details=details,
    )
