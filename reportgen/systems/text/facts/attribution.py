"""Who pushed the next token? Every logit as a sum: what the last token says by itself, and what
each head brings from each place.
"""

from collections.abc import Iterator

import numpy as np

from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.fact import Fact, Reference, fact, written
from reportgen.systems.text.data import Passages
from reportgen.systems.text.facts.circuits import CIRCUITS, centred, tables
from reportgen.systems.text.facts.decimal_places import decimal_places
from reportgen.systems.text.facts.holdout import average
from reportgen.systems.text.view import Study

EXACT, ROUGH = (
    12,
    6,
)  # decimal places: rounding in double precision leaves some two more than the former


def whole(study: Study, trace: Trace) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Window by window: the direct path [query, next], and what every head brings from every place,
    summed over places, [head, query, next]; with the former they make the logits.
    """
    made = tables(study)
    for tokens, pattern in zip(trace.tokens, trace.pattern(layer=0)):
        yield made.direct[tokens], pattern @ made.copied[:, tokens]


def pushes(study: Study, trace: Trace, windows: Passages) -> tuple[np.ndarray, np.ndarray]:
    """What raised the token that came, above the mean of all tokens: by the direct path [window,
    query], and by each head from each place [window, head, query, source].
    """
    made, inputs, targets = tables(study), windows.inputs, windows.targets
    direct = centred(made.direct)[inputs, targets]
    copied = centred(made.copied)
    brought = np.stack([table[inputs[:, None, :], targets[:, :, None]] for table in copied], 1)
    return direct, trace.pattern(layer=0) * brought


@fact(
    "Decimal places in which the parts make the logit", better="high", tolerance=1, needs=CIRCUITS
)
def attribution_places(study: Study) -> Fact:
    """In how many decimal places every logit of the held-out windows agrees with the sum of its
    parts: the direct path, and each head from each place. Double precision has no more than fifteen
    or so.
    """
    logits = study.holdout.logits
    rest = max(
        float(np.abs(direct + brought.sum(0) - own).max())
        for (direct, brought), own in zip(whole(study, study.holdout), logits)
    )
    return decimal_places(rest, logits.size, "logits in all held-out windows")


@fact("Push of attention on the next token", tolerance=0.05, needs=CIRCUITS)
def attention_push(study: Study) -> Fact:
    """How far attention raises the logit of the token that came above the mean of all tokens, mean
    over held-out tokens; parts for the last token by itself (the direct path) and for every head.
    All of them together make the logit.
    """
    direct, brought = _mean_pushes(study)
    pushed = lambda values, **more: average(study, values, unit="logits", **more)
    parts = [("the last token by itself", pushed(direct))] + [
        (f"head {h}", pushed(brought[:, h])) for h in range(brought.shape[1])
    ]
    together = brought.sum(1)
    share = float((together > direct).mean())
    return pushed(
        together,
        baseline=Reference("the last token by itself", float(direct.mean())),
        parts=tuple(parts),
        details=dict(more=share, more_text=written(share, "percent")),
    )


@held
def _mean_pushes(study: Study) -> tuple[np.ndarray, np.ndarray]:
    direct, brought = pushes(study, study.holdout, study.data.holdout)
    return direct, brought.sum(-1)
