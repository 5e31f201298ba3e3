"""What comes after each token, against counts in plain loops."""

from dataclasses import replace

import numpy as np
import pytest
from by_hand import drawn
from every_rule import made_study
from lookups import figure_called
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.text import Text

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import show
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.facts.law_by_token import CONTEXTS, law_by_token
from reportgen.systems.sequence_rules.figures.parts.share_rows import in_words

FIGURE = figure_called("next-token-map")


def test_means_over_the_contexts_that_end_with_a_token(study: Study) -> None:
    """Model and law, each averaged over the same positions, one by one."""
    data = FIGURE.compute(study)
    windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
    said, told = study.trace_of(windows.inputs).probabilities, study.floors.predict(windows)
    for token in (0, 7, 11):
        at = windows.inputs == token
        assert data.contexts[token] == at.sum()
        assert data.network[token] == pytest.approx(said[at].mean(0))
        assert data.law[token] == pytest.approx(told[at].mean(0))
    assert data.apart == pytest.approx(
        [sum(abs(a - b) for a, b in zip(m, l)) / 2 for m, l in zip(data.network, data.law)]
    )


def test_where_the_last_token_decides_the_law_is_the_rule() -> None:
    """Counting up: after each number the next one, for certain; and it agrees with the law of
    pairs.
    """
    study = made_study("successor")
    data = FIGURE.compute(study)
    assert data.law == pytest.approx(np.roll(np.eye(10), 1, axis=1))
    assert data.law == pytest.approx(study.floors.after)


def test_maps_and_bars_show_the_numbers(study: Study) -> None:
    data, canvas = FIGURE.compute(study), drawn(FIGURE, study)
    scale = FIGURE.scale([data])
    shown = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]
    for mesh, values in zip(shown, (data.network, data.law, data.network - data.law), strict=True):
        assert np.allclose(mesh.get_array(), values)
    assert scale.norm.vmin == 0
    assert scale.norm.vmax == pytest.approx(max(data.network.max(), data.law.max()))
    assert scale.signed.vmin == -scale.signed.vmax
    assert scale.signed.vmax == pytest.approx(np.abs(data.network - data.law).max())


def test_the_distance_of_each_row_has_a_dot_on_a_scale_that_never_changes(study: Study) -> None:
    """A dot a token at its distance, in words beside it; from a thousandth to all of it in every
    report.
    """
    data, canvas = FIGURE.compute(study), drawn(FIGURE, study)
    (axes,) = (a for a in canvas.figure.axes if a.get_xscale() == "log")
    assert axes.get_xlim() == (0.001, 1)
    dots = np.concatenate(
        [c.get_offsets() for c in axes.collections if isinstance(c, PathCollection)]
    )
    assert dots[dots[:, 1].argsort(), 0] == pytest.approx(list(data.apart.clip(0.001, 1)))
    assert [t.get_text() for t in axes.texts] == [in_words(share) for share in data.apart]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "100 %"),
        (0.453, "45 %"),
        (0.0419, "4.2 %"),
        (0.00416, "0.42 %"),
        (0.0004, "below 0.1 %"),
        (0.0, "below 0.1 %"),
    ],
)
def test_two_digits_count(share: float, words: str) -> None:
    assert in_words(share) == words


def test_a_token_that_never_comes_last_is_masked() -> None:
    """Its row is empty, and the words under the figure do without it."""
    from dataclasses import replace

    data = FIGURE.compute(made_study("successor"))
    gone = replace(
        data,
        network=np.where(np.arange(10)[:, None] == 3, np.nan, data.network),
        contexts=np.where(np.arange(10) == 3, 0, data.contexts),
    )
    assert "nan" not in FIGURE.alt(gone)
    assert np.isnan(gone.apart[3])
    with applied(theme("light", ("number",))):
        canvas = Canvas(theme("light", ("number",)), FIGURE.height)
        show(FIGURE, canvas, gone, FIGURE.scale([gone]))
    (axes,) = (a for a in canvas.figure.axes if a.get_xscale() == "log")
    assert axes.texts[3].get_text() == "never last"


def test_alt_text_has_the_mean_distance(study: Study) -> None:
    data = FIGURE.compute(study)
    mean = sum(data.apart * data.contexts) / data.contexts.sum()
    assert f"On average {100 * mean:.1f} %" in FIGURE.alt(data)
    assert f"{100 * data.apart.max():.1f} %" in FIGURE.alt(data)


def test_differences_too_small_to_see_are_a_sentence(learnt: Study) -> None:
    """Two maps and no third, on a shorter sheet; alt text and caption say the same."""
    data = FIGURE.compute(learnt)
    near = replace(data, network=data.law + 5e-5 * np.sign(data.network - data.law))
    canvas = Canvas(theme("light"), FIGURE.height_of(near))
    with applied(theme("light")):
        show(FIGURE, canvas, near, FIGURE.scale([near]))
    assert sum(isinstance(c, QuadMesh) for a in canvas.figure.axes for c in a.collections) == 2
    assert FIGURE.height_of(near) < FIGURE.height_of(data)
    said = "every token less than 0.1 % of the probability lies elsewhere than the law has it."
    words = [text.get_text() for text in canvas.figure.findobj(Text)]
    assert any(said in line for line in words)
    assert "100 %" not in words
    assert said in FIGURE.alt(near)
    assert said in FIGURE.caption(near)
    assert said not in FIGURE.alt(data) + FIGURE.caption(data)


def test_the_page_says_after_which_token_the_maps_differ_most(learnt: Study) -> None:
    """The answer to what the reader is asked to look for is read off the same maps."""
    data, found = FIGURE.compute(learnt), law_by_token(learnt)
    assert found.value == pytest.approx(np.nanmax(data.apart))
    assert found.details["token"] == data.tokens[int(np.nanargmax(data.apart))]
    assert [part.n for _, part in found.parts] == [n for n in data.contexts.tolist() if n]
