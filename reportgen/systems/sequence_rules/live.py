"""What the page's own network is told of a rule: its table, contexts that go wrong, windows that
once did, and what trying every context gave.
"""

from collections.abc import Iterator

import numpy as np

from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.core.exact.hard_attention import holding
from reportgen.core.live import MOST, Example, Live, demonstrations, kept, table
from reportgen.rules.automaton import Automaton, tabulate
from reportgen.rules.reader import NOWHERE, UNREAD, Reader
from reportgen.systems.sequence_rules.view import Study

FEW = 6  # examples under one heading
ONCE = (0.5, 0.2, 0.05, 0.01)  # error rates at which a window that still goes wrong is looked for
MOST_ROWS = 200_000  # numbers in the table of contexts that the data can produce


def live(study: Study) -> Live:
    """All of it, for the displayed seed at the end of training."""
    listed = any(not one.everything for one in study.verified.lengths)
    # contexts of the data lead to states of the table that made them
    whole = study.data.automaton
    rule_table = whole if listed else tabulate(study.rule, study.config.model.n_ctx + 1)
    reader = _reader(study.data.reader, study.config.model.n_ctx) if listed else None
    history, run = study.run.history, study.run
    seen = "error_visible" if run.defined("error_visible") else "error"
    return Live(
        rule=_table(rule_table) | dict(kind="table", summary=study.rule.summary),
        error_name="rule error",
        error=history[seen],
        examples={
            "Where it fails": list(_failing(study)),
            "Where it was still wrong": list(_once(study, seen)) if run.defined(seen) else [],
            "The demonstrations": demonstrations(study),
        },
        stands=_stands(study),
        counted=[
            _counted(one)
            for one in study.verified.lengths
            if one.contexts.any() and (one.everything or reader)
        ],
        reader=reader,
    )


def _table(rule: Automaton) -> dict[str, object]:
    """The rule's automaton: for each state its successors, the lag of the answer, and which demand
    it makes (-1: none).
    """
    sets: dict[tuple[int, ...], int] = {}
    demand = np.full(len(rule.law), -1)
    for state in np.flatnonzero(rule.constrained):
        allowed = tuple(np.flatnonzero(rule.allowed[state]).tolist())
        demand[state] = sets.setdefault(allowed, len(sets))
    rows = np.column_stack([rule.successor, rule.lag, demand])
    return table(rows) | dict(demands=list(map(list, sets)))


def _reader(reads: Reader, length: int) -> dict[str, object] | None:
    """What a window of the data tells: for each node its successors, whether it tells what is
    demanded, and a state that it may be; None where that is too much to send.

    Nodes have numbers in the order in which windows reach them, whatever was read before.
    """
    vocabulary, now = reads.table.law.shape[1], np.array([reads.start])
    numbers = {NOWHERE: 0, reads.start: 1}
    rows = [[UNREAD] * vocabulary]
    for _ in range(length):
        after = reads.step(np.repeat(now, vocabulary), np.tile(np.arange(vocabulary), len(now)))
        new = [n for n in dict.fromkeys(after.tolist()) if n not in numbers]
        numbers |= {node: len(numbers) + i for i, node in enumerate(new)}
        rows += [[numbers[n] for n in row] for row in after.reshape(-1, vocabulary).tolist()]
        now = np.array(new, dtype=np.int64)
        if len(numbers) * vocabulary > MOST_ROWS:
            return None
        if not new:
            break
    nodes = np.array(list(numbers))
    rows += [[UNREAD] * vocabulary] * (len(nodes) - len(rows))  # at the end of a window
    return table(np.column_stack([rows, reads.tells(nodes), reads.one_of(nodes)]))


def _stands(study: Study) -> np.ndarray | None:
    """How often each token, where it is the answer of a full context, stands at each position."""
    if not (study.rule.holds_answers and study.config.model.n_heads == 1):
        return None
    cases = holding(study.data.automaton, study.config.model.n_ctx)
    often = np.zeros((len(study.tokens), study.config.model.n_ctx))
    np.add.at(often, (cases.answer, cases.position), cases.contexts.astype(float))
    return np.asarray(often / np.maximum(often.sum(1, keepdims=True), 1))


def _counted(one: Exhaustive) -> dict[str, object]:
    """What trying every context of one length gave."""
    return dict(
        length=one.length,
        everything=one.everything,
        contexts=one.contexts.tolist(),
        wrong=one.wrong.tolist(),
    )


def _failing(study: Study) -> Iterator[Example]:
    """A few contexts that the network answers wrongly: of the longest ones, each with another
    answer or another distance than those before, and of the shortest ones.
    """
    names, wrong = study.tokens, [c for c in study.verified.lengths if len(c.failing.contexts)]
    for check in [*wrong[-1:], *wrong[:-1][:1]]:
        failing, seen = check.failing, set[tuple[int, int]]()
        order = np.random.default_rng(0).permutation(len(failing.contexts))
        found = 0
        for i in order:
            kind = int(failing.lag[i]), int(failing.answer[i])
            if kind in seen and len(order) > FEW:
                continue
            seen.add(kind)
            answer = "one of several" if kind[1] < 0 else names[kind[1]]
            yield Example(
                failing.contexts[i], f"right: {answer}; it says {names[failing.chosen[i]]}"
            )
            found += 1
            if found == FEW // 2:
                break


def _once(study: Study, seen: str) -> Iterator[Example]:
    """Windows that are answered rightly now and were not at the last checkpoint at which so many
    went wrong, of those checkpoints that the page has.
    """
    there_are = kept(study.run, study.config.parameters, MOST)
    error, windows = study.history(seen)[there_are], study.data.holdout_windows
    right = windows.visible & ~windows.broken(study.answers)
    steps = set[int]()
    for least in ONCE:
        there = np.flatnonzero(error >= least)
        if not len(there) or there[-1] == len(error) - 1 or int(there[-1]) in steps:
            continue
        steps.add(int(there[-1]))
        with study.at(int(study.run.steps[there_are[there[-1]]])) as before:
            found = np.argwhere(right & windows.broken(before.answers))
        if len(found):
            window, position = found[0]
            yield Example(
                windows.inputs[window, : position + 1],
                f"wrong at step {before.step}, right at the end",
                before.step,
            )
