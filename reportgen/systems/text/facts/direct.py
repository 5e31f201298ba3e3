"""Who pushed the answer? Every logit of a deep network as a sum over its parts, with the last
division kept as it came out.
"""

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.components import DEEP, added, pushes, summed
from reportgen.systems.text.facts.decimal_places import decimal_places
from reportgen.systems.text.facts.holdout import average
from reportgen.systems.text.facts.own_share import along, by_luck, of_this_window, wanted
from reportgen.systems.text.view import Study


@held
def by_part(study: Study) -> tuple[tuple[str, ...], np.ndarray]:
    """Parts and their pushes [part, window, position] on held-out text, computed once."""
    return pushes(study, study.holdout, study.data.holdout)


@fact("Decimal places in which all parts make the logit", better="high", tolerance=1, needs=DEEP)
def direct_places(study: Study) -> Fact:
    """In how many decimal places every logit of the held-out windows agrees with the sum over all
    parts of the network. Double precision has no more than fifteen or so.
    """
    logits = study.holdout.logits
    rest = max(
        float(np.abs(total - logits[part]).max()) for part, total in summed(study, study.holdout)
    )
    return decimal_places(rest, logits.size, "logits in all held-out windows")


@fact("Largest contribution of a part to the correct logit", tolerance=0.1, needs=DEEP)
def direct_push(study: Study) -> Fact:
    """How far a part of the network raises, by what it writes directly to the unembedding (direct
    logit attribution), the logit of the token that came above the mean of all tokens, mean over
    held-out tokens: of the part that does so most; parts for every part, and together they make
    the logit.
    """
    names, values = by_part(study)
    nothing = Reference("no part", 0.0)
    parts = [
        (name, average(study, value, unit="logits", baseline=nothing))
        for name, value in zip(names, values)
    ]
    most, best = max(parts, key=lambda part: part[1].value or 0)
    against = [name for name, part in parts if part.high is not None and part.high < 0]
    total = float(values.sum(0).mean())
    return Fact(
        best.value,
        "logits",
        best.n,
        best.of,
        best.low,
        best.high,
        clusters=best.clusters,
        baseline=best.baseline,
        parts=tuple(parts),
        details=dict(
            part_text=most,
            total=total,
            total_text=written(total, "logits"),
            against=len(against),
            against_text=written(len(against), "count"),
            parts_text=written(len(parts), "count"),
        ),
    )


@fact("Contribution of feed-forward layers minus that of heads", tolerance=0.1, needs=DEEP)
def feed_forward_push(study: Study) -> Fact:
    """How much further all feed-forward parts together raise the token that came than all heads
    together do, by what they hand straight to the unembedding, each beyond what it adds to the same
    logit at the same position of the other held-out windows; parts for both, and for the token
    itself.
    """
    trace, windows = study.holdout, study.data.holdout
    direction, scale = wanted(study, windows.targets), trace.ln_final_scale[..., None]
    groups = {"feed-forward parts": "feed-forward", "heads": "head ", "the token itself": "token"}
    streams = {group: np.zeros_like(direction) for group in groups}
    for name, stream in added(study, trace):
        for group, word in groups.items():
            if word in name:
                streams[group] += of_this_window(stream / scale)
    found = {group: along(stream, direction) for group, stream in streams.items()}
    parts = {group: average(study, value, unit="logits") for group, value in found.items()}
    return average(
        study,
        found["feed-forward parts"] - found["heads"],
        unit="logits",
        baseline=Reference("as far as heads", 0.0),
        parts=tuple(parts.items()),
        details=dict(turned=by_luck(streams["feed-forward parts"], direction))
        | {
            f"{name}_text": parts[group].text
            for name, group in (
                ("forward", "feed-forward parts"),
                ("heads", "heads"),
                ("token", "the token itself"),
            )
        },
    )
