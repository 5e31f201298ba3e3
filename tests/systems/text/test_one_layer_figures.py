"""What the figures of one layer of attention show is what was measured, and numbers that a live
view can use lie beside them.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from by_hand import words
from figurework import FIGURES, canvas_of, shown
from matplotlib.collections import QuadMesh

from reportgen.drawing.rendering import still
from reportgen.rules.glyphs import TOLD
from reportgen.systems.text.figures.attention_by_distance import named_bars


def test_passages_show_attention_and_not_scores() -> None:
    """What is drawn as attention is what the softmax made, row by row, and all that a live view
    needs lies beside the picture.
    """
    study, figure = shown("one_layer_learnt"), FIGURES["passage-attention"]
    data = figure.compute(study)
    assert data.pattern.sum(-1) == pytest.approx(1)
    assert data.pattern == pytest.approx(study.trace.pattern(layer=0)[0])
    assert "".join(data.tokens[1:]) == "".join(data.came[:-1])
    numbers = figure.numbers(data)
    count = len(data.tokens)
    assert {
        name: numbers[name].shape for name in ("pattern", "norms", "tokens", "came", "names")
    } == dict(
        pattern=(2, count, count),
        norms=(2, count, count),
        tokens=(count,),
        came=(count,),
        names=(2,),
    )
    canvas = canvas_of(figure, study)
    maps = [
        c
        for a in canvas.figure.axes
        for c in a.collections
        if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (count, count)
    ]
    for drawn, pattern in zip(maps, data.pattern, strict=True):
        assert np.asarray(drawn.get_array())[np.tri(count, dtype=bool)] == pytest.approx(
            pattern[np.tri(count, dtype=bool)]
        )


def test_pushes_are_drawn_as_they_add_up() -> None:
    study, figure = shown("one_layer_learnt").showing(1), FIGURES["token-attribution"]
    data = figure.compute(study)
    assert data.direct + np.nansum(data.by_source, 1) == pytest.approx(data.total)
    canvas = canvas_of(figure, study)
    columns = [
        np.asarray(c.get_array())[:, 0]
        for a in canvas.figure.axes
        for c in a.collections
        if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (len(data.tokens), 1)
    ]
    assert columns[0] == pytest.approx(data.direct)
    assert columns[1] == pytest.approx(data.total)


def test_numbers_of_bars_that_stand_side_by_side_do_not_touch() -> None:
    """The three highest bars above the dashes bear their number, but for one beside a named bar of
    about the same height.
    """
    even = np.full(4, 0.05)
    assert named_bars(np.array([0.3, 0.6, 0.1, 0.01]), even, 0.05) == [1, 0, 2]
    assert named_bars(np.array([0.3, 0.32, 0.1, 0.01]), even, 0.05) == [1, 2]
    assert named_bars(np.array([0.3, 0.01, 0.32, 0.01]), even, 0.05) == [2, 0]


def test_prompts_frame_the_token_that_came_where_it_is_in_the_list() -> None:
    study, figure = shown("one_layer_learnt"), FIGURES["prompts"]
    data = figure.compute(study)
    inside = sum(came in row for came, row in zip(data.came, data.likeliest))
    assert inside == int((data.rank <= len(data.likeliest[0])).sum())
    canvas = canvas_of(figure, study)
    framed = sum(len(a.lines) for a in canvas.figure.axes)
    assert framed == inside


@pytest.mark.parametrize("slug", ["skip-trigrams", "passage-attention"])
def test_the_caption_tells_the_signs_that_are_in_the_picture(slug: str, tmp_path: Path) -> None:
    """And no others."""
    study = shown("one_layer_learnt")
    still(FIGURES[slug], study, tmp_path, slug)
    caption = json.loads((tmp_path / f"{slug}.json").read_text(encoding="utf-8"))["caption"]
    seen = "".join(words(canvas_of(FIGURES[slug], study)))
    assert {sign for sign in TOLD if sign in caption} == {sign for sign in TOLD if sign in seen}
    assert any(sign in seen for sign in TOLD)
