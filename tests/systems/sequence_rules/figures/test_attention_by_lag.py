"""Attention counted in steps back, against plain loops; the still and the film."""

import numpy as np
import pytest
from by_hand import drawn
from every_rule import made_study
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.rendering import frames
from reportgen.systems.sequence_rules.figures.attention_by_lag import CONTEXTS
from reportgen.systems.sequence_rules.figures.parts.lags import by_lag, lags

STILL, FILM = figure_called("attention-by-lag"), figure_called("attention-by-position-dynamics")


def test_lags_of_a_pattern_written_by_hand() -> None:
    """Two windows, one head, three positions; only queries that are asked and have so many tokens
    before them count.
    """
    pattern = np.array(
        [
            [[[1.0, 0, 0], [0.25, 0.75, 0], [0.5, 0.3, 0.2]]],
            [[[1.0, 0, 0], [0.4, 0.6, 0], [0.1, 0.2, 0.7]]],
        ]
    )
    where = np.array([[False, True, True], [False, False, True]])
    assert by_lag(pattern, where)[0] == pytest.approx(
        [(0.75 + 0.2 + 0.7) / 3, (0.25 + 0.3 + 0.2) / 3, (0.5 + 0.1) / 2]
    )
    assert np.isnan(by_lag(pattern, np.zeros((2, 3), bool))).all()
    assert np.isnan(by_lag(pattern, np.array([[True, False, False]] * 2))[0][1:]).all()


def test_answers_and_attention_on_them(study: Study) -> None:
    """Lags of the answers by counting; attention on them is what the trace says; even attention is
    one over what has been read.
    """
    windows = study.data.holdout_windows[:400]
    seen, mean = lags(study, windows)
    pattern = study.trace_of(windows.inputs).pattern(layer=0, head=0)
    counts, read = np.zeros(windows.inputs.shape[1]), []
    for w, q in zip(*np.nonzero(windows.held)):
        counts[q - windows.source[w, q]] += 1
        read.append(pattern[w, q, windows.source[w, q]])
    assert seen.answer == pytest.approx(counts / counts.sum())
    assert seen.read == pytest.approx(np.mean(read))
    asked = windows.constrained[:, 2:]
    assert seen.even[2] == pytest.approx(
        (asked / np.arange(3, asked.shape[1] + 3)).sum() / asked.sum()
    )
    assert mean[0, 5, :6] == pytest.approx(pattern[:, 5, :6].mean(0))
    assert np.isnan(mean[0, 5, 6:]).all()


def test_one_panel_a_head() -> None:
    """Two heads, two panels with their own bars; no frames where no token holds the answer."""
    study = made_study("even_abs_diff")
    data, canvas = STILL.compute(study), drawn(STILL, study)
    panels = [a for a in canvas.figure.axes if len(a.patches)]
    assert len(panels) == 2
    for axes, decided in zip(panels, data.lags.decided):
        assert [p.get_height() for p in axes.patches][: len(decided)] == pytest.approx(
            np.nan_to_num(decided)
        )
    assert not len(data.lags.answer)
    assert "Framed" not in STILL.caption(data)
    assert "head 1" in STILL.alt(data)


def test_alt_text_has_the_attention_on_answers(study: Study) -> None:
    data = STILL.compute(study)
    windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
    assert f"the mean attention on them is {lags(study, windows)[0].read:.2f}" in STILL.alt(data)


def test_the_film_keeps_its_limits_and_shows_every_head(study: Study) -> None:
    """Maps from nought to one, the lags' axis over all frames; the same windows in every frame."""
    shots = frames(FILM, study, [int(s) for s in study.run.steps[::10]])
    scale = FILM.scale(shots)
    assert scale.top >= max(np.nanmax(s.lags.decided) for s in shots)
    assert len({s.windows for s in shots}) == 1
    canvas = drawn(FILM, study, scale=scale)
    images = [
        i
        for a in canvas.figure.axes
        for i in a.images
        if i.get_array().shape == shots[-1].mean[0].shape
    ]
    assert len(images) == len(shots[-1].mean)
    assert np.allclose(
        np.ma.filled(images[0].get_array(), -1), np.nan_to_num(shots[-1].mean[0], nan=-1)
    )
    assert (images[0].norm.vmin, images[0].norm.vmax) == (0, 1)
