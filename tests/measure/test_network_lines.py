"""The printed lines of a whole network against its own forward pass, in every shape it can have,
and with the weights as the playground loads them.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import committed
from deepnets import SHAPES, config_of, weights_of

from reportgen.core.config import Config
from reportgen.core.interventions import run
from reportgen.core.live import plain, write
from reportgen.measure.network_lines import LOADING, lines_of, says_of
from reportgen.project import LIVE_FILES

COUNT = 40


def without_residual() -> Config:
    """A layer whose output is the stream."""
    config = config_of("side_by_side")
    return replace(config, model=config.model.model_copy(update=dict(residual=False, d_mlp=0)))


@pytest.mark.parametrize("name", [*SHAPES, "without_residual"])
def test_the_lines_say_what_the_network_says(name: str) -> None:
    config = without_residual() if name == "without_residual" else config_of(name)
    names = [str(token) for token in config.rule.vocabulary]
    weights = weights_of(name.replace("without_residual", "side_by_side"))
    weights = {key: weights[key] for key in config.shapes}
    tokens = np.random.default_rng(0).integers(0, len(names), (COUNT, config.model.n_ctx))
    said = run(config.model, weights, tokens).logits.argmax(-1)
    says = says_of(lines_of(config.model))
    for row, expected in zip(tokens, said):
        assert says([names[t] for t in row], names, weights) == [names[t] for t in expected]
    assert len(set(said.ravel().tolist())) > 1


def test_the_weights_are_read_from_what_the_playground_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last checkpoint of the displayed seed, of a run that holds others too."""
    study = committed("repeats_learnt")
    write(study, plain(study), tmp_path)
    assert len(json.loads((tmp_path / LIVE_FILES[0]).read_text("utf-8"))["seeds"][0]["steps"]) > 1
    monkeypatch.chdir(tmp_path)
    space: dict = {}
    exec("\n".join([*LOADING, *lines_of(study.config.model)]), space)
    assert space["names"] == list(study.tokens)
    assert space["w"].keys() == study.weights.keys()
    for name, each in study.weights.items():
        assert np.array_equal(space["w"][name], each), name
    row = study.data.holdout.inputs[0]
    said = space["says"]([study.tokens[t] for t in row], space["names"], space["w"])
    expected = run(study.config.model, study.weights, row[None]).logits[0].argmax(-1)
    assert said == [study.tokens[t] for t in expected]
