"""Figures of networks that read sequences which repeat themselves: their arrays, and that several
heads fit too.
"""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed
from figurework import illegible
from lookups import all_figures, listed

from reportgen.core.study import Study, study_of
from reportgen.core.train import train
from reportgen.drawing.figure import Figure
from reportgen.drawing.head_maps import layout
from reportgen.systems.repeated_sequences.figures.learning_curve import split

FIGURES = all_figures("repeated_sequences")
FACTS, _ = listed("repeated_sequences")


@pytest.fixture(scope="module")
def two_heads() -> Study:
    """Two layers of two heads, trained for a few steps."""
    config = committed("repeats_learnt").config
    config = replace(
        config,
        model=config.model.model_copy(update=dict(n_heads=2, d_head=8)),
        training=config.training.model_copy(update=dict(steps=4, checkpoint_every=2)),
        data=config.data.model_copy(update=dict(holdout=40, validation=20)),
    )
    return study_of(config, train(config))


@pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
def test_several_heads_fit_too(figure: Figure, two_heads: Study) -> None:
    assert not illegible(figure, two_heads, "dark")


def test_loss_where_nothing_is_known_is_what_is_left() -> None:
    assert split(np.array([2.0]), np.array([1.0]), 0.25)[0] == pytest.approx(
        7 / 3
    )  # a quarter of 1 and three quarters of 7/3 are 2


def test_averages_by_offset_are_those_of_the_facts() -> None:
    """Right after the copies is prefix matching; one step back where a token is new is what the
    first layer does.
    """
    study = committed("repeats_learnt")
    data = FIGURES["repeats-attention-by-offset"].compute(study)
    assert data.answer[1, 4] == pytest.approx(FACTS["prefix_matching"](study).part("layer 1").value)
    assert data.new[0, 1] == pytest.approx(FACTS["previous_first_time"](study).value)
    assert data.even_answer[4] == pytest.approx(FACTS["prefix_matching"](study).baseline.value)  # type: ignore[union-attr]


def test_tables_of_patching_are_those_of_the_facts() -> None:
    study = committed("repeats_learnt")
    table = FIGURES["repeats-patching"].compute(study)
    assert table.effects[0, 0, table.steps.index("stream into layer 1"), 1] == pytest.approx(
        FACTS["source_carries"](study).value
    )
    ways = FIGURES["repeats-path-patching"].compute(study)
    assert ways.effects[1, 0, 1, 0, 0] == pytest.approx(FACTS["path_keys"](study).value)
    assert ways.effects[0, 0, 2, 0, 0] == pytest.approx(FACTS["path_content"](study).value)


def test_the_grey_of_composition_is_the_control_of_its_claims() -> None:
    """Each kind has its own: what 99 % of the draws stay under is the line of the claim."""
    study = committed("repeats_learnt")
    random = FIGURES["repeats-composition"].compute(study).random
    for kind, draws in zip(("q", "k", "v"), random):
        details = FACTS[f"{kind}_composition"](study).details
        assert np.quantile(draws, 0.99) == details["rotated_bound"], kind
        assert len(draws) == details["rotated_draws"]


def test_maps_fill_a_page_and_fit_into_a_film() -> None:
    assert [layout(count, 760).columns for count in (1, 2, 4, 8)] == [1, 2, 2, 2]
    for count in (1, 2, 4, 6, 8):
        place = layout(count, 728, 304, 44)
        assert place.rows * (place.side + 44) <= 304 + 1e-6
        assert place.columns * place.rows >= count
