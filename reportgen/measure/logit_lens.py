"""What would be said if the stream were read early? The last normalization, with the stream's own
mean and length, and the unembedding (the logit lens).
"""

import numpy as np

from reportgen.core.study import Study


def normalized(points: np.ndarray) -> np.ndarray:
    """Points [..., d_model] as layer normalization makes them, without its gain and bias."""
    from reportgen.core.config.sections import EPSILON

    centred = points - points.mean(-1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(-1, keepdims=True) + EPSILON))


def logit_lens(study: Study, stream: np.ndarray) -> np.ndarray:
    """Logits of points [..., d_model] of the stream as if they were its last: their own mean and
    length are taken, not those of the end.
    """
    w = study.weights
    if study.config.model.normalization == "LN":
        stream = normalized(stream) * w["ln_final_w"] + w["ln_final_b"]
    return np.asarray(stream @ w["W_U"] + w["b_U"])
