"""A readout made for a depth: an affine map fitted on training text, and what it names on held-out
text.
"""

import numpy as np
import pytest
from conftest import committed
from lookups import listed

from reportgen.core.study import Study
from reportgen.systems.text.facts.lens import END, depths
from reportgen.systems.text.facts.tuned_lens import form, read_tuned, translators, with_one

FACTS, _ = listed("text")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("full_learnt")


def test_at_the_end_the_map_is_nothing_and_the_readout_is_the_network(learnt: Study) -> None:
    width = learnt.config.model.d_model
    streams = depths(learnt.trace_of(learnt.data.training_passages.inputs))
    there = form(learnt, streams[END])
    assert with_one(there) @ translators(learnt)[END] == pytest.approx(there, abs=1e-8)
    assert translators(learnt)[END].shape == (width + 1, width)
    fact = FACTS["tuned_agreement"](learnt)
    assert fact.part(END).value == 1
    loss = FACTS["tuned_loss"](learnt)
    assert loss.part(END).value == pytest.approx(FACTS["lens_loss"](learnt).part(END).value)


def test_no_affine_map_comes_nearer_on_training_text(learnt: Study) -> None:
    """The residuals are at right angles to everything that is read."""
    streams = depths(learnt.trace_of(learnt.data.training_passages.inputs))
    points = with_one(form(learnt, streams["attention 0"])).reshape(
        -1, learnt.config.model.d_model + 1
    )
    goal = form(learnt, streams[END]).reshape(len(points), -1)
    rest = goal - points @ translators(learnt)["attention 0"]
    assert np.abs(points.T @ rest).max() / len(points) < 1e-9


def test_it_is_fitted_on_training_text_alone(learnt: Study) -> None:
    assert not set(learnt.data.training_passages.block) & set(learnt.data.holdout.block)


def test_a_readout_made_for_a_depth_finds_what_the_last_one_cannot_read(learnt: Study) -> None:
    own, made = FACTS["lens_agreement"](learnt), FACTS["tuned_agreement"](learnt)
    assert (own.high or 1) < (made.low or 0)
    losses = [float(loss.mean()) for loss, _ in read_tuned(learnt).values()]
    assert losses == sorted(losses, reverse=True)
