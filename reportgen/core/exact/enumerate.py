"""Every context there is: the rule error with no sampling, hence without an interval."""

import numpy as np

from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.exhaustive import MOST_FAILING, Counts, Exhaustive
from reportgen.core.exact.halves import TooMany, from_halves
from reportgen.core.exact.numbers import could_be
from reportgen.core.exact.one_by_one import few_enough, one_by_one
from reportgen.core.recording import Weights, likeliest
from reportgen.errors import RuleError
from reportgen.rules.reader import Reader

NUMBERS = 4_000_000  # numbers of the widest activation of a forward pass that are held at once
MOST = 40_000_000  # contexts put together from halves, and
MOST_WORK = 3e10  # multiplications of their readouts: a few seconds
MOST_TOKENS = 2_000_000  # tokens of contexts listed one by one


def check(
    model: ModelConfig,
    weights: Weights,
    reads: Reader,
    length: int,
    *,
    most: int = MOST_FAILING,
) -> Exhaustive:
    """The exhaustive check of a model at one context length.

    Where a position of the context holds the answer all contexts are checked, if they are not too
    many; fewer are too many where the model is not one plain layer (`ModelConfig.plain_layer`).
    Else those are checked that the data can produce. Wrong ones are listed unless they are more
    than `most`. Errors: RuleError where there are too many contexts.
    """
    vocabulary = len(weights["W_E"])
    holds = bool((reads.table.lag >= 0).any())
    contexts = vocabulary ** (length - 1) * _decided_after(reads)
    if (
        holds
        and model.plain_layer
        and contexts <= MOST
        and contexts * model.d_mlp * (model.d_model + vocabulary) <= MOST_WORK
    ):
        try:
            return from_halves(model, weights, reads, length, most)
        except TooMany:
            pass
    if holds and not model.plain_layer and few_enough(reads, length):
        return one_by_one(model, weights, reads, length, most)
    return _listed(model, weights, reads, length, most)


def _decided_after(reads: Reader) -> int:
    """How many tokens there are after which the rule may decide the next one."""
    table = reads.table
    decides = table.constrained[table.successor.clip(0)] & (table.successor >= 0)
    return int(decides.any(0).sum())


def _listed(
    model: ModelConfig, weights: Weights, reads: Reader, length: int, most: int
) -> Exhaustive:
    """The contexts of one length that the data can produce, through the ordinary forward pass."""
    vocabulary = len(weights["W_E"])
    contexts, nodes = np.zeros((1, 0), dtype=np.int64), np.array([reads.start])
    for _ in range(length):
        tokens = np.tile(np.arange(vocabulary), len(nodes))
        nodes = reads.step(np.repeat(nodes, vocabulary), tokens)
        alive = nodes > 0
        contexts = np.concatenate(
            [np.repeat(contexts, vocabulary, 0)[alive], tokens[alive, None]], 1
        )
        nodes = nodes[alive]
        if len(nodes) * length > MOST_TOKENS:
            raise RuleError(
                f"the contexts of {length} tokens are too many to check one by one: more than"
                f" {MOST_TOKENS // length:,} of those that the data can produce"
            )
    told = reads.tells(nodes)
    contexts, states = contexts[told], reads.one_of(nodes[told])
    counts, could = Counts(length, vocabulary, most=most), could_be(reads.table)
    rows = max(
        1, NUMBERS // (length * max(model.d_mlp, model.d_model, model.n_heads * model.d_head))
    )
    for i in range(0, len(contexts), rows):
        some, state = contexts[i : i + rows], states[i : i + rows]
        chosen = likeliest(model, {name: w[None] for name, w in weights.items()}, some)[0, :, -1]
        lag, allowed = reads.table.lag[state], reads.table.allowed[state]
        bins = counts.bins(np.where(lag < length, lag, -1), allowed)
        wrong = ~allowed[np.arange(len(some)), chosen]
        cells = counts.cells(bins, could[some].sum(1))
        counts.add(cells, wrong, np.ones(len(some), dtype=bool))
        counts.say(bins[wrong], chosen[wrong])
        counts.fail(some[wrong], bins[wrong], chosen[wrong])
    return counts.done(everything=False)
