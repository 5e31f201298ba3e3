"""What only drawing the data can tell of a configuration: is there anything that pages can show."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int

from reportgen.core.config import Config
from reportgen.core.data.broken_rows import broken_rows
from reportgen.core.data.row_lengths import other_lengths
from reportgen.errors import RuleError
from reportgen.system import Problem, system_of


def misfits(config: Config) -> Iterator[Problem]:
    """Keys with which a training would be followed by nothing that can be shown, and the way on."""
    system = system_of(config)
    try:
        data = system.draw(config)
    except RuleError as error:
        yield ("rule",), f"rule: {error}; or shorten data.length or model.n_ctx"
        return
    found = list(other_lengths(config, data)) or list(broken_rows(config, data))
    yield from found or system.misfits(config, data)


def one_group(groups: Int[np.ndarray, "item"]) -> bool:
    """Does one group hold more than half of the items, so that not all find one of another."""
    return bool(2 * np.unique(groups, return_counts=True)[1].max() > len(groups))
