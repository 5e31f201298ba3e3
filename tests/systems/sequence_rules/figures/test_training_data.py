"""03: marked cells against the rule asked anew, artists and words."""

import numpy as np
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.rules.base import Mark
from reportgen.systems.sequence_rules.figures.parts.sequences import marked

FIGURE = figure_called("training-data")


def test_cells_are_marked_as_the_rule_marks(learnt: Study) -> None:
    """Outcomes and sources of every cell are those of `Rule.marks` and `Rule.demand`."""
    rows = FIGURE.compute(learnt).rows
    for ids, outcomes, sources in zip(rows.tokens, rows.outcomes, rows.sources):
        tokens = learnt.rule.tokens.decode(ids)
        assert [m.value for m in learnt.rule.marks(tokens)] == list(outcomes)
        assert [
            -1 if (s := learnt.rule.demand(tokens[:i]).source) is None else s
            for i in range(len(tokens))
        ] == sources.tolist()


def test_a_hand_worked_row(learnt: Study) -> None:
    """5 8 7 + 8 is obeyed by the 8 before, 5 8 7 + 4 is broken; + + breaks, too; ids of 0 to 10 are
    the numbers, + is 11.
    """
    rows = marked(
        learnt.data.automaton,
        np.array([[5, 8, 7, 11, 8, 1], [5, 8, 7, 11, 4, 1], [8, 11, 11, 8, 1, -1]]),
    )
    assert [r[4] for r in rows.outcomes[:2]] == ["obeyed", "broken"]
    assert rows.sources[0].tolist() == [-1, -1, -1, -1, 1, -1]
    assert rows.outcomes[2] == ("free", "free", "broken", "obeyed", "free", "free")
    assert (rows.count("obeyed"), rows.count("broken"), rows.count("free")) == (2, 2, 13)


def test_answers_out_of_reach_have_no_arc(learnt: Study) -> None:
    """With a reach of two, an answer three steps before the cell is not joined to it."""
    tokens = np.array([[8, 7, 11, 8], [7, 8, 11, 8]])
    assert marked(learnt.data.automaton, tokens, reach=2).sources[:, 3].tolist() == [-1, 1]


def test_counts_are_of_all_training_tokens(learnt: Study) -> None:
    """Counted once more, sequence by sequence; no training token breaks the rule."""
    data = FIGURE.compute(learnt)
    marks = [
        m
        for ids, n in zip(learnt.data.train.tokens[:300], learnt.data.train.lengths[:300])
        for m in learnt.rule.marks(learnt.rule.tokens.decode(ids[:n]))
    ]
    share = sum(m is not Mark.FREE for m in marks) / len(marks)
    assert data.broken == 0
    assert Mark.BROKEN not in marks
    assert abs(data.decided / data.written - share) < 0.02
    assert data.written == learnt.data.train.lengths.sum()


def test_only_decided_cells_are_framed(learnt: Study) -> None:
    """Teal frames as many cells as were decided, plus the one of the legend; broken has no legend
    where it does not occur.
    """
    data = FIGURE.compute(learnt)
    with applied(theme("light")):
        canvas = draw(FIGURE, data, None)
    edges = [
        p.get_edgecolor()[:3]
        for axes in canvas.figure.axes
        for p in axes.patches
        if hasattr(p, "get_xy")
    ]
    look = theme("light")
    assert (
        sum(np.allclose(e, look.outcomes["obeyed"]) for e in edges) == data.rows.count("obeyed") + 1
    )
    assert not any(np.allclose(e, look.outcomes["broken"]) for e in edges)
    assert not any("broken" in t.get_text() for t in canvas.figure.texts)


def test_alt_text_counts(learnt: Study) -> None:
    data = FIGURE.compute(learnt)
    assert f"{data.rows.count('obeyed')} cells were decided" in FIGURE.alt(data)
