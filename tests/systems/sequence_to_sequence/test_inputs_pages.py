"""The pages about answered inputs: what chose the network, a split alone, and networks of other
shapes.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import committed
from pagework import stored, written
from rulework import CONFIGS

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.core.train import train
from reportgen.measure.measure import measure


def test_the_holdout_is_said_to_have_chosen(tmp_path: Path) -> None:
    pages = written(tmp_path, committed("inputs_learnt").config, stored("inputs_learnt"))
    assert "the held-out inputs have chosen it" in pages["index.md"]
    assert (
        "Remember that these inputs chose the network among its seeds."
        in pages["walkthrough/02-does-it-learn.md"]
    )


def test_a_report_of_one_split_says_nothing_of_another(tmp_path: Path) -> None:
    """Without a split beside it, what compares the two is left out with its reason."""
    config = configs.load(CONFIGS / "reverse_increment_4.yaml")
    measured = copy.deepcopy(stored("inputs_learnt"))
    alone = Config(
        config.name,
        config.rule,
        config.data.model_copy(update=dict(beside=None)),
        config.model,
        config.training,
        config.report,
    )
    del measured["claims"]["random_is_easier"]
    measured["unasked"]["random_is_easier"] = dict(
        statement="A random split is easier", reason="networks are trained on one split"
    )
    pages = written(tmp_path, alone, measured)
    assert "random split" not in pages["walkthrough/07-seeds.md"]
    assert "the same seeds were trained twice" not in pages["walkthrough/01-the-task.md"]


@pytest.mark.parametrize(
    ("model", "chapters"),
    [
        (dict(n_layers=0), 4),
        (dict(n_layers=1, d_mlp=0), 6),
        (dict(n_heads=2, normalization="none", attention_biases=False), 8),
    ],
    ids=["no layer", "attention alone", "two heads"],
)
def test_networks_of_other_shapes_have_pages(
    model: dict[str, Any], chapters: int, tmp_path: Path
) -> None:
    """Two steps of training each: what a network does not have is left out with its reason, and all
    the rest is measured and told.
    """
    values = configs.load(CONFIGS / "reverse_increment_4.yaml").as_dict()
    values["model"] |= model
    values["training"] |= dict(steps=2, seeds=2, checkpoint_every=1)
    config = configs.from_values(values)
    pages = written(
        tmp_path, config, json.loads(json.dumps(measure(study_of(config, train(config)))))
    )
    assert len([place for place in pages if re.match(r"walkthrough/\d", place)]) == chapters
    assert ("Left out here" in pages["index.md"]) == (chapters < 8)
