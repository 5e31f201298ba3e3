"""04: the same starts and random numbers, rates counted anew, words."""

import numpy as np
import pytest
from every_rule import made_study
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.measure.numbers import grouped
from reportgen.rules.base import Mark
from reportgen.systems.sequence_rules.facts.generated import written_text
from reportgen.systems.sequence_rules.figures.generated_sequences import _rates

FIGURE = figure_called("generated-sequences")


@pytest.fixture(scope="module")
def both(learnt: Study, unlearnt: Study) -> list:
    """The numbers of the two committed runs, each written once."""
    return [FIGURE.compute(study) for study in (learnt, unlearnt)]


def test_both_texts_start_alike(both: list, learnt: Study) -> None:
    """The first tokens of both checkpoints are the same; step 0 against itself gives the same
    text.
    """
    for data in both:
        first, last = data.texts
        assert (first.rows.tokens[:, 0] == last.rows.tokens[:, 0]).all()
        assert (first.step, last.step) == (0, learnt.step)
    first, again = both[0].texts[0], FIGURE.compute(learnt.at(0)).texts
    assert np.array_equal(again[0].rows.tokens, again[1].rows.tokens)
    assert np.array_equal(again[0].rows.tokens, first.rows.tokens)


def test_rates_are_the_rule_s(both: list, learnt: Study) -> None:
    """Counted anew with `Rule.marks` over every sequence."""
    text = both[0].texts[1]
    ids = written_text(learnt)[0]
    marks = np.array(
        [[m.value for m in learnt.rule.marks(learnt.rule.tokens.decode(row))] for row in ids]
    )
    decided = marks != Mark.FREE.value
    assert text.broken.n == decided.sum()
    assert np.isclose(text.broken.value, (marks == Mark.BROKEN.value).sum() / decided.sum())
    assert np.isclose(text.again.value, (decided & (ids == learnt.trigger)).sum() / decided.sum())
    assert text.broken.low <= text.broken.value <= text.broken.high


@pytest.mark.parametrize("which", [0, 1])
def test_rates_are_printed_for_both_steps(which: int, both: list) -> None:
    """Each block names its step and its rates; free cells carry neither teal nor magenta."""
    data, look = both[which], theme("light")
    with applied(look):
        canvas = draw(FIGURE, data, FIGURE.scale([data]))
    words = [t.get_text() for t in canvas.figure.texts]
    for text in data.texts:
        assert any(f"Step {grouped(text.step)}" in w for w in words)
        assert any(
            f"{100 * text.broken.value:.1f} %" in w and grouped(text.broken.n) in w for w in words
        )
    framed = sum(
        any(np.allclose(p.get_edgecolor()[:3], look.outcomes[o]) for o in ("obeyed", "broken"))
        for axes in canvas.figure.axes
        for p in axes.patches
        if hasattr(p, "get_xy") and p.get_edgecolor()[3] > 0
    )
    assert framed == sum(t.rows.count(o) for t in data.texts for o in ("obeyed", "broken")) + 2


def test_alt_text_has_the_rates(both: list) -> None:
    """The share that is broken with the answer in view, of each run."""
    for data in both:
        assert f"{100 * data.texts[1].visible.value:.1f} %" in FIGURE.alt(data)


def test_words_speak_of_arcs_where_there_are_some(both: list) -> None:
    """An answer that is worked out is in no view: its rate is that after windows that the data can
    produce.
    """
    assert "an arc runs" in FIGURE.caption(both[0])
    data = FIGURE.compute(made_study("successor"))
    text = data.texts[0]
    assert not any(each.rows.joined for each in data.texts)
    assert 0 < text.visible.n < text.broken.n
    said = " ".join([FIGURE.caption(data), FIGURE.alt(data), _rates(data, text)])
    assert "arc" not in said
    assert "in view" not in said
    assert f"after unbroken windows: {100 * text.visible.value:.1f} %" in said
    assert "such as the data can produce" in said
