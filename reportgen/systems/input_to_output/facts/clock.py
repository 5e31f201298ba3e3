"""Numbers on a clock: which frequencies the embeddings, the neurons and the logits turn with, and
how the network does with these alone and without them.
"""

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.facts.probe import logits, losses
from reportgen.systems.input_to_output.progress import progress_losses
from reportgen.systems.input_to_output.view import Study


def numbers(study: Study) -> int:
    """How many numbers the clock has."""
    return len(study.data.answerable)


@held
def by_answer(study: Study) -> Float[np.ndarray, "right answer"]:
    """Mean logits of the inputs with the same right answer."""
    return waves.by_answer(logits(study)[:, 0], study.data.wanted[:, 0], numbers(study))


@held
def logit_power(study: Study) -> Float[np.ndarray, "frequency"]:
    """Of the power of the logits in waves of the right answer, the share of each frequency."""
    return waves.shares(waves.power(by_answer(study)))


@held
def embedding_shares(study: Study) -> Float[np.ndarray, "frequency"]:
    """Of the power of the numbers' embeddings, the share of each frequency."""
    return waves.shares(waves.power(study.weights["W_E"][study.data.answerable]))


def keys(study: Study) -> Int[np.ndarray, "_"]:
    """The key frequencies at this checkpoint, the strongest first."""
    return waves.key_frequencies(waves.power(study.weights["W_E"][study.data.answerable]))


@held
def neurons(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Of the power of each neuron over all inputs at the output's query, the share of each
    frequency [frequency, neuron], and which neurons are not the same for every input; all layers
    side by side.
    """
    at = study.data.queries[0]
    values = np.moveaxis(study.holdout.mlp_post()[:, :, at], 0, 1)  # [layer, input, neuron]
    shares, whole = waves.neuron_shares(np.concatenate(values, 1), numbers(study))
    return shares, whole > waves.ALIVE * max(float(whole.max(initial=0)), 1e-300)


def _by_frequency(shares: np.ndarray, of: str, n: int) -> tuple[tuple[str, Fact], ...]:
    """The frequencies with more than an equal share, the strongest first."""
    order = np.argsort(-shares, kind="stable")
    return tuple(
        (f"frequency {k + 1}", Fact(float(shares[k]), "share", n, of, exhaustive=True))
        for k in order
        if shares[k] > 1 / len(shares)
    )


@fact("Key frequencies", tolerance=0.1, needs=["modulus"])
def key_frequencies(study: Study) -> Fact:
    """The fewest frequencies that together hold 90 % of the power of the numbers' embeddings (W_E,
    without its mean over numbers), of all frequencies there are; parts: the share of the power in
    those that have more than an equal share.
    """
    found, shares = keys(study), embedding_shares(study)
    n = len(shares)
    return Fact(
        len(found) / n,
        "of",
        n,
        "frequencies",
        exhaustive=True,
        counted=True,
        baseline=Reference("equal shares of all frequencies", float(np.ceil(waves.MOST * n) / n)),
        parts=_by_frequency(shares, "dimensions of the embeddings", study.config.model.d_model),
        details=dict(
            list=found.tolist(),
            names_text=_listed([str(k) for k in found]),
            count=len(found),
            most_text=written(waves.MOST, "percent"),
            all_text=written(n, "count"),
        ),
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@fact("Logits in the key frequencies", tolerance=0.05, needs=["modulus"])
def key_logits(study: Study) -> Fact:
    """Of the power of the logits in waves of the right answer (logits without their mean over
    answers, averaged over the inputs with the same right answer), the share in the key frequencies
    of the embeddings; parts: the frequencies with more than an equal share.
    """
    shares, found = logit_power(study), keys(study)
    n = numbers(study)
    return Fact(
        float(shares[found - 1].sum()),
        "share",
        n,
        "answers",
        exhaustive=True,
        baseline=Reference("equal shares of all frequencies", len(found) / len(shares)),
        parts=_by_frequency(shares, "answers", n),
    )


@fact("Logits that depend on the answer alone", tolerance=0.05, needs=["modulus"])
def answer_power(study: Study) -> Fact:
    """Of the variance of the logits over all inputs (without their mean over answers), the share
    that the right answer explains: what two inputs with the same answer have in common.
    """
    each = waves.centred(logits(study)[:, 0])
    whole = ((each - each.mean(0)) ** 2).sum()
    means = by_answer(study)[study.data.wanted[:, 0]]
    kept = ((means - each.mean(0)) ** 2).sum()
    classes, inputs = numbers(study), len(each)
    return Fact(
        float(kept / max(float(whole), 1e-300)),
        "share",
        inputs,
        "inputs",
        exhaustive=True,
        baseline=Reference("logits at random", (classes - 1) / (inputs - 1)),
    )


@fact("Neurons that are not the same for every input", tolerance=0.05, needs=["modulus", "mlp"])
def neurons_alive(study: Study) -> Fact:
    """Share of the neurons whose activation at the output's query is not the same for every
    input.
    """
    _, alive = neurons(study)
    details = dict(count=int(alive.sum()), count_text=written(int(alive.sum()), "count"))
    return Fact(
        float(alive.mean()),
        "of",
        len(alive),
        "neurons",
        exhaustive=True,
        counted=True,
        details=details,
    )


@fact("Neurons of one frequency", tolerance=0.05, needs=["modulus", "mlp"])
def neurons_tuned(study: Study) -> Fact:
    """Share of the neurons with at least 85 % of their power over all inputs in one frequency: in
    its waves of either number and in the products of these. Parts: by frequency.
    """
    shares, alive = neurons(study)
    tuned = alive & (shares.max(0) >= waves.TUNED)
    best = shares.argmax(0) + 1
    n = len(alive)
    count: list[tuple[int, int]] = sorted(
        ((int(k), int((tuned & (best == k)).sum())) for k in np.unique(best[tuned])),
        key=lambda pair: -pair[1],
    )
    parts = tuple(
        (f"frequency {k}", Fact(c / n, "of", n, "neurons", exhaustive=True, counted=True))
        for k, c in count
    )
    of_key = sum(c for k, c in count if k in keys(study)) / max(int(tuned.sum()), 1)
    details = dict(
        count=int(tuned.sum()),
        count_text=written(int(tuned.sum()), "count"),
        of_key_text=written(of_key, "percent"),
    )
    return Fact(
        float(tuned.mean()),
        "of",
        n,
        "neurons",
        exhaustive=True,
        counted=True,
        parts=parts,
        details=details,
    )


@held
def _progress(study: Study) -> tuple[float, float]:
    return progress_losses(logits(study)[:, 0], study.data, keys(study))


def _never(study: Study) -> Reference:
    return Reference("a guess among the numbers", float(np.log(numbers(study))))


@fact("Restricted loss", better="low", tolerance=0.05, needs=["modulus"])
def restricted_loss(study: Study) -> Fact:
    """Loss over all inputs where of the logits only their mean and the waves of the key frequencies
    in the right answer are kept.
    """
    return Fact(
        _progress(study)[0],
        "nats",
        len(study.data.rows),
        "outputs of all inputs",
        exhaustive=True,
        baseline=_never(study),
        floor=Reference("sure of every answer", 0.0),
    )


@fact("Excluded loss", tolerance=0.5, needs=["modulus"])
def excluded_loss(study: Study) -> Fact:
    """Loss over the training inputs, or over all inputs where nothing was trained here, where of
    the logits only the waves of the key frequencies in the right answer are taken away; beside it
    the loss of the network as it is.
    """
    in_train = study.data.in_train
    return Fact(
        _progress(study)[1],
        "nats",
        int(in_train.sum()),
        f"outputs of all {'training ' if study.config.weights is None else ''}inputs",
        exhaustive=True,
        baseline=Reference("the network as it is", float(losses(study)[in_train].mean())),
        details=dict(
            guess=float(np.log(numbers(study))),
            guess_text=written(float(np.log(numbers(study))), "nats"),
        ),
    )
