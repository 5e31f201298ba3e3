"""Is it enough to hear of the answer? Attention carries what stands where the answer is held and at
the query itself, and means from everywhere else.
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.kept_paths import only_edges
from reportgen.systems.sequence_rules.facts.errors import blind, wrong
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

HELD = "positions where the rule decides and a position holds the answer,"
OTHERS = "every position but that of the answer"  # the control


@fact(
    "Error by the answer's position and the query's own",
    better="low",
    tolerance=0.01,
    needs=["held"],
)
def error_by_answer(study: Study) -> Fact:
    """Rule error, where a position holds the answer, when attention carries values from that
    position and the query's own alone, and from every other position their mean over held-out
    windows. The part is a control: values from every position but that of the answer, and from
    there their mean.
    """
    windows, at = study.data.holdout_windows, holdout(study)
    length, where = windows.inputs.shape[1], windows.held
    own = np.eye(length, dtype=bool)
    answer = np.arange(length) == windows.source[..., None]
    whole = float(windows.mean(wrong(study), where)) if where.any() else 0.0
    alone, others = (
        at.average(
            windows.broken(only_edges(study, windows.inputs, edges).argmax(-1)),
            where,
            unit="percent",
            of=HELD,
            counted=True,
            baseline=Reference("the whole network", whole, int(where.sum())),
            floor=blind(study),
        )
        for edges in (own | answer, own | ~answer)
    )
    return replace(alone, parts=((OTHERS, others),), details=dict(others_text=others.text))
