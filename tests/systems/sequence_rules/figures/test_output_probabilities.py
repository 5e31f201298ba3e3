"""07 and 11: maps of the probability of each next token, with points before and after attention."""

from dataclasses import replace

import by_hand
import numpy as np
import pytest
from lookups import figure_called
from matplotlib.collections import PathCollection

from reportgen.core.study import Study
from reportgen.drawing.figure import show
from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.parts.output_maps import FINENESS, listed, percent
from reportgen.systems.sequence_rules.figures.parts.reached import EACH, reached

BEFORE, AFTER = (
    figure_called("output-probabilities-embeddings"),
    figure_called("output-probabilities-values"),
)


def maps(canvas) -> dict:
    """Panels with an image of a probability."""
    return {
        a: a.images[0]
        for a in canvas.figure.axes
        if a.images and a.images[0].get_array().shape == (FINENESS, FINENESS)
    }


def test_reached_points_are_the_first_ones_and_where_the_forward_pass_puts_them(
    study: Study,
) -> None:
    """For each token the first held-out positions that ask for it; the stream there agrees with
    a forward pass in plain loops.
    """
    found, windows = reached(study), study.data.holdout_windows
    for token in range(len(study.tokens)):
        wanting = [(w, p) for w, p in np.argwhere(windows.visible) if windows.allowed[w, p, token]][
            :EACH
        ]
        assert set(wanting) <= set(zip(found.window, found.position))
    for i in (0, len(found) // 2, len(found) - 1):
        w, p = found.window[i], found.position[i]
        hand = by_hand.forward(study.weights, windows.inputs[w])
        assert np.allclose(found.points[i], hand["middle"][p])
        assert found.right[i] == windows.allowed[w, p, hand["probabilities"][p].argmax()]
        assert windows.visible[w, p]


def test_the_choice_of_points_does_not_look_at_the_model(learnt: Study) -> None:
    """The same positions at every checkpoint."""
    first, last = reached(learnt.at(0)), reached(learnt)
    assert (first.window == last.window).all()
    assert (first.position == last.position).all()


def test_the_shortest_contexts_have_the_least_text_before_them(learnt: Study) -> None:
    """One position a token, none of which has an earlier position in its stead."""
    found, windows = reached(learnt, each=1, shortest=True), learnt.data.holdout_windows
    assert len(found) == len(found.demanded)
    for allowed, position in zip(found.allowed, found.position):
        token = int(allowed.argmax())
        assert position == np.argwhere(windows.visible & windows.allowed[..., token])[:, 1].min()


def test_a_rule_that_demands_nothing_reaches_no_points(learnt: Study) -> None:
    """Without constrained positions there is nothing to show, and nothing fails."""
    data = AFTER.compute(learnt)
    none = replace(
        data.reached,
        points=np.zeros((0, 2)),
        allowed=data.reached.allowed[:0],
        right=np.zeros(0, bool),
        window=np.zeros(0, int),
        position=np.zeros(0, int),
    )
    empty = replace(data, reached=none)
    assert "0 held-out positions" in AFTER.alt(empty)
    from reportgen.drawing.canvas import Canvas

    show(AFTER, Canvas(theme("light"), AFTER.height), empty, AFTER.scale([empty]))


@pytest.mark.parametrize("figure", [BEFORE, AFTER])
def test_each_token_has_a_map_of_its_probability(figure, study: Study) -> None:
    """One of its own, or with others that look the same; together they sum to one; the middle cell
    of each is the network's own probability there, or the mean of those that share it.
    """
    data = figure.compute(study)
    scale = figure.scale([data])
    large = set(scale.winners if figure is BEFORE else scale.large)
    groups = sorted(scale.shown.groups, key=lambda group: not large & set(group))
    assert sorted(token for group in groups for token in group) == list(range(len(study.tokens)))
    images = list(maps(by_hand.drawn(figure, study)).values())
    assert len(images) == len(groups)
    stacked = np.array([i.get_array() for i in images])
    x0, x1, y0, y1 = data.view
    middle = study.readout.probabilities(np.array([(x0 + x1) / 2, (y0 + y1) / 2]))
    means = [middle[list(group)].mean() for group in groups]
    assert np.allclose(sorted(stacked[:, FINENESS // 2, FINENESS // 2]), sorted(means))
    assert np.allclose(sum(len(group) * image for group, image in zip(groups, stacked)), 1)
    assert len({(*a.get_xlim(), *a.get_ylim()) for a in maps(by_hand.drawn(figure, study))}) == 1


def test_large_maps_are_those_of_the_winners(study: Study) -> None:
    """07: two sizes of panels; as many large ones as tokens that win somewhere in view, all others
    small.
    """
    canvas, data = by_hand.drawn(BEFORE, study), BEFORE.compute(study)
    sides = sorted((round(a.get_position().width, 4) for a in maps(canvas)), reverse=True)
    groups = BEFORE.scale([data]).shown.groups
    assert sides.count(sides[0]) == sum(bool(set(group) & set(data.share)) for group in groups)
    assert sum(data.share.values()) == pytest.approx(1)


@pytest.mark.parametrize("winners", [(), (3,), tuple(range(12))])
def test_any_number_of_winners_is_drawn(learnt: Study, winners) -> None:
    """07 with none, one and all tokens large."""
    data = BEFORE.compute(learnt)
    canvas = by_hand.drawn(BEFORE, learnt, scale=replace(BEFORE.scale([data]), winners=winners))
    assert len(maps(canvas)) == len(BEFORE.scale([data]).shown.groups)


def test_points_are_coloured_where_the_rule_asks_for_the_panel_s_token(study: Study) -> None:
    """11: teal and magenta points over all panels are as many as right and wrong answers."""
    canvas, data = by_hand.drawn(AFTER, study), AFTER.compute(study)
    colours = theme("light").outcomes
    dots = [
        c
        for a in maps(canvas)
        for c in a.collections
        if isinstance(c, PathCollection) and len(c.get_offsets())
    ]
    for kind, count in (
        ("obeyed", data.reached.right.sum()),
        ("broken", (~data.reached.right).sum()),
    ):
        seen = sum(
            int(np.allclose(f[:3], colours[kind]))
            for c in dots
            if len(c.get_facecolors()) > 1 or len(c.get_offsets()) == 1
            for f in c.get_facecolors()
        )
        assert seen == count
    written = by_hand.words(canvas)
    for group in AFTER.scale([data]).shown.groups:
        right, of = data.score(*group)
        assert not of or f"{right} of {of} right" in written


def test_alt_texts_carry_the_numbers(study: Study) -> None:
    """07 names winners with their shares, 11 the right answers."""
    before, after = BEFORE.compute(study), AFTER.compute(study)
    for token, share in before.share.items():
        assert f"{study.tokens[token]} ({percent(share)} of the area)" in BEFORE.alt(before)
    assert f"Of these {after.reached.right.sum()} are answered right" in AFTER.alt(after)


@pytest.mark.parametrize("figure", [BEFORE, AFTER])
def test_an_update_moves_everything(figure, learnt: Study) -> None:
    """From step 0 to the last step nothing of step 0 remains."""
    assert by_hand.moves_completely(figure, learnt)


def test_words_of_lists_and_shares() -> None:
    """A list in words, and a share that is there but rounds to nothing."""
    assert [listed(x) for x in ([], ["1"], ["1", "2"], ["1", "2", "3"])] == [
        "none",
        "1",
        "1 and 2",
        "1, 2 and 3",
    ]
    assert [percent(x) for x in (0, 0.001, 0.25, 1)] == ["0 %", "less than 1 %", "25 %", "100 %"]
