"""What a playground is told of a rule is the same whatever was read of it before."""

import copy

import numpy as np
import pytest
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.rules.automaton import tabulate
from reportgen.rules.reader import reader
from reportgen.systems.sequence_rules.config import data_config
from reportgen.systems.sequence_rules.live import _reader


@pytest.mark.parametrize("name", ["lucky7", "step_back"])
def test_windows_are_numbered_as_they_are_reached(name: str) -> None:
    config = configs.load(CONFIGS / f"{name}.yaml")
    length, n_ctx = data_config(config).length, config.model.n_ctx
    fresh = reader(tabulate(config.rule, length[1]), length, n_ctx)
    used = copy.deepcopy(fresh)
    rng = np.random.default_rng(0)
    used.read(rng.integers(0, len(config.rule.tokens.names), (50, n_ctx))[:, ::-1])
    told = _reader(fresh, n_ctx)
    assert told is not None
    assert told == _reader(used, n_ctx)
