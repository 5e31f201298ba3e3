"""Strips and heads of sequences."""

import numpy as np
from by_hand import words
from matplotlib.patches import FancyArrowPatch, Rectangle

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import outcome_key
from reportgen.drawing.strips import Strip, step_stamp
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    LINES,
    SequenceHead,
    answers,
    demonstrations,
)

CLASSES = {"1": "odd", "2": "even", "+": "trigger"}


def test_cells_are_filled_by_outcome_and_framed_only_where_constrained() -> None:
    look = theme("light")
    with applied(look):
        axes = Canvas(look, 100).panel(0, 0, 90, 50)
        Strip(axes, look, CLASSES, 3).set(
            ("2", "+", "2"), ("free", "free", "obeyed"), (None, None, 0)
        )
    cells = [p for p in axes.patches if isinstance(p, Rectangle)]
    assert [p.get_edgecolor()[3] for p in cells] == [0, 0, 1]
    np.testing.assert_allclose(
        [p.get_facecolor()[:3] for p in cells], [look.tints[o] for o in ("free", "free", "obeyed")]
    )
    (arc,) = (p for p in axes.patches if isinstance(p, FancyArrowPatch))
    np.testing.assert_allclose(arc._posA_posB, [(0.5, 0.66), (2.5, 0.66)])
    np.testing.assert_allclose(arc.get_edgecolor()[:3], look.outcomes["obeyed"])


def test_setting_a_strip_again_leaves_nothing_behind() -> None:
    look = theme("dark")
    with applied(look):
        axes = Canvas(look, 100).panel(0, 0, 90, 50)
        strip = Strip(axes, look, CLASSES, 3)
        strip.set(("2", "+", "2"), ("free", "free", "broken"), (None, None, 0))
        strip.set(("1", "", ""), ("free",) * 3, (None,) * 3)
    assert [t.get_text() for t in axes.texts] == ["1"]
    assert not [p for p in axes.patches if isinstance(p, FancyArrowPatch)]


def test_heads_point_from_answers_to_constrained_positions(study) -> None:
    look, demo = theme("light"), demonstrations(study)[2]
    with applied(look):
        canvas = Canvas(look, 100)
        head = SequenceHead(canvas, 30, 10, study.classes, demo, 3)
        head.set(demo, answers(demo))
    arcs = [p for p in head.strip.axes.patches if isinstance(p, FancyArrowPatch)]
    assert [(a._posA_posB[0][0], a._posA_posB[1][0]) for a in arcs] == [
        (demo.sources[i] + 0.5, i + 0.5) for i in demo.constrained
    ]
    for arc, i in zip(arcs, demo.constrained):
        np.testing.assert_allclose(arc.get_edgecolor()[:3], look.outcomes[demo.outcomes[i]])


def test_more_sentences_than_room_are_counted(learnt) -> None:
    look, demo = theme("light"), demonstrations(learnt)[0]
    with applied(look):
        canvas = Canvas(look, 100)
        SequenceHead(canvas, 30, 10, learnt.classes, demo, 1).set(
            demo, [f"line {i}" for i in range(LINES + 2)]
        )
    assert [w for w in words(canvas) if w.startswith(("line", "and"))] == [
        "line 0",
        "line 1",
        "and at 3 further positions",
    ]


def test_demonstrations_say_what_the_windows_say(study) -> None:
    """Tokens, demands and sources are those of the windows; every constrained position has an
    answer in view.
    """
    for demo, ids, allowed, constrained in zip(
        demonstrations(study),
        study.demonstrations.inputs,
        study.demonstrations.allowed,
        study.demonstrations.constrained,
    ):
        assert demo.tokens == tuple(study.tokens[t] for t in ids)
        assert demo.constrained == tuple(np.flatnonzero(constrained))
        for i in demo.constrained:
            assert demo.targets[i] == tuple(np.flatnonzero(allowed[i]))
            assert demo.wanted[i] == demo.tokens[demo.sources[i]]
            assert (demo.outcomes[i] == "obeyed") == (demo.predicted[i] == demo.wanted[i])


def test_key_and_stamp() -> None:
    look = theme("light")
    with applied(look):
        canvas = Canvas(look, 100)
        outcome_key(canvas, 0, 50, {"obeyed", "broken", "free"})
        step_stamp(canvas)(12300)
    assert words(canvas) == [
        "obeys the rule",
        "breaks it",
        "next token is free",
        "step 12\u202f300",
    ]
