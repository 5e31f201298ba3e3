"""When did what happen? Onsets, and whether the change was sudden; read from the history on
validation sequences.
"""

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.measure.onset import halfway, onset
from reportgen.systems.repeated_sequences.facts.scores import MOST, matching_head
from reportgen.systems.repeated_sequences.view import Study

WINDOW = 0.1  # share of the training in which a sudden change takes place


def score(study: Study, name: str) -> np.ndarray:
    """Prefix-matching score over training of the head that has most in the end, or the
    previous-token score of the first layer’s best: [checkpoint].
    """
    history = study.history(name)
    if name == "prefix_matching":
        return history[:, *matching_head(study)]
    return history[:, 0, int(history[-1, 0].argmax())]


@fact("Half of the answers are right", tolerance=0, over="training")
def onset_accuracy(study: Study) -> Fact:
    """First checkpoint from which more than half of the answers are right where the next token is
    known from a copy, several times in a row.
    """
    return onset(study, study.history("accuracy") > 0.5)


@fact("Prefix matching begins", tolerance=0, over="training", needs=["attention"])
def onset_matching(study: Study) -> Fact:
    """First checkpoint from which the head that matches prefixes most in the end does so with more
    than half of its attention, several times in a row.
    """
    return onset(study, score(study, "prefix_matching") > MOST)


@fact("Looking at the previous token begins", tolerance=0, over="training", needs=["attention"])
def onset_previous(study: Study) -> Fact:
    """First checkpoint from which the first layer’s previous-token score is past the middle of what
    it gains in the training, several times in a row.
    """
    values = score(study, "previous_token")
    return (
        onset(study, values > (values[0] + values.max()) / 2)
        if values.max() > 2 * values[0]
        else onset(study, np.zeros(len(values), bool))
    )


@fact("Accuracy is halfway", tolerance=0, over="training")
def halfway_accuracy(study: Study) -> Fact:
    """First checkpoint from which accuracy, where the next token is known from a copy, is past the
    middle between its first value and its highest, three times in a row.
    """
    return halfway(study, study.history("accuracy"))


@fact("Prefix matching is halfway", tolerance=0, over="training", needs=["attention"])
def halfway_matching(study: Study) -> Fact:
    """First checkpoint from which the prefix-matching score of the head that has most in the end is
    past the middle between its first value and its highest, three times in a row.
    """
    return halfway(study, score(study, "prefix_matching"))


@fact("Share of the gain in one tenth of the training", tolerance=0.02, over="training")
def sudden_share(study: Study) -> Fact:
    """The most that accuracy, where the next token is known from a copy, gained within a tenth of
    the training, as a share of all it gained.
    """
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
