"""The logits as waves of both numbers at once, and how few frequencies the embeddings have."""

import numpy as np
from jaxtyping import Float

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.facts.probe import logits
from reportgen.systems.input_to_output.view import Study

RANDOM = 200  # random embeddings that the real ones are compared with
KINDS = ("sum", "difference", "one number", "two frequencies")


@held
def power_of_pairs(study: Study) -> Float[np.ndarray, "first second"]:
    """Power of the logits at each pair of frequencies of the two numbers: a two-dimensional Fourier
    transform over all inputs, squared and added up over answers, without the constant. A frequency
    above p / 2 stands for the same one in the other direction.
    """
    p = len(study.data.answerable)
    each = waves.centred(logits(study)[:, 0]).reshape(p, p, p)
    power = (np.abs(np.fft.fft2(each, axes=(0, 1))) ** 2).sum(-1)
    power[0, 0] = 0.0
    return np.asarray(power)


def kinds(p: int) -> dict[str, np.ndarray]:
    """Which pairs of frequencies are which kind of wave [first, second].

    cos(w (a + b)) has both numbers turn alike, cos(w (a - b)) against each other.
    """
    first, second = np.meshgrid(np.arange(p), np.arange(p), indexing="ij")
    alone = (first == 0) ^ (second == 0)
    both = (first != 0) & (second != 0)
    alike, against = both & (first == second), both & ((first + second) % p == 0)
    found = (alike, against & ~alike, alone, both & ~alike & ~against)
    return dict(zip(KINDS, found))


@fact("Logits that turn with the sum", tolerance=0.05, needs=["modulus", "pairs"])
def sum_waves(study: Study) -> Fact:
    """Of the power of the logits over all pairs of numbers (logits without their mean over answers,
    and without what is the same for all inputs), the share in waves of the sum: both numbers with
    the same frequency and in the same direction. Parts: each kind of wave.
    """
    power = power_of_pairs(study)
    p, total = len(power), max(float(power.sum()), 1e-300)
    shares = {name: float(power[which].sum()) / total for name, which in kinds(p).items()}
    equal = {name: float(which.sum()) / (p * p - 1) for name, which in kinds(p).items()}
    made = {
        name: Fact(
            share,
            "share",
            p * p,
            "inputs",
            exhaustive=True,
            baseline=Reference("equal power at every pair of frequencies", equal[name]),
        )
        for name, share in shares.items()
    }
    return Fact(
        shares["sum"],
        "share",
        p * p,
        "inputs",
        exhaustive=True,
        baseline=made["sum"].baseline,
        parts=tuple((f"waves of the {name}", made[name]) for name in KINDS[:2])
        + (("waves of one number", made[KINDS[2]]), ("waves of two frequencies", made[KINDS[3]])),
    )


def gini(power: Float[np.ndarray, "*any frequency"]) -> Float[np.ndarray, "*any"]:
    """How unequal powers are: 0 where all are alike, near 1 where one has everything (the Gini
    coefficient; Nanda et al. 2023 use it for the embeddings).
    """
    ordered = np.sort(power, axis=-1)
    n = ordered.shape[-1]
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return np.asarray((ranks * ordered).sum(-1) / (n * np.maximum(ordered.sum(-1), 1e-300)))


@fact("Few frequencies in the embeddings", tolerance=0.05, needs=["modulus"])
def inequality_of_frequencies(study: Study) -> Fact:
    """The Gini coefficient of the power of the numbers' embeddings over frequencies: 0 where all
    frequencies have the same, near 1 where one has everything. The baseline is the mean of 200
    matrices of the same shape with normal entries.
    """
    numbers = study.weights["W_E"][study.data.answerable]
    drawn = np.random.default_rng(0).normal(size=(RANDOM, *numbers.shape))
    random = float(np.mean([gini(waves.power(each)) for each in drawn]))
    power = waves.power(numbers)
    return Fact(
        float(gini(power)),
        "ratio",
        len(power),
        "frequencies",
        exhaustive=True,
        baseline=Reference("random embeddings", random),
    )
