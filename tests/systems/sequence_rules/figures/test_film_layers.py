"""Films of every width move: a frame drawn in layers is the frame that is drawn at once."""

from dataclasses import replace

import pytest
from every_rule import made_study
from layered import apart
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import show
from reportgen.drawing.layers import Layers
from reportgen.drawing.rendering import frames
from reportgen.drawing.style import applied, theme


@pytest.mark.parametrize("name", ["even_abs_diff", "copy_modulo", "paritygt10"])
def test_matrices_of_attention_move(name: str) -> None:
    """Cells that get other values are drawn again, although nothing else of their matrix
    changes.
    """
    figure, study = figure_called("qk-attention-dynamics"), made_study(name)
    first = frames(figure, study, [int(study.run.steps[0])])[0]
    data = [
        first,
        *(
            replace(first, pattern=first.pattern * share, scores=first.scores * share)
            for share in (0.5, 0.1)
        ),
    ]
    scale = figure.scale(data)
    colours = tuple(study.rule.class_names)
    with applied(theme("light")):
        quick, whole = (Canvas(theme("light", colours), figure.height_of(first)) for _ in range(2))
        layers, agg = Layers(quick.figure), FigureCanvasAgg(whole.figure)
        updates = [show(figure, canvas, first, scale) for canvas in (quick, whole)]
        for frame in data:
            for update in updates:
                update(frame)
            assert apart(layers, agg) <= 2
