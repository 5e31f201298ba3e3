"""What a part of the network says of this window alone: its share in a logit, less what it adds to
the same logit at the same position of the other held-out windows.

A part that says the same everywhere raises frequent tokens, and frequent tokens come often, so its
mean push on the token that came is above zero although it has read nothing.
"""

import numpy as np

from reportgen.measure.head_circuits import Circuits
from reportgen.measure.numbers import ROUNDING
from reportgen.systems.text.view import Study

TURNS = 200  # random turns of the unembedding
TURNED = "the highest of the turned unembeddings drawn"


def wanted(study: Study, targets: np.ndarray) -> np.ndarray:
    """The direction of the stream that raises each of these tokens [window, position] above the
    mean of all tokens, [window, position, d_model].
    """
    spoken = Circuits(study).spoken
    return np.asarray((spoken - spoken.mean(1, keepdims=True)).T[targets])


def of_this_window(stream: np.ndarray) -> np.ndarray:
    """A stream [window, position, d_model] less its mean at the same position of all other
    windows; nothing where there is no other.
    """
    windows = len(stream)
    return np.asarray((stream - stream.mean(0)) * (windows / max(windows - 1, 1)))


def along(stream: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """What a stream adds along a direction, both [window, position, d_model]."""
    return np.asarray((stream * direction).sum(-1))


def highest_turned(stream: np.ndarray, direction: np.ndarray) -> float:
    """The largest mean of `along` that random turns of the unembedding reach: what a stream that
    was never made for these tokens may push by luck, since any two tables of few tokens agree a
    little.
    """
    from scipy.stats import ortho_group

    d = stream.shape[-1]
    table = stream.reshape(-1, d).T @ direction.reshape(-1, d) / (stream.size / d)
    turns = ortho_group.rvs(d, size=TURNS, random_state=TURNS)
    return max(ROUNDING, float((turns * table).sum((1, 2)).max()))
