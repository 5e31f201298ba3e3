"""16 to 18: one sequence on the map of next tokens."""

from dataclasses import replace

import numpy as np
import pytest
from by_hand import drawn, forward, moves_completely, words
from matplotlib.patches import FancyArrowPatch

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.value_demo import ValueDemo, in_words, nowhere

FIGURE = ValueDemo()


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


def maps(canvas):
    """The two maps: values, and moves."""
    return [
        axes for axes in canvas.figure.axes if any(image.zorder == 0.7 for image in axes.images)
    ]


def test_values_and_moves_lie_on_two_maps_of_one_view(study) -> None:
    data, canvas = FIGURE.compute(study), drawn(FIGURE, study)
    first, second = maps(canvas)
    view = FIGURE.scale([data]).view
    for axes in (first, second):
        np.testing.assert_allclose((*axes.get_xlim(), *axes.get_ylim()), view)
    assert not [p for p in first.patches if isinstance(p, FancyArrowPatch)]
    arrows = [p for p in second.patches if isinstance(p, FancyArrowPatch)]
    for arrow, outcome in zip(arrows, data.demo.outcomes, strict=True):
        np.testing.assert_allclose(
            arrow.get_edgecolor()[:3], theme("light").outcomes[outcome], atol=1e-6
        )


def test_a_large_dot_is_what_is_read_and_says_right_or_wrong(study) -> None:
    """Teal and magenta dots stand at the sums of constrained positions, and nowhere else."""
    data, colours = FIGURE.compute(study), theme("light").outcomes
    seen = [
        (tuple(np.round(place, 6)), tuple(np.round(colour[:3], 6)))
        for axes in maps(drawn(FIGURE, study))
        for dots in axes.collections
        if hasattr(dots, "get_sizes")
        for place, colour in zip(np.asarray(dots.get_offsets()), dots.get_facecolor())
        if any(np.allclose(colour[:3], colours[kind]) for kind in ("obeyed", "broken"))
    ]
    assert sorted(seen) == sorted(
        (tuple(np.round(data.after[i], 6)), tuple(np.round(colours[data.demo.outcomes[i]], 6)))
        for i in data.demo.constrained
    )


def test_a_dot_is_right_just_where_it_lies_within_an_outline_of_what_is_wanted(study) -> None:
    """Outlines are around the regions of the tokens that the rule allows, in both maps."""
    for shown in range(3):
        data = FIGURE.compute(study.showing(shown))
        names = list(data.classes)
        for axes in maps(drawn(FIGURE, study.showing(shown))):
            (framed,) = [c for c in axes.collections if c.zorder == 1.2]
            within = [
                any(path.contains_point(data.after[i]) for path in framed.get_paths())
                for i in data.demo.constrained
            ]
            predicted = [names.index(data.demo.predicted[i]) for i in data.demo.constrained]
            assert within == [token in data.wanted for token in predicted]


def test_what_wins_nowhere_is_said(learnt) -> None:
    """Since nothing is outlined then: one token, several, and many."""
    data = FIGURE.compute(learnt)
    assert nowhere(data, range(len(data.classes))) == ""
    for targets, said in (
        (((2,),), "2 wins nowhere here."),
        (((2,), (4,)), "2 and 4 win nowhere here."),
        (((0, 1, 2, 3, 4),), "5 of the tokens that the rule allows win nowhere here."),
    ):
        asked = replace(data, demo=replace(data.demo, targets=targets))
        assert nowhere(asked, ()) == said
    assert in_words(asked, asked.wanted) == "one of 5 tokens"


def test_the_headline_names_what_the_rule_allows(learnt) -> None:
    data = FIGURE.compute(learnt)
    wanted = " or ".join(dict.fromkeys(list(data.classes)[t] for t in data.wanted))
    assert any(f"Outlined: where {wanted} wins" in said for said in words(drawn(FIGURE, learnt)))


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_differs_between_sequences_and_runs(learnt, unlearnt) -> None:
    told = {FIGURE.alt(FIGURE.compute(s.showing(i))) for s in (learnt, unlearnt) for i in range(3)}
    assert len(told) == 6
