"""D2, D3, D5: limits that hold over all frames, furniture that moves, and rings."""

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, show
from reportgen.drawing.rendering import frames
from reportgen.drawing.style import applied, theme
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.figures.parts.rings import Rings

FILMS = [
    figure_called(slug) for slug in ("qkv-dynamics", "qk-attention-dynamics", "qk-space-dynamics")
]
every = pytest.mark.parametrize("film", FILMS, ids=[f.slug for f in FILMS])


def limits(canvas: Canvas) -> list[tuple[float, ...]]:
    return [(*a.get_xlim(), *a.get_ylim()) for a in canvas.figure.axes]


@every
def test_limits_and_norms_stay_from_the_first_frame_to_the_last(
    film: Figure, learnt: Study
) -> None:
    """Only points, cells, names and the furniture move."""
    shots = frames(film, learnt, [int(s) for s in learnt.run.steps])
    with applied(theme("light")):
        canvas = Canvas(theme("light"), film.height_of(shots[0]))
        FigureCanvasAgg(canvas.figure)
        update = show(film, canvas, shots[0], film.scale(shots))
        before, norms = (
            limits(canvas),
            [(i.norm.vmin, i.norm.vmax) for a in canvas.figure.axes for i in a.images],
        )
        update(shots[-1])
        assert limits(canvas) == before
        assert [(i.norm.vmin, i.norm.vmax) for a in canvas.figure.axes for i in a.images] == norms
        assert f"step {grouped(learnt.run.steps[-1])}" in {
            t.get_text() for t in canvas.figure.texts
        }
        assert f"{shots[-1].loss:.3f}" in {t.get_text() for t in canvas.figure.texts}


@every
def test_every_point_of_every_frame_is_in_view(film: Figure, study: Study) -> None:
    shots = frames(film, study, [int(s) for s in study.run.steps])
    scale = film.scale(shots)
    inside = lambda view, points: (
        (points >= (view[0], view[2])).all() and (points <= (view[1], view[3])).all()
    )
    for shot in shots:
        if film.slug == "qkv-dynamics":
            assert all(inside(scale.views[name], points) for name, points in shot.points.items())
            assert all(
                inside(scale.common, shot.points[role]) for role in ("query", "key", "value")
            )
        elif film.slug == "qk-space-dynamics":
            assert inside(scale.whole, shot.q)
            assert inside(scale.whole, shot.k)
            assert inside(scale.close, shot.k)
        else:
            assert inside(scale.view, shot.q)
            assert inside(scale.view, shot.k)


@every
def test_loss_and_error_are_the_histories(film: Figure, study: Study) -> None:
    for step in (0, int(study.run.steps[-1])):
        data, at = film.compute(study.at(step)), study.run.checkpoint(step)
        assert (data.loss, data.error) == (
            study.run.history["validation_loss"][study.seed, at],
            study.run.history["error_visible"][study.seed, at],
        )


def test_the_attention_map_is_that_of_the_step(learnt: Study) -> None:
    """At every tenth checkpoint: a cell of the map equals the model's pattern in the sequence b b b
    a.
    """
    film = figure_called("qk-attention-dynamics")
    for step in learnt.run.steps[::10]:
        study = learnt.at(int(step))
        pattern = study.trace_of(np.array([[4, 4, 4, learnt.trigger]])).pattern(layer=0, head=0)[
            0, 3, :3
        ]
        assert film.compute(study).attention[learnt.trigger, 3, 4, :3] == pytest.approx(pattern)


def ringed(points: list[tuple[float, float]]) -> Rings:
    """Rings of tokens 0, 1, 2, + in a panel of 100 units on 100 pixels."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 200)
        FigureCanvasAgg(canvas.figure)
        axes = canvas.panel(20, 20, 100, 100)
        axes.set(xlim=(0, 100), ylim=(0, 100))
        rings = Rings(
            axes,
            theme("light"),
            theme("light").roles["query"],
            ("0", "1", "2", "+"),
            {"0": "even", "1": "odd", "2": "even", "+": "trigger"},
        )
        rings.set(np.array(points, float))
    return rings


def test_tokens_far_apart_have_named_rings() -> None:
    rings = ringed([(10, 10), (40, 10), (70, 10), (90, 90)])
    assert [n.get_visible() for n in rings.names] == [True] * 4
    assert len(rings.rings.get_offsets()) == 4
    assert rings.names[3].get_position() == (90, 90)


def test_tokens_of_a_class_in_one_place_share_a_filled_ring() -> None:
    """0 and 2 lie five pixels apart: one ring between them in the colour of their class, and no
    name.
    """
    rings = ringed([(10, 10), (40, 10), (15, 10), (90, 90)])
    assert [n.get_visible() for n in rings.names] == [False, True, False, True]
    offsets, fills = rings.rings.get_offsets(), rings.rings.get_facecolor()
    shared = next(i for i, o in enumerate(offsets) if np.allclose(o, (12.5, 10)))
    assert fills[shared][:3] == pytest.approx(theme("light").classes["even"])
    assert not len(rings.dots.get_offsets())


def test_tokens_of_two_classes_in_one_place_share_a_ring_with_dots() -> None:
    rings = ringed([(10, 10), (14, 10), (70, 10), (90, 90)])
    assert rings.dots.get_offsets().mean(0) == pytest.approx([12, 10])
    assert len(rings.dots.get_offsets()) == 3


@every
def test_alt_text_tells_the_step_and_a_measure(film: Figure, study: Study) -> None:
    data = film.compute(study)
    assert f"step {study.step:,}" in film.alt(data)
