"""What follows some tokens: the network's likeliest next tokens, each beside its share in the
text.
"""

import numpy as np

from reportgen.drawing.figure import figure
from reportgen.systems.text.figures.parts.choice_sheets import ChoiceSheet
from reportgen.systems.text.view import Study


@figure("what-follows")
class WhatFollows(ChoiceSheet):
    """The likeliest next tokens of some tokens."""

    before = False
    lead = (
        "The network’s likeliest next tokens; of each kind of token the most frequent ones are"
        " asked about."
    )
    shown = "the tokens that the network holds likeliest to come next"

    def tables(self, study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return study.table, study.counts.after, study.counts.often
