"""At which depth is the answer there? The stream of a deep network read early, and how it sorts
positions by their answer.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from reportgen.core.study import held
from reportgen.core.trace import Trace
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.sequence_rules.facts.errors import LEARNT, SEEN, blind
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

START, END = "the start", "the end"
LEAST = 2  # positions with an answer, without which nothing can be said of its spread


def depths(trace: Trace) -> dict[str, Float[np.ndarray, "sequence position d_model"]]:
    """The stream before the first layer and after each part; after the last part it is the end."""
    layers, mlp = trace.resid_pre().shape[1], trace.mlp_pre().shape[-1] > 0  # is there one
    found = {START: trace.resid_pre(layer=0)}
    for layer in range(layers):
        last = layer == layers - 1
        found[f"attention {layer}" if mlp or not last else END] = trace.resid_mid(layer=layer)
        if mlp:
            found[END if last else f"feed-forward {layer}"] = trace.resid_post(layer=layer)
    return found


@held
def streams(study: Study) -> dict[str, Float[np.ndarray, "window position d_model"]]:
    """The stream of the held-out windows at every depth, traced once."""
    keep = ["resid_pre", "resid_mid", "resid_post", "mlp_pre"]
    return depths(study.trace_of(study.data.evaluated, keep=keep))


@held
def answered_early(study: Study) -> dict[str, np.ndarray]:
    """Which positions of the held-out windows would break the rule at each depth, [window,
    position].
    """
    windows = study.data.holdout_windows
    return {
        name: windows.broken(logit_lens(study, points).argmax(-1))
        for name, points in streams(study).items()
    }


@fact("Rule error if the stream is read before the last layer", tolerance=0.02, needs=["deep"])
def error_read_early(study: Study) -> Fact:
    """Rule error, answer in view, if the stream is read before the last layer, through the last
    normalization with its own mean and length there; parts for every depth.
    """
    windows = study.data.holdout_windows
    if not windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="percent", of=SEEN)
    parts = {
        name: holdout(study).average(
            broken, windows.visible, unit="percent", of=SEEN, counted=True, baseline=blind(study)
        )
        for name, broken in answered_early(study).items()
    }
    depth = before_last(study)
    below = [name for name, part in parts.items() if (part.value or 0) < LEARNT]
    details = dict(
        depth=depth,
        start_text=parts[START].text,
        end_text=parts[END].text,
        first=below[0] if below else "",
    )
    return replace(parts[depth], parts=tuple(parts.items()), details=details)


def before_last(study: Study) -> str:
    """The depth at which the last layer begins."""
    m = study.config.model
    if m.n_layers == 1:
        return START
    return f"{'feed-forward' if m.d_mlp else 'attention'} {m.n_layers - 2}"


@fact("Fall of the error in the last layer", tolerance=0.02, needs=["deep"])
def last_layer_gain(study: Study) -> Fact:
    """How far the rule error falls, answer in view, between the stream read before the last layer
    and the end, position by position; parts for every part of the network.
    """
    windows, early = study.data.holdout_windows, answered_early(study)
    if not windows.visible.any():
        return missing("not defined: no answer is ever in view", unit="points", of=SEEN)

    def fall(before: str, after: str) -> Fact:
        gain = early[before].astype(float) - early[after]
        none = Reference("no fall", 0.0, int(windows.visible.sum()))
        return holdout(study).average(gain, windows.visible, unit="points", of=SEEN, baseline=none)

    names, m = list(early), study.config.model
    last = f"{'feed-forward' if m.d_mlp else 'attention'} {m.n_layers - 1}"
    parts = [
        (last if after == END else after, fall(before, after))
        for before, after in zip(names, names[1:])
    ]
    name, most = max(parts, key=lambda part: part[1].value or 0)
    details = dict(most_part=name, most_text=most.text)
    return replace(fall(before_last(study), END), parts=tuple(parts), details=details)


@fact("Spread of the stream between answers", tolerance=0.02, needs=["deep", "one_answer"])
def answers_sorted(study: Study) -> Fact:
    """Share of the variance of the stream, at the end, that lies between positions with different
    answers, of held-out positions where the rule decides and the answer is in view; parts for every
    depth.
    """
    windows = study.data.holdout_windows
    where = windows.visible & (windows.answer >= 0)
    answer = windows.answer[where]
    kinds = np.unique(answer)
    if len(kinds) < LEAST or len(answer) <= len(kinds):
        return missing("not defined: there is only one answer in view", unit="share", of=SEEN)
    none = Reference("answers dealt out at random", (len(kinds) - 1) / (len(answer) - 1))
    parts = tuple(
        (
            name,
            holdout(study).average(
                between(points, where, windows.answer), where, unit="share", of=SEEN, baseline=none
            ),
        )
        for name, points in streams(study).items()
    )
    return replace(
        parts[-1][1], parts=parts, details=dict(start_text=parts[0][1].text, answers=len(kinds))
    )


def between(
    points: Float[np.ndarray, "window position d_model"], where: np.ndarray, group: np.ndarray
) -> Float[np.ndarray, "window position"]:
    """What each point adds to the share of the variance, over `where` [window, position], that lies
    between the means of groups: one less its squared distance from the mean of its group over the
    mean squared distance from the mean of all; their mean is that share.
    """
    found, out = points[where], np.zeros(where.shape)
    _, at = np.unique(group[where], return_inverse=True)
    means = np.stack([found[at == i].mean(0) for i in range(at.max() + 1)])
    within = ((found - means[at]) ** 2).sum(-1)
    whole = float(((found - found.mean(0)) ** 2).sum(-1).mean())
    out[where] = 1 - within / whole if whole else 0.0
    return out
