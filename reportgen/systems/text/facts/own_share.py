"""What a part of the network says of this window alone: its share in a logit, less what it adds to
the same logit at the same position of the other held-out windows.

A part that says the same everywhere raises frequent tokens, and frequent tokens come often, so its
mean push on the token that came is above zero although it has read nothing.
"""

import numpy as np

from reportgen.measure.controls import MOST, Control, rotations
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.numbers import ROUNDING
from reportgen.systems.text.view import Study

TURNED = f"what {MOST} of random rotations of the unembedding stay under"


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


def by_luck(stream: np.ndarray, direction: np.ndarray) -> float:
    """The mean of `along` that 99 % of random rotations of the unembedding stay under: what a
    stream that was never made for these tokens may push by luck, since any two tables of few tokens
    agree a little.
    """
    d = stream.shape[-1]
    table = stream.reshape(-1, d).T @ direction.reshape(-1, d) / (stream.size / d)
    return max(ROUNDING, Control((rotations(d) * table).sum((1, 2))).bound)
