"""What no single key of a configuration can tell: which values do not fit together."""

from collections.abc import Iterator

from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.sections import ROTARY_BASE, Unsaid
from reportgen.core.config.sizes import SIZES
from reportgen.core.config.weights import weights_problems
from reportgen.core.config.wording import shown


def contradictions(given: Given) -> Iterator[Problem]:
    """Keys that contradict another one, with what they were given and what is allowed.

    A check that needs a key which is wrong by itself is left out; the others are made all the same.
    """
    for check in (*CHECKS, *SIZES, *given.system_checks):
        try:
            yield from list(check(given))
        except Unsaid:
            continue


def _name(given: Given) -> Iterator[Problem]:
    if None not in (given.stem, given.name) and given.name != given.stem:
        yield (
            ("name",),
            f"got {shown(given.name)}, allowed: {given.stem!r}, the file's own name",
        )


def _rule(given: Given) -> Iterator[Problem]:
    for key, words in given.sound_rule.asks_of_model(given.model):
        yield ("model", *key), words


def _heads(given: Given) -> Iterator[Problem]:
    m = given.model
    if m.n_layers and not m.output_projection and m.n_heads * m.d_head != m.d_model:
        yield (
            ("model", "d_head"),
            (
                f"got {m.d_head}: {m.n_heads} head(s) of size {m.d_head} make"
                f" {m.n_heads * m.d_head}, not d_model {m.d_model}; allowed without an output"
                " projection: n_heads × d_head = d_model (or set output_projection: true)"
            ),
        )


def _constant(given: Given) -> Iterator[Problem]:
    if given.training.schedule == "constant" and given.training.warmup:
        yield (
            ("training", "warmup"),
            (
                f"got {given.training.warmup}, allowed: 0 with training.schedule: constant "
                "(or set it to cosine)"
            ),
        )


def _warmup(given: Given) -> Iterator[Problem]:
    if given.training.warmup >= given.training.steps:
        yield (
            ("training", "warmup"),
            (
                f"got {given.training.warmup}, allowed: less than training.steps, "
                f"{given.training.steps}"
            ),
        )


def _checkpoints(given: Given) -> Iterator[Problem]:
    if given.training.checkpoint_every > given.training.steps:
        yield (
            ("training", "checkpoint_every"),
            (
                f"got {given.training.checkpoint_every}, allowed: at most training.steps, "
                f"{given.training.steps}"
            ),
        )


def _narrower(given: Given) -> Iterator[Problem]:
    m, narrower = given.model, given.training.narrower
    got = f"got {shown(list(narrower))}, allowed:"
    if narrower and (m.n_layers or m.normalization != "none"):
        words = (
            "[] with layers or layer normalization: only without them is a narrower network one "
            "whose further dimensions are zero"
        )
    elif wrong := [d for d in narrower if d >= m.d_model]:
        words = f"widths below model.d_model, {m.d_model}; {wrong[0]} is not"
    elif list(narrower) != sorted(set(narrower)):
        words = "each width once, the narrowest first"
    else:
        return
    yield ("training", "narrower"), f"{got} {words}"


def taken_from_holdout(given: Given) -> Iterator[Problem]:
    """Demonstrations are taken from what is held out; a check of the systems that do so."""
    count, holdout = given.report.demonstrations, given.data.holdout
    if count > holdout:
        yield (
            ("report", "demonstrations"),
            (
                f"got {count}, allowed: at most {holdout}, the size of data.holdout, "
                "from which they are taken"
            ),
        )


def positions_apart(given: Given) -> Iterator[Problem]:
    """Positions that turn nothing; a check of the systems whose facts read scores off W_Q and
    W_K.
    """
    if given.model.positions == "rotary":
        yield (
            ("model", "positions"),
            (
                "got 'rotary', allowed: 'stream', 'attention' or 'none': facts of this rule's"
                " system read scores off W_Q and W_K as they are"
            ),
        )


def _rotary(given: Given) -> Iterator[Problem]:
    m = given.model
    if m.positions == "rotary":
        if not m.n_layers:
            yield (
                ("model", "positions"),
                (
                    "got 'rotary', allowed without layers (model.n_layers: 0): 'stream' or 'none';"
                    " rotary positions turn queries and keys, and there are none"
                ),
            )
        if m.d_head % 2:
            yield (
                ("model", "d_head"),
                (
                    f"got {m.d_head}, allowed: an even number with model.positions: rotary, which"
                    " turns pairs of dimensions (or set positions to 'stream', 'attention' or"
                    " 'none')"
                ),
            )
    elif m.rotary_base != ROTARY_BASE:
        yield (
            ("model", "rotary_base"),
            (
                f"got {m.rotary_base:g}, allowed: none with model.positions: {m.positions};"
                " leave it out, or set positions to 'rotary'"
            ),
        )


CHECKS: tuple[Check, ...] = (
    _name,
    _rule,
    _heads,
    _constant,
    _warmup,
    _checkpoints,
    _narrower,
    _rotary,
    weights_problems,
)
