"""What a window tells of the rule: whoever reads it alone knows a set of states that the rule may
be in.
"""

import numpy as np
from jaxtyping import Bool, Int

from reportgen.errors import RuleError
from reportgen.rules.automaton import Automaton

NOWHERE = 0  # the empty set: the data cannot produce what was read
UNREAD = -1
MOST_SETS = 200_000


class Reader:
    """The rule's automaton for one who sees windows, not whole sequences; its states are sets of
    states, made when they are first reached.

    Before the first token every state is possible in which a window may begin. Nodes are numbers: 0
    the empty set, 1 the start.
    """

    start = 1

    def __init__(self, table: Automaton, begins: Int[np.ndarray, "state"]) -> None:
        self.table, self.flows = table, table.law > 0
        self._numbers: dict[bytes, int] = {}
        self._sets: list[np.ndarray] = []
        self._told: list[bool] = []
        self._next = np.full(
            (256, table.law.shape[1]), UNREAD
        )  # [node, token] the node after it; rows are added as nodes are
        self._node(np.zeros(0, dtype=np.int64))
        self._node(np.unique(begins))

    def _node(self, states: np.ndarray) -> int:
        key = states.tobytes()
        if (node := self._numbers.get(key)) is None:
            if len(self._sets) == MOST_SETS:
                raise RuleError(
                    f"more than {MOST_SETS:,} sets of states can be told from a window; let `state`"
                    " forget what no longer matters, or lower model.n_ctx"
                )
            node = self._numbers[key] = len(self._sets)
            self._sets.append(states)
            self._told.append(self._agree(states))
            if node == len(self._next):
                self._next = np.concatenate([self._next, np.full_like(self._next, UNREAD)])
        return node

    def _agree(self, states: np.ndarray) -> bool:
        """Do all these states demand the same of the next token."""
        if not len(states) or not self.table.constrained[states].all():
            return False
        return len(states) == 1 or bool(
            (self.table.allowed[states] == self.table.allowed[states[0]]).all()
        )

    def _read(self, node: int, token: int) -> None:
        """Find out which node comes after one more token."""
        states = self._sets[node]
        following = self.table.successor[states[self.flows[states, token]], token]
        found = self._node(np.unique(following[following >= 0]))
        self._next[node, token] = found

    def step(
        self, nodes: Int[np.ndarray, "*window"], tokens: Int[np.ndarray, "*window"]
    ) -> Int[np.ndarray, "*window"]:
        """Many nodes, each after one more token."""
        after = self._next[nodes, tokens]
        if (unread := after == UNREAD).any():
            count = self.flows.shape[1]
            for pair in np.unique(nodes[unread] * count + tokens[unread]):
                self._read(*divmod(int(pair), count))
            after = self._next[nodes, tokens]
        return np.asarray(after)

    def read(
        self, tokens: Int[np.ndarray, "*window position"]
    ) -> Int[np.ndarray, "*window position"]:
        """Nodes after each token of windows."""
        nodes, now = np.zeros(tokens.shape, dtype=np.int64), np.full(tokens.shape[:-1], self.start)
        for i in range(tokens.shape[-1]):
            nodes[..., i] = now = self.step(now, tokens[..., i])
        return nodes

    def tells(
        self, nodes: Int[np.ndarray, "*window position"]
    ) -> Bool[np.ndarray, "*window position"]:
        """Is the next token decided, and known what for: all states of the set demand the same."""
        return np.asarray(np.array(self._told)[nodes])

    def one_of(self, nodes: Int[np.ndarray, "*window"]) -> Int[np.ndarray, "*window"]:
        """One state of each node; where the node tells, all of them demand the same."""
        return np.asarray(
            np.array([states[0] if len(states) else -1 for states in self._sets])[nodes]
        )


def beginnings(
    table: Automaton, longest: int, n_ctx: int, stride: int = 1
) -> Int[np.ndarray, "state"]:
    """The states in which a window of n_ctx + 1 tokens may begin: those that the data reaches early
    enough, at multiples of the stride.
    """
    now, found = np.zeros(1, dtype=np.int64), np.zeros(len(table.law), dtype=bool)
    flows = table.law > 0
    for start in range(longest - n_ctx):
        if start % stride == 0:
            found[now] = True
        following = table.successor[now][flows[now]]
        now = np.unique(following[following >= 0])
    return np.flatnonzero(found)


def reader(table: Automaton, length: tuple[int, int], n_ctx: int, stride: int = 1) -> Reader:
    """The reader of a configuration's windows."""
    return Reader(table, beginnings(table, length[1], n_ctx, stride))
