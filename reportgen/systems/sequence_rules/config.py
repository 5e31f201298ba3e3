"""What a configuration says of sequences that a rule makes, and what of it does not fit
together.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from reportgen.core.config.fits import relu_alone
from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.report import Config
from reportgen.core.config.sections import ROWS, TOKENS, Count, DataConfig, Share
from reportgen.core.config.sizes import MOST_BYTES, held_at_once
from reportgen.core.config.wording import shown
from reportgen.system import known_as

LEAST_CHOOSING = 3  # sequences: a third of what they give is set beside them from the training ones
BESIDE_A_TOKEN = 64  # bytes, and one for each token that may be allowed there


class WindowsData(DataConfig):
    """Sequences of a rule, cut into windows: how many, how long, and which of them are for
    validation and held out.
    """

    sequences: Annotated[Count, ROWS]  # for training and validation together
    length: Annotated[
        tuple[Annotated[Count, Field(le=10_000)], Annotated[Count, Field(le=10_000)]],
        Field(description=TOKENS.description),
    ]  # shortest and longest sequence, uniform between
    validation: Share  # share of the sequences, the last ones
    window_stride: Annotated[Count, TOKENS] = 1  # windows start at its multiples; 1: anywhere
    # fresh sequences that choose nothing; every number on the pages is measured on them
    holdout: Annotated[Count, ROWS]


def _length(given: Given) -> Iterator[Problem]:
    shortest, longest = given.data.length
    if shortest > longest:
        yield ("data", "length"), f"got [{shortest}, {longest}], allowed: the shortest first"


def _context(given: Given) -> Iterator[Problem]:
    n_ctx, shortest = given.model.n_ctx, min(given.data.length)
    if shortest < 3:
        yield (
            ("data", "length"),
            (
                f"got {list(given.data.length)}, allowed: at least 3 tokens, so that a window of"
                " two and the token that comes next have room"
            ),
        )
    elif n_ctx + 1 > shortest:
        yield (
            ("model", "n_ctx"),
            (
                f"got {n_ctx}, allowed: at most {shortest - 1}, "
                "one less than the shortest sequence (data.length)"
            ),
        )


def _validation(given: Given) -> Iterator[Problem]:
    sequences, share = given.data.sequences, given.data.validation
    kept = round(sequences * share)
    if not LEAST_CHOOSING <= kept < sequences:
        yield (
            ("data", "validation"),
            (
                f"got {share:g}: that leaves {kept} of {sequences} sequences for validation; "
                f"allowed: a share that leaves at least {LEAST_CHOOSING} for it and 1 to train on"
            ),
        )


def _kind_of_network(given: Given) -> Iterator[Problem]:
    why = "with a rule like this one, whose figures and exact checks are about"
    plain = dict(n_layers=1, normalization="none", positions="stream", attention_biases=False)
    for key, only in plain.items():
        value = vars(given.model).get(key, only)  # one that is wrong by itself is told already
        if value != only:
            yield (
                ("model", key),
                f"got {shown(value)}, allowed: {shown(only)} {why} such a network",
            )
    if vars(given.model).get("d_mlp") == 0:
        yield (
            ("model", "d_mlp"),
            f"got 0, allowed: at least 1 {why} a network with a feed-forward layer",
        )


def _sequences(given: Given) -> Iterator[Problem]:
    """All sequences, cut into windows that know what the rule allows at each position."""
    sequences, holdout, longest = given.data.sequences, given.data.holdout, max(given.data.length)
    vocabulary = len(given.sound_rule.vocabulary)
    tokens, limit = (sequences + holdout) * longest, MOST_BYTES // (BESIDE_A_TOKEN + vocabulary)
    if tokens > limit:
        yield (
            ("data", "sequences"),
            (
                f"got {sequences}: with data.holdout {holdout} and up to {longest} tokens each"
                f" (data.length) {tokens:,} tokens are held at once; allowed with {vocabulary}"
                f" different ones: at most {limit:,}; lower one of the three"
            ),
        )


def _held(given: Given) -> Iterator[Problem]:
    """A forward pass through all that is held out."""
    yield from held_at_once(
        given, "holdout", -(-given.data.holdout * max(given.data.length) // given.model.n_ctx)
    )


def data_config(config: Config) -> WindowsData:
    """What a configuration of this system says of its data."""
    return known_as(WindowsData, config.data)


CHECKS: tuple[Check, ...] = (
    _length,
    _context,
    _validation,
    _kind_of_network,
    relu_alone,
    _sequences,
    _held,
)
