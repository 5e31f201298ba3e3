"""Progress measures on a clock: the loss with the key frequencies alone, and without them."""

import numpy as np
from jaxtyping import Float

from reportgen.measure.cross_entropy import cross_entropy
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.data import Inputs


def progress_losses(
    logits: Float[np.ndarray, "input answer"], data: Inputs, keys: np.ndarray
) -> tuple[float, float]:
    """Loss over all inputs where of the logits only the constant and the waves of the key
    frequencies in the right answer are kept, and over training inputs where only these are taken
    away (Nanda et al. 2023, section 5.1).
    """
    right, p = data.wanted[:, 0], logits.shape[1]
    part = waves.part_in(waves.by_answer(logits, right, p), keys)
    kept = waves.centred(logits).mean(0) + part
    restricted = cross_entropy(kept[right], right)
    excluded = cross_entropy(logits - part[right], right)[data.in_train]
    return float(restricted.mean()), float(excluded.mean())
