"""The demonstrations: held-out sequences chosen by their position in the list, before any network
was seen.
"""

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.systems.repeated_sequences.view import Study

SHOWN = 22  # tokens of a strip at most


@fact("Demonstrations continued", better="high", tolerance=0.05)
def demonstrations_right(study: Study) -> Fact:
    """Share of the positions of the demonstrations where the next token is known from a copy at
    which the likeliest token is the right one.
    """
    sequences = study.demonstrations
    correct = (study.trace.logits.argmax(-1) == sequences.targets)[sequences.told]
    if not correct.size:
        return missing(
            "not defined: nothing is known from a copy in the demonstrations",
            unit="of",
            of="positions",
        )
    strips = [_strip(study, i) for i in range(len(sequences))]
    return Fact(
        float(correct.mean()),
        "of",
        int(correct.size),
        "positions of the demonstrations where the next token is known from a copy",
        exhaustive=True,
        details=dict(strips=strips),
    )


def _strip(study: Study, i: int) -> dict[str, object]:
    """The stretch of a demonstration in which it begins again: tokens, marks of those that were
    known beforehand, and where the earlier one stood.
    """
    sequences, names, said = study.demonstrations, study.tokens, study.trace.logits.argmax(-1)
    period = int(sequences.period[i])
    end = min(sequences.tokens.shape[1], period + 6)
    begin = max(0, end - SHOWN)
    marks, sources = [], []
    for position in range(begin, end):
        known = (
            position > period
        )  # the token at `period` is the first to come twice: only those after it were known
        marks.append(
            "free"
            if not known
            else "obeyed"
            if said[i, position - 1] == sequences.tokens[i, position]
            else "broken"
        )
        sources.append(position - period - begin if known and position - period >= begin else None)
    return dict(
        tokens=[names[int(t)] for t in sequences.tokens[i, begin:end]],
        marks=marks,
        sources=sources,
        period=period,
        cut=begin > 0,
    )
