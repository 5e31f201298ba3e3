"""After which token does the network differ most from a predictor that knows the rule?"""

import numpy as np

from reportgen.core.study import held
from reportgen.measure.fact import Fact, fact
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows

CONTEXTS = 24_000  # positions averaged, at most


def averaged(study: Study) -> Windows:
    """The windows whose positions are averaged."""
    return study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]


@held
def next_by_token(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Mean distribution of the next token [last token, next token], of the network and of a
    predictor that knows the rule and sees the same windows; NaN after a token that never comes
    last.
    """
    windows, count = averaged(study), len(study.tokens)
    said = study.trace_of(windows.inputs, keep=["logits"]).probabilities
    return _by_last(windows, said, count), _by_last(windows, study.floors.predict(windows), count)


@fact("Distance from the law after the token where it is largest", better="low", tolerance=0.02)
def law_by_token(study: Study) -> Fact:
    """How far the mean distribution of the next token lies from that of a predictor that knows the
    rule and sees the same windows (total variation distance: the share of the probability that
    would have to move), after the token where it is largest; parts for every token.
    """
    said, told = next_by_token(study)
    apart = np.abs(said - told).sum(-1) / 2
    contexts = np.bincount(averaged(study).inputs.ravel(), minlength=len(apart))
    parts = tuple(
        (study.tokens[i], Fact(float(apart[i]), "percent", int(contexts[i]), _of(study)))
        for i in np.flatnonzero(contexts)
    )
    token, most = max(parts, key=lambda part: part[1].value or 0)
    return Fact(most.value, "percent", most.n, most.of, parts=parts, details=dict(token=token))


def _of(study: Study) -> str:
    return f"positions of {held_out(study)}windows"


def _by_last(windows: Windows, laws: np.ndarray, count: int) -> np.ndarray:
    """Mean [last token, next token] of distributions [window, position, token] over all contexts
    that end with a token, each as often as its window comes.
    """
    member = np.eye(count)[windows.inputs.ravel()]
    if windows.weight is not None:
        member *= np.repeat(windows.weight, windows.inputs.shape[1])[:, None]
    came = member.sum(0)[:, None]
    means = np.full((count, count), np.nan)
    np.divide(member.T @ laws.reshape(-1, count), came, out=means, where=came > 0)
    return means
