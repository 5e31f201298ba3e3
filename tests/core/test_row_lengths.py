"""Rows that are longer or shorter than what the network reads are found before a training."""

from dataclasses import replace
from typing import Any

import pytest
from places import CONFIGS, ROOT

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.data.misfits import misfits
from reportgen.core.data.row_lengths import other_lengths
from reportgen.system import system_of

FILE = f"{ROOT}/reportgen/systems/sequence_to_sequence/data.py"


@pytest.fixture(scope="module")
def config() -> Config:
    return configs.load(CONFIGS / "reverse_increment_4.yaml")


@pytest.fixture(scope="module")
def data(config: Config) -> Any:
    return system_of(config).draw(config)


class Shown:
    """One followed row."""

    def __init__(self, inputs: Any) -> None:
        self.inputs = inputs

    def __len__(self) -> int:
        return len(self.inputs)


def told(kind: str, got: int, positions: int) -> tuple[tuple[str, str], str]:
    return ("model", "n_ctx"), (
        f"model.n_ctx: got {got}, allowed: {positions}, since rows of {kind} have {positions + 1}"
        f" tokens, of which the network reads all but the last ({FILE})"
    )


def test_rows_as_they_are_drawn_fit(config: Config, data: Any) -> None:
    assert not list(other_lengths(config, data))


@pytest.mark.parametrize("n_ctx", [7, 9])
def test_a_network_that_reads_less_or_more(config: Config, n_ctx: int) -> None:
    """As a build asks, too: it is told once, and no row is tried against the rule."""
    model = config.model.model_copy(update={"n_ctx": n_ctx})
    other = replace(config, model=model)
    assert list(misfits(other)) == [told("the first batch", n_ctx, 8)]


def test_each_kind_of_rows(config: Config, data: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, longer = type(data), data.rows.inputs.repeat(2, axis=1)
    for name, value, words in (
        ("evaluated", property(lambda self: longer), "what is evaluated"),
        ("demonstrations", lambda self, count: Shown(longer), "the demonstrations"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(kind, name, value)
            assert list(other_lengths(config, data)) == [told(words, 8, 16)]
