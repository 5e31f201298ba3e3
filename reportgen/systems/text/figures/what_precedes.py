"""What precedes some tokens: the likeliest previous tokens, by Bayes' rule, each beside its share
in the text.
"""

import numpy as np

from reportgen.drawing.figure import figure
from reportgen.systems.text.facts.table import backwards
from reportgen.systems.text.figures.parts.choice_sheets import ChoiceSheet
from reportgen.systems.text.view import Study


@figure("what-precedes")
class WhatPrecedes(ChoiceSheet):
    """The likeliest previous tokens of some tokens."""

    before = True
    lead = (
        "The network turned around: how likely each previous token is, given the next one.  Of each"
        " kind the most frequent tokens are asked about."
    )
    shown = (
        "the tokens likeliest to stand before them, from the network’s chances of the next token"
        " and the frequency of each token by Bayes’ rule"
    )

    def tables(self, study: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return backwards(study).T, study.counts.before.T, study.counts.pairs.sum(0).astype(float)
