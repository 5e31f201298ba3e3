"""Does it continue what it has read? Right answers and losses, each beside what is possible and
what a guess would get.
"""

from collections.abc import Callable

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.facts.reading import (
    TOLD,
    guess,
    holdout,
    known_floor,
    losses,
    right,
)
from reportgen.systems.repeated_sequences.floors import floors
from reportgen.systems.repeated_sequences.view import Study

KNOWN, UNKNOWN = "next token known from a copy", "next token not known from a copy"
SOLVED = 0.95  # accuracy from which a task counts as solved


@fact("Accuracy where the next token is known from a copy", better="high", tolerance=0.005)
def accuracy_told(study: Study) -> Fact:
    """Share of the positions at which the sequence has begun again where the likeliest token is the
    right one; parts by how often the present token has come before.
    """
    sequences, sample, correct = study.data.holdout, holdout(study), right(study)
    before = sequences.copies.sum(2)
    parts = []
    for times, words in ((1, "one earlier copy"), (2, "two earlier copies")):
        parts.append(
            (
                words,
                sample.average(
                    correct,
                    sequences.told & (before == times),
                    unit="percent",
                    of=TOLD,
                    counted=True,
                ),
            )
        )
    parts.append(
        (
            "more earlier copies",
            sample.average(
                correct, sequences.told & (before > 2), unit="percent", of=TOLD, counted=True
            ),
        )
    )
    baseline = Reference("one of the other tokens read so far, drawn at random", guess(sequences))
    return sample.average(
        correct,
        sequences.told,
        unit="percent",
        of=TOLD,
        counted=True,
        baseline=baseline,
        floor=Reference("a perfect predictor", 1.0),
        parts=tuple(parts),
    )


@fact("Accuracy at the first token known from a copy", better="high", tolerance=0.02)
def accuracy_at_once(study: Study) -> Fact:
    """The same at the very first position of each sequence where the next token is known from a
    copy: one token has come twice, and no more has been seen of the repetition.
    """
    sequences = study.data.holdout
    first = np.arange(sequences.told.shape[1]) == sequences.period[:, None]
    baseline = Reference(
        "one of the other tokens read so far, drawn at random",
        float(np.mean(1 / (sequences.period - 1))),
    )
    return holdout(study).average(
        right(study),
        first,
        unit="percent",
        of="first positions where the next token is known from a copy",
        counted=True,
        baseline=baseline,
        floor=Reference("a perfect predictor", 1.0),
    )


@fact("Loss", better="low", tolerance=0.005)
def holdout_loss(study: Study) -> Fact:
    """Cross-entropy on the held-out sequences; beside it the best that is possible on these very
    sequences, and a uniform guess.
    """
    values = losses(study)
    return holdout(study).average(
        values,
        np.ones_like(values, bool),
        unit="nats",
        of="tokens",
        baseline=Reference("a uniform guess", float(np.log(len(study.tokens)))),
        floor=Reference(
            "best possible predictor on these sequences", float(known_floor(study).mean())
        ),
    )


@fact("Loss where the next token is known from a copy", better="low", tolerance=0.005)
def told_loss(study: Study) -> Fact:
    """Cross-entropy where the sequence has begun again; a perfect predictor has none."""
    sequences = study.data.holdout
    baseline = Reference(
        "one of the other tokens read so far, drawn at random",
        float(
            np.log(
                np.broadcast_to(sequences.period[:, None] - 1, sequences.told.shape)[sequences.told]
            ).mean()
        ),
    )
    return holdout(study).average(
        losses(study),
        sequences.told,
        unit="nats",
        of=TOLD,
        baseline=baseline,
        floor=Reference("a perfect predictor", 0.0),
    )


@fact("Loss where the next token is not known from a copy", better="low", tolerance=0.005)
def untold_loss(study: Study) -> Fact:
    """Cross-entropy while every token is new: the best predictor knows which tokens are left, and
    when the period may end.
    """
    untold = ~study.data.holdout.told
    floor = Reference(
        "best possible predictor on these positions", float(known_floor(study)[untold].mean())
    )
    return holdout(study).average(
        losses(study),
        untold,
        unit="nats",
        of="positions where the next token is not known from a copy",
        baseline=Reference("a uniform guess", float(np.log(len(study.tokens)))),
        floor=floor,
    )


@fact("Loss above the floor", better="low", tolerance=0.005)
def excess_loss(study: Study) -> Fact:
    """Cross-entropy less the exact entropy of the next token, position by position of the held-out
    sequences; zero is the best possible.
    """
    floor, told = known_floor(study), study.data.holdout.told
    excess, sample, guessed = (
        losses(study) - floor,
        holdout(study),
        float(np.log(len(study.tokens))),
    )
    kinds = {KNOWN: (told, TOLD), UNKNOWN: (~told, "other positions")}
    uniform: Callable[[np.ndarray], Reference] = lambda where: Reference(
        "a uniform guess, beyond the best", guessed - float(floor[where].mean())
    )
    parts = {
        name: sample.average(excess, where, unit="nats", of=of, baseline=uniform(where))
        for name, (where, of) in kinds.items()
    }
    everywhere = np.ones_like(told)
    return sample.average(
        excess,
        everywhere,
        unit="nats",
        of="tokens",
        baseline=uniform(everywhere),
        floor=Reference("the floor", 0.0),
        parts=tuple(parts.items()),
        details={
            key: value
            for name, (where, _) in kinds.items()
            for key, value in (
                (f"{name}, uniform", uniform(where).value),
                (f"{name}, uniform_text", written(uniform(where).value, "nats")),
                (f"{name}, text", parts[name].text),
            )
        },
    )


@fact("Floor of all sequences", tolerance=1e-9)
def law_floor(study: Study) -> Fact:
    """Entropy of the next token for a predictor that knows how the data are made, averaged over
    every sequence that can be drawn: a formula, no sample.
    """
    return Fact(
        floors(study.config).law,
        "nats",
        study.config.model.n_ctx,
        "positions of every sequence that can be drawn",
        exhaustive=True,
        baseline=Reference("a uniform guess", float(np.log(len(study.tokens)))),
    )


@fact("In-context score", better="low", tolerance=0.01)
def in_context_score(study: Study) -> Fact:
    """Loss at the last position less the loss just before any sequence may begin again, sequence by
    sequence (after Olsson and others); more negative means more use of what was read.
    """
    early, values = study.rule.period[0] - 2, losses(study)
    if early < 0:
        return missing(
            "not defined: a sequence may begin again at once", unit="nats", of="sequences"
        )
    known = floors(study.config).by_position
    gained = (values[:, -1] - values[:, early])[:, None]
    details = dict(
        early=early + 1,
        late=values.shape[1],
        early_loss=float(values[:, early].mean()),
        early_text=written(float(values[:, early].mean()), "nats"),
        late_text=written(float(values[:, -1].mean()), "nats"),
        early_best=float(known[early]),
        early_best_text=written(float(known[early]), "nats"),
        late_best_text=written(float(known[-1]), "nats"),
    )
    return holdout(study).average(
        gained,
        np.ones_like(gained, bool),
        unit="nats",
        of="differences",
        baseline=Reference("a predictor that uses nothing", 0.0),
        floor=Reference("best possible predictor", float(known[-1] - known[early])),
        details=details,
    )
