"""What facts of this system are measured on: windows that chose nothing, and those that chose the
displayed seed.
"""

import numpy as np

from reportgen.measure.estimates import Sample
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows


def holdout(study: Study) -> Sample:
    """The windows that chose nothing; what is measured on them is [window, position].

    Where they are all there are, their means are exact.
    """
    windows = study.data.holdout_windows
    return Sample(windows.sequence, len(study.data.holdout), study.data.called, windows.weight)


def held_out(study: Study) -> str:
    """What the evaluated windows are, before the word: nothing where they are all there are."""
    return "" if study.data.everything else "held-out "


def validation(study: Study) -> Sample:
    """The windows that chose the displayed seed; only what is watched during training is measured
    on them.
    """
    return Sample(
        study.data.validation_windows.sequence, len(study.data.validation), "validation sequences"
    )


def visible(study: Study) -> tuple[Windows, np.ndarray]:
    """The held-out windows, and where in them the rule asks for an answer that stands in the
    window.
    """
    windows = study.data.holdout_windows
    return windows, windows.visible
