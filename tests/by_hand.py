"""The network written out in plain loops, and figures drawn for a test to look at."""

from math import exp, sqrt

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import show
from reportgen.drawing.style import applied, theme


def forward(weights, ids):
    """One sequence through one layer with one head, number by number."""
    n, d = len(ids), weights["W_E"].shape[1]
    times = lambda vector, matrix: np.array(
        [sum(vector[i] * matrix[i, j] for i in range(len(vector))) for j in range(matrix.shape[1])]
    )
    start = np.array(
        [
            [weights["W_E"][t, j] + weights["W_pos"][p, j] for j in range(d)]
            for p, t in enumerate(ids)
        ]
    )
    q, k, v = (
        np.array([times(row, weights[name][0, 0]) for row in start])
        for name in ("W_Q", "W_K", "W_V")
    )
    scores, pattern = np.full((n, n), np.nan), np.full((n, n), np.nan)
    for i in range(n):
        for j in range(i + 1):
            scores[i, j] = sum(a * b for a, b in zip(q[i], k[j])) / sqrt(q.shape[1])
        top = max(scores[i, : i + 1])
        total = sum(exp(s - top) for s in scores[i, : i + 1])
        pattern[i, : i + 1] = [exp(s - top) / total for s in scores[i, : i + 1]]
    added = np.array([sum(pattern[i, j] * v[j] for j in range(i + 1)) for i in range(n)])
    middle = start + added
    hidden = [
        np.array([max(0.0, h) for h in times(row, weights["W_in"][0]) + weights["b_in"][0]])
        for row in middle
    ]
    post = np.array(
        [
            row + times(h, weights["W_out"][0]) + weights["b_out"][0]
            for row, h in zip(middle, hidden)
        ]
    )
    logits = np.array([times(row, weights["W_U"]) + weights["b_U"] for row in post])
    odds = np.array([[exp(x - max(row)) for x in row] for row in logits])
    return dict(
        start=start,
        q=q,
        k=k,
        v=v,
        scores=scores,
        pattern=pattern,
        added=added,
        middle=middle,
        post=post,
        logits=logits,
        probabilities=odds / odds.sum(1, keepdims=True),
    )


def drawn(figure, study, appearance="light", scale=None):
    """The canvas of a figure, laid out."""
    data = figure.compute(study)
    canvas = Canvas(theme(appearance), figure.height_of(data))
    with applied(theme(appearance)):
        agg = FigureCanvasAgg(canvas.figure)
        show(figure, canvas, data, scale or figure.scale([data]))
        agg.draw()
    return canvas


def pixels(figure, first, second, scale):
    """The picture of `second`, drawn from `first` and updated."""
    canvas = Canvas(theme("light"), figure.height_of(second))
    with applied(theme("light")):
        agg = FigureCanvasAgg(canvas.figure)
        show(figure, canvas, first, scale)(second)
        agg.draw()
    return np.asarray(agg.buffer_rgba()).astype(int)


def moves_completely(figure, study):
    """Does an update from step 0 to the last step leave nothing of step 0 behind."""
    first, last = figure.compute(study.at(0)), figure.compute(study)
    scale = figure.scale([first, last])
    return np.abs(pixels(figure, first, last, scale) - pixels(figure, last, last, scale)).max() <= 2


def words(canvas):
    """Every text that is seen."""
    return [
        t.get_text()
        for t in canvas.figure.findobj(Text)
        if t.get_visible() and t.get_text().strip()
    ]


def has_colour(artists, colour, attribute="get_edgecolor"):
    """How many artists carry a colour."""
    return sum(
        np.allclose(to_rgb(np.atleast_2d(getattr(a, attribute)())[0][:3]), colour[:3], atol=1e-6)
        for a in artists
    )
