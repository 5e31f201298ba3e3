"""What is said of runs that can show little: few seeds, what was learnt and lost again, held-out
items that training has met.
"""

import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from claimwork import made
from conftest import committed
from lookups import figure_called, listed
from pagework import stored, written
from textwork import of_text

from reportgen.measure.estimates import Sample
from reportgen.measure.fact import Facts
from reportgen.measure.few_seeds import FEW, anecdote, middle_half
from reportgen.measure.onset import afterwards
from reportgen.measure.population import TOO_FEW
from reportgen.system import system_of

OF_SEEDS = {  # claims on what seeds do, and the share that each rests on
    "sequence_rules": {"seeds_agree": "seeds_learnt"},
    "repeated_sequences": {"seeds_agree": "seeds_solve"},
    "input_to_output": {"seeds_agree": "seeds_generalise"},
    "sequence_to_sequence": {
        "seeds_agree": "seeds_solved",
        "fit_is_enough": "seeds_generalise",
        "random_is_easier": "split_gain",
    },
}
RUNS = ("learnt", "repeats_learnt", "inputs_learnt", "text_learnt", "one_layer_learnt")


@pytest.mark.parametrize("system", OF_SEEDS)
def test_few_seeds_decide_nothing_about_others(system: str) -> None:
    for name, fact in OF_SEEDS[system].items():
        claim = listed(system)[1][name]
        for n, words in ((1, "one network is an anecdote"), (FEW, "so few networks are anecdotes")):
            found = claim.unless(Facts({fact: made(1.0, 0.2, 1.0, n=n)}))
            assert found == f"{words}: another seed may do otherwise"
        assert claim.unless(Facts({fact: made(1.0, 0.5, 1.0, n=FEW + 1)})) == ""
    assert anecdote("none")(Facts({"none": made(n=0)})) == ""


def test_one_of_a_kind_has_no_interval() -> None:
    assert middle_half(np.array([2.5])) == (None, 2.5, None)
    assert middle_half(np.array([1.0, 2.0, 3.0])) == (1.5, 2.0, 2.5)
    values, rows = np.array([0.2, 0.4, 0.6]), np.ones(3, bool)
    one, two = (
        Sample(np.array(of), 2, "sequences").average(values, rows, unit="share", of="items")
        for of in ([0, 0, 0], [0, 0, 1])
    )
    assert one.value == two.value == pytest.approx(0.4)
    assert one.interval == two.interval == TOO_FEW


@pytest.mark.parametrize("run", RUNS)
def test_a_report_of_one_seed_does_not_speak_of_several(run: str, tmp_path: Path) -> None:
    study, measured = committed(run), deepcopy(stored(run))
    measured["seeds"] = measured["seeds"][:1]
    measured["ranking"] = measured["ranking"][:1]
    for claim in measured["claims"].values():
        counts = (claim["seeds"] or {}).items()
        claim["seeds"] = {verdict: [i for i in seeds if i == 0] for verdict, seeds in counts}
    said = "\n".join(written(tmp_path, study.config, measured).values())
    assert "We trained 1 networks" not in said
    assert "1 networks differ" not in said
    assert "was chosen by a rule" not in said
    assert "One network was trained, so none was chosen." in said
    assert "One network of 1" not in said
    assert not re.search(r"\b1 of 1 (seeds|networks)", said)
    counted = any(any(claim["seeds"].values()) for claim in measured["claims"].values())
    assert ("in the one seed" in said) is counted
    if run.startswith(("text", "one_layer")):
        assert "we do not know what another seed would give" in said
    else:
        assert "one seed is an anecdote and stands for no other" in said


@pytest.mark.parametrize("run", RUNS)
def test_what_settled_and_was_lost_is_said_at_each_place(run: str, tmp_path: Path) -> None:
    """Outside of claims that hold only where it stays."""
    study, measured = committed(run), deepcopy(stored(run))
    onsets = [
        name
        for name, fact in measured["facts"].items()
        if name.startswith(("onset_", "halfway_")) and fact["value"] is not None
    ]
    lost = dict(stays=False, ends_past=False, lost_text="step 77")
    for name in onsets:
        measured["facts"][name]["details"] |= lost
    for name in ("train_first", "come_together", "attention_first", "classes_part_first"):
        if name in measured["claims"] and measured["claims"][name]["verdict"] == "holds":
            measured["claims"][name]["verdict"] = "partly"
    told = written(tmp_path, study.config, measured)
    marks = [f'popovertarget="card-{name}"' for name in onsets]
    for page, text in told.items():
        for line in text.splitlines():
            named = sum(mark in line for mark in marks)
            assert line.count(", lost again at step 77 and not back") >= named, (page, line)


@pytest.mark.parametrize("run", ["learnt", "repeats_learnt"])
def test_pictures_say_what_was_lost(run: str) -> None:
    kept = made(100.0, unit="step", details=dict(stays=True))
    assert afterwards(kept) == ""
    assert afterwards(replace(kept, details=dict(stays=False))) == ", lost again"
    slug = "learning-curve" if run == "learnt" else "repeats-learning-curve"
    figure: Any = figure_called(slug)
    data = figure.compute(committed(run))
    gone = replace(
        data, onsets=tuple((words, step, ", lost again") for words, step, _ in data.onsets)
    )
    assert data.onsets
    assert "lost again" not in figure.alt(
        replace(data, onsets=tuple(o[:2] + ("",) for o in data.onsets))
    )
    assert f"from step {data.onsets[0][1]:,}, lost again" in figure.alt(gone)


def test_held_out_windows_are_looked_for_in_the_training_text(tmp_path: Path) -> None:
    """A text that repeats itself holds all of its windows many times; at random, none."""
    fact = listed("text")[0]["windows_seen"]
    rng = np.random.default_rng(0)
    drawn = "".join(rng.choice(list("abcdefgh"), 2_000))
    shares = []
    for text in ("abcdefgh" * 250, drawn):
        config = of_text(tmp_path / "a.txt", text, size=8)
        data: Any = system_of(config).draw(config)
        study: Any = SimpleNamespace(config=config, data=data)
        found = fact(study)
        shares.append(found.value)
        train = {
            row[i : i + 9].tobytes()
            for rows in data.rows(data.train_blocks)
            for row in rows
            for i in range(40 - 8)
        }
        by_hand = [row.tobytes() in train for row in np.ascontiguousarray(data.holdout.tokens)]
        assert (found.value, found.n) == (np.mean(by_hand), len(data.holdout))
        assert found.part("what the network reads").value >= found.value
    assert shares[0] == 1
    assert shares[1] < 0.1


def test_held_out_sequences_are_looked_for_among_those_that_trained() -> None:
    """What the displayed seed was trained on, drawn again step by step."""
    fact, study = listed("repeated_sequences")[0]["sequences_seen"], committed("repeats_learnt")
    found = fact(study)
    steps = int(study.run.steps[-1])
    seed = study.run.seeds[study.seed]
    drawn = {
        row.tobytes()
        for step in range(steps)
        for row in np.ascontiguousarray(
            study.data.batches(study.config, seed, step, 1)[0], np.int64
        )
    }
    held = np.ascontiguousarray(study.data.holdout.tokens, np.int64)
    assert found.value == np.mean([row.tobytes() in drawn for row in held])
    assert fact(study.at(0)).value == 0
