"""What the authors of the original network say of it, step by step: each of their sentences as a
number that can prove it wrong.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.systems.sequence_rules.facts.algorithm import NEEDS
from reportgen.systems.sequence_rules.facts.constrained import (
    answer_class,
    answer_stands,
    mean_where,
    not_the_latest,
)
from reportgen.systems.sequence_rules.samples import holdout
from reportgen.systems.sequence_rules.view import Study

WANTED = [*NEEDS, "trigger", "classes", "residual"]
Points = Float[np.ndarray, "point dim"]


def _kinds(study: Study) -> dict[str, Bool[np.ndarray, "token"]]:
    """Which tokens can be the answer, which are the other numbers, and the trigger."""
    answers = answer_class(study)
    trigger = np.arange(len(answers)) == study.trigger
    return {"answers": answers, "others": ~answers & ~trigger, "trigger": trigger}


def elsewhere(study: Study) -> str:
    """Why the original's sentences are not about this rule; empty where they are."""
    if lacking := not_the_latest(study):
        return lacking
    return "" if _kinds(study)["others"].sum() > 1 else "in this rule all numbers can be the answer"


def _spread(points: Points) -> float:
    """Mean distance of two different points."""
    apart = [float(np.linalg.norm(a - b)) for a, b in combinations(points, 2)]
    return float(np.mean(apart)) if apart else 0.0


@fact("Spread of answers beside that of other numbers", tolerance=0.05, needs=WANTED)
def answers_spread(study: Study) -> Fact:
    """Mean distance between the embeddings of two tokens that can be the answer, over that between
    two of the other numbers.
    """
    if why := elsewhere(study):
        return absent(why)
    kinds, table = _kinds(study), study.weights["W_E"]
    wide, narrow = _spread(table[kinds["answers"]]), _spread(table[kinds["others"]])
    if not narrow:
        return missing("not defined: all of them are at one point", unit="ratio", of="embeddings")
    return Fact(
        wide / narrow,
        "ratio",
        len(table) - 1,
        "embeddings of numbers",
        exhaustive=True,
        baseline=Reference("the same spread", 1.0),
    )


@fact("Kinds of tokens with a region of their own", better="high", tolerance=0, needs=WANTED)
def kinds_apart(study: Study) -> Fact:
    """Share of pairs of kinds (tokens that can be the answer, other numbers, the trigger) whose
    embeddings a straight line separates.
    """
    if why := elsewhere(study):
        return absent(why)
    from reportgen.core.exact.separation import gap  # SciPy is loaded where it is used

    table, kinds = study.weights["W_E"], _kinds(study)
    apart = [gap(table[kinds[a]], table[kinds[b]]) > 0 for a, b in combinations(kinds, 2)]
    return Fact(float(np.mean(apart)), "of", len(apart), "pairs of kinds", exhaustive=True)


@fact("Spread of positions beside that of tokens", tolerance=0.02, needs=WANTED)
def positions_spread(study: Study) -> Fact:
    """Root mean square distance of position embeddings from their mean, over that of token
    embeddings.
    """
    if why := elsewhere(study):
        return absent(why)

    def size(table: np.ndarray) -> float:
        return float(np.sqrt(((table - table.mean(0)) ** 2).sum(1).mean()))

    tokens, positions = study.weights["W_E"], study.weights["W_pos"]
    if not size(tokens):
        return absent("all tokens lie at one point")
    return Fact(
        size(positions) / size(tokens),
        "ratio",
        len(tokens) + len(positions),
        "embeddings of tokens and positions",
        exhaustive=True,
        baseline=Reference("the same spread", 1.0),
    )


@fact("Distance of the trigger's queries from all others", tolerance=0.05, needs=WANTED)
def trigger_apart(study: Study) -> Fact:
    """Least distance of a query of the trigger, at any position, from one of a number, over the
    largest distance between two queries of the trigger.
    """
    if why := elsewhere(study):
        return absent(why)
    queries = study.lattice.q(head=0)  # [token, position, d_head]
    mine = queries[study.trigger]
    others = queries[np.arange(len(queries)) != study.trigger].reshape(-1, queries.shape[-1])
    away = np.linalg.norm(mine[:, None] - others, axis=-1).min()
    wide = max(float(np.linalg.norm(a - b)) for a, b in combinations(mine, 2))
    if not wide:
        return missing("not defined: all of them are at one point", unit="ratio", of="queries")
    return Fact(
        float(away) / wide,
        "ratio",
        queries.shape[0] * queries.shape[1],
        "queries, every token at every position",
        exhaustive=True,
    )


@fact("Answers that score above other numbers", better="high", tolerance=0.001, needs=WANTED)
def answers_above(study: Study) -> Fact:
    """Share of all choices of a token that can be the answer, another number and a position for
    each in which the first gets the higher score from a trigger at the end of the window.
    """
    if why := elsewhere(study):
        return absent(why)
    points, kinds = study.lattice, _kinds(study)
    scores = points.k(head=0)[:, :-1] @ points.q(head=0)[study.trigger, -1]  # [token, position]
    good, bad = scores[kinds["answers"]].ravel(), scores[kinds["others"]].ravel()
    above = good[:, None] > bad
    return Fact(
        float(above.mean()),
        "percent",
        above.size,
        "pairs of tokens at two positions before the last",
        counted=True,
        exhaustive=True,
        baseline=Reference("no preference", 0.5),
    )


@fact("Distance of what attention gives from the answer's value", tolerance=0.02, needs=WANTED)
def copy_distance(study: Study) -> Fact:
    """Distance of what attention gives a trigger from the value of the answer at its position, over
    the mean distance between the values of two answers, each the mean over the positions at which
    it can be the answer; mean over held-out positions.
    """
    if why := elsewhere(study):
        return absent(why)
    from reportgen.core.interventions import run

    windows, values = study.data.holdout_windows, study.lattice.v(head=0)
    z = run(study.config.model, study.weights, windows.inputs, keep=[("z", 0)]).kept["z", 0][:, 0]
    source = windows.source.clip(0)
    token = np.take_along_axis(windows.inputs, source, 1)
    apart = _spread(mean_where(values, answer_stands(study))[answer_class(study)])
    if not apart:
        return missing("not defined: all values are at one point", unit="ratio", of="values")
    distance = np.linalg.norm(z - values[token, source], axis=-1) / apart
    return holdout(study).average(
        distance, windows.held, unit="ratio", of="positions where the rule decides,"
    )


@fact("Numbers after which the trigger is likeliest", better="high", tolerance=0.01, needs=WANTED)
def numbers_say_trigger(study: Study) -> Fact:
    """Share of held-out positions with a number at which the network finds the trigger the
    likeliest next token.
    """
    if why := elsewhere(study):
        return absent(why)
    windows = study.data.holdout_windows
    return holdout(study).average(
        study.answers == study.trigger,
        windows.inputs != study.trigger,
        unit="percent",
        of="positions with a number,",
        counted=True,
    )


@fact("Embeddings that lie where they belong", better="high", tolerance=0.01, needs=WANTED)
def embeddings_placed(study: Study) -> Fact:
    """Share of all tokens at all positions whose embedding, read out before attention, gives the
    trigger if it is a number, and a token that can be the answer if it is the trigger; parts for
    both.
    """
    if why := elsewhere(study):
        return absent(why)
    said = study.readout.logits(study.lattice.sums).argmax(-1)  # [token, position]
    numbers = np.arange(len(said)) != study.trigger
    right = np.where(numbers[:, None], said == study.trigger, answer_class(study)[said])
    share: Callable[[np.ndarray, str], Fact] = lambda which, of: Fact(
        float(right[which].mean()), "percent", right[which].size, of, counted=True, exhaustive=True
    )
    whole = share(np.ones_like(numbers), "tokens at positions")
    parts = (
        ("numbers", share(numbers, "numbers at positions")),
        ("the trigger", share(~numbers, "positions of the trigger")),
    )
    return Fact(
        whole.value,
        "percent",
        whole.n,
        whole.of,
        counted=True,
        exhaustive=True,
        parts=parts,
        details=dict(numbers=parts[0][1].text, trigger=parts[1][1].text),
    )
