"""When did what happen? Onsets, and whether the change was sudden; read from the history on validation sequences."""

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Facts, Verdict, claim, fact, written
from reportgen.systems.repeated_sequences.facts.scores import MOST, matching_head
from reportgen.systems.repeated_sequences.view import Study

STAYS = 3  # checkpoints in a row that make an onset
WINDOW = 0.1  # share of the training in which a sudden change takes place


def onset(study: Study, past: np.ndarray) -> Fact:
    """The first checkpoint from which `past` [checkpoint] holds several times in a row, as a fact."""
    runs = (
        np.lib.stride_tricks.sliding_window_view(past, STAYS).all(1)
        if len(past) >= STAYS
        else np.zeros(0, bool)
    )
    if not runs.any():
        return Fact(None, "step", len(past), "checkpoints", exhaustive=True, words="never")
    first = int(runs.argmax())
    return Fact(
        float(study.run.steps[first]),
        "step",
        len(past),
        "checkpoints",
        exhaustive=True,
        details=dict(checkpoint=first),
    )


def score(study: Study, name: str) -> np.ndarray:
    """Prefix-matching score over training of the head that has most in the end, or the previous-token score of the first layer’s best: [checkpoint]."""
    history = study.history(name)
    if name == "prefix_matching":
        return history[:, *matching_head(study)]
    return history[:, 0, int(history[-1, 0].argmax())]


@fact("Half of the answers are right", tolerance=0, over="training")
def onset_accuracy(study: Study) -> Fact:
    """First checkpoint from which more than half of the answers are right where the next token is known, several times in a row."""
    return onset(study, study.history("accuracy") > 0.5)


@fact("Prefix matching begins", tolerance=0, over="training", needs=["attention"])
def onset_matching(study: Study) -> Fact:
    """First checkpoint from which the head that matches prefixes most in the end does so with more than half of its attention, several times in a row."""
    return onset(study, score(study, "prefix_matching") > MOST)


@fact("Looking at the token before begins", tolerance=0, over="training", needs=["attention"])
def onset_previous(study: Study) -> Fact:
    """First checkpoint from which the first layer’s previous-token score is past the middle of what it gains in the training, several times in a row."""
    values = score(study, "previous_token")
    return (
        onset(study, values > (values[0] + values.max()) / 2)
        if values.max() > 2 * values[0]
        else onset(study, np.zeros(len(values), bool))
    )


@fact("Share of the gain in one tenth of the training", tolerance=0.02, over="training")
def sudden_share(study: Study) -> Fact:
    """The most that accuracy, where the next token is known, gained within a tenth of the training, as a share of all it gained."""
    accuracy, steps = study.history("accuracy"), study.run.steps
    whole = float(accuracy[-1] - accuracy[0])
    if whole < 0.05:
        return missing("not defined: accuracy hardly rose", unit="percent", of="checkpoints")
    wide = WINDOW * (steps[-1] - steps[0])
    if np.diff(steps).max() > wide:
        return missing(
            "not defined: checkpoints lie more than a tenth of the training apart",
            unit="percent",
            of="checkpoints",
        )
    ends = [int(np.flatnonzero(steps <= step + wide)[-1]) for step in steps]
    gains = np.array([accuracy[end] - accuracy[i] for i, end in enumerate(ends)])
    first = int(gains.argmax())
    details = dict(
        first=int(steps[first]),
        last=int(steps[ends[first]]),
        first_text=written(float(steps[first]), "step"),
        last_text=written(float(steps[ends[first]]), "step"),
        whole=whole,
        whole_text=written(100 * whole, "count"),
    )
    return Fact(
        float(gains[first] / whole),
        "percent",
        len(steps),
        "checkpoints",
        exhaustive=True,
        details=details,
    )


@claim(
    "The change is sudden",
    rests_on=["sudden_share"],
    figure="repeats-learning-curve",
    holds_if="within a tenth of the training accuracy makes more than two thirds of its gain",
    partly_if="it makes more than a third of it",
    reason="A steady rise would make a tenth of its gain in a tenth of the time.",
)
def sudden_change(facts: Facts) -> Verdict:
    """Two thirds in a tenth."""
    share = facts["sudden_share"].value
    return (
        Verdict.FAILS
        if share is None or share <= 1 / 3
        else Verdict.HOLDS
        if share > 2 / 3
        else Verdict.PARTLY
    )


@claim(
    "Prefix matching and right answers come together",
    needs=["attention"],
    rests_on=["onset_matching", "onset_accuracy"],
    figure="repeats-learning-curve",
    holds_if="their onsets lie at most three checkpoints apart",
    partly_if="both happen, further apart",
    reason="Three checkpoints are the resolution at which an onset is defined.",
)
def come_together(facts: Facts) -> Verdict:
    """Two onsets."""
    one, two = facts["onset_matching"], facts["onset_accuracy"]
    if one.value is None or two.value is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if abs(one.details["checkpoint"] - two.details["checkpoint"]) <= STAYS
        else Verdict.PARTLY
    )
