"""What a network says of every input there is, and means over all of them."""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, absent
from reportgen.systems.input_to_output.evaluation import surprise
from reportgen.systems.input_to_output.view import Study

ALL, TRAIN, HOLDOUT = "inputs", "training inputs", "held-out inputs"
NONE_HELD_OUT = "every input trains, so none is held out"
BEST = Reference("all of them right", 1.0)


@held
def logits(study: Study) -> Float[np.ndarray, "input output answer"]:
    """Logits of possible answers, given the right tokens before them."""
    data = study.data
    return np.asarray(study.holdout.logits[:, data.queries][..., data.answerable])


@held
def said(study: Study) -> Int[np.ndarray, "input output"]:
    """The likeliest of the possible answers, as an index among them."""
    return np.asarray(logits(study).argmax(-1))


def right(study: Study) -> Bool[np.ndarray, "input output"]:
    """Is the likeliest answer the right one."""
    return np.asarray(said(study) == study.data.wanted)


@held
def losses(study: Study) -> Float[np.ndarray, "input output"]:
    """Cross-entropy over the possible answers, nats."""
    found, wanted = logits(study), study.data.wanted
    return np.stack([surprise(found[:, i], wanted[:, i]) for i in range(wanted.shape[1])], 1)


@held
def margins(study: Study) -> Float[np.ndarray, "input output"]:
    """Logit of the right answer less that of the best other one."""
    found, wanted = logits(study), study.data.wanted[..., None]
    own = np.take_along_axis(found, wanted, -1)[..., 0]
    others = found.copy()
    np.put_along_axis(others, wanted, -np.inf, -1)
    return np.asarray(own - others.max(-1))


def which(study: Study, kind: str) -> Bool[np.ndarray, "input"]:
    """The inputs of a kind."""
    trains = study.data.trains
    return {ALL: np.ones_like(trains), TRAIN: trains, HOLDOUT: ~trains}[kind]


def mean(
    study: Study,
    values: Float[np.ndarray, "input *any"] | Bool[np.ndarray, "input *any"],
    kind: str = ALL,
    *,
    unit: str = "percent",
    of: str = "outputs",
    **more: Any,
) -> Fact:
    """The mean over all inputs of a kind, as a fact: none is left out. Held-out inputs are not
    there to be measured where every input trains.
    """
    found = np.asarray(values[which(study, kind)], float)
    if not found.size:
        return absent(NONE_HELD_OUT)
    return Fact(
        float(found.mean()),
        unit,
        found.size,
        f"{of} of all {kind}",
        exhaustive=True,
        counted=unit in ("percent", "of"),
        **more,
    )


def names(study: Study) -> tuple[str, ...]:
    """What is written for each possible answer."""
    return tuple(study.tokens[int(i)] for i in study.data.answerable)


def output_name(study: Study, i: int) -> str:
    """What an output token is called."""
    return f"output {i + 1}" if study.data.width > 1 else "the output"


def place_names(study: Study) -> tuple[str, ...]:
    """What stands at each position that is read: a place of the input, a token that is always
    there, an output that is written already.
    """
    marks = [f"x{each + 1}" if isinstance(each, int) else each for each in study.rule.laid_out]
    return (*marks, *(f"y{i + 1}" for i in range(study.data.width - 1)))


def always_the_same(study: Study, kind: str = ALL) -> Reference | None:
    """How many whole outputs the best answer gets that is the same for every input."""
    wanted = study.data.wanted[which(study, kind)]
    if not len(wanted):
        return None
    most = int(np.unique(wanted, axis=0, return_counts=True)[1].max())
    return Reference("always the same output", most / len(wanted))
