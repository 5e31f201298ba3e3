"""What heads look at, and what comes next, where random tokens are followed by a copy of
themselves: as others measure it, to be compared with their numbers.
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import equal_shares, heads
from reportgen.systems.repeated_sequences.facts.literature import asked, said_twice, sample
from reportgen.systems.repeated_sequences.facts.reading import largest, name_of
from reportgen.systems.repeated_sequences.view import Study

AGAIN, FIRST = "in the copy", "before the copy"


def _looks(study: Study, keys: np.ndarray, where: np.ndarray) -> Fact:
    """Attention on `keys` [query, key] where it is counted, `where` [query], by head."""
    trace, count = said_twice(study), asked(study)[0]
    counted = np.broadcast_to(where, (count, len(where)))
    baseline = equal_shares(np.broadcast_to(keys, (count, *keys.shape)), counted)
    parts = [
        (
            name_of(study, at),
            sample(study).average(
                (trace.pattern(layer=at[0], head=at[1]) * keys).sum(2),
                counted,
                unit="share",
                of="positions",
                baseline=baseline,
            ),
        )
        for at in heads(study)
    ]
    return largest(parts, heads(study))


def _positions(study: Study) -> np.ndarray:
    return np.arange(2 * asked(study)[1])


@fact("Attention on the token after the copy, random tokens", tolerance=0.01, needs=["attention"])
def stripe_twice(study: Study) -> Fact:
    """Attention on the token that came after the earlier copy, on random tokens said twice, mean
    over the positions of the copy whose next token is in it too; of the head that has most, parts
    for every head.
    """
    at, half = _positions(study), asked(study)[1]
    stripe = at[None] == at[:, None] - half + 1
    return _looks(study, stripe, (at >= half) & (at < 2 * half - 1))


@fact("Attention on the token before, random tokens", tolerance=0.01, needs=["attention"])
def previous_twice(study: Study) -> Fact:
    """Attention on the position just before, on random tokens said twice, mean over positions from
    the second on; of the head that has most, parts for every head.
    """
    at = _positions(study)
    return _looks(study, at[None] == at[:, None] - 1, at > 0)


def _said(study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Surprise in nats and whether the first choice is right, [sequence, position] each, and the
    positions whose next token is a copy, [position].
    """
    trace, half = said_twice(study), asked(study)[1]
    logits, targets = trace.logits[:, :-1], trace.tokens[:, 1:]
    top = logits.max(-1, keepdims=True)
    chances = logits - top - np.log(np.exp(logits - top).sum(-1, keepdims=True))
    surprise = -np.take_along_axis(chances, targets[..., None], -1)[..., 0]
    return surprise, logits.argmax(-1) == targets, np.arange(2 * half - 1) >= half


@fact("Right in the copy, random tokens", better="high", tolerance=0.02)
def right_twice(study: Study) -> Fact:
    """How often the likeliest token is the right one in the second half of random tokens said
    twice, from its second token on.
    """
    surprise, right, again = _said(study)
    return sample(study).average(
        right,
        np.broadcast_to(again, right.shape),
        unit="percent",
        of="positions",
        baseline=Reference("a uniform guess", 1 / len(study.tokens)),
        counted=True,
    )


@fact("Loss in the copy, random tokens", better="low", tolerance=0.02)
def loss_twice(study: Study) -> Fact:
    """Cross-entropy in the second half of random tokens said twice, from its second token on; parts
    for both halves.
    """
    surprise, _, again = _said(study)
    half = asked(study)[1]
    first = np.arange(len(again)) < half - 1
    guess = Reference("a uniform guess", float(np.log(len(study.tokens))))
    both = [
        sample(study).average(
            surprise,
            np.broadcast_to(where, surprise.shape),
            unit="nats",
            of="positions",
            baseline=guess,
        )
        for where in (again, first)
    ]
    return replace(both[0], parts=((AGAIN, both[0]), (FIRST, both[1])))
