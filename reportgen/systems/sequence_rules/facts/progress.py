"""Why is it no better? Whether it was still learning, what it learnt by heart, where it rests, and
what nobody could know.
"""

from collections.abc import Callable

import numpy as np

from reportgen.measure.estimates import LEVEL, missing, resamples
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.measure.population import FEWEST
from reportgen.systems.sequence_rules.facts.losses import (
    TOKENS,
    everywhere,
    readers,
    surprise,
)
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows

TENTH = 10
READERS = {
    "uniform": "a uniform guess",
    "unigram": "the best predictor from token counts",
    "bigram": "the best predictor from the last token",
    "window": "the best predictor from the whole window",
}


@fact("Fall of the loss at the end of training", tolerance=0.005, over="training")
def still_falling(study: Study) -> Fact:
    """How much lower the median of the validation loss is in the last tenth of training than in the
    tenth before. Tenths are of the steps, however the checkpoints lie.
    """
    loss = study.history("validation_loss")
    tenths = np.asarray(study.run.steps) * TENTH
    end = tenths[-1] // TENTH
    last = loss[tenths > (TENTH - 1) * end]
    before = loss[(tenths > (TENTH - 2) * end) & (tenths <= (TENTH - 1) * end)]
    count = len(before) + len(last)
    of = "checkpoints in the last two tenths of the steps"
    if not len(before) or not len(last):
        return missing("not defined: too few checkpoints", unit="nats", of=of)
    details = dict(
        start=float(loss[0]),
        end=float(np.median(last)),
        end_text=written(float(np.median(last)), "nats"),
        spread=float(np.ptp(last)),
        spread_text=written(float(np.ptp(last)), "nats"),
    )
    return Fact(
        float(np.median(before) - np.median(last)),
        "nats",
        count,
        of,
        exhaustive=True,
        baseline=Reference("no more change", 0.0),
        details=details,
    )


@fact(
    "Loss on validation text beyond that on training text",
    better="low",
    tolerance=0.005,
    needs=["training"],
)
def train_gap(study: Study) -> Fact:
    """How much more it loses against a perfect predictor on validation windows than on windows of
    its training text: what it has memorised.

    Both losses are taken beyond the surprise of the perfect predictor of the same window, so that
    windows which are harder to guess weigh nothing.
    """
    data = study.data
    if data.everything:
        return absent("every window that the data can produce is in the training data: none is new")
    new, old = (
        _beyond(study, windows) for windows in (data.validation_windows, data.train_windows)
    )
    value = new[0] - old[0]
    low, high = np.quantile(new[1] - old[1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    sampled = [len(np.unique(w.sequence)) for w in (data.validation_windows, data.train_windows)]
    enough = min(sampled) >= FEWEST
    details = dict(
        validation=new[0],
        validation_text=written(new[0], "nats"),
        training=old[0],
        training_text=written(old[0], "nats"),
    )
    clusters = sum(sampled) if enough else min(sampled)
    items = data.validation_windows.targets.size + data.train_windows.targets.size
    return Fact(
        float(value),
        "nats",
        items,
        f"tokens in {written(sum(sampled), 'count')} sequences of training and validation",
        float(low) if enough else None,
        float(high) if enough else None,
        clusters=clusters,
        baseline=Reference("nothing memorised", 0.0),
        details=details,
    )


def _beyond(study: Study, windows: Windows) -> tuple[float, np.ndarray]:
    """Mean surprise beyond a perfect predictor's over all tokens of windows, and the same of
    resampled sequences [resample].
    """
    from reportgen.core.interventions import run

    logits = run(study.config.model, study.weights, windows.inputs).logits.astype(float)
    chance: Callable[[np.ndarray], np.ndarray] = lambda law: np.take_along_axis(
        law, windows.targets[..., None], -1
    )[..., 0]
    shifted = logits - logits.max(-1, keepdims=True)
    own = np.log(np.exp(shifted).sum(-1)) - chance(shifted)
    over = (own - study.floors.surprise(windows)).sum(1)
    _, place = np.unique(windows.sequence, return_inverse=True)
    sums = np.stack([np.bincount(place, over), np.bincount(place) * windows.inputs.shape[1]], 1)
    drawn = resamples(len(sums)) @ sums
    return float(over.sum() / windows.targets.size), drawn[:, 0] / drawn[:, 1]


@fact("Distance to the nearest simple predictor", tolerance=0.005)
def stalled_at(study: Study) -> Fact:
    """Held-out loss minus the loss, token by token, of the predictor that comes nearest to it: one
    that knows nothing, counts tokens, knows the last token, or reads the window.
    """
    loss, windows = surprise(study), study.data.holdout_windows
    losses = levels(study)
    at = {name: float(windows.mean(each)) for name, each in losses.items()}
    mean = float(windows.mean(loss))
    nearest = min(at, key=lambda name: abs(mean - at[name]))
    details: dict[str, object] = dict(
        nearest=nearest,
        nearest_text=READERS[nearest],
        loss=mean,
        loss_text=written(mean, "nats"),
    )
    for name, value in at.items():
        details |= {name: value, f"{name}_text": written(value, "nats")}
    return holdout(study).average(
        loss - losses[nearest],
        everywhere(windows),
        unit="nats",
        of=TOKENS,
        baseline=Reference(READERS[nearest], 0.0),
        details=details,
    )


def levels(study: Study) -> dict[str, np.ndarray]:
    """Surprise [window, position], on held-out windows, of predictors that know more and more."""
    windows = study.data.holdout_windows
    counting, last = readers(study, windows)
    return dict(
        uniform=np.full(windows.targets.shape, np.log(len(study.tokens))),
        unigram=counting,
        bigram=last,
        window=study.floors.surprise(windows),
    )


@fact("Answers that the window does not show", tolerance=0.0)
def hidden_share(study: Study) -> Fact:
    """Share of the held-out positions where the rule decides at which the window does not show the
    answer: what no network with this window could know.
    """
    windows = study.data.holdout_windows
    return holdout(study).average(
        windows.hidden,
        windows.constrained,
        unit="percent",
        of="positions where the rule decides,",
        counted=True,
    )
