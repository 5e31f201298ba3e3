"""Where does attention go where the rule decides?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.facts.constrained import (
    answer_class,
    constraining,
    not_the_latest,
)
from reportgen.systems.sequence_rules.facts.errors import SEEN, answer_tokens
from reportgen.systems.sequence_rules.facts.habits import fixed_habit
from reportgen.systems.sequence_rules.facts.heads import (
    head_names,
    heads,
    on_answer,
    over_heads,
    spread_evenly,
)
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

MOST = 0.5  # above one half, no other position can outweigh the answer
REVERSED = 0.1  # under one pair in ten in order, the order is reversed


@fact("Attention on the answer", better="high", tolerance=0.005, needs=["held"])
def attention_on_answer(study: Study) -> Fact:
    """Share of its attention that the query puts on the position holding the answer, where it is in
    view; parts by distance, and by head where there are several.

    The details say what the best fixed habit would have: looking always equally far back, or always
    at the same position.
    """
    windows, sample, mass = study.data.holdout_windows, holdout(study), on_answer(study)
    lags = [int(lag) for lag in np.unique(windows.lag[windows.held])]
    parts = tuple(
        (
            steps_back(lag),
            sample.average(
                mass.mean(0),
                windows.lag == lag,
                unit="share",
                of=f"positions with the answer {steps_back(lag)},",
            ),
        )
        for lag in lags
    )
    return over_heads(
        study,
        mass,
        windows.held,
        of=SEEN,
        parts=parts,
        baseline=spread_evenly(study, windows.held),
        details=fixed_habit(windows, MOST),
    )


@fact("The answer gets the most attention", better="high", tolerance=0.005, needs=["held"])
def attention_hits(study: Study) -> Fact:
    """Share of held-out positions with the answer in view where no position gets more attention
    than the answer; parts by head where there are several.
    """
    windows, attention = study.data.holdout_windows, heads(study)
    sample = holdout(study)
    hits: Callable[[np.ndarray], Fact] = lambda found: sample.average(
        found.argmax(-1) == windows.source, windows.held, unit="percent", of=SEEN, counted=True
    )
    parts = (
        tuple((name, hits(one)) for name, one in zip(head_names(study), attention))
        if len(attention) > 1
        else ()
    )
    return replace(hits(attention.mean(0)), parts=parts)


@fact(
    "Attention on the answer with rivals in view",
    better="high",
    tolerance=0.005,
    needs=["held", "classes"],
)
def attention_competing(study: Study) -> Fact:
    """The same share, counting only positions where another token of the answer's class is in view;
    parts by the number of rivals, and by head where there are several.
    """
    if lacking := not_the_latest(study):
        return absent(lacking)
    windows, sample, mass = study.data.holdout_windows, holdout(study), on_answer(study)
    alike = answer_class(study)[windows.inputs].cumsum(1) - 1  # the answer itself is one of them
    rivals = np.where(windows.held, alike, 0)
    counts = [int(r) for r in np.unique(rivals[rivals > 0])]
    parts = tuple(
        (
            f"{r} rival{'s' * (r > 1)}",
            sample.average(
                mass.mean(0),
                rivals == r,
                unit="share",
                of=f"positions with {r} rival{'s' * (r > 1)} in view,",
            ),
        )
        for r in counts
    )
    of = "positions with the answer and a rival in view,"
    if not counts:
        return missing("not defined: no rival is ever in view", unit="share", of=of)
    equal = Reference(
        "an equal share of the answer and its rivals",
        float(windows.mean(1 / (rivals + 1), rivals > 0)),
        int((rivals > 0).sum()),
    )
    return over_heads(study, mass, rivals > 0, of=of, parts=parts, baseline=equal)


@fact("Attention on the answer's class", tolerance=0.005, needs=["held", "classes"])
def attention_by_class(study: Study) -> Fact:
    """Share of attention on all tokens of the answer's class together, mean over heads; parts
    divide the whole among classes and the query itself.
    """
    windows, attention, sample = study.data.holdout_windows, heads(study).mean(0), holdout(study)
    if study.trigger in answer_tokens(study):
        return absent(
            "in this rule the trigger can be an answer too, and belongs to no class of answers"
        )
    classes = np.array([study.classes[t] for t in study.tokens])[windows.inputs]
    own = np.eye(windows.inputs.shape[1], dtype=bool)
    share: Callable[[np.ndarray], Fact] = lambda keys: sample.average(
        (attention * keys).sum(-1), windows.held, unit="share", of=SEEN
    )
    parts = tuple(
        (study.rule.class_names[name], share((classes == name)[:, None] & ~own))
        for name in study.rule.class_names
    )
    whole = share(answer_class(study)[windows.inputs][:, None] & ~own)
    return replace(whole, parts=(*parts, ("the query itself", share(own[None]))))


@fact("Attention on the previous token", tolerance=0.005, needs=["held"])
def attention_on_previous(study: Study) -> Fact:
    """Share of attention that the query puts on the position just before it, where the answer is in
    view but lies farther back.
    """
    windows, attention = study.data.holdout_windows, heads(study)
    before = np.concatenate(
        [np.zeros_like(attention[:, :, :1, 0]), np.diagonal(attention, -1, 2, 3)], 2
    )
    farther = windows.lag > 1
    if not farther.any():
        return absent("under this rule the previous token is always the answer")
    return over_heads(
        study,
        before,
        farther,
        of="positions with the answer farther back than one step,",
        baseline=spread_evenly(study, farther),
    )


@fact(
    "Later answer tokens score higher",
    better="high",
    tolerance=0.002,
    needs=["plain_layer", "held", "classes"],
)
def recency(study: Study) -> Fact:
    """Share of all pairs of an earlier and a later answer token before a query where the rule
    decides whose later one gets the higher attention score.

    Every token after which the rule decides at every position, every two positions before it, every
    two tokens of the answer's class: computed from the weights, mean over heads, with a part for
    each where there are several.
    """
    if lacking := not_the_latest(study):
        return absent(lacking)
    points, ids = study.lattice, np.flatnonzero(answer_class(study))
    each = np.einsum(
        "hape,htje->haptj", points.queries[:, constraining(study)], points.keys[:, ids]
    )  # [head, constraining token, query position, token, key position]
    of = (
        "pairs of an earlier and a later answer token before"
        f" {'a trigger' if study.trigger is not None else 'a token after which the rule decides'}"
    )
    hits = [_later(scores) for scores in (each.mean(0), *each)]
    if not hits[0].size:
        return missing("not defined: the window is too short for a pair", unit="percent", of=of)
    same = np.eye(len(ids), dtype=bool)
    part: Callable[[np.ndarray, str], Fact] = lambda found, of: Fact(
        float(found.mean()), "percent", found.size, of, counted=True, exhaustive=True
    )
    parts = (
        [
            ("copies of one token", part(hits[0][:, same], "pairs of copies")),
            ("different tokens", part(hits[0][:, ~same], "pairs of different tokens")),
        ]
        if len(ids) > 1
        else []
    )
    parts += (
        [(f"head {i}", part(found, of)) for i, found in enumerate(hits[1:])]
        if len(each) > 1
        else []
    )
    return replace(
        part(hits[0], of),
        baseline=Reference("no preference", 0.5),
        parts=tuple(parts),
        details=dict(reversed=bool(hits[0].mean() < REVERSED)),
    )


def _later(scores: np.ndarray) -> np.ndarray:
    """Does the later token score higher, [pair of positions, later token, earlier token], from
    scores [constraining token, query position, token, key position].
    """
    n_ctx = scores.shape[1]
    found = [
        scores[:, p, :, None, j] > scores[:, p, None, :, i]
        for p in range(n_ctx)
        for j in range(p)
        for i in range(j)
    ]
    return (
        np.concatenate(found)
        if found
        else np.zeros((0, scores.shape[2], scores.shape[2]), dtype=bool)
    )
