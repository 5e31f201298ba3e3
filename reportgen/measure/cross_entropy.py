"""How surprised a network is by what came, token by token."""

import numpy as np


def cross_entropy(logits: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """-ln p of the tokens that came, nats: one number for each of the `targets` [...], by logits
    [..., token].
    """
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(
        np.log(np.exp(shifted).sum(-1))
        - np.take_along_axis(shifted, targets[..., None], -1)[..., 0]
    )
