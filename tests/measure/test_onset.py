"""Onsets that are compared pass the same share of their own way."""

from types import SimpleNamespace

import numpy as np
import pytest

from reportgen.measure.onset import TOO_FEW, halfway


def test_halfway_is_of_its_own_range_in_whichever_direction() -> None:
    study = SimpleNamespace(run=SimpleNamespace(steps=np.arange(0, 80, 10)))
    rises = np.array([0.1, 0.1, 0.2, 0.3, 0.4, 0.4, 0.5, 0.5])
    found = halfway(study, rises)  # type: ignore[arg-type]
    assert (found.value, found.details["middle"]) == (40, pytest.approx(0.3))
    assert halfway(study, 10 - 3 * rises, falls=True).value == 40  # type: ignore[arg-type]
    never = halfway(study, np.ones(8))  # type: ignore[arg-type]
    assert never.text == "never"


def test_fewer_than_three_checkpoints_are_not_never() -> None:
    study = SimpleNamespace(run=SimpleNamespace(steps=np.arange(2)))
    found = halfway(study, np.array([0.0, 1.0]))  # type: ignore[arg-type]
    assert (found.value, found.lacking) == (None, TOO_FEW)
