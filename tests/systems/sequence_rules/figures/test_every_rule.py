"""Figures of embeddings, data and attention draw for every rule and every width, or say what they
need.
"""

import numpy as np
import pytest
from every_rule import NAMES, made_study
from figurework import Words, put, scale_of, whole
from lookups import figure_called

from reportgen.core.config.needs import lacks

ALWAYS = (
    "architecture-overview",
    "learning-curve",
    "training-data",
    "generated-sequences",
    "token-embeddings",
    "embedding-scatter",
    "embeddings-dynamics",
    "sequence-embeddings",
    "next-token-map",
    "attention-by-lag",
    "attention-by-position-dynamics",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("slug", ALWAYS)
def test_it_is_drawn_for_every_width(slug: str, name: str) -> None:
    """No crash, no word cut off or smaller than 8 points, and an alt text and caption without
    gaps.
    """
    figure, study = figure_called(slug), made_study(name)
    assert not lacks(study.config, figure.needs)
    data = figure.compute(study)
    whole(figure, data)
    assert not Words.of(put(figure, study, data, scale_of(figure, study))).illegible


def test_the_probability_over_the_plane_needs_a_plane() -> None:
    figure = figure_called("output-probabilities-embeddings")
    assert "4 dimensions" in lacks(made_study("successor").config, figure.needs)
    assert not lacks(made_study("lucky7").config, figure.needs)


@pytest.mark.parametrize(
    ("name", "dims"), [("even_to_odd_transition", 1), ("copy_modulo", 3), ("parity_based", 32)]
)
def test_axes_say_what_share_of_the_stream_they_show(name: str, dims: int) -> None:
    """A line for one dimension; principal components with their share of the variance for more, the
    same in caption and axes.
    """
    study = made_study(name)
    figure = figure_called("token-embeddings")
    data = figure.compute(study)
    canvas = put(figure, study, data, scale_of(figure, study))
    labels = {axes.get_xlabel() for axes in canvas.figure.axes} | {
        axes.get_ylabel() for axes in canvas.figure.axes
    }
    caption = figure.caption(data)
    if dims == 1:
        assert "dimension 0" in labels
        assert "one dimension" in caption
        return
    flat = data.sums.reshape(-1, dims)
    values = np.linalg.svd(flat - flat.mean(0), compute_uv=False) ** 2
    shares = [f"{100 * v / values.sum():.0f} %" for v in values[:2]]
    assert {
        f"component {i + 1}, {share} of the variance" for i, share in enumerate(shares)
    } <= labels
    assert f"{dims} dimensions" in caption
    assert f"with {shares[0]} and {shares[1]}" in caption


def test_no_attention_on_answers_where_no_token_holds_one() -> None:
    """The learning curve loses its third panel, and speaks of no answer in view."""
    figure = figure_called("learning-curve")
    successor, lucky = (figure.compute(made_study(name)) for name in ("successor", "lucky7"))
    assert figure.height_of(successor) < figure.height_of(lucky)
    for words in (figure.caption(successor), figure.alt(successor)):
        assert "Attention on" not in words
        assert "answer" not in words
    assert "Attention on" in figure.caption(lucky)


def test_cells_after_the_end_of_a_sequence_are_no_cells() -> None:
    """Sequences shorter than a row leave their positions empty; words about arcs fit the rule."""
    figure = figure_called("training-data")
    said = {
        name: figure.caption(figure.compute(made_study(name)))
        for name in ("successor", "parity_based", "copy_modulo")
    }
    assert said["successor"].endswith("The rule names no earlier token as the answer.")
    assert said["parity_based"].endswith("The rule allows several tokens at once.")
    assert "An arc joins" in said["copy_modulo"]
    assert "several" not in said["copy_modulo"]
