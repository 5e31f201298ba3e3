"""What do the tables of vectors look like before anything has moved?"""

from collections.abc import Callable
from math import comb

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.constrained import answer_class
from reportgen.systems.sequence_rules.view import Study

SPACES = {"E": "sums", "Q": "queries", "K": "keys", "V": "values"}
# where more than half of all ways to colour the tokens in two leave a gap, a gap says nothing about
# them
CROWDED = 0.5
TRAINED = "the first checkpoint of this run is of a network that had been trained already"
SIDES = (
    "to the right",
    "to the upper right",
    "above",
    "to the upper left",
    "to the left",
    "to the lower left",
    "below",
    "to the lower right",
)


def two_classes(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Ids of the tokens of the answer's class and of all others but the trigger; where every class
    can answer, of the first class and of the others.
    """
    mine = answer_class(study)
    apart = np.arange(len(mine)) != (-1 if study.trigger is None else study.trigger)
    if mine[apart].all():
        classes = np.array([study.classes[t] for t in study.tokens])
        mine = classes == next(c for c in study.rule.class_names if (classes == c)[apart].any())
    return np.flatnonzero(mine & apart), np.flatnonzero(~mine & apart)


def one_class(study: Study) -> str:
    """Why no line can part two classes of tokens; empty where one could, or could fail to."""
    answers, others = two_classes(study)
    if not len(answers) or not len(others):
        return "apart from the trigger, the tokens of this rule are all of one kind"
    if by_chance(len(answers) + len(others), study.config.model.d_model) > CROWDED:
        return "in so many dimensions almost any two groups of so few tokens can be separated"
    return ""


def by_chance(points: int, dims: int) -> float:
    """Share of all ways to colour points in general position with two colours that a hyperplane
    separates (Cover 1965).
    """
    return float(sum(comb(points - 1, k) for k in range(dims + 1)) / 2 ** (points - 1))


def separation(study: Study, points: np.ndarray, what: str) -> Fact:
    """The gap between the answer's class and the other tokens, points [token, ..., dim]."""
    from reportgen.core.exact.separation import gap

    if lacking := one_class(study):
        return absent(lacking)
    answers, others = two_classes(study)
    a, b = (points[ids].reshape(-1, points.shape[-1]) for ids in (answers, others))
    width = gap(a, b)
    spread = float(np.concatenate([a, b]).std(0).max())
    chance = by_chance(len(answers) + len(others), study.config.model.d_model)
    details = dict(
        separable=width > 0,
        relative=width / spread if spread else 0.0,
        by_chance=chance,
        by_chance_text=written(chance, "percent"),
        first=kinds(study, answers),
        second=kinds(study, others),
    )
    return Fact(
        width,
        "distance",
        len(a) + len(b),
        what,
        exhaustive=True,
        floor=Reference("no gap", 0.0),
        details=details,
    )


def kinds(study: Study, ids: np.ndarray) -> str:
    """The classes of some tokens, as a reader calls them."""
    return ", ".join(
        dict.fromkeys(study.rule.class_names[study.classes[study.tokens[i]]] for i in ids)
    )


@fact("Gap between the classes, tokens", better="high", tolerance=0.01, needs=["classes"])
def token_gap(study: Study) -> Fact:
    """Width of the widest empty strip between token embeddings of the answer's class and those of
    the other tokens (or, where every class can answer, of the first class and the others), the
    trigger left out; 0 where they overlap.
    """
    return separation(study, study.weights["W_E"], "token embeddings, the trigger left out")


@fact(
    "Gap between the classes, tokens at positions",
    better="high",
    tolerance=0.01,
    needs=["plain_layer", "classes"],
)
def point_gap(study: Study) -> Fact:
    """The same width between all tokens at all positions: what attention starts from."""
    return separation(study, study.lattice.sums, "tokens at positions, the trigger left out")


@fact(
    "Turn from the other queries to the trigger's", tolerance=2.0, needs=["plain_layer", "trigger"]
)
def trigger_query_turn(study: Study) -> Fact:
    """Angle at the origin between the mean query of the trigger and the mean query of all other
    tokens, over all positions; the details say on which side each lies.
    """
    of = "queries, every token at every position"
    queries = np.concatenate(list(study.lattice.queries), -1)  # [token, position, head * d_head]
    mine = np.arange(len(queries)) == study.trigger
    trigger, others = queries[mine].mean((0, 1)), queries[~mine].mean((0, 1))
    sizes = np.linalg.norm(trigger) * np.linalg.norm(others)
    turn = float(np.degrees(np.arccos(np.clip(trigger @ others / sizes, -1, 1)))) if sizes else 0.0
    details: dict[str, object] = dict(
        trigger=[float(x) for x in trigger], others=[float(x) for x in others]
    )
    if len(trigger) == 2:
        details |= dict(
            side=side(trigger - others),
            place=", ".join(written(float(x), "distance") for x in trigger),
        )
    return Fact(
        turn,
        "degrees",
        queries.shape[0] * queries.shape[1],
        of,
        exhaustive=True,
        baseline=Reference("unrelated directions", 90.0),
        details=details,
    )


def side(direction: np.ndarray) -> str:
    """Which way a vector of the plane points, in words for eight directions."""
    return SIDES[int(np.round(np.arctan2(direction[1], direction[0]) / (np.pi / 4))) % 8]


@fact(
    "Distance of the four spaces at the start",
    tolerance=0.01,
    over="training",
    needs=["plain_layer"],
)
def spaces_apart(study: Study) -> Fact:
    """The least relative distance, before training, between embeddings, queries, keys and values of
    all points: norm of the difference over norm of the one.

    Parts give every pair, before training and at the first checkpoint after it began.
    """
    if study.run.steps[0]:
        return absent(TRAINED)
    first, second = (study.at(int(step)) for step in study.run.steps[:2])
    if study.config.model.d_head != study.config.model.d_model:
        return absent(
            "it compares the stream with queries, keys and values, and here these have different"
            " widths"
        )
    before, after = (
        {f"{a} and {b}": d for a, b, d in distances(where)} for where in (first, second)
    )
    one: Callable[[float], Fact] = lambda value: Fact(
        value,
        "ratio",
        len(study.tokens) * study.config.model.n_ctx,
        "tokens at positions",
        exhaustive=True,
    )
    parts = tuple(
        (f"{pair}, step {written(s.step, 'count')}", one(d))
        for s, found in ((first, before), (second, after))
        for pair, d in found.items()
    )
    return Fact(
        min(before.values()),
        "ratio",
        len(before),
        "pairs of spaces before training",
        exhaustive=True,
        baseline=Reference("identical", 0.0),
        parts=parts,
    )


def distances(study: Study) -> list[tuple[str, str, float]]:
    """Relative distance of every pair of spaces over all points; the second one is measured against
    the first.
    """
    points = study.lattice
    spaces = {
        name: points.sums if name == "E" else getattr(points, field).mean(0)
        for name, field in SPACES.items()
    }
    names = list(spaces)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return [
        (a, b, float(np.linalg.norm(spaces[a] - spaces[b]) / np.linalg.norm(spaces[a])))
        for a, b in pairs
    ]
