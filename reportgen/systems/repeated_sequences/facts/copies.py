"""Which of several earlier copies does it follow? In sequences that repeat, all copies of a token
are followed by the same one; in sequences of independent random tokens they are not.
"""

from dataclasses import replace

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.repeated_sequences.view import Study

COUNT = 400  # sequences
FIRST, LAST = "the first copy", "the last copy"
APART = "positions whose first and last earlier copy are followed by different tokens"


BETWEEN = ((1, 7), (8, 15), (16, None))  # positions from the first copy to the last


def next_to_copies(tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The tokens [sequence, position] after the first and after the last earlier copy of the
    present one, -1 where there is none; and how far apart the two copies are.
    """
    length = tokens.shape[1]
    copies = (tokens[:, :, None] == tokens[:, None]) & np.tri(length, k=-1, dtype=bool)
    there = copies.any(2)
    at = copies.argmax(2), length - 1 - copies[:, :, ::-1].argmax(2)
    first, last = (
        np.where(there, np.take_along_axis(tokens, np.minimum(i + 1, length - 1), 1), -1)
        for i in at
    )
    return first, last, at[1] - at[0]


@held
def followed(study: Study) -> Fact:
    """The fact `first_copy_followed`, measured once."""
    rng = stream(study.config.data.seed, RESAMPLING, 3)
    tokens = rng.integers(0, len(study.tokens), (COUNT, study.config.model.n_ctx))
    said = study.trace_of(tokens, keep=["logits"]).logits.argmax(-1)
    first, last, apart = next_to_copies(tokens)
    where, sample = first != last, Sample(np.arange(COUNT), COUNT, "sequences of random tokens")
    parts = {
        name: sample.average(said == after, where, unit="percent", of=APART, counted=True)
        for name, after in ((FIRST, first), (LAST, last))
    }
    more = sample.average(
        (said == first).astype(float) - (said == last), where, unit="points", of=APART
    )
    rows = [
        dict(name=_between(low, high), text=part.text, interval=part.interval, n=part.n)
        for low, high in BETWEEN
        if (among := where & (apart >= low) & (apart <= (high or apart.max()))).any()
        for part in [sample.average(said == first, among, unit="percent", of=APART, counted=True)]
    ]
    neither = round((1 - sum(part.value or 0 for part in parts.values())) * more.n)
    counts = {
        name: written(round((part.value or 0) * part.n), "count") for name, part in parts.items()
    }
    return replace(
        more,
        parts=tuple(parts.items()),
        details=dict(
            first_text=parts[FIRST].text,
            first_interval=parts[FIRST].interval,
            first_count=counts[FIRST],
            last_text=parts[LAST].text,
            last_interval=parts[LAST].interval,
            last_count=counts[LAST],
            neither=written(neither, "count"),
            rows=rows,
            positions=written(more.n, "count"),
            decided=more.low is not None and more.high is not None and more.low * more.high > 0,
            copy=copy_of(more),
        ),
    )


def _between(low: int, high: int | None) -> str:
    return f"{low} or more" if high is None else f"{low} to {high}"


def copy_of(more: Fact) -> str:
    """The copy that a program of this network takes: the first one if the network is shown to
    follow it more often, else the last one.
    """
    return "first" if more.low is not None and more.low > 0 else "last"


@fact(
    "Positions that follow the first copy, less those that follow the last",
    tolerance=0.03,
    needs=["attention"],
)
def first_copy_followed(study: Study) -> Fact:
    """How much more often the likeliest token is the one after the first earlier copy of the
    present token than the one after the last copy, in percentage points of the positions where the
    two are followed by different tokens, in sequences of independent random tokens; parts: how
    often it is the one and the other.
    """
    return followed(study)
