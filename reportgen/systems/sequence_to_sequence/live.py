"""What the page's own network is told of inputs and outputs: which digit each output is made from,
and inputs that it answers wrongly.
"""

import numpy as np

from reportgen.core.live import Example, Live, demonstrations
from reportgen.systems.sequence_to_sequence.view import Study

FEW = 6  # inputs that go wrong


def live(study: Study) -> Live:
    """The rule says of each output from which position it is made, and what of."""
    return Live(
        rule=_rule(study) | dict(kind="positions", summary=study.rule.summary),
        error_name="held-out inputs whose output is wrong somewhere",
        error=1 - study.run.history["holdout_words"],
        examples={
            "Where it fails": _failing(study),
            "The demonstrations": demonstrations(study),
        },
    )


def _rule(study: Study) -> dict[str, object]:
    """For each output the position that it is made from, and the output for each token there."""
    rule = study.rule
    rows = study.data.rows.tokens
    first = 1 + rule.length
    answers = []
    for i in range(rule.length):
        source = rule.mirror(i)
        made = np.full(len(study.tokens), -1)
        made[rows[:, source]] = rows[:, first + i]
        answers.append({"from": source, "token": made.tolist()})
    return dict(first=first, answers=answers)


def _failing(study: Study) -> list[Example]:
    """Inputs, with their right outputs so far, up to an output that is not the first choice."""
    names, first = study.tokens, study.data.first_scored
    rows = study.data.rows.tokens
    said = study.trace_of(rows[:, :-1], keep=("logits",)).logits.argmax(-1)
    wrong = np.argwhere(said[:, first:] != rows[:, first + 1 :])
    chosen = wrong[np.linspace(0, len(wrong) - 1, min(FEW, len(wrong))).astype(int)]
    return [
        Example(
            rows[row, : first + at + 1],
            f"right: {names[rows[row, first + at + 1]]}; it says {names[said[row, first + at]]}",
        )
        for row, at in chosen
    ]
