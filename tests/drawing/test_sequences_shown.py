"""What a figure shows of single sequences is what its page opens in the playground."""

from typing import Any

import numpy as np
import pytest
from conftest import committed
from figurework import FIGURES, SHOWN

from reportgen.core.shared import Shared
from reportgen.core.study import Study
from reportgen.drawing.figure import Figure

# these read demonstrations, but show no single one of them: means over all
MEANS = ("attention-by-distance-dynamics",)
# and this one shows the first, whichever is in view
FIRST = ("lens-dynamics",)
OWN = ("prompts",)  # sequences that are no demonstrations


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What is read of a study's demonstrations."""
    names = set[str]()

    def watched(of: type, name: str) -> None:
        known: Any = of.__dict__[name]

        def get(self: Any) -> Any:
            names.add(name)
            return known.fget(self)

        monkeypatch.setattr(of, name, property(get))

    watched(Shared, "demonstrations")
    watched(Study, "trace")
    return names


def differ(figure: Figure[Any, Any, Any], one: Any, other: Any) -> bool:
    """Are the numbers of two sheets not the same."""
    mine, its = figure.numbers(one), figure.numbers(other)
    if mine.keys() != its.keys():
        return True
    return any(
        not np.array_equal(mine[name], its[name], equal_nan=mine[name].dtype.kind == "f")
        for name in mine
    )


@pytest.mark.parametrize("slug", FIGURES)
def test_every_demonstration_that_is_shown_can_be_opened(slug: str, read: set[str]) -> None:
    """The one in view, where the figure shows that; all of them, where it shows them all."""
    figure, study = FIGURES[slug], committed(SHOWN[slug][0])
    second, rows = study.showing(1), study.demonstrations.inputs
    read.clear()
    data = figure.compute(study)
    reads = bool(read)
    opened = figure.sequences(second)
    if slug in OWN:
        assert opened.shape[0] > 1
    elif slug in MEANS or not reads:
        assert len(opened) == 0
    elif slug in FIRST or differ(figure, data, figure.compute(second)):
        np.testing.assert_array_equal(opened, rows[1:2])
        np.testing.assert_array_equal(figure.sequences(study), rows[:1])
    else:
        np.testing.assert_array_equal(opened, rows)
