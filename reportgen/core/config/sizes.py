"""What keys of a configuration make together: memory that a laptop has to hold at once."""

from collections.abc import Iterator

from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.shapes import parameters

MOST_KEPT = 500_000_000  # numbers in a stored run, 4 bytes each
MOST_HELD = 250_000_000  # numbers of a forward pass that are held at once, 4 bytes each
MOST_BYTES = 500_000_000  # of all sequences
MOST_CHECKPOINTS = 10_000  # each is evaluated, and is a frame of every film
TOGETHER = 10  # seeds that are trained in one process, or fewer


def _checkpoints(given: Given) -> Iterator[Problem]:
    t = given.training
    count = _count(given)
    if count > MOST_CHECKPOINTS:
        least = -(-t.steps // (MOST_CHECKPOINTS - 1))
        yield (
            ("training", "checkpoint_every"),
            (
                f"got {t.checkpoint_every}: {count:,} checkpoints of {t.steps:,} steps; allowed: at"
                f" least {least}, which makes {MOST_CHECKPOINTS:,}, each of them evaluated and a"
                " frame of every film (or lower training.steps)"
            ),
        )


def _run(given: Given) -> Iterator[Problem]:
    t, each, networks, count = given.training, _parameters(given), _networks(given), _count(given)
    if count <= MOST_CHECKPOINTS and (numbers := each * networks * count) > MOST_KEPT:
        yield (
            ("training", "checkpoint_every"),
            (
                f"got {t.checkpoint_every}: {count:,} checkpoints of {networks:,} networks of"
                f" {each:,} parameters are {numbers:,} numbers to keep; allowed: at most"
                f" {MOST_KEPT:,}, {_gigabytes(MOST_KEPT)}; raise it, or lower training.steps,"
                " training.seeds or the sizes of the model (n_layers, n_heads, d_model, d_head,"
                " d_mlp)"
            ),
        )


def _batch(given: Given) -> Iterator[Problem]:
    t, width = given.training, _width(given)
    networks = _networks(given)
    if given.model.n_layers:
        networks = networks // t.seeds * min(t.seeds, TOGETHER)
    numbers = t.batch * given.model.n_ctx * width * networks
    if numbers > MOST_HELD:
        yield (
            ("training", "batch"),
            (
                f"got {t.batch}: {t.batch:,} windows of model.n_ctx {given.model.n_ctx} tokens in"
                f" {networks} networks, each with {width:,} numbers a token, are {numbers:,} to"
                f" hold at once; allowed: at most {MOST_HELD:,}, {_gigabytes(MOST_HELD)}; lower it,"
                " or the sizes of the model (n_ctx, n_layers, n_heads, d_model, d_mlp)"
            ),
        )


def held_at_once(given: Given, key: str, windows: int) -> Iterator[Problem]:
    """What a forward pass through all that is held out would keep; for the checks of a system."""
    n_ctx, width = given.model.n_ctx, _width(given)
    if (numbers := windows * n_ctx * width) > MOST_HELD:
        yield (
            ("data", key),
            (
                f"got {getattr(given.data, key)}: about {windows:,} windows of model.n_ctx {n_ctx}"
                f" tokens, each with {width:,} numbers a token, are {numbers:,} to hold at once;"
                f" allowed: at most {MOST_HELD:,}, {_gigabytes(MOST_HELD)}; lower it, or the sizes"
                " of the model (n_ctx, n_layers, n_heads, d_model, d_mlp)"
            ),
        )


def _parameters(given: Given) -> int:
    return parameters(given.model, len(given.sound_rule.vocabulary))


def _networks(given: Given) -> int:
    """Networks that are trained: every seed at every width, and again beside."""
    twice = 2 if getattr(given.data, "beside", None) else 1
    return given.training.seeds * (1 + len(given.training.narrower)) * twice


def _count(given: Given) -> int:
    """Checkpoints of a training, the first and the last step among them."""
    return -(-given.training.steps // given.training.checkpoint_every) + 1


def _width(given: Given) -> int:
    """Numbers that a network makes of one token: its stream, heads, attention, neurons and
    logits.
    """
    m = given.model
    layer = 4 * m.d_model + 2 * m.d_mlp + m.n_heads * (4 * m.d_head + 2 * m.n_ctx)
    return 2 * len(given.sound_rule.vocabulary) + m.n_layers * layer


def _gigabytes(numbers: int) -> str:
    return f"{4 * numbers / 1e9:.0f} GB"


SIZES: tuple[Check, ...] = (_checkpoints, _run, _batch)
