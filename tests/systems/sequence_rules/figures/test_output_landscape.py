"""19: exact regions, entropy, and which tokens can win."""

import by_hand
import numpy as np
import pytest
from lookups import figure_called
from matplotlib.collections import PathCollection

from reportgen.core.readout import Readout
from reportgen.core.study import Study
from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.output_landscape import (
    FINENESS,
    OutputLandscape,
    entropy,
)

FIGURE = figure_called("output-landscape")


def test_entropy_of_certain_uniform_and_half() -> None:
    """0, ln n and ln 2 nats."""
    assert np.allclose(
        entropy(np.array([[1.0, 0, 0, 0], [0.25] * 4, [0.5, 0.5, 0, 0]])), [0, np.log(4), np.log(2)]
    )


def test_a_quarter_of_the_plane() -> None:
    """A token that wins where x > 0 and y > 0 has a quarter of a square view, with its highest
    probability in the far corner.
    """
    W_U = np.array(
        [[4.0, 0.0, 4.0], [0.0, 4.0, 4.0]]
    )  # token 2 scores 4x + 4y, the others 4x and 4y
    seen = OutputLandscape().look(
        Readout(
            np.zeros((2, 1)),
            np.full(1, -1.0),
            np.zeros((1, 2)),
            np.zeros(2),
            W_U,
            np.zeros(3),
            residual=True,
        ),
        (-1, 1, -1, 1),
    )
    assert seen.regions.share == pytest.approx({0: 0.375, 1: 0.375, 2: 0.25})
    assert seen.highest[2] == pytest.approx(np.exp(8) / (np.exp(8) + 2 * np.exp(4)))


def test_shares_and_highest_probabilities_agree_with_random_points(study: Study) -> None:
    """Points thrown at the view win as often as the exact shares say, and none is surer than the
    highest probability.
    """
    data = FIGURE.compute(study)
    x0, x1, y0, y1 = data.view
    p = study.readout.probabilities(
        np.random.default_rng(1).uniform((x0, y0), (x1, y1), (40_000, 2))
    )
    won = np.bincount(p.argmax(-1), minlength=len(study.tokens)) / len(p)
    assert np.allclose(won, [data.seen.regions.share.get(t, 0) for t in range(len(won))], atol=0.01)
    assert (p.max(0) <= data.seen.highest + 2e-3).all()


def test_owners_are_of_the_whole_space_and_winners_of_the_view(study: Study) -> None:
    """Whoever wins in view can win; whoever can win does so at some far point before the
    unembedding; nobody else does.
    """
    data = FIGURE.compute(study)
    assert set(data.seen.regions.share) <= set(data.owners)
    angles = np.linspace(0, 2 * np.pi, 4001)
    rays = np.stack([np.cos(angles), np.sin(angles)], -1)
    seen = {
        int(t)
        for reach in np.geomspace(1e-2, 1e5, 60)
        for t in (reach * rays @ study.readout.W_U + study.readout.b_U).argmax(-1)
    }
    assert seen <= set(data.owners)


def test_fills_bars_and_words(study: Study) -> None:
    """Filled areas and bars are those of tokens that win in view; the rows of panel c say so in
    words.
    """
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    fills, count = theme("light").fills(study.classes), len(study.tokens)
    (areas,) = (
        c
        for a in canvas.figure.axes
        for c in a.collections
        if isinstance(c, PathCollection) and len(c.get_paths()) and c.get_zorder() == 0.5
    )
    assert len(areas.get_paths()) == len(data.seen.regions.share)
    assert {tuple(np.round(colour[:3], 6)) for colour in areas.get_facecolor()} == {
        tuple(np.round(fills[study.tokens[t]], 6)) for t in data.seen.regions.share
    }
    bars = next(a for a in canvas.figure.axes if len(a.patches) == count).patches
    assert np.allclose([b.get_height() for b in bars], data.seen.highest)
    assert [b.get_facecolor()[3] > 0 for b in bars] == [
        t in data.seen.regions.share for t in range(count)
    ]
    written = by_hand.words(canvas)
    assert written.count("–") == count - len(data.seen.regions.share)
    assert written.count("yes") == len(data.owners)
    assert written.count("no") == count - len(data.owners)


def test_the_entropy_map_runs_from_certain_to_uniform(study: Study) -> None:
    """Its scale is fixed by the vocabulary, its values are those of the network."""
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    image = next(
        i
        for a in canvas.figure.axes
        for i in a.images
        if i.get_array().shape == (FINENESS, FINENESS)
    )
    assert (image.norm.vmin, image.norm.vmax) == pytest.approx((0, np.log(len(study.tokens))))
    corner = study.readout.probabilities(np.array([data.view[0], data.view[2]]))
    assert image.get_array()[0, 0] == pytest.approx(-(corner * np.log(corner)).sum())


def test_alt_text_names_shares_and_who_never_wins(study: Study) -> None:
    """The alt text has the exact shares."""
    data = FIGURE.compute(study)
    alt = FIGURE.alt(data)
    best = max(data.seen.regions.share, key=lambda t: data.seen.regions.share[t])
    assert (
        f"Shares of the view: {study.tokens[best]} {100 * data.seen.regions.share[best]:.0f} %"
        in alt
    )
    assert all(
        study.tokens[t] in alt.split("before the unembedding:")[1]
        for t in range(len(study.tokens))
        if t not in data.owners
    )


def test_an_update_moves_everything(learnt: Study) -> None:
    """From step 0 to the last step nothing of step 0 remains."""
    assert by_hand.moves_completely(FIGURE, learnt)
