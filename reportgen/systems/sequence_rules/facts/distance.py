"""Does attention reach an answer that stands far back, at each distance?"""

from dataclasses import replace

import numpy as np

from reportgen.core.config.needs import lacks
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.worst import worst_of
from reportgen.systems.sequence_rules.facts.algorithm import NEEDS, answer_on_top
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.heads import (
    head_names,
    on_answer,
    over_heads,
    spread_evenly,
)
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

ON_TOP = "highest score, .*"  # the names of the cases in which every full context was tried


@fact("Attention on an answer far back", better="high", tolerance=0.01, needs=["held"])
def attention_far(study: Study) -> Fact:
    """The same share, counting only answers half a window back or more; parts for every distance,
    of the head that has most of it, and by head where there are several.

    Where every full context was tried, further parts say in how many the answer has the highest
    score, by its position.
    """
    windows, half = study.data.holdout_windows, study.config.model.n_ctx // 2
    far = windows.lag >= half
    if not far.any():
        return absent(f"in this rule no answer stands {half} or more steps back")
    of = f"positions with the answer {half} or more steps back,"
    mass = on_answer(study)
    whole = over_heads(
        study, mass, far, of=of, baseline=spread_evenly(study, far), details=dict(steps=half)
    )
    names = head_names(study)
    most = names.index(str(whole.details.get("best", names[0])))
    each = tuple(
        (
            steps_back(lag),
            holdout(study).average(
                mass[most],
                windows.lag == lag,
                unit="share",
                of=f"positions with the answer {steps_back(lag)},",
            ),
        )
        for lag in map(int, np.unique(windows.lag[windows.held]))
    )
    top = () if lacks(study.config, NEEDS) else answer_on_top(study).parts
    details = dict(whole.details) | worst_of(each, "worst", better="high")
    details |= worst_of(top, "least", better="high")
    on_top = tuple((f"highest score, {name}", part) for name, part in top)
    return replace(whole, parts=(*each, *on_top, *whole.parts), details=details)
