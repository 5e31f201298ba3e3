"""Text that a network writes by itself: token by token, colder or warmer, from all tokens or from
the likeliest few.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.config.sections import ModelConfig
from reportgen.core.recording import Weights

Chances = Float[np.ndarray, "sequence token"]


def sharpened(logits: Chances, temperature: float = 1.0, top: int | None = None) -> Chances:
    """Chances of the next token from logits divided by a temperature, among the `top` likeliest
    tokens (all, where None); at temperature 0 the likeliest alone.
    """
    if top is not None and top < logits.shape[-1]:
        least = np.sort(logits, -1)[..., -top, None]
        logits = np.where(logits >= least, logits, -np.inf)
    if temperature == 0:
        return np.asarray(np.eye(logits.shape[-1])[logits.argmax(-1)])
    with np.errstate(divide="ignore"):
        scaled = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return np.asarray(scaled / scaled.sum(-1, keepdims=True))


def drawn(chances: Chances, uniform: Float[np.ndarray, "sequence"]) -> Int[np.ndarray, "sequence"]:
    """One token for each row of chances, by random numbers from 0 to 1; never one of chance 0."""
    heaped = chances.cumsum(-1)
    last = chances.shape[-1] - 1 - (chances[:, ::-1] > 0).argmax(-1)
    return np.asarray(np.minimum((heaped <= uniform[:, None] * heaped[:, -1:]).sum(-1), last))


def written(
    after: Callable[[np.ndarray], Chances],
    first: Int[np.ndarray, "sequence"],
    uniform: Float[np.ndarray, "position sequence"],
    *,
    temperature: float = 1.0,
    top: int | None = None,
) -> Int[np.ndarray, "sequence position"]:
    """Text from first tokens on, as long as there are random numbers for; `after` gives logits of
    what follows the text so far [sequence, position].
    """
    text = np.zeros((len(first), len(uniform)), np.int64)
    text[:, 0] = first
    for i in range(1, len(uniform)):
        text[:, i] = drawn(sharpened(after(text[:, :i]), temperature, top), uniform[i])
    return text


def reader(model: ModelConfig, weights: Weights) -> Callable[[np.ndarray], Chances]:
    """What a network expects after a text so far, of which it sees the last n_ctx tokens, as logits
    in float32.
    """
    import torch

    from reportgen.core.model import forward

    p = {
        name: torch.from_numpy(np.ascontiguousarray(w, dtype=np.float32))[None]
        for name, w in weights.items()
    }

    def after(text: np.ndarray) -> Chances:
        with torch.no_grad():
            return np.asarray(
                forward(
                    model, p, torch.from_numpy(np.ascontiguousarray(text[:, -model.n_ctx :]))[None]
                )[0, :, -1]
                .numpy()
                .astype(float)
            )

    if model.n_layers or model.positions != "none":
        return after
    table = after(np.arange(len(weights["W_E"]))[:, None])  # the last token alone decides
    return lambda text: table[text[:, -1]]
