"""The demonstrations: sequences chosen by rule before any network was seen, followed to their
end.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.logit_lens import logit_lens
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.view import Study

POSITIONS = "positions of the demonstrations where the rule decides"


@fact("Demonstrations answered", better="high", tolerance=0.2)
def trace_right(study: Study) -> Fact:
    """Share of the positions of the demonstrations where the rule decides at which the most likely
    next token is right.
    """
    windows = study.demonstrations
    right = ~windows.broken(study.trace.logits.argmax(-1))[windows.constrained]
    return Fact(float(right.mean()), "of", int(right.size), POSITIONS, exhaustive=True)


@fact(
    "Attention on the answer, last query",
    better="high",
    tolerance=0.02,
    needs=["one_layer", "held"],
)
def trace_attention(study: Study) -> Fact:
    """Attention that the last query of a demonstration puts on its answer: the least over the
    demonstrations; parts give each.
    """
    return _least(
        [d["attention_on_answer"] for d in followed(study)],
        "not defined: no position holds the answer of a demonstration",
    )


@fact("Probability of the answer, last position", better="high", tolerance=0.02)
def trace_probability(study: Study) -> Fact:
    """Probability of the right next token at the end of a demonstration: the least over the
    demonstrations; parts give each.
    """
    return _least(
        [d["probability_of_answer"] for d in followed(study)],
        "not defined: there is no demonstration",
    )


def _least(values: list[float | None], none: str) -> Fact:
    known = [(i, v) for i, v in enumerate(values, 1) if v is not None]
    if not known:
        return missing(none, unit="share", of="demonstrations")
    parts = tuple(
        (f"demonstration {i}", Fact(v, "share", 1, "demonstration", exhaustive=True))
        for i, v in known
    )
    return Fact(
        min(v for _, v in known),
        "share",
        len(known),
        "demonstration" if len(known) == 1 else "demonstrations",
        exhaustive=True,
        parts=parts,
    )


def followed(study: Study) -> list[dict[str, Any]]:
    """What the network does with each demonstration, in plain values; written tokens throughout.

    marks, sources, answers and predicted have an entry for every position of the window, about the
    token that comes next: `marks` says what the rule makes of the network's own prediction (free,
    obeyed, broken). The rest is about the last position: what its point would name before
    attention, after it, and at the end.
    """
    windows, t, names = study.demonstrations, study.trace, study.tokens
    chances, predicted = t.probabilities, t.logits.argmax(-1)
    broken, attention = windows.broken(predicted), t.pattern().mean((1, 2))
    read: Callable[[np.ndarray], np.ndarray] = lambda points: logit_lens(study, points).argmax(-1)
    before = read(t.resid_pre(layer=0))
    after = read(t.resid_mid(layer=-1) if study.config.model.d_mlp else t.resid_pre(layer=-1))
    out = []
    for i in range(len(windows)):
        marks = [
            "free" if not constrained else "broken" if b else "obeyed"
            for constrained, b in zip(windows.constrained[i], broken[i])
        ]
        source, answer = int(windows.source[i, -1]), int(windows.answer[i, -1])
        looked = int(attention[i, -1].argmax())
        right = float(chances[i, -1][windows.allowed[i, -1]].sum())
        chosen, share = (
            float(chances[i, -1, predicted[i, -1]]),
            float(attention[i, -1, source]) if source >= 0 else None,
        )
        out.append(
            dict(
                tokens=[names[x] for x in windows.inputs[i]],
                marks=marks,
                sources=[int(s) if s >= 0 else None for s in windows.source[i]],
                answers=[names[a] if a >= 0 else None for a in windows.answer[i]],
                answer=names[answer] if answer >= 0 else None,
                source=source if source >= 0 else None,
                predictions=[names[x] for x in predicted[i]],
                predicted=names[predicted[i, -1]],
                right=marks[-1] == "obeyed",
                probability=chosen,
                probability_text=written(chosen, "share"),
                probability_of_answer=right,
                probability_of_answer_text=written(right, "share"),
                attention_on_answer=share,
                attention_on_answer_text=(
                    "none holds it" if share is None else written(share, "share")
                ),
                attention=[float(x) for x in attention[i, -1]],
                looked_at=names[windows.inputs[i, looked]],
                looked_at_position=looked,
                lag=int(windows.lag[i, -1]) if source >= 0 else None,
                cell_before_attention=names[before[i, -1]],
                cell_after_attention=names[after[i, -1]],
            )
        )
    return out
