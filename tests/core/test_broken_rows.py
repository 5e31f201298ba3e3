"""Rows that break the rule are found before a training, with the data, the row and the position."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from places import CONFIGS, ROOT

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.data.broken_rows import broken_rows
from reportgen.system import system_of


@pytest.fixture(scope="module")
def config() -> Config:
    return configs.load(CONFIGS / "reverse_increment_4.yaml")


@pytest.fixture(scope="module")
def data(config: Config) -> Any:
    return system_of(config).draw(config)


def changed(data: Any, held_out: bool, row: int, position: int, token: int) -> Any:
    """With another token in the `row`th of the rows that train, or of those held out."""
    tokens = data.rows.tokens.copy()
    tokens[np.flatnonzero(data.held_out == held_out)[row], position] = token
    return replace(data, rows=replace(data.rows, tokens=tokens))


def test_rows_as_they_are_drawn_obey(config: Config, data: Any) -> None:
    assert not list(broken_rows(config, data))


def test_a_row_that_trains_is_told(config: Config, data: Any) -> None:
    row = data.batches(config, 0, 0, 1)[0][0]
    at = int(np.flatnonzero((data.train.tokens == row).all(1))[0])
    last, before = len(row) - 1, " ".join(map(str, config.rule.tokens.decode(row[:-1])))
    wrong = (int(row[-1]) + 1) % 4
    ((key, words),) = broken_rows(config, changed(data, False, at, last, wrong))
    assert key == ("data",)
    assert words == (
        f"data: {ROOT}/reportgen/systems/sequence_to_sequence/data.py: row 0 of the first batch"
        f" breaks the rule 'reverse_increment': position {last}, after {before}: got {wrong},"
        f" allowed: {row[-1]}; mend the data or the rule, or set `whole_sequences = False` in"
        " Inputs where its rows are cut out of longer sequences"
    )


def test_a_row_that_is_followed_is_told(config: Config, data: Any) -> None:
    """Its last token is looked at too, which no network reads."""
    shown = data.demonstrations(1)
    at = int(np.flatnonzero((data.holdout.inputs == shown.inputs[0]).all(1))[0])
    wrong = (int(shown.targets[0, -1]) + 1) % 4
    ((_, words),) = broken_rows(config, changed(data, True, at, -1, wrong))
    assert "row 0 of the demonstrations breaks the rule" in words


def test_an_id_of_no_token_is_told(config: Config, data: Any) -> None:
    row = data.batches(config, 0, 0, 1)[0][0]
    at = int(np.flatnonzero((data.train.tokens == row).all(1))[0])
    ((_, words),) = broken_rows(config, changed(data, False, at, 1, 11))
    assert "position 1 has the token id 11, allowed: 0 to 4" in words


def test_rows_that_are_cut_out_of_sequences_are_not_looked_at(
    config: Config, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(data), "whole_sequences", False)
    assert not list(broken_rows(config, changed(data, False, 0, -1, 11)))
