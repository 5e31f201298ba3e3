"""Is the answer there before the unembedding can read it? Readouts trained for the purpose, at
every depth.
"""

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.logit_lens import normalized
from reportgen.systems.sequence_to_sequence.facts.increment import depths, named
from reportgen.systems.sequence_to_sequence.facts.probe import UNSEEN, average, blind, rows, wanted
from reportgen.systems.sequence_to_sequence.view import Study

PENALTY = (
    1e-3  # half of it times the sum of squared weights keeps readouts of separable points finite
)


def normal(points: np.ndarray) -> np.ndarray:
    """Points [..., d_model] as the last normalization makes them, without its gain and bias, and a
    one for the offset.
    """
    flat = normalized(points)
    return np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], -1)


def trained(points: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Weights [feature, class] of the multinomial logistic readout of points [item, feature] that
    is most likely given their labels.
    """
    from scipy.optimize import minimize

    goal = np.eye(classes)[labels]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w = flat.reshape(-1, classes)
        scores = points @ w
        scores -= scores.max(1, keepdims=True)
        chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        surprise = -np.log((chances * goal).sum(1).clip(1e-300)).mean()
        return (
            float(surprise + PENALTY / 2 * (w**2).sum()),
            (points.T @ (chances - goal) / len(points) + PENALTY * w).ravel(),
        )

    found = minimize(
        loss,
        np.zeros(points.shape[1] * classes),
        jac=True,
        method="L-BFGS-B",
        options=dict(maxiter=300),
    )
    return np.asarray(found.x).reshape(-1, classes)


def read(study: Study, points: np.ndarray, *, shuffled: bool = False) -> np.ndarray:
    """Right [row, output] by a readout that is trained on training inputs alone, or on the same
    points with their labels shuffled.
    """
    unseen, goal, at = study.data.unseen, wanted(study), normal(points)
    labels = goal[~unseen].ravel()
    if shuffled:
        labels = stream(study.config.data.seed, RESAMPLING).permutation(labels)
    weights = trained(at[~unseen].reshape(-1, at.shape[-1]), labels, len(study.tokens) - 1)
    return np.asarray((at @ weights).argmax(-1) == goal)


def _readout(study: Study, depth: str, where: str) -> Fact:
    points = depths(study)[depth]
    own = average(study, named(study, points) == wanted(study), counted=True)
    control = average(study, read(study, points, shuffled=True), counted=True)
    details = dict(own=own.text, own_value=own.value, control=control.text)
    return average(
        study,
        read(study, points),
        UNSEEN,
        counted=True,
        baseline=Reference(f"the network’s own readout, {where}", own.value or 0.0),
        floor=blind(study, wanted(study)[rows(study, UNSEEN)]),
        details=details,
    )


@fact(
    "Right by a trained readout, after the first attention",
    better="high",
    tolerance=0.03,
    needs=["attention"],
)
def readout_first(study: Study) -> Fact:
    """Share of held-out output tokens that a linear readout names, trained for the purpose on
    training inputs, from the normalized stream just after the first layer's attention; beside it
    what the network's own readout names there.
    """
    return _readout(study, "attention 0", "after the first attention")


@fact(
    "Right by a trained readout, before the last feed-forward layer",
    better="high",
    tolerance=0.03,
    needs=["layers"],
)
def readout_last(study: Study) -> Fact:
    """Share of held-out output tokens that a linear readout names, trained for the purpose on
    training inputs, from the normalized stream just before the last feed-forward layer; beside it
    what the network's own readout names there.
    """
    last = study.config.model.n_layers - 1
    return _readout(study, f"attention {last}", "before the last feed-forward layer")
