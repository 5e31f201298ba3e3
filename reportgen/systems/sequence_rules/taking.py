"""What a rule needs of what was read: so many steps back, the latest token of a kind, the larger of
two, or the last few tokens.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from reportgen.rules.automaton import Automaton
from reportgen.rules.reader import Reader

MOST_PAIRS = 400_000  # of a state of the rule and what a program remembers: a second of trying
MOST_KNOWN = 2_000  # different things that windows of one length may tell
MOST_TOKENS = 2  # of the last ones, on which an answer that is worked out may depend

Key = tuple[int, ...]  # ids of the tokens that a program takes, in reading order


@dataclass(frozen=True)
class Taking:
    """Which tokens of a sequence a program takes: the latest `count` among some tokens, or of these
    the first or the largest one.
    """

    among: Bool[np.ndarray, "token"]
    count: int
    pick: str = "all"  # "first", "largest" or "all"

    def then(self, memory: Key, token: int) -> Key:
        """What is remembered after one more token."""
        return (*memory, token)[-self.count :] if self.among[token] else memory

    def taken(self, memory: Key, sizes: Sequence[int]) -> Key | None:
        """What is taken in the end; None where too little was read."""
        if self.pick == "largest":
            return (max(memory, key=lambda t: sizes[t]),) if memory else None
        if len(memory) < self.count:
            return None
        return memory[:1] if self.pick == "first" else memory


def sizes_of(names: Sequence[str]) -> list[int]:
    """How large each token is, for those that are numbers."""
    return [int(name) if re.fullmatch(r"-?\d+", name) else -1 for name in names]


def finding(table: Automaton, names: Sequence[str], classes: Sequence[str]) -> Taking | None:
    """What finds the answer in every context after which the rule wants a token that a position
    holds: so many steps back, the latest of its class, or the larger of the two latest of its
    class; None where none of these does.
    """
    constrained = single(table)
    every = np.ones(len(names), dtype=bool)
    lags, answers = (
        np.unique(table.lag[constrained]),
        np.flatnonzero(table.allowed[constrained].any(0)),
    )
    alike = np.isin(classes, [classes[int(a)] for a in answers])
    tried = [Taking(every, int(lags[0]) + 1, "first")] if len(lags) == 1 else []
    tried += [Taking(alike, 1, "first"), Taking(alike, 2, "largest")]
    return next((each for each in tried if finds(each, table, names)), None)


def single(table: Automaton) -> np.ndarray:
    """States that ask for one token, which an earlier position holds."""
    return np.asarray(table.constrained & (table.lag >= 0) & (table.allowed.sum(-1) == 1))


def finds(taking: Taking, table: Automaton, names: Sequence[str]) -> bool:
    """Is what it takes the answer, in every context of every length that asks for a token held by
    a position. Rule and program read along together; every pair of what the two remember that can
    be reached is tried once.
    """
    constrained, answer, sizes = single(table), table.allowed.argmax(-1), sizes_of(names)
    seen: set[tuple[int, Key]] = {(0, ())}
    queue = list(seen)
    for state, memory in queue:
        for token, to in enumerate(table.successor[state].tolist()):
            if to < 0:
                continue
            after = to, taking.then(memory, token)
            if after in seen:
                continue
            if constrained[to] and taking.taken(after[1], sizes) != (answer[to],):
                return False
            if len(seen) == MOST_PAIRS:
                return False
            seen.add(after)
            queue.append(after)
    return True


@dataclass(frozen=True)
class Needed:
    """What is taken, and for each key that can be taken the tokens that the rule allows then."""

    taking: Taking
    allowed: Mapping[Key, frozenset[int]]
    at: Mapping[Key, tuple[int, ...]]  # positions of a window where the data have it and ask


def last_tokens(reads: Reader, n_ctx: int) -> Needed | None:
    """The fewest last tokens that decide what the rule demands wherever a window of the data tells
    it; None where more than `MOST_TOKENS` are needed, or where windows tell too many things.

    All windows are read at once, a position at a time; of each is kept what it tells of the rule,
    and its last tokens.
    """
    vocabulary = reads.flows.shape[1]
    told: dict[tuple[Key, int], set[frozenset[int]]] = {}
    now: set[tuple[int, Key]] = {(reads.start, ())}
    for position in range(n_ctx):
        after = set()
        for node, key in now:
            nodes = reads.step(np.full(vocabulary, node), np.arange(vocabulary))
            after |= {
                (int(to), (*key, token)[-MOST_TOKENS:]) for token, to in enumerate(nodes) if to > 0
            }
        now = after
        if len(now) > MOST_KNOWN:
            return None
        for node, key in now:
            if reads.tells(np.array([node]))[0]:
                state = int(reads.one_of(np.array([node]))[0])
                allowed = frozenset(np.flatnonzero(reads.table.allowed[state]).tolist())
                told.setdefault((key, position), set()).add(allowed)
    for count in range(1, MOST_TOKENS + 1):
        found: dict[Key, set[frozenset[int]]] = {}
        at: dict[Key, list[int]] = {}
        for (key, position), demands in told.items():
            found.setdefault(key[-count:], set()).update(demands)
            at.setdefault(key[-count:], []).append(position)
        whole = all(len(key) == count for key in found)
        if found and whole and all(len(demands) == 1 for demands in found.values()):
            return Needed(
                Taking(np.ones(vocabulary, dtype=bool), count),
                {key: next(iter(demands)) for key, demands in sorted(found.items())},
                {key: tuple(sorted(set(where))) for key, where in at.items()},
            )
    return None
