"""What each head does on held-out windows, and facts of all heads together and of each."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np

from reportgen.measure.fact import Fact, Reference
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study


def heads(study: Study) -> np.ndarray:
    """Attention of each head of each layer on held-out windows, [head, window, query, key], layer
    by layer.
    """
    pattern = study.holdout.pattern()  # [window, layer, head, query, key]
    return np.asarray(pattern.reshape(len(pattern), -1, *pattern.shape[-2:]).swapaxes(0, 1))


def head_names(study: Study) -> tuple[str, ...]:
    """What each of these is called: "head 1", or with its layer "head 0.1" where there are
    several.
    """
    m = study.config.model
    several = m.n_layers > 1
    return tuple(
        f"head {layer}.{head}" if several else f"head {head}"
        for layer in range(m.n_layers)
        for head in range(m.n_heads)
    )


def on_answer(study: Study) -> np.ndarray:
    """Attention of each head on the position that holds the answer, [head, window, query];
    meaningless where none does.
    """
    source = study.data.holdout_windows.source.clip(0)
    return np.take_along_axis(heads(study), source[None, ..., None], -1)[..., 0]


def over_heads(
    study: Study,
    values: np.ndarray,
    where: np.ndarray,
    *,
    of: str,
    baseline: Reference,
    parts: tuple[tuple[str, Fact], ...] = (),
    details: Mapping[str, object] = MappingProxyType({}),
) -> Fact:
    """The mean over heads of shares [head, window, query], averaged `where` [window, query] holds.

    Where there are several heads each is a part, and the details name the one with the highest
    value, `best`.
    """
    average = partial(
        holdout(study).average,
        where=where,
        unit="share",
        of=of,
        baseline=baseline,
        details=dict(details),
    )
    whole = average(values.mean(0), parts=parts)
    if len(values) == 1 or whole.value is None:
        return whole
    each, names = [average(v) for v in values], head_names(study)
    best = max(range(len(each)), key=lambda i: each[i].value or 0)
    more = dict(best=names[best], best_text=written(each[best].value or 0, each[best].unit))
    return replace(
        whole,
        parts=(*parts, *zip(names, each)),
        details=dict(whole.details) | more,
    )


def spread_evenly(study: Study, where: np.ndarray) -> Reference:
    """What a head without any preference would give to one position."""
    equal = np.broadcast_to(1 / np.arange(1, where.shape[1] + 1), where.shape)
    mean = study.data.holdout_windows.mean(equal, where) if where.any() else 0.0
    return Reference("a head that attends to all alike", float(mean), int(where.sum()))
