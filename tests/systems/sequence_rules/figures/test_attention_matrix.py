"""S3: attention, the input of the head, logits and probabilities."""

import numpy as np
from by_hand import drawn, forward, has_colour, moves_completely, words
from matplotlib.collections import QuadMesh
from matplotlib.patches import Rectangle

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.attention_matrix import AttentionMatrix

FIGURE = AttentionMatrix()


def test_arrays_are_those_of_a_forward_pass_by_hand(study) -> None:
    """The head's input is the stream behind the feed-forward network, not the attention output."""
    data = FIGURE.compute(study)
    for i, ids in enumerate(study.demonstrations.inputs):
        hand = forward(study.weights, ids)
        for name, by_hand in (
            ("pattern", "pattern"),
            ("resid_post", "post"),
            ("logits", "logits"),
            ("probabilities", "probabilities"),
        ):
            np.testing.assert_allclose(getattr(data, name)[i], hand[by_hand], atol=1e-8)


def test_matrices_of_one_kind_share_a_scale(learnt) -> None:
    """In the pictures of all demonstrations."""
    data = FIGURE.compute(learnt)
    panels = [axes for i in range(3) for axes in drawn(FIGURE, learnt.showing(i)).figure.axes]
    meshes = [m for axes in panels for m in axes.collections if isinstance(m, QuadMesh)]
    shapes = [m.get_array().shape for m in meshes]
    assert sorted(set(shapes)) == [(8, 2), (8, 8), (8, 12)]
    logits = [m for m in meshes if m.get_array().shape == (8, 12)][::2]
    assert len(logits) == 3
    top = np.abs(data.logits).max()
    assert {(m.norm.vmin, m.norm.vmax) for m in logits} == {(-top, top)}


def test_rows_are_framed_by_outcome_at_constrained_positions_only(study) -> None:
    data, colours = FIGURE.compute(study), theme("light").outcomes
    frames = [
        p
        for axes in drawn(FIGURE, study).figure.axes
        for p in axes.patches
        if isinstance(p, Rectangle) and not p.get_fill()
    ]
    outcomes = data.demo.outcomes
    # three rows a constrained position, and three cells in teal: the key and, twice, the answer
    assert has_colour(frames, colours["broken"]) == 3 * outcomes.count("broken")
    assert has_colour(frames, colours["obeyed"]) == 3 * outcomes.count("obeyed") + 3 * (
        len(outcomes) - outcomes.count("free")
    )
    assert not has_colour(frames, colours["free"])


def test_each_token_names_a_column(learnt) -> None:
    said = words(drawn(FIGURE, learnt))
    assert all(said.count(token) >= 2 for token in learnt.tokens)


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_tells_predictions(learnt, unlearnt) -> None:
    data = FIGURE.compute(learnt.showing(2))
    demo = data.demos[-1]
    i = demo.constrained[-1]
    assert (
        f"wanted {demo.wanted[i]}, predicted {demo.predicted[i]} with probability"
        f" {data.probabilities[-1, i].max():.2f}" in FIGURE.alt(data)
    )
    assert FIGURE.alt(data) != FIGURE.alt(FIGURE.compute(unlearnt))
