"""Does a head raise the tokens that it attends to: what it brings from each of them, straight into
the unembedding (after Olsson and others 2022), and the same with the raised tokens renamed.
"""

import numpy as np
from jaxtyping import Float

from reportgen.core.study import Study
from reportgen.core.trace import Trace
from reportgen.measure.controls import Control, renamings
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.heads import Head


def rise(study: Study, trace: Trace, at: Head) -> Float[np.ndarray, "sequence query"]:
    """How far a head raises at each query the logits of the tokens that it attends to above the
    mean of all tokens, each weighed by its attention.
    """
    own = (_written(study, trace, at) * _centred(study).T[trace.tokens]).sum(-1)
    return np.asarray((_weights(study, trace, at) @ own[..., None])[..., 0])


def renamed_rise(study: Study, trace: Trace, at: Head) -> Control:
    """The mean rise with the tokens that are raised renamed at random."""
    written = _written(study, trace, at)
    taken = _weights(study, trace, at).sum(1)[..., None] * written  # [sequence, key, d_model]
    by_token = np.zeros((len(study.tokens), written.shape[-1]))
    np.add.at(by_token, trace.tokens.ravel(), taken.reshape(-1, written.shape[-1]))
    raised = by_token @ _centred(study) / trace.tokens.size  # [token read, token raised]
    rows = np.arange(len(raised))
    return Control(np.array([raised[rows, order].sum() for order in renamings(len(raised))]))


def _centred(study: Study) -> Float[np.ndarray, "d_model token"]:
    """From a stream to the logits above their mean."""
    spoken = Circuits(study).spoken
    return np.asarray(spoken - spoken.mean(1, keepdims=True))


def _written(study: Study, trace: Trace, at: Head) -> Float[np.ndarray, "sequence key d_model"]:
    """What a head would write of each key."""
    layer, head = at
    return np.asarray(trace.v(layer=layer, head=head) @ Circuits(study).out(layer)[head])


def _weights(study: Study, trace: Trace, at: Head) -> Float[np.ndarray, "sequence query key"]:
    """What a head takes from each key, as the last normalization counts it."""
    pattern = trace.pattern(layer=at[0], head=at[1])
    plain = study.config.model.normalization == "none"
    return np.asarray(pattern if plain else pattern / trace.ln_final_scale[..., None])
