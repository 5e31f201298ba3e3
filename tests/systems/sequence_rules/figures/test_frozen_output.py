"""22: each position's landscape over what attention may add."""

import by_hand
import numpy as np
import pytest
from lookups import figure_called
from matplotlib.collections import PathCollection
from matplotlib.path import Path as Outline

from reportgen.core.study import Study
from reportgen.drawing.style import theme

FIGURE = figure_called("frozen-output")


def panels(canvas) -> list:
    return [
        a
        for a in canvas.figure.axes
        if any(isinstance(c, PathCollection) and c.get_zorder() == 0.9 for c in a.collections)
    ]


def arrows(canvas) -> list:
    return [
        t for a in panels(canvas) for t in a.texts if getattr(t, "arrow_patch", None) is not None
    ]


def test_starts_and_additions_are_those_of_the_forward_pass(study: Study) -> None:
    """What is held fixed, what is added, and the outputs without and with it, against plain
    loops.
    """
    data, ids = FIGURE.compute(study), study.demonstrations.inputs[study.demonstration]
    hand = by_hand.forward(study.weights, ids)
    assert np.allclose(data.start, hand["start"])
    assert np.allclose(data.added, hand["added"])
    assert np.allclose(data.output, hand["probabilities"])
    assert np.allclose(
        data.moved,
        [
            0.5 * sum(abs(a - b) for a, b in zip(*rows))
            for rows in zip(hand["probabilities"], data.without)
        ],
    )
    assert ((data.moved >= 0) & (data.moved <= 1)).all()


def test_nothing_added_is_the_network_without_attention(study: Study) -> None:
    """The foot of each arrow: feed-forward network and head of the embedding alone."""
    data = FIGURE.compute(study)
    for start, p in zip(data.start, data.without):
        hidden = np.maximum(start @ study.readout.W_in + study.readout.b_in, 0)
        logits = (
            start + hidden @ study.readout.W_out + study.readout.b_out
        ) @ study.readout.W_U + study.readout.b_U
        assert np.allclose(p, np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())


def test_each_panel_is_shifted_by_its_own_position(study: Study) -> None:
    """A random addition falls into the filled area of the token that the network predicts after
    it.
    """
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    rng, hits, tried, fills = np.random.default_rng(3), 0, 0, theme("light").fills(study.classes)
    for start, axes in zip(data.start, panels(canvas)):
        (areas,) = (
            c for c in axes.collections if isinstance(c, PathCollection) and c.get_zorder() == 0.5
        )
        filled = {
            tuple(np.round(colour[:3], 6)): path
            for colour, path in zip(areas.get_facecolor(), areas.get_paths())
        }
        for point in rng.uniform(
            (axes.get_xlim()[0], axes.get_ylim()[0]),
            (axes.get_xlim()[1], axes.get_ylim()[1]),
            (12, 2),
        ):
            winner = int(data.readout.logits(start + point).argmax())
            tried += 1
            path = filled[tuple(np.round(fills[study.tokens[winner]], 6))]
            lines = [
                Outline(line)
                for line in np.split(
                    path.vertices, np.flatnonzero(path.codes == Outline.MOVETO)[1:]
                )
            ]
            hits += (
                sum(line.contains_point(point) for line in lines) % 2
            )  # within an outline and not in its holes
    assert hits == tried


def test_one_view_for_all_and_arrows_from_nothing_to_what_is_added(study: Study) -> None:
    """All panels share their limits, which hold every arrow; each arrow ends at what attention
    adds.
    """
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    axes = panels(canvas)
    assert len(axes) == len(data.demo.tokens)
    assert len({(*a.get_xlim(), *a.get_ylim()) for a in axes}) == 1
    (x0, x1), (y0, y1) = axes[0].get_xlim(), axes[0].get_ylim()
    for arrow, added in zip(arrows(canvas), data.added):
        assert np.allclose(arrow.xy, added)
        assert np.allclose(arrow.xyann, 0)
        assert x0 < added[0] < x1
        assert y0 < added[1] < y1


def test_outcomes_are_coloured_only_where_the_rule_decides(study: Study) -> None:
    """Teal and magenta arrows at constrained positions, grey ones elsewhere; "wants" stands there
    alone.
    """
    data, canvas, ink = FIGURE.compute(study), by_hand.drawn(FIGURE, study), theme("light").outcomes
    for arrow, outcome in zip(arrows(canvas), data.demo.outcomes):
        assert np.allclose(arrow.arrow_patch.get_edgecolor()[:3], ink[outcome])
    assert sum(w.startswith("wants ") for w in by_hand.words(canvas)) == len(data.demo.constrained)
    constrained = study.demonstrations.constrained[study.demonstration]
    assert [o != "free" for o in data.demo.outcomes] == constrained.tolist()


def test_words_below_each_panel(study: Study) -> None:
    """Likeliest token without and with attention, and how much moves."""
    data, written = FIGURE.compute(study), by_hand.words(by_hand.drawn(FIGURE, study))
    for i in range(len(data.demo.tokens)):
        before, after = data.without[i], data.output[i]
        assert (
            f"{study.tokens[before.argmax()]} at {before.max():.2f} →"
            f" {study.tokens[after.argmax()]} at {after.max():.2f}" in written
        )
        assert f"moves {data.moved[i]:.2f} of the probability" in written


@pytest.mark.parametrize("demonstration", [0, 1, 2])
def test_alt_text_is_of_the_demonstration_in_view(study: Study, demonstration: int) -> None:
    """It has the sequence, and the numbers of the positions that the rule decides."""
    data = FIGURE.compute(study.showing(demonstration))
    alt = FIGURE.alt(data)
    assert " ".join(study.tokens[t] for t in study.demonstrations.inputs[demonstration]) in alt
    for i in data.demo.constrained:
        assert f"at {i}: {data.moved[i]:.2f}" in alt


def test_an_update_moves_everything(learnt: Study) -> None:
    """From step 0 to the last step nothing of step 0 remains."""
    assert by_hand.moves_completely(FIGURE, learnt)
