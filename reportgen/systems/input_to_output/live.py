"""What the page's own network is told of a task: inputs that it answers wrongly, and those that are
followed.
"""

import numpy as np

from reportgen.core.live import Example, Live, demonstrations
from reportgen.systems.input_to_output.facts.probe import said
from reportgen.systems.input_to_output.view import Study

FEW = 6  # inputs that go wrong


def live(study: Study) -> Live:
    """No rule is told, since an answer may depend on the whole input."""
    held_out = "inputs" if study.data.everything else "held-out inputs"
    return Live(
        rule=dict(kind="none", summary=study.rule.summary),
        error_name=f"{held_out} whose output is wrong",
        error=1 - study.run.history["holdout_right"],
        examples={
            "Where it fails": _failing(study),
            "The demonstrations": demonstrations(study),
        },
    )


def _failing(study: Study) -> list[Example]:
    """Inputs, with their right outputs so far, up to an output that is not the likeliest answer."""
    data, names = study.data, study.tokens
    found = said(study)
    wrong = np.argwhere(found != data.wanted)
    chosen = wrong[np.linspace(0, len(wrong) - 1, min(FEW, len(wrong))).astype(int)]
    return [
        Example(
            data.rows.tokens[row, : data.head + at],
            f"right: {names[data.rows.tokens[row, data.head + at]]}; it says"
            f" {names[data.answerable[found[row, at]]]}",
        )
        for row, at in chosen
    ]
