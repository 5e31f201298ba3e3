"""Which values of the section on data do not fit together, or with the rule, the model and the report."""

from collections.abc import Iterator

from reportgen.config.given import Check, Given, Problem
from reportgen.config.sections import InputsData, RepeatsData, TextData, WindowsData
from reportgen.config.wording import shown

LEAST_BLOCKS = 3  # of a text: one each to train, to choose and to judge
LEAST_CHOOSING = 3  # sequences: a third of what they give is set beside them from the training ones


def _length(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, WindowsData):
        shortest, longest = given.data.length
        if shortest > longest:
            yield ("data", "length"), f"got [{shortest}, {longest}], allowed: the shortest first"


def _context(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, WindowsData):
        n_ctx, shortest = given.model.n_ctx, min(given.data.length)
        if shortest < 3:
            yield (
                ("data", "length"),
                f"got {list(given.data.length)}, allowed: at least 3 tokens, so that a window of two "
                "and the token that comes next have room",
            )
        elif n_ctx + 1 > shortest:
            yield (
                ("model", "n_ctx"),
                f"got {n_ctx}, allowed: at most {shortest - 1}, "
                "one less than the shortest sequence (data.length)",
            )


def _validation(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, WindowsData):
        sequences, share = given.data.sequences, given.data.validation
        kept = round(sequences * share)
        if not LEAST_CHOOSING <= kept < sequences:
            yield (
                ("data", "validation"),
                f"got {share:g}: that leaves {kept} of {sequences} sequences for validation; "
                f"allowed: a share that leaves at least {LEAST_CHOOSING} for it and 1 to train on",
            )


def _inputs(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, InputsData):
        inputs = getattr(given.sound_rule, "inputs", 0)
        if given.data.holdout >= inputs:
            yield (
                ("data", "holdout"),
                f"got {given.data.holdout}: that leaves nothing to train on; "
                f"allowed: less than {inputs}, the number of inputs",
            )


def _beside(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, InputsData) and given.data.beside == given.data.split:
        yield (
            ("data", "beside"),
            f"got {shown(given.data.beside)}, the split that data.split names already; "
            "allowed: the other one, or no such key",
        )


def _shown_of_holdout(given: Given) -> Iterator[Problem]:
    """Demonstrations are taken from what is held out."""
    count, data = given.report.demonstrations, given.data
    if isinstance(data, InputsData | RepeatsData) and count > data.holdout:
        yield (
            ("report", "demonstrations"),
            f"got {count}, allowed: at most {data.holdout}, the size of data.holdout, "
            "from which they are taken",
        )
    if isinstance(data, TextData) and given.model.n_ctx < data.block:
        _, _, judges = data.shares(given.sound_rule.length)
        within = len(range(0, data.block - given.model.n_ctx, given.model.n_ctx))
        windows = min(data.windows, judges * within)
        if count > windows:
            yield (
                ("report", "demonstrations"),
                f"got {count}, allowed: at most {windows}, the number of windows that data.holdout "
                "and data.windows leave, from which they are taken",
            )


def _block(given: Given) -> Iterator[Problem]:
    if isinstance(given.data, TextData) and given.data.block <= given.model.n_ctx:
        yield (
            ("data", "block"),
            f"got {given.data.block}, allowed: more than model.n_ctx, {given.model.n_ctx}, "
            "so that a block holds a window and the token that comes next",
        )


def _blocks(given: Given) -> Iterator[Problem]:
    if not isinstance(given.data, TextData) or given.data.block <= given.model.n_ctx:
        return
    length, block, n_ctx = given.sound_rule.length, given.data.block, given.model.n_ctx
    if length < LEAST_BLOCKS * block:
        most = length // LEAST_BLOCKS
        yield (
            ("data", "block"),
            f"got {block}: the text has {length} tokens, and at least {LEAST_BLOCKS} blocks are "
            "needed, to train, to choose and to judge; "
            + (
                f"allowed: at most {most}"
                if most > n_ctx
                else f"give a longer text, or a shorter context (model.n_ctx {n_ctx})"
            ),
        )


def _shares(given: Given) -> Iterator[Problem]:
    if not isinstance(given.data, TextData):
        return
    validation, holdout = given.data.validation, given.data.holdout
    if validation + holdout >= 1:
        yield (
            ("data", "holdout"),
            f"got {holdout}, allowed: less than {1 - validation:g}, so that some of the text is "
            f"left to train on (data.validation takes {validation:g})",
        )
        return
    length = given.sound_rule.length
    trains, chooses, judges = given.data.shares(length)
    if trains < 1 and length >= LEAST_BLOCKS * given.data.block:
        yield (
            ("data", "holdout"),
            f"got {holdout}: of {trains + chooses + judges} blocks {chooses} choose and {judges} "
            "judge, which leaves none to train on; allowed: a smaller share here or in "
            "data.validation, or a smaller data.block",
        )


DATA_CHECKS: tuple[Check, ...] = (
    _length,
    _context,
    _validation,
    _inputs,
    _beside,
    _shown_of_holdout,
    _block,
    _blocks,
    _shares,
)
