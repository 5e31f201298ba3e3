"""How many inputs are answered: all of them, those that train, those that are held out; and when
the network writes by itself.
"""

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import wilson
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    BEST,
    SEEN,
    UNSEEN,
    average,
    blind,
    guess,
    outputs,
    queries,
    right,
    rows,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study


def evaluated(study: Study, name: str) -> Fact:
    """A share of the history at this checkpoint: of every input where all were evaluated, as they
    are at the last checkpoint.
    """
    kind, items = name.split("_")
    which, words = (SEEN if kind == "train" else UNSEEN), items == "words"
    value = float(study.history(name)[study.checkpoint])
    found = study.data.train if which == SEEN else study.data.holdout
    inputs, whole = len(found), study.data.complete
    whole = whole or study.checkpoint == len(study.run.steps) - 1
    asked = outputs(study, found) if whole else wanted(study)[rows(study, which)]
    chance = guess_word(study, len(asked)) if words else blind(study, asked)
    if whole:
        return Fact(
            value,
            "percent",
            inputs if words else inputs * study.data.length,
            f"{'outputs' if words else 'output tokens'} of all {which} inputs",
            counted=True,
            exhaustive=True,
            baseline=chance,
            floor=BEST,
        )
    return average(
        study,
        _whole(study) if words else right(study),
        which,
        of="outputs" if words else "output tokens",
        counted=True,
        baseline=chance,
        floor=BEST,
    )


def _whole(study: Study) -> np.ndarray:
    """Is the whole output right [row], on the probe."""
    return np.asarray(right(study).all(1))


def guess_word(study: Study, inputs: int) -> Reference:
    """What is right of the whole outputs of so many inputs without reading them: the better of
    a guess and of always the same output, since no two outputs are alike.
    """
    chance = guess(study).value ** study.data.length
    if chance * inputs < 1:
        return Reference("always the same output", 1 / inputs)
    return Reference("a guess among the digits", chance)


@fact("Whole outputs right, training inputs", better="high", tolerance=0.02)
def train_words(study: Study) -> Fact:
    """Share of the training inputs whose whole output is right."""
    return evaluated(study, "train_words")


@fact("Output tokens right, training inputs", better="high", tolerance=0.02)
def train_tokens(study: Study) -> Fact:
    """Share of the output tokens of training inputs that are the likeliest token, with the right
    tokens before them.
    """
    return evaluated(study, "train_tokens")


@fact("Whole outputs right, held-out inputs", better="high", tolerance=0.02)
def holdout_words(study: Study) -> Fact:
    """Of the inputs that were never trained on, the share whose whole output is right."""
    return evaluated(study, "holdout_words")


@fact("Output tokens right, held-out inputs", better="high", tolerance=0.02)
def holdout_tokens(study: Study) -> Fact:
    """Share of the output tokens of held-out inputs that are the likeliest token, with the right
    tokens before them.
    """
    return evaluated(study, "holdout_tokens")


@fact("Whole outputs right, all inputs", better="high", tolerance=0.02)
def all_words(study: Study) -> Fact:
    """Share of all inputs there are whose whole output is right."""
    return _together(study, "words", guess_word(study, len(study.data.rows)))


@fact("Output tokens right, all inputs", better="high", tolerance=0.02)
def all_tokens(study: Study) -> Fact:
    """Share of the output tokens of all inputs there are that are the likeliest token, with the
    right tokens before them; parts: the looked-into inputs, output by output.
    """
    whole = _together(study, "tokens", blind(study, outputs(study, study.data.rows)))
    parts = tuple(
        (f"output {i + 1}", average(study, right(study)[:, i], ALL, counted=True))
        for i in range(study.data.length)
    )
    return Fact(**vars(whole) | dict(parts=parts))


def _together(study: Study, items: str, chance: Reference) -> Fact:
    seen, unseen = evaluated(study, f"train_{items}"), evaluated(study, f"holdout_{items}")
    train, holdout = len(study.data.train), len(study.data.holdout)

    assert seen.value is not None  # both splits have rows
    assert unseen.value is not None
    value, of = (
        (seen.value * train + unseen.value * holdout) / (train + holdout),
        f"{'outputs' if items == 'words' else 'output tokens'} of all inputs",
    )
    wrong = round((1 - value) * (train + holdout) * (1 if items == "words" else study.data.length))
    sure = seen.exhaustive and unseen.exhaustive
    clusters = 0 if sure else seen.clusters + unseen.clusters
    low, high = (None, None) if sure else wilson(round(value * clusters), clusters)
    return Fact(
        value,
        "percent",
        seen.n + unseen.n,
        of,
        low,
        high,
        clusters=clusters,
        counted=True,
        exhaustive=sure,
        baseline=chance,
        floor=BEST,
        details=dict(inputs=grouped(train + holdout), wrong=wrong),
    )


@held
def free(study: Study) -> np.ndarray:
    """Outputs of the probe [row, output] that the network writes by itself: each time the likeliest
    token, which it then reads.
    """
    from reportgen.core.interventions import run

    tokens = study.data.probe.inputs.copy()
    out = np.zeros_like(wanted(study))
    for i, query in enumerate(queries(study)):
        out[:, i] = (
            run(study.config.model, study.weights, tokens[:, : query + 1]).logits[:, -1].argmax(-1)
        )
        if query + 1 < tokens.shape[1]:
            tokens[:, query + 1] = out[:, i]
    return out


@fact("Whole outputs right, written freely", better="high", tolerance=0.02)
def free_words(study: Study) -> Fact:
    """Share of the held-out inputs whose whole output is right when the network reads what it wrote
    itself; beside it the share when it reads the right tokens.
    """
    same = free(study) == wanted(study)
    forced = average(study, _whole(study), of="outputs")
    details = dict(differing=int((same.all(1) != _whole(study)).sum()))
    parts = (("training inputs", average(study, same.all(1), SEEN, of="outputs", counted=True)),)
    return average(
        study,
        same.all(1),
        of="outputs",
        counted=True,
        baseline=Reference("reading the right tokens", forced.value or 0.0),
        floor=BEST,
        parts=parts,
        details=details,
    )


@fact("Output tokens right, written freely", better="high", tolerance=0.02)
def free_tokens(study: Study) -> Fact:
    """Share of the output tokens of held-out inputs that are right when the network reads what it
    wrote itself; beside it the share when it reads the right tokens.
    """
    forced = average(study, right(study))
    return average(
        study,
        free(study) == wanted(study),
        counted=True,
        baseline=Reference("reading the right tokens", forced.value or 0.0),
        floor=BEST,
    )
