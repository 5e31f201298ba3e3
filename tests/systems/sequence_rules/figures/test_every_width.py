"""Figures of rules and widths unlike those of the committed runs: each is drawn, or says what it
lacks.
"""

import numpy as np
import pytest
from figurework import Sheet, Words, moved, put, whole
from lookups import figure_called
from tiny import tiny

from reportgen.core.config.needs import lacks

NAMES = (
    "lucky7",
    "lucky7_no_resid",
    "successor",
    "copy_modulo",
    "parity_based",
    "even_to_odd_transition",
    "paritygt10",
    "even_abs_diff",
    "plus_max_of_two",
    "odd_even_index",
)
MOVED = ("successor", "parity_based")  # one head, and several behind an output projection
PLANES = {
    "qkv-transforms",
    "qkv-transforms-extended",
    "qkv-dynamics",
    "qk-space",
    "qk-space-dynamics",
    "qk-focus",
    "query-fields",
}  # of queries, keys and values
OUTPUT = {"output-landscape", "output-dynamics", "output-probabilities-values"}  # of the stream
ALWAYS = {
    "qk-full-heatmap",
    "qk-attention",
    "qk-attention-dynamics",
    "attention-matrix",
    "value-output",
    "value-demo",
}
SUMS = {"residual-stream"}  # wherever attention adds to the stream
STREAM = SUMS | OUTPUT | {"frozen-output", "value-arrows"}
DRAWN = {
    "lucky7": PLANES | STREAM | {"trigger-scores", "qkv-overview"},
    "odd_even_index": PLANES | STREAM | {"qkv-overview"},
    "lucky7_no_resid": PLANES | OUTPUT | {"trigger-scores"},
    "plus_max_of_two": STREAM | {"trigger-scores"},
    "paritygt10": STREAM,
    "successor": SUMS,
    "copy_modulo": SUMS,
    "parity_based": SUMS,
    "even_to_odd_transition": SUMS,
    "even_abs_diff": SUMS,
}
SLUGS = sorted(PLANES | STREAM | ALWAYS | {"trigger-scores", "qkv-overview"})


@pytest.mark.parametrize("name", NAMES)
def test_figures_say_what_they_lack(name: str) -> None:
    """Exactly the figures that make sense for a rule and a width are drawn; every other one has a
    reason in words.
    """
    assert {
        slug for slug in SLUGS if not lacks(tiny(name).config, figure_called(slug).needs)
    } == DRAWN[name] | ALWAYS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("slug", SLUGS)
def test_figures_are_drawn_with_all_words_on_the_sheet(slug: str, name: str) -> None:
    """No crash, no small or cut text, words without a number that is none; and in some shapes, one
    network drawn and updated to another gives the picture of the other.
    """
    figure, study = figure_called(slug), tiny(name)
    if lacks(study.config, figure.needs):
        return
    moves = slug in ALWAYS | SUMS and name in MOVED
    first, last = figure.compute(study.at(0)), figure.compute(study)
    scale = figure.scale([first, last] if figure.film or moves else [last])
    whole(figure, last)
    canvas = put(figure, study, last, scale)
    sheet = Sheet.of(canvas) if moves else None
    words = sheet.words if sheet else Words.of(canvas)
    assert not words.illegible + words.outside
    assert len(figure.caption(last)) > 40
    if sheet:
        assert (
            np.abs(moved(figure, study, first, last, scale).astype(int) - sheet.pixels).max() <= 2
        )
