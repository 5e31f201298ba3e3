"""The circuits that the weights make, as the layers read them. Convention: a stream is a row, W_QK
= W_Q W_K^T and W_OV = W_V W_O.

A layer reads a stream x through its normalization, which takes the mean away and multiplies by a
gain; both are linear and are counted in. The division by the stream’s own length is left out: it is
one positive number a position, and changes neither a ratio nor the order within a row.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reportgen.core.study import Study
from reportgen.measure.heads import Head


@dataclass(frozen=True)
class Circuits:
    """The matrices of one network by head."""

    study: Study

    @cached_property
    def _w(self) -> dict[str, np.ndarray]:
        return self.study.weights

    def reading(self, name: str, layer: int | None = None) -> np.ndarray:
        """What normalization does to a stream apart from its division: [d_model, d_model]; the
        identity where there is none.
        """
        d = self.study.config.model.d_model
        if self.study.config.model.normalization == "none":
            return np.eye(d)
        gain = self._w[f"{name}_w"] if layer is None else self._w[f"{name}_w"][layer]
        return np.asarray((np.eye(d) - 1 / d) * gain)

    def qk(self, at: Head) -> np.ndarray:
        """W_QK of a head as it reads streams, [d_model, d_model]: query row, key column."""
        layer, head = at
        read = self.reading("ln1", layer)
        return np.asarray(
            read @ self._w["W_Q"][layer, head] @ (read @ self._w["W_K"][layer, head]).T
        )

    def ov(self, at: Head) -> np.ndarray:
        """W_OV of a head from the stream it reads to the stream it writes, [d_model, d_model]."""
        layer, head = at
        return np.asarray(
            self.reading("ln1", layer) @ self._w["W_V"][layer, head] @ self.out(layer)[head]
        )

    def out(self, layer: int) -> np.ndarray:
        """What turns the heads' mixed values into what they write, [head, d_head, d_model]: W_O, or
        each head's own dimensions.
        """
        m = self.study.config.model
        return (
            self._w["W_O"][layer]
            if "W_O" in self._w
            else np.eye(m.d_model).reshape(m.n_heads, m.d_head, m.d_model)
        )

    @property
    def spoken(self) -> np.ndarray:
        """From a stream to the logits, [d_model, token]."""
        return np.asarray(self.reading("ln_final") @ self._w["W_U"])

    def copied(self, at: Head) -> np.ndarray:
        """W_E W_OV W_U: what reading a token (row) adds to the logit of each token (column)."""
        return np.asarray(self._w["W_E"] @ self.ov(at) @ self.spoken)

    def through_values(self, at: Head) -> tuple[np.ndarray, np.ndarray]:
        """The same in two halves that meet in the head: from a token to its value [token, d_head],
        and from a value to the logits [d_head, token].
        """
        layer, head = at
        read = self._w["W_E"] @ self.reading("ln1", layer) @ self._w["W_V"][layer, head]
        return np.asarray(read), np.asarray(self.out(layer)[head] @ self.spoken)

    def matched(self, at: Head, through: Head | None = None) -> np.ndarray:
        """The score of a query token (row) with a key token (column): its own, or
        one handed on by an earlier head `through` it.
        """
        offered = self._w["W_E"] if through is None else self._w["W_E"] @ self.ov(through)
        return np.asarray(
            self._w["W_E"] @ self.qk(at) @ offered.T / np.sqrt(self.study.config.model.d_head)
        )


def copying(circuit: np.ndarray) -> float:
    """Sum of the real parts of the eigenvalues over the sum of their sizes, in -1 to 1 (Elhage and
    others): 1 where every token raises itself.
    """
    values = np.linalg.eigvals(circuit)
    return float(values.real.sum()) / max(float(np.abs(values).sum()), 1e-300)


def composition(first: np.ndarray, second: np.ndarray) -> float:
    """Size of a product over the product of sizes (Frobenius): how much of what one matrix writes
    the other reads.
    """
    return float(np.linalg.norm(first @ second)) / max(
        float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-300
    )


def diagonal(circuit: np.ndarray) -> np.ndarray:
    """In which rows is the token’s own column the largest."""
    return np.asarray(circuit.argmax(1) == np.arange(len(circuit)))
