"""Are the skip-trigrams that stand in the weights in the text?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import NOT_COUNTED
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.measure.population import FEWEST
from reportgen.systems.text.facts.circuits import CIRCUITS
from reportgen.systems.text.facts.skips import (
    ADJACENT,
    ALL,
    Skip,
    gaps,
    largest,
    looked_up,
    spelled,
)
from reportgen.systems.text.view import Study

# of all heads together the pages name so many skip-trigrams next to the query, and as many
# with a gap
NAMED = {ALL: 6}
NAMED_OF_HEAD = 2
NONE = "none is frequent enough"
CHANCE = "other next tokens, drawn as often as each occurs"


def held_out(study: Study) -> np.ndarray:
    """The held-out blocks [block, token]."""
    return np.concatenate(list(study.data.rows(study.data.holdout_blocks)))


def _confirmed(study: Study, head: int, backs: tuple[int, ...]) -> Fact:
    """How many of the strongest have a lift above 1, by the whole interval; the baseline is the
    same with a next token drawn as often as each occurs.
    """
    rows, tried, rng = (
        held_out(study),
        largest(study, head, backs),
        np.random.default_rng(len(backs)),
    )
    if not tried:
        return Fact(None, "of", 0, "skip-trigrams", words=NONE)
    if len(rows) < FEWEST:
        return Fact(None, "of", 0, "skip-trigrams", words=NOT_COUNTED)
    real: Callable[[Skip], bool] = lambda skip: looked_up(rows, skip).interval[0] > 1
    drawn = rng.choice(len(study.tokens), len(tried), p=study.counts.shares)
    chance = float(
        np.mean([real(replace(skip, following=int(other))) for skip, other in zip(tried, drawn)])
    )
    share = float(np.mean([real(skip) for skip in tried]))
    details = dict(share=written(share, "percent"))
    return Fact(
        share,
        "of",
        len(tried),
        "skip-trigrams",
        exhaustive=True,
        baseline=Reference(CHANCE, chance),
        details=details,
    )


@fact("Triples that held-out text confirms", better="high", tolerance=0.05, needs=CIRCUITS)
def triples_confirmed(study: Study) -> Fact:
    """All heads read together, the source right before the query: of the fifty next tokens that
    gain most chance, the share that come more often after the query when the source stands there
    than anyway, in held-out blocks, by the whole interval.
    """
    return _confirmed(study, ALL, ADJACENT)


@fact("Skip-trigrams that held-out text confirms", better="high", tolerance=0.05, needs=CIRCUITS)
def skips_confirmed(study: Study) -> Fact:
    """The same with at least one token between source and query, eight positions back at most."""
    return _confirmed(study, ALL, gaps(study))


@fact(
    "Products of single heads that held-out text confirms",
    better="high",
    tolerance=0.05,
    needs=CIRCUITS,
)
def products_confirmed(study: Study) -> Fact:
    """The same of the fifty largest products of attention and what is said, of each head by itself,
    with the source right before the query and with a gap; parts for each head and case.
    """
    parts = [
        (f"head {head}, {words}", _confirmed(study, head, backs))
        for head in range(study.config.model.n_heads)
        for words, backs in (("next to it", ADJACENT), ("with a gap", gaps(study)))
    ]
    known = [part for _, part in parts if part.value is not None and part.baseline is not None]
    if not known:
        words = parts[0][1].words
        return Fact(None, "of", 0, "skip-trigrams", words=words, parts=tuple(parts))
    total = sum(part.n for part in known)
    mean: Callable[[list[float]], float] = lambda values: float(
        sum(value * part.n for value, part in zip(values, known)) / total
    )
    chance = mean([part.baseline.value for part in known if part.baseline])
    share = mean([part.value or 0.0 for part in known])
    details = dict(share=written(share, "percent"))
    return Fact(
        share,
        "of",
        total,
        "skip-trigrams",
        exhaustive=True,
        baseline=Reference(CHANCE, chance),
        parts=tuple(parts),
        details=details,
    )


def named(study: Study, head: int, backs: tuple[int, ...]) -> list[Skip]:
    """The strongest ones, one for each source and token that it raises."""
    different: dict[tuple[int, int], Skip] = {}
    for skip in largest(study, head, backs):
        different.setdefault((skip.source, skip.following), skip)
    return list(different.values())[: NAMED.get(head, NAMED_OF_HEAD)]


@fact("Lift of the strongest skip-trigrams", tolerance=0.5, needs=CIRCUITS)
def skip_lifts(study: Study) -> Fact:
    """How many times more often a token comes after a query when the source stands where it is
    looked for than after that query anyway, in held-out blocks: median over the strongest of all
    heads together; parts for each of them, and for the strongest of each head. Details: logits (of
    all heads chance) added, counts, and the lift when the source may stand anywhere before the
    query in the window.
    """
    rows, parts = held_out(study), []
    for head in (ALL, *range(study.config.model.n_heads)):
        for kind, backs in (("next to it", ADJACENT), ("with a gap", gaps(study))):
            parts += [
                (
                    f"{'all heads' if head == ALL else f'head {head}'}: {spelled(study, skip)}",
                    _lift(study, rows, skip, kind),
                )
                for skip in named(study, head, backs)
            ]
    lifts = [part.value or 0.0 for _, part in parts if part.details["head"] == ALL]
    if not lifts:
        return Fact(None, "ratio", 0, "skip-trigrams", words=NONE)
    return Fact(
        float(np.median(lifts)),
        "ratio",
        len(lifts),
        "skip-trigrams",
        exhaustive=True,
        baseline=Reference("no lift", 1.0),
        parts=tuple(parts),
    )


def _lift(study: Study, rows: np.ndarray, skip: Skip, kind: str) -> Fact:
    found, anywhere = (
        looked_up(rows, skip),
        looked_up(rows, skip, window=study.config.model.n_ctx - 1).lift,
    )
    known = found.lift is not None and len(rows) >= FEWEST
    low, high = found.interval if known else (None, None)
    times = int(found.counts[:, 1].sum())
    details = dict(
        head=skip.head,
        kind=kind,
        words=spelled(study, skip),
        strength=written(skip.strength, "share" if skip.head == ALL else "logits"),
        times=written(times, "count"),
        places=written(found.positions, "count"),
        anywhere="never" if anywhere is None else written(anywhere, "ratio"),
    )
    return Fact(
        found.lift,
        "ratio",
        found.positions,
        f"positions in {len(rows)} held-out blocks",
        low,
        high,
        clusters=len(rows),
        words="never",
        baseline=Reference("no lift", 1.0),
        details=details,
    )
