"""Every head of a network: what the systems whose networks have several heads and layers share."""

from reportgen.core.study import Study

Head = tuple[int, int]  # layer and head, from 0


def heads(study: Study) -> list[Head]:
    """Every head of a network, layer by layer."""
    m = study.config.model
    return [(layer, head) for layer in range(m.n_layers) for head in range(m.n_heads)]
