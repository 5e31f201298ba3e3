"""What a network says of every input there is, and means over all of them."""

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.core.study import held
from reportgen.measure.cross_entropy import cross_entropy
from reportgen.measure.fact import Fact, Reference, absent
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
    return cross_entropy(logits(study), study.data.wanted)


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
    in_train = study.data.in_train
    return {ALL: np.ones_like(in_train), TRAIN: in_train, HOLDOUT: ~in_train}[kind]


def mean(
    study: Study,
    values: Float[np.ndarray, "input *any"] | Bool[np.ndarray, "input *any"],
    kind: str = ALL,
    *,
    unit: str = "percent",
    of: str = "outputs",
    baseline: Reference | None = None,
    floor: Reference | None = None,
    parts: tuple[tuple[str, Fact], ...] = (),
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
        baseline=baseline,
        floor=floor,
        parts=parts,
    )


def names(study: Study) -> tuple[str, ...]:
    """What is written for each possible answer."""
    return tuple(study.tokens[int(i)] for i in study.data.answerable)


def output_name(study: Study, i: int) -> str:
    """What an output token is called."""
    return f"output {i + 1}" if study.data.width > 1 else "the output"


def position_names(study: Study) -> tuple[str, ...]:
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
