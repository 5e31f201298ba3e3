"""When did what happen? Read from the history of the displayed seed."""

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.onset import onset
from reportgen.systems.input_to_output.facts.probe import NONE_HELD_OUT
from reportgen.systems.input_to_output.view import Study

MOST = 0.95  # of the inputs: of few numbers some are never answered


@fact("Training inputs settle", tolerance=0, over="training")
def onset_train(study: Study) -> Fact:
    """First checkpoint from which more than 95 % of the training inputs are answered, three times
    in a row.
    """
    return onset(study, study.history("train_right") > MOST)


@fact("Held-out inputs settle", tolerance=0, over="training")
def onset_holdout(study: Study) -> Fact:
    """First checkpoint from which more than 95 % of the held-out inputs are answered, three times
    in a row.
    """
    if study.data.everything:
        return absent(NONE_HELD_OUT)
    return onset(study, study.history("holdout_right") > MOST)


@fact("Held-out inputs, at most before", tolerance=0.02, over="training")
def holdout_at_fit(study: Study) -> Fact:
    """Share of the held-out inputs that are answered at the first checkpoint from which more than
    95 % of the training inputs are; beside it the share at the end.
    """
    if study.data.everything:
        return absent(NONE_HELD_OUT)
    fit, right = onset_train(study), study.history("holdout_right")
    if fit.value is None:
        words = "not defined: the training inputs never settle"
        return Fact(None, "percent", 0, "held-out inputs", words=words)
    return Fact(
        float(right[int(fit.details["checkpoint"])]),
        "percent",
        int((~study.data.in_train).sum()),
        "held-out inputs",
        exhaustive=True,
        counted=True,
        baseline=Reference("at the end", float(right[-1])),
    )


def below(study: Study, name: str, part: float) -> Fact:
    """The first checkpoint from which a loss is below a part of what a guess has, three times in a
    row.
    """
    guess = np.log(len(study.data.answerable))
    return onset(study, study.history(name) < part * guess)


HALF = 0.5  # of the loss of a guess among the numbers


@fact("Held-out loss falls", tolerance=0, over="training", needs=["modulus"])
def onset_holdout_loss(study: Study) -> Fact:
    """First checkpoint from which the loss on held-out inputs is below half that of a guess among
    the numbers, three times in a row.
    """
    if study.data.everything:
        return absent(NONE_HELD_OUT)
    return below(study, "validation_loss", HALF)


@fact("Restricted loss falls", tolerance=0, over="training", needs=["modulus"])
def onset_restricted(study: Study) -> Fact:
    """First checkpoint from which the loss with the key frequencies alone (those of the last
    checkpoint) is below half that of a guess among the numbers, three times in a row.
    """
    return below(study, "restricted_loss", HALF)


@fact("Excluded loss rises", tolerance=0, over="training", needs=["modulus"])
def onset_excluded(study: Study) -> Fact:
    """First checkpoint from which taking away the key frequencies (those of the last checkpoint)
    costs the training inputs more than half the loss of a guess among the numbers, three times in a
    row.
    """
    guess = np.log(len(study.data.answerable))
    cost = study.history("excluded_loss") - study.history("train_loss")
    return onset(study, cost > HALF * guess)
