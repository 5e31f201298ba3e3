"""Numbers on a clock as sums of waves: how much of something goes round how often.

A frequency k stands for cos(2 pi k n / p) and sin(2 pi k n / p) of the number n, k from 1 to p / 2
(Nanda et al. 2023, section 4). Power is a sum of squares; the constant is left out.
"""

import numpy as np
from jaxtyping import Float, Int

MOST = 0.9  # of the embeddings' power: the fewest frequencies that hold so much are the key ones
TUNED = 0.85  # of a neuron's power in one frequency (Nanda et al. 2023, section 4.2)
ALIVE = 1e-12  # of the largest power of a neuron: with less it is the same for every input


def frequencies(p: int) -> Int[np.ndarray, "frequency"]:
    """All of them."""
    return np.arange(1, p // 2 + 1)


def basis(p: int, keys: Int[np.ndarray, "_"]) -> Float[np.ndarray, "number wave"]:
    """The waves of some frequencies, each of length 1."""
    turns = 2 * np.pi * np.outer(np.arange(p), keys) / p
    waves = np.concatenate([np.cos(turns), np.sin(turns)], 1)
    length = np.linalg.norm(waves, axis=0)
    there = length > 1e-6  # half of an even p has no sine
    return np.asarray(waves[:, there] / length[there])


def power(values: Float[np.ndarray, "number *any"]) -> Float[np.ndarray, "frequency"]:
    """Power of each frequency in values of all numbers, everything else summed over."""
    p = len(values)
    found = np.abs(np.fft.rfft(values.reshape(p, -1), axis=0)) ** 2
    twice = np.where(2 * frequencies(p) == p, 1, 2)[:, None]  # a frequency and its mirror
    return np.asarray((twice * found[1:]).sum(1) / p)


def shares(each: Float[np.ndarray, "frequency"]) -> Float[np.ndarray, "frequency"]:
    """Of all power, that of each frequency; equal ones where there is none."""
    total = each.sum()
    return each / total if total else np.full(len(each), 1 / len(each))


def key_frequencies(each: Float[np.ndarray, "frequency"]) -> Int[np.ndarray, "_"]:
    """The fewest frequencies that hold `MOST` of the power, the strongest first."""
    order = np.argsort(-each, kind="stable")
    held = np.cumsum(shares(each)[order])
    return np.asarray(order[: int(np.searchsorted(held, MOST)) + 1] + 1)


def neuron_shares(
    values: Float[np.ndarray, "input neuron"], p: int
) -> tuple[Float[np.ndarray, "frequency neuron"], Float[np.ndarray, "neuron"]]:
    """Of a neuron's power over all inputs, that in the waves of one frequency and in their
    products, and the power itself. Inputs are in the order of a dictionary.
    """
    places = round(np.log(len(values)) / np.log(p))
    centred = values - values.mean(0)
    found = np.abs(np.fft.fftn(centred.reshape(*[p] * places, -1), axes=range(places))) ** 2
    whole = found.reshape(-1, values.shape[1]).sum(0)
    made = []
    for k in frequencies(p):
        at = np.unique([0, k, p - k])
        made.append(found[np.ix_(*[at] * places)].reshape(-1, values.shape[1]).sum(0))
    alive = whole > ALIVE * max(float(whole.max(initial=0)), 1e-300)
    return np.where(alive, np.array(made) / np.where(alive, whole, 1), 0), whole / len(values)


def centred(logits: Float[np.ndarray, "input answer"]) -> Float[np.ndarray, "input answer"]:
    """Logits without their mean over answers, which changes no probability."""
    return np.asarray(logits - logits.mean(-1, keepdims=True))


def by_answer(
    logits: Float[np.ndarray, "input answer"], right: Int[np.ndarray, "input"], p: int
) -> Float[np.ndarray, "right answer"]:
    """The mean of centred logits over the inputs with the same right answer: what of them depends
    on the answer alone.
    """
    total = np.zeros((p, logits.shape[1]))
    np.add.at(total, right, centred(logits))
    return total / np.maximum(np.bincount(right, minlength=p), 1)[:, None]


def part_in(
    means: Float[np.ndarray, "right answer"], keys: Int[np.ndarray, "_"]
) -> Float[np.ndarray, "right answer"]:
    """What of logits by answer lies in the waves of some frequencies."""
    waves = basis(len(means), keys)
    return np.asarray(waves @ (waves.T @ means))
