"""16 to 18: one sequence against every next token."""

import numpy as np
import pytest
from by_hand import drawn, forward, has_colour, moves_completely, words
from matplotlib.patches import FancyArrowPatch

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.value_demo import ValueDemo

FIGURE = ValueDemo()


def maps(canvas):
    """Panels that show a probability."""
    return [
        axes
        for axes in canvas.figure.axes
        for image in axes.images
        if image.get_cmap().name.endswith("probability")
        and axes.get_position().height * canvas.height > 9
    ]


@pytest.mark.parametrize("shown", [0, 1, 2])
def test_arrays_are_those_of_the_sequence_shown(study, shown) -> None:
    data, hand = (
        FIGURE.compute(study.showing(shown)),
        forward(study.weights, study.demonstrations.inputs[shown]),
    )
    assert data.number == shown + 1
    for name, by_hand in (("values", "v"), ("before", "start"), ("after", "middle")):
        np.testing.assert_allclose(getattr(data, name), hand[by_hand], atol=1e-9)
    np.testing.assert_allclose(
        data.chances, hand["probabilities"][list(data.demo.constrained)], atol=1e-9
    )


def test_every_next_token_has_a_map_in_every_row(study) -> None:
    """Large or thumbnail, none is missing, all in one view and on one scale."""
    data, canvas = FIGURE.compute(study), drawn(FIGURE, study)
    found = maps(canvas)
    assert len(found) == 3 * len(study.tokens)
    view = FIGURE.scale([data]).view
    for axes in found:
        np.testing.assert_allclose((*axes.get_xlim(), *axes.get_ylim()), view)
        assert (axes.images[0].norm.vmin, axes.images[0].norm.vmax) == (0, 1)


def test_tokens_that_win_at_a_constrained_position_or_are_wanted_are_large(study) -> None:
    data = FIGURE.compute(study)
    large, names = FIGURE.scale([data]).large, list(data.classes)
    for i in data.demo.constrained:
        assert names.index(data.demo.predicted[i]) in large
        assert set(data.demo.targets[i]) <= set(large)


def test_wanted_tokens_are_framed_and_no_others(study) -> None:
    data = FIGURE.compute(study)
    wanted = {t for i in data.demo.constrained for t in data.demo.targets[i]}
    framed = [
        axes
        for axes in maps(drawn(FIGURE, study))
        if has_colour(axes.spines.values(), theme("light").outcomes["obeyed"])
    ]
    assert len(framed) == 3 * len(wanted)


def test_teal_and_magenta_stand_at_constrained_positions_only(study) -> None:
    data, colours = FIGURE.compute(study), theme("light").outcomes
    found = maps(drawn(FIGURE, study))
    large = len(FIGURE.scale([data]).large)
    moving = [axes for axes in found if any(isinstance(p, FancyArrowPatch) for p in axes.patches)]
    assert len(moving) == large
    for axes in moving:
        for arrow, outcome in zip(
            (p for p in axes.patches if isinstance(p, FancyArrowPatch)), data.demo.outcomes
        ):
            np.testing.assert_allclose(arrow.get_edgecolor()[:3], colours[outcome])
    for axes in found:
        for dots in axes.collections:
            if len(dots.get_offsets()) and has_colour(
                [dots], colours["obeyed"], "get_facecolor"
            ) + has_colour([dots], colours["broken"], "get_facecolor"):
                np.testing.assert_allclose(
                    dots.get_offsets(), data.after[list(data.demo.constrained)]
                )


def test_target_maps_tell_the_probability_of_the_answer(learnt) -> None:
    data, said = FIGURE.compute(learnt), words(drawn(FIGURE, learnt))
    for token in {t for i in data.demo.constrained for t in data.demo.targets[i]}:
        wanting = [i for i in data.demo.constrained if token in data.demo.targets[i]]
        assert (
            "P "
            + ", ".join(
                f"{data.chances[data.demo.constrained.index(i), token]:.2f}" for i in wanting
            )
            in said
        )
        assert f"wanted at {', '.join(map(str, wanting))}" in said


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_differs_between_sequences_and_runs(learnt, unlearnt) -> None:
    told = {FIGURE.alt(FIGURE.compute(s.showing(i))) for s in (learnt, unlearnt) for i in range(3)}
    assert len(told) == 6
