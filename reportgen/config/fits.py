"""What no single key of a configuration can tell: which values do not fit together."""

from collections.abc import Iterator
from typing import Any

from reportgen.config.sections import (
    DataConfig,
    File,
    InputsData,
    TextData,
    TrainingConfig,
    WindowsData,
)
from reportgen.config.wording import Key, shown
from reportgen.rules.base import Rule

Problem = tuple[Key, str]
LEAST_BLOCKS = 3  # of a text: one each to train, to choose and to judge


def contradictions(
    file: File, family: str, data: DataConfig | None, rule: Rule | None, stem: str | None
) -> Iterator[Problem]:
    """Keys that contradict another one, with what they were given and what is allowed."""
    m = file.model
    if stem is not None and file.name != stem:
        yield ("name",), f"got {shown(file.name)}, allowed: {stem!r}, the file's own name"
    if isinstance(data, WindowsData):
        yield from _windows(file, data)
    if rule is not None:
        yield from ((("model", *key), words) for key, words in rule.asks_of_model(m))
    if isinstance(data, InputsData) and rule is not None:
        yield from _inputs(data, getattr(rule, "inputs", 0))
    if isinstance(data, TextData):
        yield from _text(file, data, getattr(rule, "length", None))
    if m.n_layers and m.n_heads * m.d_head != m.d_model and not m.output_projection:
        yield (
            ("model", "d_head"),
            f"got {m.d_head}: {m.n_heads} head(s) of size {m.d_head} make {m.n_heads * m.d_head}, not d_model {m.d_model}; "
            "allowed without an output projection: n_heads × d_head = d_model (or set output_projection: true)",
        )
    yield from _training(file.training)
    yield from _narrower(file)


def _windows(file: File, data: WindowsData) -> Iterator[Problem]:
    m = file.model
    shortest, longest = data.length
    if shortest > longest:
        yield ("data", "length"), f"got [{shortest}, {longest}], allowed: the shortest first"
    elif m.n_ctx + 1 > shortest:
        yield (
            ("model", "n_ctx"),
            f"got {m.n_ctx}, allowed: at most {shortest - 1}, one less than the shortest sequence (data.length)",
        )
    kept = round(data.sequences * data.validation)
    if not 0 < kept < data.sequences:
        yield (
            ("data", "validation"),
            f"got {data.validation}: that leaves {kept} of {data.sequences} sequences for validation; allowed: a share that leaves some for both",
        )
    plain: dict[str, Any] = dict(
        n_layers=1, normalization="none", positions="stream", attention_biases=False
    )
    for key, only in plain.items():
        if (value := getattr(m, key)) != only:
            yield (
                ("model", key),
                f"got {shown(value)}, allowed: {shown(only)} with a rule like this one, whose figures and exact checks are about such a network",
            )
    if not m.d_mlp:
        yield (
            ("model", "d_mlp"),
            "got 0, allowed: at least 1 with a rule like this one, whose figures and exact checks are about a network with a feed-forward layer",
        )


def _inputs(data: InputsData, inputs: int) -> Iterator[Problem]:
    if data.holdout >= inputs:
        yield (
            ("data", "holdout"),
            f"got {data.holdout}: that leaves nothing to train on; allowed: less than {inputs}, the number of inputs",
        )
    if data.beside == data.split:
        yield (
            ("data", "beside"),
            f"got {shown(data.beside)}, the split that data.split names already; allowed: the other one, or no such key",
        )


def _text(file: File, data: TextData, length: int | None) -> Iterator[Problem]:
    """What `length` tokens do not allow; None where the text is not known."""
    n_ctx = file.model.n_ctx
    if data.block <= n_ctx:
        yield (
            ("data", "block"),
            f"got {data.block}, allowed: more than model.n_ctx, {n_ctx}, so that a block holds a window and the token that comes next",
        )
    elif length is not None and length < LEAST_BLOCKS * data.block:
        words = f"got {data.block}: the text has {length} tokens, and at least {LEAST_BLOCKS} blocks are needed, to train, to choose and to judge; "
        most = length // LEAST_BLOCKS
        yield (
            ("data", "block"),
            words
            + (
                f"allowed: at most {most}"
                if most > n_ctx
                else f"give a longer text, or a shorter context (model.n_ctx {n_ctx})"
            ),
        )
    elif data.validation + data.holdout >= 1:
        yield (
            ("data", "holdout"),
            f"got {data.holdout}, allowed: less than {1 - data.validation:g}, so that some of the text is left to train on (data.validation takes {data.validation:g})",
        )
    elif length is not None and data.shares(length)[0] < 1:
        trains, chooses, judges = data.shares(length)
        yield (
            ("data", "holdout"),
            f"got {data.holdout}: of {trains + chooses + judges} blocks {chooses} choose and {judges} judge, which leaves none to train on; allowed: a smaller share here or in data.validation, or a smaller data.block",
        )


def _training(t: TrainingConfig) -> Iterator[Problem]:
    if t.schedule == "constant" and t.warmup:
        yield (
            ("training", "warmup"),
            f"got {t.warmup}, allowed: 0 with training.schedule: constant (or set it to cosine)",
        )
    if t.warmup >= t.steps:
        yield (
            ("training", "warmup"),
            f"got {t.warmup}, allowed: less than training.steps, {t.steps}",
        )
    if t.checkpoint_every > t.steps:
        yield (
            ("training", "checkpoint_every"),
            f"got {t.checkpoint_every}, allowed: at most training.steps, {t.steps}",
        )


def _narrower(file: File) -> Iterator[Problem]:
    m, narrower = file.model, file.training.narrower
    if narrower and (m.n_layers or m.normalization != "none"):
        yield (
            ("training", "narrower"),
            f"got {shown(list(narrower))}, allowed: [] with layers or layer normalization: only without them is a narrower network one whose further dimensions are zero",
        )
    elif wrong := [d for d in narrower if d >= m.d_model]:
        yield (
            ("training", "narrower"),
            f"got {shown(list(narrower))}, allowed: widths below model.d_model, {m.d_model}; {wrong[0]} is not",
        )
    elif list(narrower) != sorted(set(narrower)):
        yield (
            ("training", "narrower"),
            f"got {shown(list(narrower))}, allowed: each width once, the narrowest first",
        )
