"""02: floors, onsets and intervals against hand-worked values; names that do not hide one
another.
"""

import numpy as np
import pytest
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.margins import apart, blocks
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.facts.seeds import seeds_learnt
from reportgen.systems.sequence_rules.facts.training import (
    onset_below_bigram,
    onset_below_unigram,
    onset_half,
    onset_rule,
)
from reportgen.systems.sequence_rules.figures.parts.loss_curves import interval

FIGURE = figure_called("learning-curve")


def test_onsets_and_seeds_are_those_of_the_facts(learnt: Study, unlearnt: Study) -> None:
    """The figure says what the ledger says; a phase that never comes is not drawn."""
    for study in (learnt, unlearnt):
        data = FIGURE.compute(study)
        told = [
            onset_below_unigram(study),
            onset_below_bigram(study),
            onset_half(study),
            onset_rule(study),
        ]
        assert [step for _, step, _ in data.onsets] == [
            int(f.value) for f in told if f.value is not None
        ]
        assert data.learnt == seeds_learnt(study).details["k"]
    assert len(FIGURE.compute(unlearnt).onsets) < len(FIGURE.compute(learnt).onsets)


def test_interval_holds_the_share_and_obeys_the_rule_of_three() -> None:
    """Three checkpoints: half wrong, none wrong, all wrong, over forty sequences of one window of
    two positions.
    """
    where = np.ones((40, 2), bool)
    wrong = np.stack([np.indices((40, 2)).sum(0) % 2 == 0, ~where, where])
    wrong[0, :4] = True
    low, high = interval(wrong, where, np.arange(40), 40)
    assert low[0] < wrong[0].mean() < high[0]
    assert (low[1], high[1]) == pytest.approx((0, 3 / 40))
    assert (low[2], high[2]) == pytest.approx((1 - 3 / 40, 1))


def test_the_error_is_that_of_the_history(study: Study) -> None:
    """The predictions behind the band give the stored error, and the band holds it."""
    data, windows = FIGURE.compute(study), study.data.validation_windows
    share = windows.broken(study.watched)[:, windows.visible].mean(1)
    assert np.allclose(share, data.error, atol=1e-6)
    assert (data.low <= data.error + 1e-6).all()
    assert (data.high >= data.error - 1e-6).all()


def test_floors_are_ordered_and_not_crossed(study: Study) -> None:
    """Knowing more leaves less to be surprised by; neither loss ends below its own floor."""
    data = FIGURE.compute(study)
    here = [f.here for f in data.floors]
    assert data.even > here[0] > here[1] > here[2] > 0
    assert data.validation.min() > here[2]
    assert data.train.min() > data.train_floor
    assert data.uniform == pytest.approx(11 / 12)
    assert data.blind == pytest.approx(5 / 6, abs=1e-6)


def test_lines_and_limits(study: Study) -> None:
    """The displayed curves are drawn whole, and all limits hold them but for the start of the
    loss.
    """
    data = FIGURE.compute(study)
    scale = FIGURE.scale([data])
    with applied(theme("light")):
        canvas = draw(FIGURE, data, scale)
    drawn = [line.get_ydata() for axes in canvas.figure.axes for line in axes.lines]
    for curve in (
        data.train,
        data.validation,
        data.error,
        data.sampled,
        data.generated,
        data.attention,
    ):
        assert any(len(y) == len(curve) and np.allclose(y, curve) for y in drawn)
    assert scale.low < data.train_floor
    assert scale.high > data.even
    words = [t.get_text() for t in canvas.figure.texts]
    assert all(any(f"{f.here:.4f}" in w for w in words) for f in data.floors)


def test_names_do_not_overlap() -> None:
    """Blocks keep their order and their distance, stay inside, and stay put where there is room."""
    assert blocks([10, 50], [10, 10], 0, 100) == [10, 50]
    assert blocks([10, 12], [10, 10], 0, 100) == [6, 16]
    assert blocks([97, 99], [10, 10], 0, 100) == [85, 95]
    spots = apart([0, 1, 2, 90], 20, 0, 100)
    assert all(b - a >= 20 for a, b in zip(spots, spots[1:]))


def test_alt_text_has_the_ends_of_the_curves(learnt: Study, unlearnt: Study) -> None:
    """A run that never gets there says so."""
    said = FIGURE.alt(FIGURE.compute(learnt))
    assert f"{learnt.history('validation_loss')[-1]:.3f}" in said
    assert "error under one half" not in FIGURE.alt(FIGURE.compute(unlearnt))
