"""What a configuration says of the inputs: which of them train, and which are held out."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.report import Config
from reportgen.core.config.sections import DataConfig, Finite
from reportgen.core.config.sizes import MOST_HELD
from reportgen.errors import RuleError
from reportgen.rules.task import MOST_INPUTS, Task
from reportgen.system import known_as

# a random choice; by a hash of each input, whatever other inputs there are; those that are listed
Split = Literal["random", "hash", "list"]


class InputsData(DataConfig):
    """All inputs there are: which of them train."""

    split: Split = "random"
    # of all inputs, those that train; 1: every input trains, and none is held out
    train_share: Annotated[Finite, Field(gt=0, le=1)] | None = None
    # with `split: list`, the inputs that train
    train: Annotated[tuple[tuple[int | str, ...], ...], Field(max_length=MOST_INPUTS)] = ()


def _named(given: Given) -> Iterator[Problem]:
    """The one key that a split goes by."""
    told: InputsData = given.data
    if told.split == "list":
        if told.train_share is not None:
            words = f"got {told.train_share:g}, allowed: no such key with data.split: list"
            yield ("data", "train_share"), words
        if not told.train:
            words = (
                "missing; with data.split: list it is a list of inputs, such as [[0, 1], [2, 3]]"
            )
            yield ("data", "train"), words
        return
    if told.train:
        words = f"got {len(told.train)} inputs, allowed: no such key without data.split: list"
        yield ("data", "train"), words
    if told.train_share is None:
        words = f"missing; with data.split: {told.split} it is the share of all inputs that train"
        yield ("data", "train_share"), words


def _empty(given: Given) -> Iterator[Problem]:
    """A split of which one side is empty."""
    from reportgen.systems.input_to_output.data import train_mask

    told, rule = given.data, given.sound_rule
    if list(_named(given)):
        return
    try:
        train = train_mask(told, rule)
    except RuleError as error:
        yield ("data", "train"), str(error)
        return
    key = "train" if told.split == "list" else "train_share"
    count, of = int(train.sum()), rule.count
    if not count:
        words = f"got {told.train_share:g}: of {of:,} inputs that leaves none to train on"
        yield ("data", key), f"{words}; allowed: a share that is at least one input"
    if count == of and told.train_share != 1:
        held = "holds none of them out"
        got = (
            f"{count:,} inputs, which are all there are and"
            if key == "train"
            else (f"{told.train_share:g}: of {of:,} inputs that")
        )
        yield (
            ("data", key),
            f"got {got} {held}; allowed: fewer, or train_share: 1 where none is to be held out",
        )


def _batch(given: Given) -> Iterator[Problem]:
    """Batches that are not larger than what trains."""
    from reportgen.systems.input_to_output.data import train_mask

    if list(_named(given)) or list(_empty(given)):
        return
    train = int(train_mask(given.data, given.sound_rule).sum())
    if given.training.batch > train:
        yield (
            ("training", "batch"),
            (
                f"got {given.training.batch}, allowed: at most {train}, the number of inputs that"
                f" train ({train} is a full batch: every step sees all of them)"
            ),
        )


def _demonstrations(given: Given) -> Iterator[Problem]:
    """More inputs to follow than there are."""
    from reportgen.systems.input_to_output.data import shown_from, train_mask

    if list(_named(given)) or list(_empty(given)):
        return
    count, there = given.report.demonstrations, shown_from(train_mask(given.data, given.sound_rule))
    if count > len(there):
        yield (
            ("report", "demonstrations"),
            (
                f"got {count}, allowed: at most {len(there)}, the number of inputs from which they"
                " are taken"
            ),
        )


def _held(given: Given) -> Iterator[Problem]:
    """What facts look into of all inputs, which are traced at once."""
    m, rule = given.model, given.sound_rule
    each = m.n_layers * (m.d_mlp + m.n_heads * m.n_ctx) + len(rule.vocabulary)
    if (numbers := rule.count * m.n_ctx * each) > MOST_HELD:
        yield (
            ("rule",),
            (
                f"its {rule.count:,} inputs of model.n_ctx {m.n_ctx} tokens, each with"
                f" {each:,} numbers a token, are {numbers:,} to hold at once; allowed: at most"
                f" {MOST_HELD:,}; lower one of the rule's sizes, or those of the model (n_layers,"
                " n_heads, d_mlp)"
            ),
        )


def task_of(config: Config) -> Task:
    """The rule of a configuration of this system (`check_rule` has seen that it is a task)."""
    assert isinstance(config.rule, Task)
    return config.rule


def data_config(config: Config) -> InputsData:
    """What a configuration of this system says of its data."""
    return known_as(InputsData, config.data)


def _split_of_given(given: Given) -> Iterator[Problem]:
    """A split of inputs, where weights were given: nobody here knows which they have seen."""
    told: InputsData = given.data
    if given.weights is not None and (told.split == "list" or told.train_share != 1):
        yield (
            ("data",),
            (
                "splits the inputs, and the weights were given: which inputs they were trained on"
                " is not in them; allowed: train_share: 1, and every number is over all inputs"
            ),
        )


CHECKS: tuple[Check, ...] = (_named, _empty, _split_of_given, _batch, _demonstrations, _held)
