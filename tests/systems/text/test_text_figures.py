"""What the figures of networks that read a text show, number by number, and that any text can be
drawn.
"""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from figurework import FIGURES, SHOWN, canvas_of, illegible, shown
from matplotlib.collections import QuadMesh
from textwork import DEPTHS, hostile, of_text

from reportgen.core.study import study_of
from reportgen.core.train import train
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.names import short_names
from reportgen.drawing.style import applied, theme
from reportgen.systems.text.figures.pair_tables import LEAST, among
from reportgen.systems.text.figures.parts import pair_counts
from reportgen.systems.text.figures.parts.kinds import by_kind, order_told
from reportgen.systems.text.figures.parts.principal import axes_of
from reportgen.systems.text.figures.written_text import broken


def figures_of(depth: str) -> list[str]:
    """Figures of networks of one depth: those that a shallower one cannot have."""
    return [slug for slug, (name, *_) in SHOWN.items() if name == f"{depth}_learnt"]


@pytest.mark.parametrize("unit", ["characters", "words"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_hostile_text_is_drawn_as_it_is(tmp_path: Path, depth: str, unit: str) -> None:
    """Markup, marks without a form, marks that turn lines around, characters that no font has, long
    words, several heads: every figure has words for them, and says nothing to the log.
    """
    study = hostile(tmp_path, depth, unit)
    study = study.calling(short_names(study.tokens))
    assert figures_of(depth)
    for slug in figures_of(depth):
        assert not illegible(FIGURES[slug], study), slug
        assert FIGURES[slug].alt(FIGURES[slug].compute(study))


def test_a_text_of_two_tokens_and_one_dimension_has_figures(tmp_path: Path) -> None:
    """The least there is: nothing divides by zero, nothing wants a neighbour too many."""
    config = of_text(tmp_path / "two.txt", "ab" * 600, size=2)
    alone = config.training.model_copy(update=dict(narrower=(), seeds=1))
    config = dataclasses.replace(
        config, training=alone, model=config.model.model_copy(update=dict(d_model=1))
    )
    study = study_of(config, train(config))
    for slug in figures_of("text"):
        if slug != "excess-by-width":
            assert not illegible(FIGURES[slug], study), slug


def test_maps_show_both_tables_on_one_scale() -> None:
    """Rows and columns kind by kind; each map is the table in that order, in powers of ten."""
    study, figure = shown("text_learnt"), FIGURES["pair-tables"]
    data = figure.compute(study)
    order = [study.tokens.index(t) for t in data.tokens]
    assert data.network == pytest.approx(study.table[np.ix_(order, order)])
    assert data.counts == pytest.approx(study.counts.after[np.ix_(order, order)])
    assert data.often == pytest.approx(study.counts.often[order])
    assert [k for i, k in enumerate(data.kinds) if i == 0 or data.kinds[i - 1] != k] == [
        "space",
        "vowel",
        "consonant",
        "capital",
        "digit",
        "mark",
    ]
    canvas = canvas_of(figure, study)
    meshes = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]
    assert len(meshes) == 4
    assert {(m.norm.vmin, m.norm.vmax) for m in meshes} == {(np.log10(LEAST), 0)}
    shown_values = [np.asarray(m.get_array()) for m in meshes]
    assert any(
        v.shape == data.network.shape and np.allclose(v, np.log10(np.maximum(data.network, LEAST)))
        for v in shown_values
    )
    assert any(
        v.shape == data.counts.shape and np.allclose(v, np.log10(np.maximum(data.counts, LEAST)))
        for v in shown_values
    )


@pytest.mark.parametrize(("slug", "axis"), [("what-follows", 1), ("what-precedes", 0)])
def test_choices_are_the_likeliest_of_the_network_beside_the_counts(slug: str, axis: int) -> None:
    study = shown("text_learnt")
    data = FIGURES[slug].compute(study)
    joint = study.counts.often[:, None] * study.table
    network, counts = (
        (study.table, study.counts.after)
        if axis
        else ((joint / joint.sum(0)).T, study.counts.before.T)
    )
    for choice in data.choices:
        row = study.tokens.index(choice.token)
        likeliest = sorted(range(len(network)), key=lambda j: -network[row, j])[:6]
        assert choice.names == tuple(study.tokens[j] for j in likeliest)
        assert choice.network == pytest.approx(network[row, likeliest])
        assert choice.counts == pytest.approx(counts[row, likeliest])
    assert len({c.token for c in data.choices}) == 12


def test_passages_show_what_came_and_what_was_expected() -> None:
    study = shown("text_learnt")
    data, passages = FIGURES["text-passages"].compute(study), study.demonstrations
    assert data.tokens[1][3] == study.tokens[passages.tokens[1, 4]]
    assert data.network[1, 3] == pytest.approx(
        study.table[passages.tokens[1, 3], passages.tokens[1, 4]]
    )
    assert data.guesses[1][3] == study.tokens[study.table[passages.tokens[1, 3]].argmax()]
    assert data.counts[0, 0] == pytest.approx(
        study.counts.smoothed[passages.tokens[0, 0], passages.tokens[0, 1]]
    )


def test_principal_axes_of_a_cloud_with_known_ones() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(400, 3)) * [1, 5, 2] + [7, 0, 0]
    middle, axes, shares = axes_of(points)
    assert np.abs(axes[1, 0]) == pytest.approx(1, abs=0.05)
    assert np.abs(axes[2, 1]) == pytest.approx(1, abs=0.05)
    assert shares == pytest.approx((25 / 30, 4 / 30), abs=0.05)
    assert middle == pytest.approx(points.mean(0))
    flat, one = axes_of(points[:, :1], 4)[1:]
    assert (flat[:, 1:] == 0).all()
    assert one == pytest.approx((1, 0, 0, 0))


def test_tokens_stand_kind_by_kind_the_most_frequent_first() -> None:
    kinds, often = ("mark", "vowel", "space", "vowel", "odd"), np.array([9, 1, 5, 3, 2])
    assert by_kind(kinds, often).tolist() == [2, 3, 1, 0, 4]
    assert by_kind(kinds, often, 2).tolist() == [2, 0]
    assert order_told([kinds[i] for i in by_kind(kinds, often)]) == "spaces, vowels, marks and odds"
    assert order_told(["word", "word"]) == "words"


def test_a_map_of_some_tokens_does_not_say_that_it_shows_all() -> None:
    assert among(96, 0) == "all 96 tokens"
    assert among(96, 904) == "the 96 most frequent tokens of 1\u202f000"


def test_written_lines_are_broken_where_they_are_full() -> None:
    lines = list(broken(["word"] * 400, " "))
    assert len(lines) == 4
    assert all(40 < len(line) <= 70 for line in lines)
    assert list(broken(["a", "ש", "b"], "")) == ["a\u200eש\u200eb"]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ((-2.0, 0.5), ("Dashed: pair counts.", "Dashed: the loss of pair counts of the training")),
        ((-0.1, 0.5), ("Pair counts: 1.920 below.", "lies 1.920 below, beyond the axis.")),
    ],
)
def test_pair_counts_beyond_an_axis_are_told_in_words(
    limits: tuple[float, float], said: tuple[str, str]
) -> None:
    assert pair_counts.note(-1.92, limits) == said[0]
    assert said[1] in pair_counts.captioned(-1.92, limits)
    assert pair_counts.compared(-1.92) == "Pair counts are 1.920 below the whole network."
    with applied(theme("light")):
        axes = Canvas(theme("light"), 100).panel(0, 0, 100, 50)
        axes.set_xlim(limits)
        pair_counts.line(axes, theme("light"), -1.92, 1.0, 2)
    assert bool(axes.lines) == said[0].startswith("Dashed")
