"""What no model can go below: the entropy of the next token, computed from the rule by dynamic
programming, never sampled.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config import Config
from reportgen.errors import RuleError
from reportgen.rules.automaton import Automaton
from reportgen.systems.sequence_rules.beliefs import Beliefs
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.data import Dataset
from reportgen.systems.sequence_rules.window_law import window_start
from reportgen.systems.sequence_rules.windows import Windows


@dataclass(frozen=True)
class Floors:
    """Entropies in nats under the law of the training windows: lengths uniform, then a window start
    uniform in the sequence.

    A reader who has seen some tokens of a window holds a belief: a distribution over the states
    that the rule may be in. Tokens that lead to the same belief are one node here, so `tree` stays
    small although windows are many.
    """

    unigram: float  # of a reader who knows how often each token occurs
    bigram: float  # of a reader who also knows the last token
    # of a reader who knows the rule and everything in the window: the mean of `by_position`
    window: float
    by_position: Float[np.ndarray, "position"]
    shares: Float[np.ndarray, "token"]  # how often each token comes next
    after: Float[
        np.ndarray, "token token"
    ]  # law of the next token after each token; a row of zeros after one that never occurs
    tree: tuple[
        Int[np.ndarray, "belief token"], ...
    ]  # per position: belief before a token -> belief after it, -1 where impossible
    laws: tuple[
        Float[np.ndarray, "belief token"], ...
    ]  # per position: the next token's law under each belief after this position
    chances: tuple[
        Float[np.ndarray, "belief token"], ...
    ]  # per position: chance that the rule, if it decides the next token, allows this one
    # rule error of the best guess from the last token alone, where the window tells what is
    # demanded
    blind: float

    def predict(self, windows: Windows) -> Float[np.ndarray, "window position token"]:
        """The best possible prediction of each next token from the visible part of the window.

        Errors: RuleError for a window that the law of the data cannot produce.
        """
        return self._along(windows, self.laws)

    def of(self, windows: Windows) -> Float[np.ndarray, "window position"]:
        """The floor of each evaluated position: the known entropy of its next token given the
        visible part of the window.
        """
        return entropy(self.predict(windows))

    def surprise(self, windows: Windows) -> Float[np.ndarray, "window position"]:
        """-ln of the chance that the best possible prediction gives what came next, in nats: what
        it loses on just these tokens.
        """
        law = self.predict(windows)
        return np.asarray(-np.log(np.take_along_axis(law, windows.targets[..., None], -1)[..., 0]))

    def least_error(self, windows: Windows) -> Float[np.ndarray, "window position"]:
        """The chance of breaking the rule that the best guess from the visible part of the window
        still has; 0 where nothing is demanded.
        """
        return np.where(windows.constrained, 1 - self._along(windows, self.chances).max(-1), 0)

    def _along(self, windows: Windows, rows: tuple[np.ndarray, ...]) -> np.ndarray:
        """The rows [belief, token] of the beliefs that a reader holds after each position."""
        inputs = windows.inputs
        belief = np.zeros(len(inputs), dtype=np.int64)
        out = np.zeros((*inputs.shape, len(self.shares)))
        for i in range(inputs.shape[1]):
            belief = self.tree[i][belief, inputs[:, i]]
            if (belief < 0).any():
                w = int(np.flatnonzero(belief < 0)[0])
                raise RuleError(
                    f"window {w} with the ids {inputs[w].tolist()} cannot come from this rule: its"
                    f" token {i} is impossible there; take windows drawn from the rule"
                )
            out[:, i] = rows[i][belief]
        return out


def entropy(law: Float[np.ndarray, "*any token"]) -> Float[np.ndarray, "*any"]:
    """Entropy of distributions along the last axis, in nats."""
    return np.asarray(-(law * np.log(np.where(law > 0, law, 1))).sum(-1))


def floors(config: Config, data: Dataset) -> Floors:
    """The floors of a configuration's rule and data law."""
    return floors_of(
        data.automaton,
        data_config(config).length,
        config.model.n_ctx,
        data_config(config).window_stride,
    )


def floors_of(table: Automaton, length: tuple[int, int], n_ctx: int, stride: int = 1) -> Floors:
    """The floors of a tabulated rule for windows of n_ctx + 1 tokens, at multiples of the stride,
    in sequences with lengths uniform in `length`.

    Errors: RuleError where more beliefs differ than memory should hold.
    """
    demands = _demands(table)
    beliefs, chance = Beliefs.of(window_start(table, length, n_ctx, stride)), np.ones(1)
    tree, laws, answers, by_position = [], [], [], []
    pairs = np.zeros(
        2 * table.law.shape[1:]
    )  # how often one token follows another, over all positions of a window
    right = np.zeros_like(
        pairs
    )  # how often, after one token, the answer is another and the window tells it
    demanded = 0.0
    for _ in range(n_ctx):
        beliefs, chance, last, reached = beliefs.read(table, chance)
        law = beliefs.mean(table.law)
        tree.append(reached)
        laws.append(law)
        by_position.append(chance @ entropy(law))
        np.add.at(pairs, last, chance[:, None] * law / n_ctx)
        answers.append(
            _shares(
                beliefs.mean(table.allowed & table.constrained[:, None]),
                beliefs.mean(table.constrained),
            )
        )
        told = beliefs.agree(demands)
        np.add.at(right, last[told >= 0], chance[told >= 0, None] * table.allowed[told[told >= 0]])
        demanded += chance[told >= 0].sum()
    came, shares, positions = pairs.sum(1), pairs.sum(0), np.array(by_position)
    after = _shares(pairs, came)
    blind = 1 - float(right.max(1).sum() / demanded) if demanded else 0.0
    return Floors(
        float(entropy(shares)),
        float(came @ entropy(after)),
        float(positions.mean()),
        positions,
        shares,
        after,
        tuple(tree),
        tuple(laws),
        tuple(answers),
        blind,
    )


def _shares(parts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Rows divided by their whole; zeros where that is nothing."""
    return np.asarray(
        np.divide(
            parts, whole[:, None], out=np.zeros_like(parts, dtype=float), where=whole[:, None] > 0
        )
    )


def _demands(table: Automaton) -> Int[np.ndarray, "state"]:
    """The first state that demands the same; -1 where the next token is free."""
    _, first, which = np.unique(table.allowed, axis=0, return_index=True, return_inverse=True)
    return np.where(table.constrained, first[which], -1)
