"""Who pushed the next token? Every logit as a sum: what the last token says by itself, and what
each head brings from each position.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.head_circuits import Circuits
from reportgen.measure.numbers import written
from reportgen.systems.text.data import Passages
from reportgen.systems.text.facts.circuits import CIRCUITS, centred, tables
from reportgen.systems.text.facts.decimal_places import decimal_places
from reportgen.systems.text.facts.holdout import average
from reportgen.systems.text.facts.own_share import along, highest_turned, of_this_window, wanted
from reportgen.systems.text.view import Study

EXACT, ROUGH = (
    12,
    6,
)  # decimal places: rounding in double precision leaves some two more than the former

BEYOND_LAST = "beyond the last token"  # the difference of the two, token by token


def whole(study: Study, trace: Trace) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Window by window: the direct path [query, next], and what every head brings from every
    position, summed over positions, [head, query, next]; with the former they make the logits.
    """
    made = tables(study)
    for tokens, pattern in zip(trace.tokens, trace.pattern(layer=0)):
        yield made.direct[tokens], pattern @ made.copied[:, tokens]


def pushes(study: Study, trace: Trace, windows: Passages) -> tuple[np.ndarray, np.ndarray]:
    """What raised the token that came, above the mean of all tokens: by the direct path [window,
    query], and by each head from each position [window, head, query, source].
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
    parts: the direct path, and each head from each position. Double precision has no more than
    fifteen or so.
    """
    logits = study.holdout.logits
    rest = max(
        float(np.abs(direct + brought.sum(0) - own).max())
        for (direct, brought), own in zip(whole(study, study.holdout), logits)
    )
    return decimal_places(rest, logits.size, "logits in all held-out windows")


@fact("Contribution of earlier tokens to the correct logit", tolerance=0.05, needs=CIRCUITS)
def attention_push(study: Study) -> Fact:
    """How far what heads bring from earlier tokens raises the logit of the token that came, beyond
    what they add to it at the same position of the other held-out windows; mean over held-out
    tokens. The baseline is the last token, by itself and as heads read it. With what is the same
    in all windows, the parts make the logit above the mean of all tokens.
    """
    made = _own_pushes(study)
    pushed: Callable[..., Fact] = lambda values, **more: average(
        study, values, unit="logits", **more
    )
    last, earlier = made.itself + made.reread, made.earlier.sum(0)
    share = float((earlier > last).mean())
    parts = (
        ("the last token by itself", pushed(made.itself)),
        ("the last token, as heads read it", pushed(made.reread)),
        *((f"head {h}, earlier tokens", pushed(head)) for h, head in enumerate(made.earlier)),
        ("the same in all windows", pushed(made.everywhere)),
        (BEYOND_LAST, pushed(earlier - last)),
    )
    return pushed(
        earlier,
        baseline=Reference("the last token", float(last.mean())),
        parts=parts,
        details=dict(more=share, more_text=written(share, "percent"), turned=made.turned),
    )


@dataclass(frozen=True)
class OwnPushes:
    """Pushes on the token that came [window, position], less what each source adds at the same
    position of other windows; all of them make the logit above the mean of all tokens.
    """

    itself: np.ndarray  # the last token, straight to the unembedding
    reread: np.ndarray  # the last token, through heads that look at it
    earlier: np.ndarray  # [head, window, position] earlier tokens, through each head
    everywhere: np.ndarray  # what all of them add in other windows, and the bias
    turned: float  # the mean that earlier tokens reach by luck


@held
def _own_pushes(study: Study) -> OwnPushes:
    windows, trace, w = study.data.holdout, study.holdout, study.weights
    pattern, circuits = trace.pattern(layer=0), Circuits(study)
    direction = wanted(study, windows.targets)
    reread, earlier = np.zeros_like(trace.embed), []
    for head in range(study.config.model.n_heads):
        brought = w["W_E"][windows.inputs] @ circuits.ov((0, head))
        on_itself = np.diagonal(pattern[:, head], axis1=1, axis2=2)[..., None] * brought
        reread = reread + on_itself
        earlier.append(of_this_window(pattern[:, head] @ brought - on_itself))
    itself, again = (along(of_this_window(x), direction) for x in (trace.embed, reread))
    heads = np.stack([along(stream, direction) for stream in earlier])
    came = np.take_along_axis(centred(trace.logits), windows.targets[..., None], -1)[..., 0]
    rest, turned = (
        came - itself - again - heads.sum(0),
        highest_turned(np.sum(earlier, 0), direction),
    )
    return OwnPushes(itself, again, heads, rest, turned)
