"""Is it enough? The two heads of an induction circuit and the paths between them, with all else at
its mean.
"""

from dataclasses import dataclass, replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.heads import Head, heads
from reportgen.measure.kept_paths import mixed, read_by, varying
from reportgen.measure.logit_lens import logit_lens
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.facts.reading import (
    TOLD,
    guess,
    holdout,
    name_of,
    right,
)
from reportgen.systems.repeated_sequences.view import Study

NO_KEYS = "keys at their mean"  # the control: no earlier head reaches the later one
OWN_KEYS = "keys read their own token as well"
SHUFFLED = "keys from another sequence"
MORE = "the last token speaks as well"
MOST = 0.9  # of what the whole network has over a guess


@dataclass(frozen=True)
class Circuit:
    """A head that hands tokens on by one position, and a later one that matches what it handed."""

    earlier: Head
    later: Head


def circuit(study: Study) -> Circuit:
    """Of the heads after the first layer, the one that matches prefixes most, and of those before
    it the one that looks back by one most where a token is read for the first time.
    """
    sequences, pattern = study.data.holdout, study.holdout.pattern()
    follows, first = sequences.follows, np.logical_not(sequences.copies.any(2))
    first[:, 0] = False
    before = np.eye(follows.shape[1], k=-1, dtype=bool)

    def on(at: Head, marked: np.ndarray, where: np.ndarray) -> float:
        """Mean attention of a head on marked keys."""
        return float((pattern[:, at[0], at[1]] * marked).sum(2)[where].mean())

    later = max(
        (at for at in heads(study) if at[0]), key=lambda at: on(at, follows, sequences.told)
    )
    earlier = (at for at in heads(study) if at[0] < later[0])
    return Circuit(max(earlier, key=lambda at: on(at, before, first)), later)


def alone(study: Study, tokens: np.ndarray) -> dict[str, np.ndarray]:
    """Logits [sequence, position, token] of the circuit alone, and of its controls.

    The earlier head reads tokens; the later one makes its queries and values of the token at its
    own position, and its keys of what the earlier head writes; the unembedding reads the later
    head. All else is at its mean over these sequences, position by position; normalization divides
    by the size of what is left.
    """
    from reportgen.core.interventions import run

    m, found, made = study.config.model, circuit(study), Circuits(study)
    (first, one), (second, other) = found.earlier, found.later
    last = ("resid_post", m.n_layers - 1)
    streams = [("resid_pre", first), ("resid_pre", second), last]
    sites = [("embed", 0), *streams, ("z", first), ("z", second)]
    kept = run(m, study.weights, tokens, keep=sites).kept
    token = varying(kept["embed", 0])
    mean = {site: kept[site].mean(0, dtype=np.float64) for site in streams}

    def read(at: Head, letter: str, stream: np.ndarray) -> np.ndarray:
        """Queries, keys or values of one head, made of a stream."""
        return read_by(study, at[0], letter, stream)[:, at[1]]

    plain = {layer: mean["resid_pre", layer] + token for layer in (first, second)}
    said = mixed(*(read(found.earlier, letter, plain[first]) for letter in "qkv"))
    handed = varying(said @ made.out(first)[one])
    usual = kept["z", second][:, other].mean(0, dtype=np.float64)
    q, v = (read(found.later, letter, plain[second]) for letter in "qv")
    usually = plain[second] - token  # the mean, of every sequence

    def spoken(keys: np.ndarray, direct: np.ndarray | float = 0.0) -> np.ndarray:
        """Logits where the later head makes its keys of this stream."""
        brought = (mixed(q, read(found.later, "k", keys), v) - usual) @ made.out(second)[other]
        return logit_lens(study, mean[last] + brought + direct)

    return {
        "": spoken(usually + handed),
        NO_KEYS: spoken(usually),
        SHUFFLED: spoken(usually + np.roll(handed, 1, 0)),
        OWN_KEYS: spoken(plain[second] + handed),
        MORE: spoken(usually + handed, token),
    }


@fact(
    "Accuracy of the induction circuit alone",
    better="high",
    tolerance=0.02,
    needs=["layers", "residual"],
)
def circuit_alone(study: Study) -> Fact:
    """Accuracy, where the next token is known from a copy, of two heads and three paths alone: a
    head that looks back by one writes tokens into the keys of the head that matches prefixes, whose
    queries and values are made of tokens, and the answer is read off the output of that head. All
    else is at its mean at each position, what a key says of its own token included. Parts are
    controls: keys at their mean, keys from another sequence, keys that read their own token as
    well, and the last token left to speak as well.
    """
    sequences, found = study.data.holdout, circuit(study)
    whole, chance = float(right(study)[sequences.told].mean()), guess(sequences)
    found_right = {
        name: holdout(study).average(
            logits.argmax(-1) == sequences.targets,
            sequences.told,
            unit="percent",
            of=TOLD,
            counted=True,
            baseline=Reference("one of the other tokens read so far, drawn at random", chance),
            floor=Reference("the whole network", whole),
        )
        for name, logits in alone(study, study.data.evaluated).items()
    }
    details = dict(
        whole=whole,
        whole_text=written(whole, "percent"),
        most=chance + MOST * max(whole - chance, 0.0),
        earlier_text=name_of(study, found.earlier),
        later_text=name_of(study, found.later),
    )
    parts = tuple((name, part) for name, part in found_right.items() if name)
    return replace(
        found_right[""],
        parts=parts,
        details=details | {f"{name}_text": part.text for name, part in parts},
    )
