"""The two ends of a network as functions: every token at every position before attention, and the
output over the plane.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from reportgen.core.config.sections import ModelConfig
from reportgen.core.recording import Weights, softmax


@dataclass(frozen=True)
class Lattice:
    """Every token at every position before the first attention layer: all the points that attention
    can start from.
    """

    sums: Float[np.ndarray, "token position d_model"]  # W_E + W_pos
    queries: Float[np.ndarray, "head token position d_head"]  # of the first layer
    keys: Float[np.ndarray, "head token position d_head"]
    values: Float[np.ndarray, "head token position d_head"]

    def q(self, *, head: int) -> Float[np.ndarray, "token position d_head"]:
        """Queries of one head."""
        return np.asarray(self.queries[head])

    def k(self, *, head: int) -> Float[np.ndarray, "token position d_head"]:
        """Keys of one head."""
        return np.asarray(self.keys[head])

    def v(self, *, head: int) -> Float[np.ndarray, "token position d_head"]:
        """Values of one head."""
        return np.asarray(self.values[head])


def lattice(weights: Weights) -> Lattice:
    """The lattice of one checkpoint."""
    sums = weights["W_E"][:, None] + weights["W_pos"][None]
    project: Callable[[str], np.ndarray] = lambda name: np.einsum(
        "tpd,hde->htpe", sums, weights[name][0]
    )
    return Lattice(sums, project("W_Q"), project("W_K"), project("W_V"))


@dataclass(frozen=True)
class Readout:
    """What the network does with a point of the stream after its last attention layer: MLP,
    residual connection if there is one, unembedding.
    """

    W_in: Float[np.ndarray, "d_model d_mlp"]
    b_in: Float[np.ndarray, "d_mlp"]
    W_out: Float[np.ndarray, "d_mlp d_model"]
    b_out: Float[np.ndarray, "d_model"]
    W_U: Float[np.ndarray, "d_model token"]
    b_U: Float[np.ndarray, "token"]
    residual: bool = True  # does the MLP add to the stream, or stand in its place

    def resid_post(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points d_model"]:
        """Where the MLP moves points."""
        mlp_out = np.maximum(resid_mid @ self.W_in + self.b_in, 0) @ self.W_out + self.b_out
        return np.asarray(resid_mid + mlp_out if self.residual else mlp_out)

    def logits(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points token"]:
        """Logits of points."""
        return np.asarray(self.resid_post(resid_mid) @ self.W_U + self.b_U)

    def probabilities(
        self, resid_mid: Float[np.ndarray, "*points d_model"]
    ) -> Float[np.ndarray, "*points token"]:
        """Next-token probabilities of points."""
        return softmax(self.logits(resid_mid))

    def raster(
        self, view: tuple[float, float, float, float], size: int
    ) -> Float[np.ndarray, "y x token"]:
        """Probabilities on a grid over a view (x0, x1, y0, y1) of the plane."""
        x, y = np.linspace(*view[:2], size), np.linspace(*view[2:], size)
        return self.probabilities(np.stack(np.meshgrid(x, y), -1))


def readout(model: ModelConfig, weights: Weights) -> Readout:
    """The readout of one checkpoint."""
    return Readout(
        weights["W_in"][-1],
        weights["b_in"][-1],
        weights["W_out"][-1],
        weights["b_out"][-1],
        weights["W_U"],
        weights["b_U"],
        model.residual,
    )
