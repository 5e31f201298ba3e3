"""How it answers: what attention reads and what the logits are made of, replaced by what we say of
them, with the mistakes at each stage.

Where the answer stands in the input, attention is made to look at it and nowhere else, and then
the rest of the network is replaced by the copying of the token. On a clock, the logits are replaced
by what depends on the answer alone, by the key frequencies of that, and by cosines.
"""

from dataclasses import dataclass, replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, fact
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.facts.attention import answers_with, holders
from reportgen.systems.input_to_output.facts.circuits import copied, key_tokens
from reportgen.systems.input_to_output.facts.clock import by_answer, keys
from reportgen.systems.input_to_output.facts.probe import mean, said
from reportgen.systems.input_to_output.view import Study

FETCHED = ["attention", "held"]


def wrong(study: Study, answers: np.ndarray) -> Fact:
    """Share of all inputs whose output [input, output] is wrong somewhere."""
    return mean(study, (answers != study.data.wanted).any(1))


def described(study: Study, answers: np.ndarray) -> Fact:
    """The same of answers that were made knowing the right one, with the share of all inputs on
    which the network says something else: what is right where the network is wrong does not say
    what the network does.
    """
    other = mean(study, (answers != said(study)).any(1))
    return replace(wrong(study, answers), details=dict(other=other.value, other_text=other.text))


@fact("Wrong, the whole network", better="low", tolerance=0.02)
def wrong_whole(study: Study) -> Fact:
    """Share of all inputs whose output is wrong."""
    return wrong(study, said(study))


@held
def looking(study: Study) -> dict[str, np.ndarray]:
    """Answers [input, output] with the outputs' queries looking at the places that hold the answer
    and nowhere else: in every layer, and in each one.
    """
    layers = range(study.config.model.n_layers)
    tried = {"every layer": list(layers)} if len(layers) > 1 else {}
    tried |= {f"layer {i}" if len(layers) > 1 else "its layer": [i] for i in layers}
    there = holders(study)
    on = there / np.maximum(there.sum(-1, keepdims=True), 1)
    made = {}
    for name, chosen in tried.items():
        edits = {}
        for layer in chosen:
            pattern = study.holdout.pattern(layer=layer).copy()
            pattern[:, :, study.data.queries] = on[:, None]
            edits["pattern", layer] = pattern
        made[name] = answers_with(study, edits)
    return made


@fact("Wrong, looking at the answer alone", better="low", tolerance=0.02, needs=FETCHED)
def wrong_looking(study: Study) -> Fact:
    """Share of all inputs whose output is wrong when the outputs look at the places that hold the
    answer, equally, and nowhere else, in those layers in which that does least harm; parts for each
    choice of layers.
    """
    found = {name: wrong(study, answers) for name, answers in looking(study).items()}
    best = min(found, key=lambda name: found[name].value or 0.0)
    return Fact(**vars(found[best]) | dict(parts=tuple(found.items()), details=dict(layers=best)))


@fact("Wrong, copying alone", better="low", tolerance=0.02, needs=FETCHED)
def wrong_copying(study: Study) -> Fact:
    """The same share when, besides, an output is the token that looking at the answer raises most:
    all heads of the last layer added up, and nothing of what goes past attention.
    """
    last = study.config.model.n_layers - 1
    table = np.sum([each for at, each in copied(study).items() if at[0] == last], 0)
    index = np.full(len(study.tokens), -1)
    index[key_tokens(study)] = np.arange(len(table))
    ids = study.data.rows.tokens[:, study.data.head :]
    return wrong(study, table.argmax(1)[index[ids]])


@dataclass(frozen=True)
class Turned:
    """Answers on a clock [input], by what the logits are replaced with."""

    answer: np.ndarray  # what depends on the right answer alone
    key: np.ndarray  # and of that the key frequencies
    cosines: np.ndarray  # and of these a cosine of the distance to the right answer, each


@held
def turned(study: Study) -> Turned:
    """The stages of this seed and checkpoint."""
    means, found = by_answer(study), keys(study)
    right = study.data.wanted[:, 0]
    mid = means.mean(0)
    kept = mid + waves.part_in(means, found)
    cosines = np.zeros_like(means)
    away = np.subtract.outer(np.arange(len(means)), np.arange(len(means)))
    for k in found:
        wave = np.cos(2 * np.pi * k * away / len(means))
        cosines += (means * wave).sum() / (wave**2).sum() * wave
    answers = [each.argmax(1)[right] for each in (means, kept, cosines)]
    return Turned(*answers)


@fact("Wrong, logits of the answer alone", better="low", tolerance=0.02, needs=["modulus"])
def wrong_by_answer(study: Study) -> Fact:
    """Share of all inputs whose output is wrong when the logits of an input are the mean of those
    of all inputs with the same right answer.
    """
    return described(study, turned(study).answer[:, None])


@fact("Wrong, key frequencies alone", better="low", tolerance=0.02, needs=["modulus"])
def wrong_by_key(study: Study) -> Fact:
    """The same share when, besides, only the mean and the waves of the key frequencies in the right
    answer are kept.
    """
    return described(study, turned(study).key[:, None])


@fact("Wrong, a cosine for each key frequency", better="low", tolerance=0.02, needs=["modulus"])
def wrong_by_cosines(study: Study) -> Fact:
    """The same share when the logit of each number is a sum of cosines: for each key frequency one
    number times cos(2 pi k (a + b - c) / p), where c is the number; as many numbers are left of the
    logits as there are key frequencies.
    """
    return described(study, turned(study).cosines[:, None])
