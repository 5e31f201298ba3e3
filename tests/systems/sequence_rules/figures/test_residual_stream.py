"""15: what attention adds, over the decision regions."""

import numpy as np
from by_hand import drawn, forward, moves_completely
from matplotlib.patches import FancyArrowPatch, Rectangle

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.residual_stream import LAND, ResidualStream

FIGURE = ResidualStream()


def landscape(study, i):
    """The plane with regions in the picture of a demonstration."""
    canvas = drawn(FIGURE, study.showing(i))
    (axes,) = (
        axes
        for axes in canvas.figure.axes
        if abs(axes.get_position().x0 * canvas.width - LAND[0]) < 1
        and abs(axes.get_position().width * canvas.width - LAND[1]) < 1
    )
    return axes


def test_sum_is_start_plus_what_attention_adds(study) -> None:
    """The three matrices agree with plain loops."""
    data = FIGURE.compute(study)
    for i, ids in enumerate(study.demonstrations.inputs):
        hand = forward(study.weights, ids)
        for name, by_hand in (("before", "start"), ("added", "added"), ("after", "middle")):
            np.testing.assert_allclose(getattr(data, name)[i], hand[by_hand], atol=1e-9)


def test_predictions_and_outcomes_are_those_of_the_rule(study) -> None:
    """Outcomes follow from asking the rule about every prefix."""
    rule, data = study.rule, FIGURE.compute(study)
    for demo, ids in zip(data.demos, study.demonstrations.inputs):
        hand = forward(study.weights, ids)["probabilities"]
        prefix = [rule.vocabulary[t] for t in ids]
        for i in range(len(ids)):
            best = rule.vocabulary[int(hand[i].argmax())]
            demand = rule.demand(prefix[: i + 1])
            assert demo.outcomes[i] == (
                "free" if not demand.tokens else "obeyed" if best in demand.tokens else "broken"
            )
            assert demo.predicted[i] == str(best)
            assert demo.sources[i] == (-1 if demand.source is None else demand.source)
            np.testing.assert_allclose(demo.chance[i], hand[i].max(), atol=1e-9)


def test_arrows_run_from_start_to_sum_in_the_colour_of_the_outcome(study) -> None:
    """Teal and magenta stand at constrained positions only."""
    data, colours = FIGURE.compute(study), theme("light").outcomes
    lands = [landscape(study, i) for i in range(3)]
    for axes, demo, start, end in zip(lands, data.demos, data.before, data.after):
        arrows = [p for p in axes.patches if isinstance(p, FancyArrowPatch)]
        assert len(arrows) == len(demo.tokens)
        for arrow, outcome, a, b in zip(arrows, demo.outcomes, start, end):
            np.testing.assert_allclose(arrow._posA_posB, [a, b])
            np.testing.assert_allclose(arrow.get_edgecolor()[:3], colours[outcome])


def test_region_under_each_arrowhead_is_the_prediction(study) -> None:
    """The polygons and the forward pass name the same winner."""
    from matplotlib.path import Path

    from reportgen.core.exact.geometry import regions

    data = FIGURE.compute(study)
    cut, names = regions(data.readout, FIGURE.scale([data]).view), list(data.classes)
    for demo, after in zip(data.demos, data.after):
        for predicted, point in zip(demo.predicted, after):
            assert any(
                Path(piece).contains_point(point, radius=s)
                for piece in cut.pieces[names.index(predicted)]
                for s in (1e-9, -1e-9)
            )


def test_the_view_holds_every_arrow_and_is_the_same_in_all_pictures(learnt) -> None:
    data, lands = FIGURE.compute(learnt), [landscape(learnt, i) for i in range(3)]
    assert len({(*a.get_xlim(), *a.get_ylim()) for a in lands}) == 1
    (x0, x1), (y0, y1) = lands[0].get_xlim(), lands[0].get_ylim()
    points = np.concatenate([data.before.reshape(-1, 2), data.after.reshape(-1, 2)])
    assert ((points > (x0, y0)) & (points < (x1, y1))).all()


def test_cells_of_free_positions_are_grey(learnt) -> None:
    tints = theme("light").tints
    data = FIGURE.compute(learnt)
    cells = [
        p
        for axes in drawn(FIGURE, learnt).figure.axes
        for p in axes.patches
        if isinstance(p, Rectangle) and p.get_fill()
    ]
    for outcome in ("free", "obeyed"):
        count = data.demo.outcomes.count(outcome)
        told = [p for p in cells if np.allclose(p.get_facecolor()[:3], tints[outcome])]
        assert len(told) == count + (
            len(data.demo.tokens) if outcome == "free" else 0
        )  # the strip's cells are free as well


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_tells_what_is_wanted_and_predicted(learnt, unlearnt) -> None:
    data = FIGURE.compute(unlearnt)
    demo = data.demos[0]
    i = demo.constrained[0]
    assert (
        f"After {demo.tokens[i]} at {i}: wanted {demo.wanted[i]}, predicted {demo.predicted[i]}"
        f" with probability {demo.chance[i]:.2f}" in FIGURE.alt(data)
    )
    assert FIGURE.alt(data) != FIGURE.alt(FIGURE.compute(learnt))
