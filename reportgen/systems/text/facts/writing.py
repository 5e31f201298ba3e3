"""What a network without layers writes by itself, beside what the table of counts writes with the
same random numbers.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from reportgen.core.data.material import GENERATION, stream
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.holdout import counter_of_pairs
from reportgen.systems.text.view import Study

TEMPERATURES = (0.5, 0.8, 1.0, 1.5)
TEXTS, LENGTH = 64, 257  # texts that are written, and tokens in each, the first one given


def draws(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """First tokens [text], those of the first held-out windows again and again, and random numbers
    [position, text]: the same for every network.
    """
    first = np.resize(study.data.holdout.inputs[:, 0], TEXTS)
    return first, stream(study.config.data.seed, GENERATION).random((LENGTH, TEXTS))


def by_network(study: Study, temperature: float = 1.0, top: int | None = None) -> np.ndarray:
    """What the network writes [text, position]."""
    first, uniform = draws(study)
    return study.write(first, uniform, temperature=temperature, top=top)


def by_counts(study: Study, temperature: float = 1.0, top: int | None = None) -> np.ndarray:
    """What the pair counts write [text, position]."""
    return _by_counts(
        study.counts.smoothed.tobytes(),
        len(study.tokens),
        *(a.tobytes() for a in draws(study)),
        temperature,
        top,
    )


@lru_cache(maxsize=32)
def _by_counts(
    table: bytes, vocabulary: int, first: bytes, uniform: bytes, temperature: float, top: int | None
) -> np.ndarray:
    from reportgen.core.writing import written

    logits = np.log(np.frombuffer(table).reshape(vocabulary, vocabulary))
    return written(
        lambda text: logits[text[:, -1]],
        np.frombuffer(first, np.int64),
        np.frombuffer(uniform).reshape(LENGTH, TEXTS),
        temperature=temperature,
        top=top,
    )


def surprise(study: Study, text: np.ndarray) -> np.ndarray:
    """-ln p [text, position] of what was written, under pair counts."""
    return np.asarray(-np.log(study.counts.smoothed[text[:, :-1], text[:, 1:]]))


@fact("Loss of pair counts on what it writes", tolerance=0.02, needs=["table"])
def writing_surprise(study: Study) -> Fact:
    """Loss of pair counts, in nats per token, on text that the network writes at temperature 1; the
    baseline is text written from these counts with the same random numbers, parts are other
    temperatures.
    """
    sample = Sample(np.arange(TEXTS), TEXTS, "texts of its own")
    measure: Callable[..., Fact] = lambda temperature, **more: _measured(
        study, sample, temperature, **more
    )
    other, held_out = (
        float(surprise(study, by_counts(study)).mean()),
        counter_of_pairs(study).value,
    )
    parts = tuple((f"temperature {t:g}", measure(t)) for t in TEMPERATURES)
    details = dict(
        perplexity=written(float(np.exp(surprise(study, by_network(study)).mean())), "ratio"),
        counts_perplexity=written(float(np.exp(other)), "ratio"),
        held_out_text=written(held_out, "nats"),
        single=_single(study),
        coldest=f"{TEMPERATURES[0]:g}",
        warmest=f"{TEMPERATURES[-1]:g}",
        cold_text=parts[0][1].text,
        warm_text=parts[-1][1].text,
    )
    return measure(
        1.0,
        parts=parts,
        details=details,
        baseline=Reference("what the table of counts writes", other),
    )


def _single(study: Study) -> float:
    """Loss of pair counts on tokens that are drawn independently, as often as each occurs."""
    shares = study.counts.shares
    return float(-shares @ np.log(study.counts.smoothed) @ shares)


def _measured(study: Study, sample: Sample, temperature: float, **more: Any) -> Fact:
    values = surprise(study, by_network(study, temperature))
    return sample.average(values, np.ones(values.shape, bool), unit="nats", of="tokens", **more)


@fact("Different pairs it writes", tolerance=0.05, needs=["table"])
def writing_variety(study: Study) -> Fact:
    """How many different pairs of tokens stand in what the network writes at temperature 1; beside
    it what the table of counts writes with the same random numbers, parts are other temperatures.
    """
    different: Callable[[np.ndarray], int] = lambda text: len(
        np.unique(text[:, :-1] * len(study.tokens) + text[:, 1:])
    )
    own: Callable[[float], Fact] = lambda t: Fact(
        float(different(by_network(study, t))),
        "count",
        TEXTS * (LENGTH - 1),
        "tokens of its own text",
        exhaustive=True,
    )
    parts = tuple((f"temperature {t:g}", own(t)) for t in TEMPERATURES)
    return Fact(
        own(1.0).value,
        "count",
        TEXTS * (LENGTH - 1),
        "tokens of its own text",
        exhaustive=True,
        parts=parts,
        baseline=Reference("what the table of counts writes", float(different(by_counts(study)))),
    )
