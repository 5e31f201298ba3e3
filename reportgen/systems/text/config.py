"""What a configuration says of a text, and what of it does not fit together."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from reportgen.core.config.fits import positions_apart
from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.report import Config
from reportgen.core.config.sections import ROWS, Count, DataConfig, Share, most
from reportgen.core.config.sizes import held_at_once
from reportgen.system import known_as

LEAST_BLOCKS = 3  # of a text: one each for training, validation and what is held out


class TextData(DataConfig):
    """A text, cut into blocks that take turns: most train, some are for validation or held out."""

    block: Annotated[
        Count, most(10_000_000, "a text of so many tokens is long already")
    ]  # tokens in a block
    validation: Share  # share of the blocks that choose the displayed seed
    holdout: Share  # share of the blocks that choose nothing
    windows: Annotated[Count, Field(ge=2), ROWS] = (
        400  # at most so many windows of either are evaluated
    )

    # of weights that were made elsewhere: the share at the end of the text that they were not
    # trained on, as their author says; none: not known
    held_out_end: Share | None = None

    def boundary(self, tokens: int) -> int:
        """Where the end that was held out begins, in tokens."""
        return int(tokens * (1 - (self.held_out_end or 0)))

    def before(self, tokens: int) -> int:
        """How many whole blocks lie before that end."""
        return self.boundary(tokens) // self.block

    def within(self, tokens: int) -> int:
        """How many whole blocks lie in that end."""
        return tokens // self.block - -(-self.boundary(tokens) // self.block)

    def shares(self, tokens: int) -> tuple[int, int, int]:
        """How many blocks of a text are for training, for validation and held out; a last block
        that is not full is left out.
        """
        blocks = tokens // self.block
        validation, holdout = (
            max(1, round(blocks * share)) for share in (self.validation, self.holdout)
        )
        return blocks - validation - holdout, validation, holdout


def _shown_of_holdout(given: Given) -> Iterator[Problem]:
    """Demonstrations are taken from what is held out."""
    count, data = given.report.demonstrations, given.data
    if given.model.n_ctx < data.block:
        _, _, holdout = data.shares(given.sound_rule.length)
        within = len(range(0, data.block - given.model.n_ctx, given.model.n_ctx))
        windows = min(data.windows, holdout * within)
        if count > windows:
            yield (
                ("report", "demonstrations"),
                (
                    f"got {count}, allowed: at most {windows}, the number of windows that"
                    " data.holdout and data.windows leave, from which they are taken"
                ),
            )


def _block(given: Given) -> Iterator[Problem]:
    if given.data.block <= given.model.n_ctx:
        yield (
            ("data", "block"),
            (
                f"got {given.data.block}, allowed: more than model.n_ctx, {given.model.n_ctx}, "
                "so that a block holds a window and the token that comes next"
            ),
        )


def _blocks(given: Given) -> Iterator[Problem]:
    if not isinstance(given.data, TextData) or given.data.block <= given.model.n_ctx:
        return
    length, block, n_ctx = given.sound_rule.length, given.data.block, given.model.n_ctx
    if length < LEAST_BLOCKS * block:
        most = length // LEAST_BLOCKS
        yield (
            ("data", "block"),
            f"got {block}: the text has {length} tokens, and at least {LEAST_BLOCKS} blocks are"
            f" needed, {_for_what(given)}; "
            + (
                f"allowed: at most {most}"
                if most > n_ctx
                else f"give a longer text, or a shorter context (model.n_ctx {n_ctx})"
            ),
        )


def _for_what(given: Given) -> str:
    """What three blocks of a text are for."""
    if given.weights is None:
        return "for training, for validation and to hold out"
    return "to fit readouts on, to choose the smoothing of counts, and to evaluate"


def _left(given: Given) -> str:
    """What the blocks that are in neither share are for."""
    return "to train on" if given.weights is None else "to fit readouts on"


def _shares(given: Given) -> Iterator[Problem]:
    validation, holdout = given.data.validation, given.data.holdout
    if validation + holdout >= 1:
        yield (
            ("data", "holdout"),
            (
                f"got {holdout}, allowed: less than {1 - validation:g}, so that some of the text is"
                f" left {_left(given)} (data.validation takes {validation:g})"
            ),
        )
        return
    length = given.sound_rule.length
    train, chosen, held = given.data.shares(length)
    if train < 1 and length >= LEAST_BLOCKS * given.data.block:
        yield (
            ("data", "holdout"),
            (
                f"got {holdout}: of {train + chosen + held} blocks {chosen} are for validation and"
                f" {held} {'held out' if given.weights is None else 'to evaluate'}, which leaves"
                f" none {_left(given)}; allowed: a smaller share here or in data.validation, or a"
                " smaller data.block"
            ),
        )


def _held(given: Given) -> Iterator[Problem]:
    """A forward pass through all that is held out."""
    yield from held_at_once(given, "windows", given.data.windows)


def _end(given: Given) -> Iterator[Problem]:
    """An end that was held out: of given weights alone, and large enough for what is taken from
    it.
    """
    data, share = given.data, given.data.held_out_end
    if share is None:
        return
    key = ("data", "held_out_end")
    if given.weights is None:
        words = (
            f"got {share:g}, allowed with given weights alone; a training here holds out"
            " data.holdout"
        )
        yield key, words
        return
    length = given.sound_rule.length
    _, validation, holdout = data.shares(length)
    if (within := data.within(length)) < validation + holdout:
        yield (
            key,
            (
                f"got {share:g}: {within} whole blocks of {data.block} tokens lie in that end, and"
                f" data.validation and data.holdout take {validation} and {holdout} of them; lower"
                " these, or data.block"
            ),
        )
    elif not data.before(length):
        yield key, f"got {share:g}: no whole block of {data.block} tokens lies before that end"


def data_config(config: Config) -> TextData:
    """What a configuration of this system says of its data."""
    return known_as(TextData, config.data)


CHECKS: tuple[Check, ...] = (
    positions_apart,
    _end,
    _shown_of_holdout,
    _block,
    _blocks,
    _shares,
    _held,
)
