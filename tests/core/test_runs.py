"""Stored runs: what goes in comes out, and damage is noticed."""

import numpy as np
import pytest

from reportgen.core.runs import Run
from reportgen.core.study import Study
from reportgen.errors import RunError


def test_a_run_survives_storage(learnt: Study) -> None:
    again = Run.from_bytes(learnt.run.to_bytes())
    assert again.digest == learnt.run.digest
    assert again.config == learnt.run.config
    assert again.seeds == learnt.run.seeds
    for name, values in learnt.run.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], values)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-100], lambda b: b"\x00" * 50 + b[50:], lambda b: b"", lambda b: b[:30]]
)
def test_a_damaged_run_is_refused(learnt: Study, damage) -> None:
    with pytest.raises(
        RunError, match=r"^x\.safetensors is damaged or no run \(.*\); delete it and build again$"
    ):
        Run.from_bytes(damage(learnt.run.to_bytes()), "x.safetensors")


def test_another_format_is_refused(learnt: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = learnt.run.to_bytes()
    monkeypatch.setattr("reportgen.core.runs.stored.FORMAT", 2)
    with pytest.raises(RunError) as error:
        Run.from_bytes(stored, "x.safetensors")
    assert (
        str(error.value)
        == "x.safetensors has format 1, this version reads 2; delete it and build again"
    )


def test_a_step_that_is_no_checkpoint_names_the_nearest(learnt: Study) -> None:
    with pytest.raises(RunError) as error:
        learnt.at(1234)
    assert (
        str(error.value)
        == "step 1234 is no checkpoint of plus_last_even; checkpoints are 0, 1000, ... 20000; the"
        " nearest is 1000"
    )


def test_a_smaller_run_keeps_its_last_step(learnt: Study) -> None:
    small = learnt.run.only([2, 0], every=7)
    assert small.steps.tolist() == [0, 7000, 14000, 20000]
    assert small.seeds == (2, 0)
    np.testing.assert_array_equal(
        small.parameters["W_E"][1, -1], learnt.run.parameters["W_E"][0, -1]
    )


def test_seeds_trained_apart_are_one_run(learnt: Study) -> None:
    """Splitting a run by seeds and joining it gives it back; parts of different trainings are
    refused.
    """
    parts = [learnt.run.only([0, 1]), learnt.run.only([2]), learnt.run.only([3])]
    assert Run.joined(parts).digest == learnt.run.digest
    with pytest.raises(RunError) as error:
        Run.joined([learnt.run, learnt.run.only([0], every=2)])
    assert (
        str(error.value)
        == "runs of plus_last_even that were made from different configurations cannot be joined;"
        " train them again"
    )
