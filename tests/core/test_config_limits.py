"""How large a configuration may be, and numbers that are none: refused at once, with what is
allowed and why.
"""

import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import ClassVar

import pytest
import yaml
from places import CONFIGS
from pydantic import TypeAdapter, ValidationError

from reportgen.core import config as configs
from reportgen.core.config.sections import ModelConfig, ReportConfig, TrainingConfig
from reportgen.core.config.strict import validated
from reportgen.errors import ConfigError
from reportgen.system import systems


def values(name: str, changes: Mapping[str, object]) -> dict:
    """The values of a shipped configuration, some of them changed, by dotted key."""
    found = deepcopy(yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8")))
    for key, value in changes.items():
        section, _, inner = key.partition(".")
        found[section][inner] = value
    return found


def told(name: str, changes: Mapping[str, object]) -> list[str]:
    """What is said of the changed values, at once."""
    began = time.process_time()
    with pytest.raises(ConfigError) as error:
        configs.from_values(values(name, changes))
    assert time.process_time() - began < 2
    return [line.removeprefix("config: ") for line in error.value.problems]


WIDTH = "networks here are small enough to be looked into number by number"


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        (
            "training.seeds",
            10**9,
            "1,000: each is a network of its own, trained, kept and evaluated",
        ),
        (
            "training.steps",
            10**90,
            "10,000,000: a hundred times the longest training of the package",
        ),
        ("training.batch", 10**7, "100,000: a batch is drawn and passed through as a whole"),
        ("data.sequences", 10**9, "1,000,000: all of them are held in memory"),
        ("data.holdout", 10**9, "1,000,000: all of them are held in memory"),
        ("data.seed", 2**32, "4,294,967,295: random streams are numbered with 32 bits"),
        ("model.n_ctx", 10**6, "4,096: attention is kept for each pair of positions"),
        ("model.d_mlp", 10**6, f"16,384: {WIDTH}"),
        ("report.demonstrations", 7, "6: each is followed step by step over several pages"),
    ],
)
def test_each_size_has_its_limit_and_the_reason(key: str, value: int, allowed: str) -> None:
    got = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
    line = f"{key}: got {got}, allowed: at most {allowed}"
    assert line in told("plus_last_even", {key: value})


def test_lengths_have_a_limit_too() -> None:
    assert told("plus_last_even", {"data.length": [20, 10**9]}) == [
        "data.length.1: got 1000000000, allowed: at most 10,000: a sequence is read token by token,"
        " and each of its states is a row of a table"
    ]


@pytest.mark.parametrize(
    "section",
    [*(system.data for system in systems().values()), ModelConfig, TrainingConfig, ReportConfig],
)
def test_no_number_is_without_a_limit(section: type) -> None:
    """Whole numbers are sizes, and every size is bounded; editors are told."""
    properties = section.model_json_schema()["properties"]
    free = {
        key
        for key, value in properties.items()
        for one in (value, *value.get("prefixItems", ()))
        if one.get("type") == "integer" and "maximum" not in one
    }
    assert not free


@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        (
            "plus_last_even",
            {"training.checkpoint_every": 1},
            (
                "training.checkpoint_every: got 1: 20,001 checkpoints of 20,000 steps; allowed: at"
                " least 3, which makes 10,000, each of them evaluated and a frame of every film (or"
                " lower training.steps)"
            ),
        ),
        (
            "parity_based",
            {"training.seeds": 1000, "training.checkpoint_every": 50},
            (
                "training.checkpoint_every: got 50: 401 checkpoints of 1,000 networks of 43,381"
                " parameters are 17,395,781,000 numbers to keep; allowed: at most 500,000,000, 2"
                " GB; raise it, or lower training.steps, training.seeds or the sizes of the model"
                " (n_layers, n_heads, d_model, d_head, d_mlp)"
            ),
        ),
        (
            "plus_last_even",
            {"training.batch": 100_000},
            (
                "training.batch: got 100000: 100,000 windows of model.n_ctx 8 tokens in 10"
                " networks, each with 120 numbers a token, are 960,000,000 to hold at once;"
                " allowed: at most 250,000,000, 1 GB; lower it, or the sizes of the model (n_ctx,"
                " n_layers, n_heads, d_model, d_mlp)"
            ),
        ),
        (
            "plus_last_even",
            {"data.sequences": 1_000_000},
            (
                "data.sequences: got 1000000: with data.holdout 2000 and up to 50 tokens each"
                " (data.length) 50,100,000 tokens are held at once; allowed with 12 different ones:"
                " at most 6,578,947; lower one of the three"
            ),
        ),
        (
            "induction",
            {"data.holdout": 1_000_000},
            (
                "data.holdout: got 1000000: about 1,000,000 windows of model.n_ctx 40 tokens, each"
                " with 736 numbers a token, are 29,440,000,000 to hold at once; allowed: at most"
                " 250,000,000, 1 GB; lower it, or the sizes of the model (n_ctx, n_layers, n_heads,"
                " d_model, d_mlp)"
            ),
        ),
        (
            "reverse_increment_8",
            {"rule.highest": 9},
            (
                "rule: its parameters make 100,000,000 inputs, allowed: at most 1,000,000, since"
                " each of them is listed; lower one of its sizes"
            ),
        ),
    ],
)
def test_what_keys_make_together_has_a_limit(
    name: str, changes: Mapping[str, object], line: str
) -> None:
    assert line in told(name, changes)


def test_every_mistake_of_a_file_at_once() -> None:
    """Wrong types, limits, contradictions and products: none hides another."""
    changes = {
        "rule.highest": True,
        "data.length": [50, 20],
        "data.holdout": "40",
        "model.n_ctx": 30,
        "model.d_head": 3,
        "training.steps": 10,
        "training.warmup": 5,
        "training.seeds": 10**9,
    }
    assert sorted(told("plus_last_even", changes)) == sorted(
        [
            "rule.highest: got true, allowed: a whole number",
            "data.length: got [50, 20], allowed: the shortest first",
            "data.holdout: got '40', allowed: a whole number",
            (
                "model.n_ctx: got 30, allowed: at most 19, one less than the shortest sequence "
                "(data.length)"
            ),
            (
                "model.d_head: got 3: 1 head(s) of size 3 make 3, not d_model 2; allowed without an"
                " output projection: n_heads × d_head = d_model (or set output_projection: true)"
            ),
            (
                "training.seeds: got 1000000000, allowed: at most 1,000: each is a network of its"
                " own, trained, kept and evaluated"
            ),
            (
                "training.warmup: got 5, allowed: 0 with training.schedule: constant "
                "(or set it to cosine)"
            ),
            "training.checkpoint_every: got 100, allowed: at most training.steps, 10",
        ]
    )


@pytest.mark.parametrize(
    ("name", "changes", "line"),
    [
        (
            "plus_last_even",
            {"rule.highest": "10"},
            "rule.highest: got '10', allowed: a whole number",
        ),
        ("plus_last_even", {"rule.highest": 2.5}, "rule.highest: got 2.5, allowed: a whole number"),
        (
            "plus_last_even",
            {"rule.plus_share": True},
            "rule.plus_share: got true, allowed: a number",
        ),
        ("lucky7", {"rule.seven_first": 1}, "rule.seven_first: got 1, allowed: true or false"),
        (
            "lucky7",
            {"rule.seven_first": "no"},
            "rule.seven_first: got 'no', allowed: true or false",
        ),
        (
            "lookup_permutation",
            {"rule.permutation": [True, False]},
            "rule.permutation.0: got true, allowed: a whole number",
        ),
        ("induction", {"rule.period": "8"}, "rule.period: got '8', allowed: a list"),
        ("plus_last_even", {"training.lr": "1e-3"}, "training.lr: got '1e-3', allowed: a number"),
        ("plus_last_even", {"training.lr": False}, "training.lr: got false, allowed: a number"),
        (
            "plus_last_even",
            {"training.steps": 2.5},
            "training.steps: got 2.5, allowed: a whole number",
        ),
        ("plus_last_even", {"model.residual": 1}, "model.residual: got 1, allowed: true or false"),
        ("plus_last_even", {"report.title": 3}, "report.title: got 3, allowed: text"),
        (
            "plus_last_even",
            {"report.title": "a\nb"},
            "report.title: got 'a\\nb', allowed: one line",
        ),
        (
            "plus_last_even",
            {"report.outline": "../x"},
            (
                "report.outline: got '../x', allowed: a lower-case name (a letter, then letters,"
                " digits, _; at most 64)"
            ),
        ),
    ],
)
def test_nothing_passes_for_a_number_that_is_none(
    name: str, changes: Mapping[str, object], line: str
) -> None:
    assert line in told(name, changes)


def test_a_number_without_a_fraction_is_whole() -> None:
    found = configs.from_values(
        values("plus_last_even", {"training.steps": 2.0e4, "rule.highest": 10.0, "training.lr": 1})
    )
    assert (found.training.steps, found.training.lr) == (20_000, 1.0)
    assert type(found.training.steps) is int
    assert type(found.training.lr) is float


@dataclass(frozen=True)
class Own:
    """Parameters as a user writes them, with plain types and nothing else."""

    number: int
    share: float = 0.5
    several: tuple[int, ...] = ()
    strict: bool = False
    KIND: ClassVar[str] = "own"


def test_rules_of_users_are_protected_without_a_word_of_theirs() -> None:
    kind = TypeAdapter(Own)
    assert validated(kind, dict(number=3, share=1, several=[1, 2])) == Own(3, 1.0, (1, 2))
    for wrong in (
        dict(number=True),
        dict(number="3"),
        dict(number=3, share="0.5"),
        dict(number=3, several=[1, True]),
        dict(number=3, strict=1),
        dict(number=3, more=1),
    ):
        with pytest.raises(ValidationError):
            validated(kind, wrong)
