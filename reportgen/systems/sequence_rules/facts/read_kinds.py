"""Do the embeddings part what the rule reads? The kinds of tokens that a rule tells apart when it
reads them need not be those that it tells apart when it answers.
"""

from collections.abc import Sequence
from math import comb

import numpy as np

from reportgen.core.scope import Key
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.rules.automaton import Automaton
from reportgen.systems.sequence_rules.facts.embeddings import (
    CROWDED,
    by_chance,
    two_classes,
)
from reportgen.systems.sequence_rules.view import Study

KINDS = Key[np.ndarray]("kinds that the rule reads")
SAMPLED = 100  # ways to divide the tokens, where there are more than these
SAME = "the kinds that this rule reads are those that it answers with"
NOT_TWO = "apart from the trigger, this rule does not read just two kinds of tokens"


def read_alike(table: Automaton) -> np.ndarray:
    """For every token the number of its kind [token]: two tokens are of one kind if after any
    prefix it makes no difference to what the rule will allow which of them is read.
    """
    inner = (table.successor >= 0).all(1)
    blocks = _numbered(np.column_stack([table.allowed, table.constrained]))
    while True:
        kinds = _numbered(blocks[table.successor[inner]].T)
        after = np.where(table.successor >= 0, blocks[table.successor], -1)
        finer = _numbered(np.column_stack([blocks, after]))
        if finer.max() == blocks.max() or kinds.max() == len(kinds) - 1:
            return kinds
        blocks = finer


def _numbered(rows: np.ndarray) -> np.ndarray:
    """The number of the distinct row that each row is."""
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)


def two_kinds(study: Study) -> tuple[np.ndarray, np.ndarray] | str:
    """Ids of the tokens of the two kinds that the rule reads, the trigger left out, or why they are
    not asked about.
    """
    trigger = -1 if study.trigger is None else study.trigger
    ids = np.setdiff1d(np.arange(len(study.tokens)), [trigger])
    kinds = study.shared.scope.once(KINDS, lambda: read_alike(study.data.automaton))[ids]
    if len(np.unique(kinds)) != 2:
        return NOT_TWO
    first = kinds == kinds[0]
    if by_chance(len(ids), study.config.model.d_model) > CROWDED:
        return "in so many dimensions almost any two groups of so few tokens can be separated"
    answers, others = two_classes(study)
    if any(np.array_equal(ids[first], each) for each in (answers, others)):
        return SAME
    return ids[first], ids[~first]


@fact("Gap between the kinds that the rule reads", better="high", tolerance=0.01)
def read_gap(study: Study) -> Fact:
    """Width of the widest empty strip between token embeddings of the two kinds that the rule
    distinguishes in its input, whatever it answers, the trigger left out; 0 where they overlap.
    The details say how many of all ways to divide the same rows into two groups of these sizes
    leave a strip too, or of many drawn at random.
    """
    from reportgen.core.exact.separation import gap

    found = two_kinds(study)
    if isinstance(found, str):
        return absent(found)
    rows = study.weights["W_E"]
    first, second = (rows[ids] for ids in found)
    ways = divided(np.concatenate([first, second]), len(first))
    left = sum(ways)
    every = len(ways) == comb(sum(map(len, found)), len(first))
    luck = left / len(ways) if every else (left + 1) / (len(ways) + 1)  # P of a permutation test
    many = written(len(ways), "count")
    names = [", ".join(study.tokens[i] for i in ids) for ids in found]
    return Fact(
        gap(first, second),
        "distance",
        len(first) + len(second),
        "token embeddings, the trigger left out",
        exhaustive=True,
        floor=Reference("no gap", 0.0),
        details=dict(
            first=names[0],
            second=names[1],
            luck=luck,
            luck_text=written(left / len(ways), "percent"),
            ways_text="all ways" if every else f"{many} random ways",
        ),
    )


def divided(points: np.ndarray, size: int) -> Sequence[bool]:
    """Does a plane part the points [point, dim] divided into so many and the rest, in every way
    there is, or in as many drawn at random.
    """
    from itertools import combinations

    from reportgen.core.exact.separation import separable

    count = len(points)
    if comb(count, size) <= SAMPLED:
        ways = [np.array(way) for way in combinations(range(count), size)]
    else:
        rng = np.random.default_rng(SAMPLED)
        ways = [rng.permutation(count)[:size] for _ in range(SAMPLED)]
    return [separable(points[way], np.delete(points, way, 0)) for way in ways]
