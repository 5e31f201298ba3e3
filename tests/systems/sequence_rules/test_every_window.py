"""Where training has met every window there is, none is held out: each is evaluated, as often as
the data produce it.
"""

import json
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from lookups import draw, figure_called
from pagework import written
from places import CONFIGS, ROOT
from test_facts_of_rules import untrained

from reportgen.core import config as configs
from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Fact
from reportgen.measure.measure import measure
from reportgen.systems.sequence_rules.facts import errors, losses, seeds
from reportgen.systems.sequence_rules.facts.failing import _one
from reportgen.systems.sequence_rules.window_law import chances_of

SEEN = ("successor", "step_down", "lookup_permutation", "conditional_transform")


@pytest.mark.parametrize("name", SEEN)
def test_windows_come_as_often_as_the_law_of_the_batches_has_it(name: str) -> None:
    """Worked out here in fractions: a length, a start in a sequence of it, a first token."""
    config = configs.load(CONFIGS / f"{name}.yaml")
    data, table = draw(config), draw(config).automaton
    shortest, longest = config.data.length
    n = config.model.n_ctx
    chances: Counter[tuple[int, ...]] = Counter()
    for first in range(10):
        text, state = [first], int(table.successor[0, first])
        while len(text) < longest:
            text.append(int(table.law[state].argmax()))
            state = int(table.successor[state, text[-1]])
        for length in range(shortest, longest + 1):
            for start in range(length - n):
                chances[tuple(text[start : start + n + 1])] += Fraction(
                    1, 10 * (longest - shortest + 1) * (length - n)
                )
    assert sum(chances.values()) == 1
    windows = data.holdout_windows
    assert data.everything
    assert windows.weight is not None
    given = dict(zip(map(tuple, windows.tokens.tolist()), windows.weight))
    assert len(windows) == len(given) == len(chances) == 10
    assert given == pytest.approx({key: float(value) for key, value in chances.items()})


@pytest.mark.parametrize("name", ["copy_modulo", "plus_last_even"])
def test_other_data_stay_held_out(name: str) -> None:
    data = draw(configs.load(CONFIGS / f"{name}.yaml"))
    assert not data.everything
    assert data.called == "held-out sequences"


def test_a_window_that_training_has_not_met_stays_held_out() -> None:
    """With four training sequences some of the ten are new."""
    config = configs.load(CONFIGS / "successor.yaml")
    few = config.data.model_copy(update=dict(sequences=7, length=(11, 11), validation=0.4))
    assert not draw(replace(config, data=few)).everything


def test_more_windows_than_asked_for_are_not_listed() -> None:
    table = draw(configs.load(CONFIGS / "copy_modulo.yaml")).automaton
    start = np.eye(1, len(table.law))[0]
    assert chances_of(table, start, 3, most=100) == {}
    assert sum(chances_of(table, start, 2, most=1000).values()) == pytest.approx(1)


def test_a_mean_over_all_there_are_has_no_interval() -> None:
    sample = Sample(np.arange(2), 2, "all 2 windows", np.array([0.25, 0.75]))
    found = sample.average(
        np.array([[1, 0], [0, 0]]), np.ones((2, 2), dtype=bool), unit="percent", of="x"
    )
    assert (found.value, found.n, found.exhaustive) == (0.125, 4, True)
    assert (found.interval, found.low, found.clusters) == ("", None, 0)


def test_errors_and_baselines_are_weighted() -> None:
    """Where the text has ended in a circle of three tokens, these weigh most."""
    study = untrained("conditional_transform")
    windows = study.data.holdout_windows
    assert windows.weight is not None
    assert len(set(windows.weight.round(6))) > 1
    by_window = errors.wrong(study).mean(1)
    assert errors.visible_error(study).value == pytest.approx(by_window @ windows.weight)
    loss = losses.holdout_loss(study)
    assert loss.floor is not None
    assert loss.floor.value == pytest.approx(study.floors.window, abs=1e-12)
    assert loss.exhaustive
    right = replace(errors.visible_error(study), value=0.0)
    assert seeds.grade(right) == "learnt"  # without an interval, and without an error


def test_the_learning_curve_names_the_sample_it_is_measured_on() -> None:
    """The numbers in the text are of every window, those of the curve of windows drawn."""
    figure = figure_called("learning-curve")
    data = figure.compute(study := untrained("conditional_transform"))
    drawn = len(study.data.validation_windows)
    assert f"measured on {drawn:,} validation windows, drawn at random" in figure.caption(data)
    assert f"on all {len(study.data.holdout_windows)} windows" in figure.caption(data)
    other = figure.compute(untrained("plus_max_of_two"))
    assert "drawn at random" not in figure.caption(other)


def pages(name: str, folder: Path) -> tuple[dict[str, Fact], str]:
    study = untrained(name)
    measured = json.loads(json.dumps(measure(study)))
    measured["claims"]["learns_rule"]["verdict"] = "holds"
    text = "\n".join(written(folder, study.config, measured).values())
    facts = {key: Fact.from_dict(plain) for key, plain in measured["facts"].items()}
    return facts, re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("successor", "windows that the data can produce"),
        ("plus_max_of_two", "held-out windows"),
    ],
)
def test_a_wrong_answer_is_from_what_was_tried(
    name: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no context that was tried goes wrong, it is one of the windows."""
    study = untrained(name)
    monkeypatch.setattr(type(study), "verified", SimpleNamespace(lengths=()))
    found = _one(study)
    assert found is not None
    assert found[3] == where


def test_nothing_is_said_of_text_that_was_not_seen(tmp_path: Path) -> None:
    facts, said = pages("successor", tmp_path)
    # the whole sequences that were drawn are new ones, and their share is told
    lines = [line for line in said.splitlines() if "whole sequences" not in line]
    assert not re.findall(r"(?i)held-out \w+|never seen|had not seen|unseen", "\n".join(lines))
    assert "Over all 10 windows that the data can produce" in said
    assert "nothing can be held out" in said
    assert "every window that the data can produce is in the training data" in said
    sampled = ("seeds_", "learners", "generated", "locked_share")
    several = chain(facts.items(), *(facts[name].parts for name in ("excess_loss",)))
    for name, fact in several:
        assert not name.startswith(sampled) and fact.interval == "" or name.startswith(sampled)
    assert facts["visible_error"].n == 100


@pytest.mark.parametrize("name", ["conditional_transform", "lookup_permutation", "even_abs_diff"])
def test_where_a_rule_names_no_position_its_answer_may_stand_there_all_the_same(
    name: str, tmp_path: Path
) -> None:
    """Texts that end in a circle hold the answer in the window, though the rule gives no source."""
    windows = untrained(name).data.holdout_windows
    back = [
        windows.targets[w, p] in windows.inputs[w, : p + 1]
        for w, p in zip(*np.nonzero(windows.visible))
    ]
    assert np.mean(back) > 0.1
    said = pages(name, tmp_path)[1]
    assert "names no earlier token as the answer" in said
    assert not re.findall(r"(?i)no copy of|no earlier position holds|is worked out|nowhere", said)


def test_no_template_says_that_an_answer_stands_nowhere() -> None:
    """All that is known of a rule without a source is that it names none."""
    wrong = re.compile(
        r"(?i)no copy of an earlier|(?<!names )no earlier (position|token)|answer is worked out"
    )
    assert wrong.search("No earlier position holds the answer.")
    for path in (ROOT / "templates" / "sequence_rules").rglob("*.j2"):
        said = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))
        assert not wrong.search(said), path


def test_of_other_rules_text_is_held_out(tmp_path: Path) -> None:
    _, said = pages("plus_max_of_two", tmp_path)
    assert "held-out sequences" in said
    assert "nothing can be held out" not in said
