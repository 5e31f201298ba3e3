"""All contexts of one length, each through the whole network: of any depth, as long as they are few
enough.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.exhaustive import Counts, Exhaustive
from reportgen.core.exact.numbers import could_be
from reportgen.core.recording import Weights
from reportgen.rules.reader import Reader

PIECE = 20_000  # contexts that are made at a time
MOST_TOKENS = 2_000_000  # read by the network in all


def few_enough(reads: Reader, length: int) -> bool:
    """Can all contexts of a length be read one by one."""
    vocabulary = reads.table.successor.shape[1]
    return bool(vocabulary ** (length - 1) * len(_lasts(reads)) * length <= MOST_TOKENS)


def one_by_one(
    model: ModelConfig, weights: Weights, reads: Reader, length: int, most: int
) -> Exhaustive:
    """All contexts of one length whose next token is the one that a position holds, with what each
    head of each layer gives that position.
    """
    from reportgen.core.interventions import run

    table, vocabulary = reads.table, len(weights["W_E"])
    sites = [("pattern", layer) for layer in range(model.n_layers)]
    counts = Counts(length, vocabulary, model.n_layers * model.n_heads, most=most)
    single = table.constrained & (table.lag >= 0) & (table.allowed.sum(-1) == 1)
    could = could_be(table)
    for contexts in _contexts(vocabulary, length, _lasts(reads)):
        states, nodes = _after(reads, contexts)
        known = (states >= 0) & single[states]
        contexts, states, nodes = contexts[known], states[known], nodes[known]
        if not len(contexts):
            continue
        made = run(model, weights, contexts, keep=sites)
        chosen, lag = made.logits[:, -1].argmax(-1), table.lag[states]
        answer = table.allowed[states].argmax(-1)
        at = np.arange(len(contexts))
        shares = [
            made.kept[site][at, head, -1, length - 1 - lag].astype(float)
            for site in sites
            for head in range(model.n_heads)
        ]
        bins, wrong = counts.bins(lag, table.allowed[states]), chosen != answer
        cells = counts.cells(bins, could[contexts].sum(1))
        counts.add(cells, wrong, reads.tells(nodes), shares)
        counts.say(bins[wrong], chosen[wrong])
        counts.fail(contexts[wrong], bins[wrong], chosen[wrong])
    return counts.done(everything=True)


def _lasts(reads: Reader) -> Int[np.ndarray, "token"]:
    """Tokens after which the rule may ask for what a position holds."""
    table = reads.table
    decides = table.constrained[table.successor.clip(0)] & (table.successor >= 0)
    return np.flatnonzero(decides.any(0))


def _contexts(
    vocabulary: int, length: int, lasts: np.ndarray
) -> Iterator[Int[np.ndarray, "context position"]]:
    """Every sequence that ends in one of some tokens, in counting order, a piece at a time."""
    many = vocabulary ** (length - 1) * len(lasts)
    for begin in range(0, many, PIECE):
        first, last = np.divmod(np.arange(begin, min(many, begin + PIECE)), len(lasts))
        digits = np.unravel_index(first, (vocabulary,) * (length - 1))
        yield np.stack([*digits, lasts[last]], -1).astype(np.int64)


def _after(reads: Reader, contexts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The state of the rule after each context as a whole sequence, -1 where it cannot be one, and
    what a reader of windows knows.
    """
    table = reads.table
    states = np.zeros(len(contexts), dtype=np.int64)
    nodes = np.full(len(contexts), reads.start)
    for column in contexts.T:
        states = np.where(states >= 0, table.successor[states, column], -1)
        nodes = reads.step(nodes, column)
    return states, nodes
