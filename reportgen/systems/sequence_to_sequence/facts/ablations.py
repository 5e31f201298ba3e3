"""What can be spared? Weight matrices set to zero one at a time, and parts silenced, averaged or
taken from other inputs.
"""

from collections.abc import Iterator

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_to_sequence.facts.probe import (
    SEEN,
    UNSEEN,
    average,
    blind,
    kept,
    logits,
    right,
    rows,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

MATRICES = ("W_Q", "W_K", "W_V", "W_O", "W_in", "W_out")
PARTS = {"attention": "attn_out", "MLP": "mlp_out"}
DRAWS = 20  # permutations of a resampling ablation


def zeroed(study: Study) -> Iterator[tuple[str, int, np.ndarray]]:
    """Each weight matrix of each layer set to zero, its biases left: its name, its layer, and which
    tokens are then right [row, output].
    """
    for layer in range(study.config.model.n_layers):
        for name in MATRICES:
            if name in study.weights:
                without = study.weights[name].copy()
                without[layer] = 0
                yield (
                    name,
                    layer,
                    logits(
                        study, study.data.evaluated, weights=study.weights | {name: without}
                    ).argmax(-1)
                    == wanted(study),
                )


def case(name: str, layer: int) -> str:
    """What a matrix of a layer is called."""
    return f"{name}, layer {layer}"


def _without_reading(study: Study) -> Reference:
    return blind(study, wanted(study)[rows(study, UNSEEN)])


@fact(
    "Held-out tokens right without one weight matrix",
    better="low",
    tolerance=0.03,
    needs=["attention"],
)
def without_matrix(study: Study) -> Fact:
    """Share of held-out output tokens right when one weight matrix is set to zero and its bias
    left: the highest share of all matrices; parts give every matrix of every layer.
    """
    every = [(case(name, layer), correct) for name, layer, correct in zeroed(study)]
    whole = Reference("the whole network", average(study, right(study)).value or 0.0)
    parts = tuple(
        (name, average(study, correct, counted=True, baseline=whole)) for name, correct in every
    )
    seen = tuple(
        (f"{name}, training inputs", average(study, correct, SEEN, counted=True))
        for name, correct in every
    )
    least = max(parts, key=lambda part: part[1].value or 0)
    most = min(parts, key=lambda part: part[1].value or 0)
    details = dict(
        least=least[0],
        least_seen=dict(seen)[f"{least[0]}, training inputs"].text,
        most=most[0],
        most_text=most[1].text,
    )
    return Fact(
        **vars(least[1])
        | dict(floor=_without_reading(study), parts=(*parts, *seen), details=details)
    )


def silenced(study: Study, step: str, layer: int, kind: str) -> np.ndarray:
    """Tokens right [draw, row, output] when a part of a layer adds nothing, its mean at each
    position, or what it adds for another input.
    """
    tokens, site = study.data.evaluated, (step, layer)
    usual = kept(study, tokens, [site])[1][site]
    rng = stream(study.config.data.seed, RESAMPLING)
    if kind == "resample":
        others = [
            np.roll(order, 1)[np.argsort(order)]
            for order in (rng.permutation(len(usual)) for _ in range(DRAWS))
        ]  # the next one in a circle: never itself
        edits = [usual[other] for other in others]
    else:
        edits = [
            np.zeros_like(usual) if kind == "zero" else np.broadcast_to(usual.mean(0), usual.shape)
        ]
    return np.stack(
        [logits(study, tokens, replace={site: edit}).argmax(-1) == wanted(study) for edit in edits]
    )


@fact("Held-out tokens right without one part", better="low", tolerance=0.05, needs=["attention"])
def without_part(study: Study) -> Fact:
    """Share of held-out output tokens right when a layer's attention or feed-forward part adds its
    mean at each position: the highest share of all parts; further parts give zero and resampling
    ablation.
    """
    whole = Reference("the whole network", average(study, right(study)).value or 0.0)
    found = []
    for layer in range(study.config.model.n_layers):
        for name, step in PARTS.items():
            if step == "attn_out" or study.config.model.d_mlp:
                for kind in ("mean", "zero", "resample"):
                    correct = silenced(study, step, layer, kind).mean(0)
                    found.append(
                        (f"{name} {layer}, {kind}", average(study, correct, UNSEEN, baseline=whole))
                    )
    least = max(
        (part for part in found if part[0].endswith("mean")), key=lambda part: part[1].value or 0
    )
    return Fact(
        **vars(least[1])
        | dict(
            floor=_without_reading(study),
            parts=tuple(found),
            details=dict(least=least[0].removesuffix(", mean")),
        )
    )
