"""Contexts answered wrongly, sorted into kinds: which one thing that they have in common tells them
from the others.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from reportgen.core.exact.exhaustive import Exhaustive, Failing
from reportgen.core.exact.numbers import Kind, could_be, ends, last_tokens
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.answers import steps_back
from reportgen.systems.sequence_rules.view import Study

MOST = 0.9  # of the mistakes are nearly all
TAIL = 3  # last tokens by which contexts are told apart, at most
JOINED = "and"


@dataclass(frozen=True)
class Case:
    """Contexts of one kind: how many there are, and how many of them go wrong."""

    name: str
    wrong: int
    contexts: int


@dataclass(frozen=True)
class Split:
    """All contexts tried, by kind; only kinds of which some go wrong are listed, the most first."""

    by: str
    cases: tuple[Case, ...]

    @property
    def touched(self) -> int:
        """How many contexts are of a kind of which some go wrong."""
        return sum(case.contexts for case in self.cases)


@dataclass(frozen=True)
class Sorted:
    """What goes wrong of all contexts tried, and the split that tells it best from the rest."""

    wrong: int
    contexts: int
    split: Split


def sort(study: Study) -> Sorted | str:
    """All wrong contexts of all lengths tried, sorted; why they are not, where nothing was tried,
    nothing is wrong or too much is.
    """
    checks = [check for check in study.verified.lengths if check.contexts.any()]
    if not checks:
        return f"not counted: {study.verified.reason or 'the rule decides after no context'}"
    contexts = sum(int(check.contexts.sum()) for check in checks)
    wrong = sum(int(check.wrong.sum()) for check in checks)
    if not wrong:
        return f"none to list: of {written(contexts, 'count')} contexts tried, none goes wrong"
    listed = all(check.failing.complete for check in checks)
    ways = _splits(study, checks) if listed else _counted(study, checks)
    found = [_ranked(by, cases, contexts) for by, cases in ways]
    best = min(found, key=lambda split: _rank(split, wrong, contexts))
    if not listed and _rank(best, wrong, contexts)[0]:
        return (
            f"not sorted: {written(wrong, 'count')} of {written(contexts, 'count')} contexts go"
            " wrong, too many to be listed one by one"
        )
    return Sorted(wrong, contexts, best)


def _rank(split: Split, wrong: int, contexts: int) -> tuple[int, int]:
    """Best is a split in which one kind has all the mistakes, then one in which a kind that is no
    more than half of the contexts has nearly all; then the one whose kinds with mistakes are the
    fewest contexts.
    """
    first = split.cases[0]
    if len(split.cases) == 1:
        return 0, first.contexts
    if first.wrong > MOST * wrong and 2 * first.contexts <= contexts:
        return 1, first.contexts
    return 2, split.touched


def _ranked(by: str, cases: list[Case], contexts: int) -> Split:
    """Kinds with mistakes, the most first; a split that tells nothing apart comes last of all."""
    kept = sorted((case for case in cases if case.wrong), key=lambda case: -case.wrong)
    if len(kept) == 1 and kept[0].contexts == contexts:
        kept = kept * 2
    return Split(by, tuple(kept))


def _splits(study: Study, checks: list[Exhaustive]) -> Iterator[tuple[str, list[Case]]]:
    """Every way to sort, the plainest first."""
    yield from _counted(study, checks)
    for many in range(1, TAIL + 1):
        tail = lambda check, many=many: last_tokens(many, check.length, len(study.tokens))
        by = "by their last token" if many == 1 else f"by their last {many} tokens"
        yield by, _told(study, checks, tail, lambda kind: f"ends in {_written(study, kind)}")
    names = list(study.rule.class_names)
    bits = np.array([1 << names.index(study.classes[token]) for token in study.tokens])
    if len(names) > 1:

        def said(kind: int) -> str:
            return f" {JOINED} ".join(n for i, n in enumerate(names) if kind >> i & 1)

        yield (
            "by the kinds of their tokens before the last one",
            _told(
                study,
                checks,
                lambda check: _before_last(check, lambda kinds, tokens: kinds | bits[tokens]),
                lambda kind: f"only {said(kind)} before the last token",
            ),
        )
    could = could_be(study.data.automaton).astype(np.int64)
    if 0 < could.sum() < len(could):
        yield (
            "by how many of their tokens before the last one could be answers",
            _told(
                study,
                checks,
                lambda check: _before_last(check, lambda kinds, tokens: kinds + could[tokens]),
                lambda kind: f"{kind} before the last token could be answers",
            ),
        )


def _counted(study: Study, checks: list[Exhaustive]) -> Iterator[tuple[str, list[Case]]]:
    """The ways for which mistakes need not be listed, since all of them are counted that way."""
    where: dict[tuple[str, str], np.ndarray] = {}
    for check in checks:
        for lag in range(check.length + 1):
            row = np.array([check.wrong[lag].sum(), check.contexts[lag].sum()])
            held = lag < check.length
            at = f"answer at position {check.length - 1 - lag}" if held else "no position holds it"
            for by, name in (
                ("by the position of the answer", at),
                ("by the distance of the answer", f"answer {steps_back(lag)}" if held else at),
                ("by their length", f"{check.length} tokens"),
            ):
                where[by, name] = where.get((by, name), 0) + row
        for answer, name in enumerate((*study.tokens, "one of several")):
            row = np.array([check.wrong[:, answer].sum(), check.contexts[:, answer].sum()])
            key = "by the answer", f"answer {name}"
            where[key] = where.get(key, 0) + row
    for by in dict.fromkeys(by for by, _ in where):
        yield by, [Case(n, int(w), int(all_)) for (b, n), (w, all_) in where.items() if b == by]


def _told(
    study: Study,
    checks: list[Exhaustive],
    kind_of: Callable[[Exhaustive], Kind],
    name: Callable[[int], str],
) -> list[Case]:
    """Cases by a kind that is computed token by token: of all contexts by the rule's states, of
    wrong ones from their list.
    """
    wrong, contexts = Counter[int](), Counter[int]()
    for check in checks:
        kind = kind_of(check)
        tried = ends(study.data.reader, check.length, everything=check.everything, kind=kind)
        contexts.update(tried.by_kind())
        counts = np.bincount(of_each(check.failing, kind))
        wrong.update({int(i): int(counts[i]) for i in np.flatnonzero(counts)})
    return [Case(name(kind), wrong[kind], contexts[kind]) for kind in contexts if wrong[kind]]


def of_each(failing: Failing, kind: Kind) -> Int[np.ndarray, "context"]:
    """The kind of each wrong context."""
    kinds = np.zeros(len(failing.contexts), dtype=np.int64)
    for position, tokens in enumerate(np.ascontiguousarray(failing.contexts.T)):
        kinds = kind(kinds, tokens, position)
    return kinds


def _before_last(check: Exhaustive, add: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Kind:
    last = check.length - 1
    return lambda kinds, tokens, position: kinds if position == last else add(kinds, tokens)


def _written(study: Study, kind: int) -> str:
    """The last tokens that `last_tokens` wrote as digits."""
    digits = []
    while kind:
        kind, digit = divmod(kind, len(study.tokens) + 1)
        digits.append(study.tokens[digit - 1])
    return " ".join(reversed(digits))
