"""What the figures of the whole transformer show adds up to what the network says."""

import numpy as np
import pytest
from figurework import FIGURES, canvas_of, shown
from matplotlib.collections import QuadMesh


def test_pushes_are_drawn_as_they_add_up() -> None:
    study, figure = shown("full_learnt").showing(1), FIGURES["push-passage"]
    data = figure.compute(study)
    assert data.pushed.sum(1) == pytest.approx(data.total)
    canvas = canvas_of(figure, study)
    (column,) = [
        np.asarray(c.get_array())[:, 0]
        for a in canvas.figure.axes
        for c in a.collections
        if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (len(data.tokens), 1)
    ]
    assert column == pytest.approx(data.total)


def test_the_last_row_of_the_lens_is_what_the_network_says() -> None:
    study, figure = shown("full_learnt"), FIGURES["lens-passage"]
    data = figure.compute(study)
    assert data.named[-1] == tuple(study.tokens[t] for t in study.trace.logits[0].argmax(-1))
    assert data.chance[-1] == pytest.approx(
        np.take_along_axis(
            study.trace.probabilities[0], study.demonstrations.targets[0][:, None], -1
        )[:, 0]
    )
