"""What is missed when heads or feed-forward parts are silenced: each hands over nothing, its mean
at each position, or what it hands over in another sequence.
"""

from collections.abc import Collection, Iterator

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import Study, held
from reportgen.measure.heads import Head

KINDS = ("zero", "mean", "resample")
DRAWS = 5  # permutations of a resampling ablation


def silenced(
    study: Study, which: Collection[Head], kind: str, groups: np.ndarray
) -> Iterator[np.ndarray]:
    """Logits of all that is evaluated with some heads silenced: one array for zero and mean (at
    each position), one a permutation for resample, in which no sequence gets what one of its own of
    the `groups` [sequence] hands over.
    """
    from reportgen.core.interventions import elsewhere, run

    inputs, m = study.data.evaluated, study.config.model
    rng = stream(study.config.data.seed, RESAMPLING)
    layers = sorted({layer for layer, _ in which})
    usual = run(m, study.weights, inputs, keep=[("z", layer) for layer in layers]).kept
    for _ in range(DRAWS if kind == "resample" else 1):
        other = elsewhere(rng, groups) if kind == "resample" else None
        edits = {site: value.copy() for site, value in usual.items()}
        for layer, head in which:
            z = usual["z", layer][:, head]
            edits["z", layer][:, head] = (
                0 if kind == "zero" else z.mean(0, dtype=np.float64) if other is None else z[other]
            )
        yield run(m, study.weights, inputs, replace=edits).logits


def silenced_layer(study: Study, layer: int, kind: str, groups: np.ndarray) -> Iterator[np.ndarray]:
    """The same with what the feed-forward part of a layer adds."""
    from reportgen.core.interventions import elsewhere, run

    inputs, m, site = study.data.evaluated, study.config.model, ("mlp_out", layer)
    rng = stream(study.config.data.seed, RESAMPLING)
    usual = run(m, study.weights, inputs, keep=[site]).kept[site]
    for _ in range(DRAWS if kind == "resample" else 1):
        if kind == "resample":
            given = usual[elsewhere(rng, groups)]
        else:
            mean = 0.0 if kind == "zero" else usual.mean(0, dtype=np.float64)
            given = np.broadcast_to(mean, usual.shape)
        yield run(m, study.weights, inputs, replace={site: given}).logits


@held
def intact(study: Study) -> np.ndarray:
    """Logits of all that is evaluated with nothing silenced, by the same code and precision:
    what is idle then makes a difference of exactly nothing.
    """
    from reportgen.core.interventions import run

    return run(study.config.model, study.weights, study.data.evaluated).logits


def items(kind: str, of: str) -> str:
    """What an average over the logits of `silenced` is made of."""
    return of if kind != "resample" else f"{of} ({DRAWS} permutations each)"
