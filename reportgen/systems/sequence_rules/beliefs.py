"""What a reader of a window believes: distributions over the states of a rule, each in as few
numbers as it has states.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.errors import RuleError
from reportgen.rules.automaton import Automaton

SAME = 10  # two beliefs that agree to this many decimals are one
MOST_BELIEFS = 200_000
HASH = 2**31 - 1  # seeds the numbers by which equal beliefs are found


@dataclass(frozen=True)
class Beliefs:
    """Some distributions over states; belief i has the entries from `first[i]` to `first[i + 1]`,
    its states ascending.
    """

    first: Int[np.ndarray, "belief_and_end"]
    state: Int[np.ndarray, "entry"]
    chance: Float[np.ndarray, "entry"]

    @classmethod
    def of(cls, distribution: Float[np.ndarray, "state"]) -> "Beliefs":
        """One belief."""
        states = np.flatnonzero(distribution)
        return cls(np.array([0, len(states)]), states, distribution[states])

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def owner(self) -> Int[np.ndarray, "entry"]:
        """The belief of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def mean(self, rows: np.ndarray) -> np.ndarray:
        """What rows [state, ...] amount to under each belief, [belief, ...]."""
        return np.add.reduceat(
            rows[self.state] * self.chance.reshape(-1, *[1] * (rows.ndim - 1)), self.first[:-1]
        )

    def agree(self, demands: Int[np.ndarray, "state"]) -> Int[np.ndarray, "belief"]:
        """The value of `asks` on which all states of a belief agree; -1 where they do not."""
        low, high = (
            reduce.reduceat(demands[self.state], self.first[:-1])
            for reduce in (np.minimum, np.maximum)
        )
        return np.where(low == high, low, -1)

    def read(
        self, table: Automaton, chance: Float[np.ndarray, "belief"]
    ) -> tuple["Beliefs", np.ndarray, np.ndarray, np.ndarray]:
        """Read one more token: the beliefs after it, the chance of each, its last token, and which
        (belief before, token) leads where.

        Beliefs that agree after different last tokens stay apart, so that each has one last token.
        Errors: RuleError for too many.
        """
        reached = np.full((len(self), table.law.shape[1]), -1)
        parts, chances, last, count = [], [], [], 0
        for token in range(table.law.shape[1]):
            moved, mass, before = self._after(table, token)
            same, first = moved._same(len(table.law))
            reached[before, token] = count + same
            chances.append(np.bincount(same, chance[before] * mass, len(first)))
            parts.append(moved._only(first))
            last.append(np.full(len(first), token))
            if (count := count + len(first)) > MOST_BELIEFS:
                raise RuleError(
                    f"a reader of windows can hold more than {MOST_BELIEFS:,} different beliefs"
                    " about this rule; lower model.n_ctx, or let `state` forget what no longer"
                    " matters"
                )
        ends = np.cumsum([0, *(size for part in parts for size in np.diff(part.first))])
        joined = Beliefs(
            ends,
            np.concatenate([part.state for part in parts]),
            np.concatenate([part.chance for part in parts]),
        )
        return joined, np.concatenate(chances), np.concatenate(last), reached

    def _after(self, table: Automaton, token: int) -> tuple["Beliefs", np.ndarray, np.ndarray]:
        """Beliefs after a token, the chance of it under each belief that holds it possible, and
        these beliefs.
        """
        joint, states = self.chance * table.law[self.state, token], len(table.law)
        possible = np.flatnonzero((joint > 0) & (table.successor[self.state, token] >= 0))
        keys, place = np.unique(
            self.owner[possible] * states + table.successor[self.state[possible], token],
            return_inverse=True,
        )
        weight = np.bincount(place, joint[possible], len(keys))
        before, first = np.unique(keys // states, return_index=True)
        first = np.append(first, len(keys))
        mass = np.add.reduceat(weight, first[:-1]) if len(before) else np.zeros(0)
        return Beliefs(first, keys % states, weight / np.repeat(mass, np.diff(first))), mass, before

    def _same(self, states: int) -> tuple[np.ndarray, np.ndarray]:
        """For each belief the number of its like, and where each of these stands first.

        Two random 64-bit sums over (state, rounded chance) tell beliefs apart: of 200,000 beliefs
        two are confused with a chance below 1e-28.
        """
        if not len(self):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        rng = np.random.default_rng(HASH)
        parts = np.round(self.chance * 10**SAME).astype(np.uint64)
        sums = [
            np.add.reduceat(
                rng.integers(1, 2**63, states, dtype=np.uint64)[self.state]
                * (parts + np.uint64(1)),
                self.first[:-1],
            )
            for _ in range(2)
        ]
        _, first, same = np.unique(
            np.stack(sums, -1), axis=0, return_index=True, return_inverse=True
        )
        return same.ravel(), first

    def _only(self, which: np.ndarray) -> "Beliefs":
        sizes = np.diff(self.first)[which]
        entries = np.repeat(self.first[which] - np.cumsum(sizes) + sizes, sizes) + np.arange(
            sizes.sum()
        )
        return Beliefs(np.append(0, np.cumsum(sizes)), self.state[entries], self.chance[entries])
