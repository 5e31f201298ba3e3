"""All that happens to a sequence on its way through the network, and to every token as far as it
goes alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reportgen.core.readout import Readout
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
)
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Whole:
    """Every token at every position up to queries, keys and values; the demonstration from there
    on.
    """

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    sums: np.ndarray  # [token, position, dim]
    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    demo: Demonstration
    scores: np.ndarray  # [query, key]; NaN where the key lies in the future
    pattern: np.ndarray
    z: np.ndarray  # [position, dim]
    resid_pre: np.ndarray
    resid_mid: np.ndarray
    probabilities: np.ndarray  # [position, token]
    readout: Readout


def whole_network(study: Study) -> Whole:
    """The steps of the computation at a checkpoint, for the demonstration of the study."""
    lattice, trace, at = study.lattice, study.trace, study.demonstration
    return Whole(
        study.step,
        study.tokens,
        study.classes,
        study.rule.class_names,
        lattice.sums,
        lattice.q(head=0),
        lattice.k(head=0),
        lattice.v(head=0),
        demonstration(study, at),
        trace.attn_scores(layer=0, head=0)[at].filled(np.nan),
        trace.pattern(layer=0, head=0)[at],
        trace.z(layer=0, head=0)[at],
        trace.resid_pre(layer=0)[at],
        trace.resid_mid(layer=0)[at],
        trace.probabilities[at],
        study.readout,
    )
