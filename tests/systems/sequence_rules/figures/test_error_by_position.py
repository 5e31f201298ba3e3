"""Errors and attention part by part: cells and bars against what was counted, and room for the
numbers.
"""

from dataclasses import replace

import numpy as np
import pytest
from by_hand import drawn
from lookups import figure_called

from reportgen.core.exact.verify import Verified, verify
from reportgen.core.study import Study, study_of

FIGURE = figure_called("error-by-position")


@pytest.fixture(scope="module")
def small(learnt: Study) -> Study:
    """The study, told what contexts of up to four tokens are answered."""
    found = verify(learnt.config.model, learnt.weights, learnt.data.reader, 4)
    return study_of(learnt.config, learnt.run).knowing(found)


def test_cells_are_what_was_counted(small: Study) -> None:
    data = FIGURE.compute(small)
    assert data.lengths == (2, 4)
    for check in small.verified.lengths:
        for lag in range(1, check.length):
            cell = lag - 1, check.length - 1 - lag
            assert data.contexts[cell] == check.contexts[lag].sum()
            assert data.error[cell] == check.wrong[lag].sum() / check.contexts[lag].sum()
    assert np.isnan(data.error[2, 2])  # three back from position two is before the beginning
    assert data.tokens == ("0", "2", "4", "6", "8", "10")
    assert data.rivals == (0, 1, 2)
    axes = drawn(FIGURE, small).figure.axes
    heights = [bar.get_height() for panel in axes for bar in panel.patches]
    assert heights == pytest.approx([*data.by_token.ravel(), *data.by_rivals.ravel()])


def test_where_nothing_was_tried_it_says_so(learnt: Study) -> None:
    study = study_of(learnt.config, learnt.run).knowing(Verified((), "too many"))
    data = FIGURE.compute(study)
    assert FIGURE.alt(data) == "At step 20,000 no context could be tried."
    drawn(FIGURE, study)


def test_the_worst_cell_is_named(small: Study) -> None:
    """A network that fails at one cell and no other."""
    checks = list(small.verified.lengths)
    wrong = np.zeros_like(checks[-1].wrong)
    wrong[3] = checks[-1].contexts[3]
    checks = [replace(c, wrong=np.zeros_like(c.wrong)) for c in checks[:-1]]
    last = replace(small.verified.lengths[-1], wrong=wrong)
    study = study_of(small.config, small.run).knowing(Verified((*checks, last)))
    assert "wrong answers is 1.00, at position 0, 3 back" in FIGURE.alt(FIGURE.compute(study))
