"""Every head of a network: what the systems whose networks have several heads and layers share."""

import numpy as np

from reportgen.core.study import Study
from reportgen.measure.fact import Reference

Head = tuple[int, int]  # layer and head, from 0


def heads(study: Study) -> list[Head]:
    """Every head of a network, layer by layer."""
    m = study.config.model
    return [(layer, head) for layer in range(m.n_layers) for head in range(m.n_heads)]


def equal_shares(marked: np.ndarray, where: np.ndarray, on: str = "") -> Reference:
    """What attention spread evenly over all tokens read so far puts on the `marked` keys [sequence,
    query, key], mean over the queries `where` [sequence, query] holds; `on` names the keys where
    others have equal shares too.
    """
    shares = marked.sum(-1) / np.arange(1, marked.shape[-1] + 1)
    return Reference("equal shares" + f" on {on}" * bool(on), float(shares[where].mean()))
