"""What does it say where it errs? A table by the answer and its position, from which a reader can
tell what the network says in every context tried.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.core.exact.numbers import ends
from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.view import Study

MOST = 40  # rows of a table that is still read
OF = "contexts of the longest kind tried"

Place = tuple[int, int]  # steps back to the answer and the answer, as `Exhaustive` counts them


@dataclass(frozen=True)
class Told:
    """Contexts with one answer at one position, of which some go wrong, and when they do."""

    place: Place
    contexts: int
    wrong: int
    at: int | None  # the position whose token tells best which go wrong; None where none is asked
    tokens: tuple[int, ...]  # with these there, the table says that the context goes wrong
    others: tuple[int, ...]  # the other tokens that can stand there
    there: tuple[int, int]  # contexts with one of these tokens there, and wrong ones among them
    says: int  # what is said most often in these
    saying: int  # in how many of them
    example: tuple[int, ...]

    @property
    def right(self) -> int:
        """In how many contexts the table and the rule say what the network says."""
        contexts, wrong = self.there
        return self.saying + (self.contexts - contexts) - (self.wrong - wrong)


def _counts(study: Study, full: Exhaustive, at: int) -> Mapping[Place, Counter[int]]:
    """How many contexts there are of each place with each token at a position."""
    kind = lambda kinds, tokens, position: tokens if position == at else kinds
    table = study.data.reader.table
    found = ends(study.data.reader, full.length, everything=full.everything, kind=kind)
    lag, allowed = table.lag[found.state], table.allowed[found.state]
    lag = np.where((lag < 0) | (lag >= full.length), full.length, lag)
    answer = np.where(allowed.sum(1) == 1, allowed.argmax(1), allowed.shape[1])
    counts: dict[Place, Counter[int]] = {}
    for row in zip(lag.tolist(), answer.tolist(), found.kind.tolist(), found.count.tolist()):
        counts.setdefault(row[:2], Counter())[row[2]] += row[3]
    return counts


def _split(
    tokens: Int[np.ndarray, "context"], contexts: Counter[int]
) -> tuple[tuple[int, ...], int]:
    """The tokens at a position with which more than half go wrong, and how many contexts are then
    sorted wrongly.
    """
    wrong = Counter(tokens.tolist())
    chosen = tuple(sorted(t for t, n in contexts.items() if 2 * wrong[t] > n))
    astray = sum(n - wrong[t] if t in chosen else wrong[t] for t, n in contexts.items())
    return chosen, astray


def _told(
    full: Exhaustive,
    place: Place,
    rows: Bool[np.ndarray, "context"],
    by_token: Sequence[Mapping[Place, Counter[int]]],
) -> Told:
    """One row of the table: by the one position whose token tells best, if one tells anything."""
    contexts, wrong = int(full.contexts[place]), int(rows.sum())
    failing, chosen = full.failing.contexts[rows], full.failing.chosen[rows]
    at: int | None = None
    tokens: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    there = np.ones(wrong, dtype=bool)
    whole, least = contexts, min(wrong, contexts - wrong)
    for position, counts in enumerate(by_token if least else ()):
        some, astray = _split(failing[:, position], counts[place])
        if some and astray < least and len(some) < len(counts[place]):
            at, tokens, least = position, some, astray
    if at is not None:
        there = np.isin(failing[:, at], tokens)
        found = by_token[at][place]
        whole, others = sum(found[t] for t in tokens), tuple(sorted(set(found) - set(tokens)))
    elif 2 * wrong <= contexts:  # the rule is the better guess: the table says how often it is not
        whole = 0
    says, saying = Counter(chosen[there].tolist()).most_common(1)[0]
    alike = failing[there & (chosen == says)]
    return Told(
        place,
        contexts,
        wrong,
        at,
        tokens,
        others,
        (whole, int(there.sum()) if whole else 0),
        says,
        saying if whole else 0,
        tuple(alike[len(alike) // 2].tolist()),
    )


def _counted(full: Exhaustive, place: Place) -> Told:
    """One row of the table where too many contexts go wrong for each to be looked at: what is said
    is counted, and no token is asked for.
    """
    contexts, wrong, said = int(full.contexts[place]), int(full.wrong[place]), full.said[place]
    says, failing, mostly = int(said.argmax()), full.failing, 2 * wrong > contexts
    lag = place[0] if place[0] < full.length else -1  # as listed contexts have it
    answer = place[1] if place[1] < full.contexts.shape[1] - 1 else -1
    alike = (failing.chosen == says) & (failing.answer == answer) & (failing.lag == lag)
    return Told(
        place,
        contexts,
        wrong,
        None,
        (),
        (),
        (contexts, wrong) if mostly else (0, 0),
        says,
        int(said[says]) if mostly else 0,
        tuple(failing.contexts[alike][0].tolist()) if alike.any() else (),
    )


def table(study: Study, full: Exhaustive) -> list[Told]:
    """Every place at which some contexts go wrong, those with the most mistakes first."""
    if not full.failing.complete:
        places = [(int(i), int(a)) for i, a in np.argwhere(full.wrong)]
        return sorted((_counted(full, p) for p in places), key=lambda row: -row.wrong)[:MOST]
    failing, length = full.failing, full.length
    lag = np.where(failing.lag < 0, length, failing.lag)
    answer = np.where(failing.answer < 0, full.contexts.shape[1] - 1, failing.answer)
    places = [(int(i), int(a)) for i, a in np.argwhere(full.wrong)]
    some = any(full.wrong[place] < full.contexts[place] for place in places)
    by_token = [_counts(study, full, at) for at in range(length)] if some else []
    found = [_told(full, p, (lag == p[0]) & (answer == p[1]), by_token) for p in places]
    return sorted(found, key=lambda row: -row.wrong)[:MOST]


@fact("Answers that the rule and the table of mistakes tell", better="high", tolerance=0.001)
def mistakes_told(study: Study) -> Fact:
    """Share of the contexts of the longest kind tried in which the network says what a reader says
    who follows the rule, and the table where a row of it applies.

    The table has a row for each answer and position of it at which some go wrong: in how many
    contexts, what is said most often instead, and which token at one other position tells best
    where. The details have its rows; in how many of the contexts that go wrong, and in how many of
    those that a row is about, the table tells what is said; and how many of other lengths go wrong.
    """
    checks = [check for check in study.verified.lengths if check.contexts.any()]
    if not checks:
        reason = study.verified.reason or "the rule decides after no context"
        return missing(f"not counted: {reason}", unit="percent", of=OF)
    full = checks[-1]
    wrong, whole = int(full.wrong.sum()), int(full.contexts.sum())
    rows = table(study, full)
    missed = wrong - sum(row.wrong for row in rows)
    told = sum(row.saying for row in rows)
    asked = sum(row.contexts for row in rows)
    astray = missed + sum(row.contexts - row.right for row in rows)
    return Fact(
        (whole - astray) / whole,
        "percent",
        whole,
        f"contexts of length {full.length} after which the rule decides and that show the answer",
        counted=True,
        exhaustive=True,
        details=dict(
            rows=[_written(study, full, row) for row in sorted(rows, key=_order)],
            more=int((full.wrong > 0).sum()) - len(rows),
            listed=full.failing.complete,
            wrong=wrong,
            wrong_text=written(wrong, "count"),
            contexts_text=written(whole, "count"),
            wrong_told_text=written(told / wrong, "percent") if wrong else "none",
            asked_text=written(asked, "count"),
            asked_told_text=written(sum(row.right for row in rows) / asked, "percent")
            if asked
            else "none",
            shorter=[
                dict(length=c.length, wrong_text=written(int(c.wrong.sum()), "count"))
                for c in checks[:-1][::-1]
                if c.wrong.any()
            ],
            length=full.length,
            held=bool(full.contexts[: full.length].any()),
        ),
    )


def _order(row: Told) -> tuple[int, int]:
    """By the position of the answer, then by the answer."""
    lag, answer = row.place
    return -lag, answer


def _written(study: Study, full: Exhaustive, row: Told) -> dict[str, object]:
    """A row in words."""
    names, (lag, answer) = study.tokens, row.place
    held, (there, wrong) = lag < full.length, row.there
    count: Callable[[int], str] = lambda many: written(many, "count")
    return dict(
        position=full.length - 1 - lag if held else None,
        answer=names[answer] if answer < len(names) else None,
        contexts_text=count(row.contexts),
        wrong_text=count(row.wrong),
        always=row.wrong == row.contexts,
        says=names[row.says],
        says_all=row.saying == wrong and bool(there),
        saying_text=count(row.saying),
        at=row.at,
        tokens=[names[t] for t in row.tokens],
        others=[names[t] for t in row.others],
        applies=bool(there),  # does the table say that any of them goes wrong
        there_text=count(there),
        there_wrong_text=count(wrong),
        there_all=wrong == there,
        else_text=count(row.contexts - there),
        else_wrong_text=count(row.wrong - wrong),
        else_none=row.wrong == wrong,
        example=[names[t] for t in row.example],
    )
