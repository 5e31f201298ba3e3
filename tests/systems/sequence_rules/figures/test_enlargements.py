"""A part of a plane has a panel of its own where that enlarges it, and nobody speaks of it
elsewhere.
"""

from dataclasses import replace
from typing import Any

import pytest
from by_hand import words
from figurework import cut_frames
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.drawing.views import ENLARGED

FIELDS = {
    "qk-space": ("q",),
    "qk-space-dynamics": ("q",),
    "qk-attention": ("q", "all_q"),
    "qk-focus": ("queries",),
    "qkv-overview": ("q",),
}  # what are queries in the data of a figure


@pytest.mark.parametrize("times", [1.0, 0.1])
@pytest.mark.parametrize("slug", FIELDS)
def test_keys_are_enlarged_only_where_queries_lie_further_out(
    slug: str, times: float, learnt: Study
) -> None:
    """Of the run as it is, and with queries a tenth as long, which lie among the keys."""
    figure: Any = figure_called(slug)
    data = figure.compute(learnt)
    data = replace(data, **{name: times * getattr(data, name) for name in FIELDS[slug]})
    with applied(theme("light")):
        canvas = draw(figure, data, figure.scale([data]))
    frames = [
        patch
        for axes in canvas.figure.axes
        for patch in axes.patches
        if patch.get_label() == ENLARGED
    ]
    assert bool(frames) == (times == 1)
    assert not cut_frames(canvas.figure)
    if not frames:
        assert not [said for said in words(canvas) if "enlarged" in said or "frame," in said]
        assert "enlarged," not in figure.caption(data)
        assert "the frame is the part" not in figure.caption(data)
