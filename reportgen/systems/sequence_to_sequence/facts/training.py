"""When did what happen? Read from the history of the displayed seed."""

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.measure.onset import onset as begins
from reportgen.systems.sequence_to_sequence.view import Study

MOST = 0.99  # of the outputs
LOOKS = 0.5  # of the attention


def onset(study: Study, past: np.ndarray) -> Fact:
    """The first checkpoint from which `past` [checkpoint] holds three times in a row, as a fact;
    exhaustive where every input is evaluated at every checkpoint.
    """
    return begins(study, past, exhaustive=study.data.complete)


@fact("Training inputs settle", tolerance=0, over="training")
def onset_train(study: Study) -> Fact:
    """First checkpoint from which more than 99 % of the training inputs are answered, three times
    in a row.
    """
    return onset(study, study.history("train_words") > MOST)


@fact("Held-out inputs settle", tolerance=0, over="training")
def onset_holdout(study: Study) -> Fact:
    """First checkpoint from which more than 99 % of the held-out inputs are answered, three times
    in a row.
    """
    return onset(study, study.history("holdout_words") > MOST)


def _looks(study: Study, layer: int) -> Fact:
    return onset(study, study.history("mirror")[:, layer] > LOOKS)


@fact("First layer looks at the mirror", tolerance=0, over="training", needs=["attention"])
def onset_mirror_first(study: Study) -> Fact:
    """First checkpoint from which the first layer gives the mirror digit more than half of its
    attention, three times in a row, mean over outputs.
    """
    return _looks(study, 0)


@fact("Last layer looks at the mirror", tolerance=0, over="training", needs=["layers"])
def onset_mirror_last(study: Study) -> Fact:
    """First checkpoint from which the last layer gives the mirror digit more than half of its
    attention, three times in a row, mean over outputs.
    """
    return _looks(study, study.config.model.n_layers - 1)


def perfect(study: Study) -> np.ndarray:
    """At which checkpoints all evaluated inputs, held out or not, are answered."""
    return np.asarray((study.history("train_words") == 1) & (study.history("holdout_words") == 1))


@fact("First checkpoint without a mistake", tolerance=0, over="training")
def first_perfect(study: Study) -> Fact:
    """First checkpoint at which every evaluated input, trained on or held out, is answered."""
    right = perfect(study)
    found = dict(checkpoint=int(right.argmax())) if right.any() else {}
    return Fact(
        float(study.run.steps[right.argmax()]) if right.any() else None,
        "step",
        len(right),
        "checkpoints",
        exhaustive=study.data.complete,
        words="" if right.any() else "never",
        details={"judged": _evaluated(study)} | found,
    )


def _evaluated(study: Study) -> str:
    if study.data.complete:
        return "every input there is"
    seen = int((~study.data.unseen).sum())
    return (
        f"{written(seen, 'count')} of the {written(len(study.data.train), 'count')} training inputs"
        f" and {written(len(study.data.probe) - seen, 'count')} of the"
        f" {written(len(study.data.holdout), 'count')} held-out ones, all of them at the last"
    )


@fact("Checkpoints without a mistake, after the first", better="high", tolerance=0, over="training")
def stays_right(study: Study) -> Fact:
    """Share of the checkpoints from the first one without a mistake on at which no mistake is made
    either.
    """
    right = perfect(study)
    after = right[int(right.argmax()) :] if right.any() else right[:0]
    if not len(after):
        return Fact(
            None,
            "of",
            0,
            "checkpoints",
            exhaustive=study.data.complete,
            words="not defined: no checkpoint is without a mistake",
        )
    return Fact(
        float(after.mean()),
        "of",
        len(after),
        "checkpoints from the first one without a mistake on",
        exhaustive=study.data.complete,
        baseline=Reference("always", 1.0),
    )
