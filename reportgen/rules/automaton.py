"""A rule as a table: one row a state, found breadth first from the empty prefix."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Rule
from reportgen.rules.check import said
from reportgen.vocabulary import Token

MOST_STATES = 200_000
MOST_CELLS = 4_000_000  # states times tokens: some seconds of asking, and 100 MB


@dataclass(frozen=True)
class Automaton:
    """What `Rule.demand`, `weights` and `state` say of every prefix up to a length, as arrays over
    states.

    State 0 is the empty prefix. A state first reached by the longest prefixes has no successors
    (-1): nothing follows there.
    """

    law: Float[np.ndarray, "state token"]  # distribution of the next token in the data
    allowed: Bool[
        np.ndarray, "state token"
    ]  # may the rule's next token be this one; all True where it is free
    constrained: Bool[np.ndarray, "state"]  # does the rule decide the next token
    lag: Int[
        np.ndarray, "state"
    ]  # steps from the last token of the prefix back to the answer; -1 where no position holds it
    successor: Int[np.ndarray, "state token"]  # the state after this token

    def walk(self, tokens: np.ndarray) -> np.ndarray:
        """States [..., n] before each of the tokens [..., n], from the empty prefix on; a padding
        of -1 keeps the state.
        """
        states = np.zeros(tokens.shape, dtype=np.int64)
        now = np.zeros(tokens.shape[:-1], dtype=np.int64)
        for i in range(tokens.shape[-1]):
            states[..., i] = now
            token = tokens[..., i]
            now = np.where(token < 0, now, self.successor[now, token.clip(0)])
        return states

    def sample(self, rng: np.random.Generator, count: int, length: int) -> np.ndarray:
        """Sequences [count, length] of token ids drawn from the law of the data."""
        tokens = np.zeros((count, length), dtype=np.int64)
        now = np.zeros(count, dtype=np.int64)
        chances = self.law.cumsum(1)
        chances /= chances[:, -1:]
        for i, draws in enumerate(rng.random((length, count))):
            tokens[:, i] = (draws[:, None] >= chances[now]).sum(1)
            now = self.successor[now, tokens[:, i]]
        return tokens


def tabulate(rule: Rule, length: int) -> Automaton:
    """The automaton of a rule for sequences up to `length`.

    Errors: RuleError where a demand contradicts itself (a source without an allowed token, weights
    that are no distribution), or where the rule's states are too many for a table.
    """
    tokens = rule.tokens
    most = min(MOST_STATES, MOST_CELLS // len(tokens))
    number: dict[object, int] = {rule.state(()): 0}
    queue: list[tuple[Token, ...]] = [()]
    law, allowed, constrained, lag, successor = [], [], [], [], []
    for prefix in queue:
        demand, chances = said(rule, prefix)
        free = demand == FREE
        law.append(chances)
        allowed.append([free or t in demand.tokens for t in tokens.tokens])
        constrained.append(not free)
        lag.append(-1 if demand.source is None else len(prefix) - 1 - demand.source)
        row = []
        for token in tokens.tokens if len(prefix) < length else ():
            following = (*prefix, token)
            state = rule.state(following)
            if state not in number:
                if len(number) == most:
                    raise RuleError(
                        f"{rule.slug}: more than {most:,} states for prefixes up to {length}; let"
                        " `state` forget what no longer matters"
                    )
                number[state] = len(queue)
                queue.append(following)
            row.append(number[state])
        successor.append(row or [-1] * len(tokens))
    return Automaton(
        np.array(law),
        np.array(allowed),
        np.array(constrained),
        np.array(lag),
        np.array(successor, dtype=np.int64),
    )
