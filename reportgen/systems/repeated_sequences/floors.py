"""What a reader who knows that a sequence will begin again must still be surprised by, in nats: no
sampling, a formula.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from reportgen.core.config import Config


@dataclass(frozen=True)
class RepeatFloors:
    """Entropy of the next token after so many different tokens, and its mean over the law of the
    data.
    """

    after: Float[
        np.ndarray, "seen"
    ]  # nats, after 1, 2, .. different tokens of which none has come twice
    # the same averaged over all sequences that the data can produce; 0 where a token has come twice
    by_position: Float[np.ndarray, "position"]

    @property
    def law(self) -> float:
        """Mean over all positions of all sequences that the data can produce."""
        return float(self.by_position.mean())

    def of(
        self, told: Bool[np.ndarray, "sequence position"]
    ) -> Float[np.ndarray, "sequence position"]:
        """The entropy at every position of given sequences; `told` says where a token has come
        twice.
        """
        return np.where(told, 0.0, self.after[: told.shape[1]])


def floors(config: Config) -> RepeatFloors:
    """The floors of a configuration whose sequences repeat themselves.

    After n different tokens the period ends with chance r = 1 / (longest - n + 1) if n is a
    possible period, else 0. The next token is then the first one, or else one of the V - n others:
    the entropy is h(r) + (1 - r) ln(V - n), with h that of a coin.
    """
    rule, length = config.rule, config.model.n_ctx
    (shortest, longest), vocabulary = rule.period, len(rule.vocabulary)  # type: ignore[attr-defined]
    seen = np.arange(1, length + 1)
    ends = np.where(seen < shortest, 0.0, 1 / np.maximum(longest - seen + 1, 1))
    coin: Callable[[np.ndarray], np.ndarray] = lambda r: (
        -np.where(r > 0, r * np.log(np.maximum(r, 1e-300)), 0.0)
    )
    after = coin(ends) + coin(1 - ends) + (1 - ends) * np.log(np.maximum(vocabulary - seen, 1))
    untold = np.array(
        [np.mean([period > i for period in range(shortest, longest + 1)]) for i in range(length)]
    )
    return RepeatFloors(after, untold * after)
