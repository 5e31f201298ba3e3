"""Is the way from the mirror enough? Edges from outputs to their mirrors are kept, and all others
carry means.
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.kept_paths import only_edges
from reportgen.systems.sequence_to_sequence.facts.cuts import crossing
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    average,
    blind,
    mirrors,
    queries,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

FROZEN = "attention frozen as well"
OTHERS = "every other digit is told, and the mirror is not"  # the control


def kept_edges(study: Study) -> np.ndarray:
    """From each output to its mirror, and from every position to itself, [1, query, key]."""
    positions = 2 * study.data.length
    edges = np.eye(positions, dtype=bool)
    edges[queries(study), mirrors(study)] = True
    return edges[None]


def other_edges(study: Study) -> np.ndarray:
    """From each output to itself and to every digit but its mirror, and from every other position
    to itself.
    """
    edges = np.eye(2 * study.data.length, dtype=bool)
    edges[queries(study), 1 : study.data.length + 1] = True  # the digits stand behind the start
    edges[queries(study), mirrors(study)] = False
    return edges[None]


def alone(study: Study) -> dict[str, np.ndarray]:
    """Are the tokens right [row, output] by the kept edges, and by those of the controls; of the
    outputs that stand elsewhere than their digit, whose own position reads its mean.
    """
    far = crossing(study)
    at, layers = queries(study)[far], range(study.config.model.n_layers)
    silent = np.zeros((1, 2 * study.data.length), dtype=bool)
    silent[0, np.setdiff1d(at, mirrors(study))] = True
    goal = wanted(study)[:, far]
    mine, others, none = kept_edges(study), other_edges(study), range(0)
    ways = {"": (mine, none), FROZEN: (mine, layers), OTHERS: (others, none)}
    logits = {
        name: only_edges(study, study.data.evaluated, edges, silent=silent, frozen=frozen)
        for name, (edges, frozen) in ways.items()
    }
    return {name: made[:, at].argmax(-1) == goal for name, made in logits.items()}


@fact(
    "Tokens right by the route from the mirror alone",
    better="high",
    tolerance=0.03,
    needs=["attention"],
)
def mirror_alone(study: Study) -> Fact:
    """Share of output tokens right when an output is told of the digit it is made from and of
    nothing else: attention carries values from mirrors to their outputs alone, along every other
    edge goes the mean over inputs, and what the output's own position reads is at its mean; of
    outputs that stand elsewhere than that digit. Parts: with every pattern frozen to its mean as
    well; and, as a control, with every digit told but the mirror.
    """
    far = crossing(study)
    whole = average(study, right(study)[:, far], ALL).value or 0.0
    low = blind(study, wanted(study)[:, far])
    shares = {
        name: average(
            study,
            correct,
            ALL,
            of="output tokens that stand elsewhere than their digit",
            counted=True,
            baseline=Reference("the whole network", whole),
            floor=low,
        )
        for name, correct in alone(study).items()
    }
    return replace(
        shares[""],
        parts=tuple((name, share) for name, share in shares.items() if name),
        details=dict(
            most=low.value + 0.9 * max(whole - low.value, 0.0),
            frozen_text=shares[FROZEN].text,
            others_text=shares[OTHERS].text,
        ),
    )
