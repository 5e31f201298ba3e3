"""Names beside matrices."""

from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import name_tokens
from reportgen.drawing.style import applied, theme


@pytest.mark.parametrize("tokens", [["1", "16"] * 16, ["mm", "w"] * 16], ids=["numbers", "words"])
def test_tokens_and_positions_of_low_rows_keep_apart(tokens: list[str]) -> None:
    """Also those of rows next to one another; and none leaves the sheet, the widest names of tokens
    included.
    """
    kinds, tall = dict.fromkeys(tokens, "even"), 11
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 40 + 32 * tall)
        axes = canvas.panel(36, 20, 300, 32 * tall)
        axes.set(ylim=(32, 0), xlim=(0, 32))
        name_tokens(axes, theme("light"), tokens, kinds)
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        # a line of type is higher than its letters
        boxes = [
            (t.get_text(), t.get_window_extent(renderer).extents + (0, 3, 0, -2.5))
            for t in axes.texts
        ]
    assert [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if (a[:2] < b[2:] - 1).all() and (a[2:] > b[:2] + 1).all()
    ] == []
    assert min(box[0] for _, box in boxes) > -1
