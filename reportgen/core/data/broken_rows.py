"""Do rows that a system draws obey the rule that it teaches: some of them, before a training."""

import inspect
from collections.abc import Iterator

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.rules.base import FREE
from reportgen.system import Problem

MOST_TOKENS = 4_000  # of one kind of rows that are looked at


def broken_rows(config: Config, data: Material) -> Iterator[Problem]:
    """The first row that breaks the rule, of those that train and of those that are followed; none
    is looked at where rows are cut out of longer sequences, which the rule cannot be asked about.
    """
    if not data.whole_sequences:
        return
    for kind, rows in _kinds(config, data):
        for number, row in enumerate(rows[: max(1, MOST_TOKENS // rows.shape[1])].tolist()):
            if said := _broken(config, row):
                cls = type(data)
                yield (
                    ("data",),
                    f"data: {inspect.getfile(cls)}: row {number} of {kind} breaks the rule"
                    f" {config.rule.slug!r}: {said}; mend the data or the rule, or set"
                    f" `whole_sequences = False` in {cls.__name__} where its rows are cut out of"
                    " longer sequences",
                )
                return


def _kinds(config: Config, data: Material) -> Iterator[tuple[str, np.ndarray]]:
    if config.weights is None:
        yield "the first batch", data.batches(config, 0, 0, 1)[0]
    if config.weights is None and data.beside is not None:
        yield "the first batch of the data beside them", data.beside.batches(config, 0, 0, 1)[0]
    shown = data.demonstrations(config.report.demonstrations)
    if len(shown):
        yield "the demonstrations", np.concatenate([shown.inputs, shown.targets[:, -1:]], axis=1)


def _broken(config: Config, row: list[int]) -> str:
    """At which position ids of tokens are none, or are not what the rule allows; or nothing."""
    rule, count = config.rule, len(config.rule.vocabulary)
    for position, one in enumerate(row):
        if not 0 <= one < count:
            return f"position {position} has the token id {one}, allowed: 0 to {count - 1}"
    tokens = rule.tokens.decode(row)
    for position, token in enumerate(tokens):
        demand = rule.demand(tokens[:position])
        if demand != FREE and token not in demand.tokens:
            allowed = ", ".join(str(each) for each in rule.vocabulary if each in demand.tokens)
            before = " ".join(map(str, tokens[:position]))
            return f"position {position}, after {before}: got {token}, allowed: {allowed}"
    return ""
