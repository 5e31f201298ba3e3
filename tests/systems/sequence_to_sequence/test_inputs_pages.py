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
from pagework import stored, turned, written
from rulework import CONFIGS

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.core.train import train
from reportgen.measure.measure import measure


def test_the_holdout_is_said_to_have_chosen(tmp_path: Path) -> None:
    pages = written(tmp_path, committed("inputs_learnt").config, stored("inputs_learnt"))
    assert "so these inputs were used to choose the network" in pages["index.md"]
    assert (
        "Remember that these inputs chose the network among its seeds."
        in pages["walkthrough/02-does-it-learn.md"]
    )


def without_intervals(page: str) -> str:
    """A page on which counts of seeds stand alone."""
    return re.sub(r"\s\([\d.]+\s%\sto\s[\d.]+\s%\)", "", page)


def over(**seeds: list[int]) -> dict[str, list[int]]:
    """Verdicts of a claim over seeds."""
    return dict(holds=[], partly=[], undecided=[], fails=[]) | seeds


def test_a_mechanism_is_counted_over_seeds_that_solve_the_task(tmp_path: Path) -> None:
    """Most seeds have it and most of those fail; the one shown is the only one that solves the task
    and has the other.
    """
    measured = copy.deepcopy(stored("inputs_learnt"))
    claims, everyone, able = measured["claims"], list(range(20)), list(range(5, 12))
    claims["solved"]["seeds"] = over(holds=able, fails=[i for i in everyone if i not in able])
    claims["first_looks"]["seeds"] = over(
        holds=everyone[:10] + everyone[15:], fails=[*range(10, 15)]
    )
    claims["looks_by_place"] |= dict(verdict="holds", seeds=over(holds=[5], partly=everyone[6:]))
    pages = written(tmp_path, committed("inputs_learnt").config, measured)
    page = without_intervals(pages["walkthrough/03-who-looks-where.md"])
    assert "those that answer every input: 7 of 20." in page
    assert "looks at the digit it is made from | 5 of 7 | 10 of 13 | holds |" in page
    assert (
        "Attention depends on position, not on content | 1 of 7 | 0 of 13 |"
        " holds, as in only 1 of 7 that answer every input |" in page
    )


def test_where_no_seed_solves_the_task_none_is_counted(tmp_path: Path) -> None:
    measured = copy.deepcopy(stored("inputs_learnt"))
    measured["claims"]["solved"]["seeds"] = over(fails=[5, 6, 16, 17])
    pages = written(tmp_path, committed("inputs_learnt").config, measured)
    assert "| none to count | 1 of 4 | holds |" in without_intervals(
        pages["walkthrough/03-who-looks-where.md"]
    )


def test_counts_of_seeds_depend_on_what_is_trained_beside_them(tmp_path: Path) -> None:
    """Two reports of the same seeds and the same split have had other counts."""
    pages = written(tmp_path, committed("inputs_learnt").config, stored("inputs_learnt"))
    (seeds,) = [text for place, text in pages.items() if place.endswith("-seeds.md")]
    assert "another report with the same seeds and split may give another count" in seeds


def test_less_than_twice_a_share_is_not_called_no_more_than_a_share(tmp_path: Path) -> None:
    """What fails lies under twice an even spread, or under an equal share, and may lie above
    nothing.
    """
    measured = turned("inputs_learnt", "fails")
    pages = written(tmp_path, committed("inputs_learnt").config, measured)
    assert "of the attention on average (uniform attention:" in pages["index.md"]
    digit = pages["walkthrough/04-one-digit.md"]
    assert "brings no more of the digit than an equal share of all parts" in digit
    assert "does not bring the digit" not in digit


@pytest.mark.parametrize("verdict", ["holds", "partly", "fails"])
def test_a_few_checkpoints_in_a_row_are_not_called_settled(verdict: str, tmp_path: Path) -> None:
    """What comes after them is not asked, and may fall back."""
    pages = written(tmp_path, committed("inputs_learnt").config, turned("inputs_learnt", verdict))
    words = pages["walkthrough/02-does-it-learn.md"].split('<aside class="rg-cards"')[0]
    assert "several checkpoints in a row" in words
    assert "settle" not in words


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
    (seeds,) = [text for place, text in pages.items() if place.endswith("-seeds.md")]
    assert "random split" not in seeds
    assert "the same seeds were trained twice" not in pages["walkthrough/01-the-task.md"]


@pytest.mark.parametrize(
    ("model", "chapters"),
    [
        (dict(n_layers=0), 4),
        (dict(n_layers=1, d_mlp=0), 7),
        (dict(n_heads=2, normalization="none", attention_biases=False), 9),
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
    assert ("Left out here" in pages["index.md"]) == (chapters < 9)


@pytest.mark.parametrize("rule", [True, False])
def test_a_program_that_is_the_rule_is_right_by_construction(rule: bool, tmp_path: Path) -> None:
    """Only of another one is it measured how often it is wrong."""
    measured = copy.deepcopy(stored("inputs_learnt"))
    measured["facts"]["program_differs"]["details"]["is_the_rule"] = rule
    said = written(tmp_path, committed("inputs_learnt").config, measured)
    chapter = said["walkthrough/09-how-it-works.md"]
    assert ("This program is the rule itself" in chapter) == rule
    assert ("Measured, output tokens where the program is wrong" in chapter) != rule


def test_the_output_that_looks_elsewhere_is_named(tmp_path: Path) -> None:
    """As its fact has it, on the overview and beside the original."""
    said = written(tmp_path, committed("inputs_unlearnt").config, stored("inputs_unlearnt"))
    assert stored("inputs_unlearnt")["claims"]["first_looks"]["verdict"] == "partly"
    for page in ("index.md", "walkthrough/08-originals.md"):
        assert "not more than half at every output; the least at output 1: 0.001." in said[page]
