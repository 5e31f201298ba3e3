"""Are the rows that a system draws as long as the network reads, before a training."""

import inspect
from collections.abc import Iterator
from contextlib import suppress

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.errors import RuleError
from reportgen.system import Problem


def other_lengths(config: Config, data: Material) -> Iterator[Problem]:
    """The first kind of rows that does not fit `model.n_ctx`: the network reads all tokens of a row
    but the last, which is only ever an answer, and has weights for just so many positions.
    """
    for kind, positions in _kinds(config, data):
        if positions != config.model.n_ctx:
            yield (
                ("model", "n_ctx"),
                f"model.n_ctx: got {config.model.n_ctx}, allowed: {positions}, since rows of {kind}"
                f" have {positions + 1} tokens, of which the network reads all but the last"
                f" ({inspect.getfile(type(data))})",
            )
            return


def _kinds(config: Config, data: Material) -> Iterator[tuple[str, int]]:
    """How many positions of each kind of rows are read."""
    if config.weights is None:
        yield "the first batch", data.batches(config, 0, 0, 1).shape[-1] - 1
    if config.weights is None and data.beside is not None:
        beside = data.beside.batches(config, 0, 0, 1)
        yield "the first batch of the data beside them", beside.shape[-1] - 1
    yield "what is evaluated", data.evaluated.shape[-1]
    with suppress(RuleError):  # of a system that finds none to follow, which it tells by itself
        shown = data.demonstrations(config.report.demonstrations)
        if len(shown):
            yield "the demonstrations", shown.inputs.shape[-1]
