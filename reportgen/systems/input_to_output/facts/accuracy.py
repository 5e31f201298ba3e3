"""How many inputs are answered: all of them, those that train, those that are held out."""

import numpy as np

from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.input_to_output.facts.probe import (
    ALL,
    BEST,
    HOLDOUT,
    TRAIN,
    always_the_same,
    mean,
    names,
    output_name,
    right,
)
from reportgen.systems.input_to_output.view import Study

MOST_PARTS = 64  # different answers that are told apart


def _whole(study: Study, kind: str) -> Fact:
    return mean(
        study,
        np.asarray(right(study).all(1)),
        kind,
        baseline=always_the_same(study, kind),
        floor=BEST,
    )


@fact("Outputs right, all inputs", better="high", tolerance=0.02)
def all_right(study: Study) -> Fact:
    """Share of all inputs there are whose whole output is right, each of its tokens the likeliest
    of the possible answers, given the right ones before it; parts: by answer, or by output token.
    """
    found = _whole(study, ALL)
    wrong = int((~right(study).all(1)).sum())
    train, holdout = int(study.data.in_train.sum()), int((~study.data.in_train).sum())
    details = dict(
        wrong=wrong,
        wrong_text=written(wrong, "count"),
        inputs_text=written(len(study.data.rows), "count"),
        train_text=written(train, "count"),
        holdout_text=written(holdout, "count"),
        held_out=holdout,
        head=study.data.head,
        several=study.data.width > 1,
        share_text=written(train / len(study.data.rows), "percent"),
    )
    return Fact(**vars(found) | dict(parts=_parts(study), details=details))


def _parts(study: Study) -> tuple[tuple[str, Fact], ...]:
    """The same by output token where there are several, and else by answer."""
    found, wanted = right(study), study.data.wanted
    if study.data.width > 1:
        return tuple(
            (output_name(study, i), mean(study, found[:, i], of="output tokens"))
            for i in range(study.data.width)
        )
    answers = np.unique(wanted)
    if len(answers) > MOST_PARTS:
        return ()
    made = []
    for answer in answers:
        mine = found[wanted == answer]
        made.append(
            (
                f"answer {names(study)[answer]}",
                Fact(
                    float(mine.mean()),
                    "percent",
                    len(mine),
                    "outputs of all inputs with this answer",
                    exhaustive=True,
                    counted=True,
                ),
            )
        )
    return tuple(made)


@fact("Outputs right, training inputs", better="high", tolerance=0.02, needs=["training"])
def train_right(study: Study) -> Fact:
    """Share of the training inputs whose whole output is right."""
    return _whole(study, TRAIN)


@fact("Outputs right, held-out inputs", better="high", tolerance=0.02, needs=["training"])
def holdout_right(study: Study) -> Fact:
    """Of the inputs that were never trained on, the share whose whole output is right."""
    return _whole(study, HOLDOUT)
