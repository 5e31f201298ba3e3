"""Where a network errs and what it says then, against a loop over every context."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed
from pagework import kept, stored

from reportgen.cli.failures import told_failures
from reportgen.core.study import Study, study_of
from reportgen.systems.repeated_sequences.facts import mistakes
from reportgen.systems.repeated_sequences.facts.after_new import (
    FIRST,
    READ,
    possible_after_new,
    wrong_at_longest,
)
from reportgen.systems.repeated_sequences.facts.mistakes import (
    CURRENT,
    NEXT,
    OTHER,
    UNREAD,
    Answers,
    answers,
    failing_kinds,
    said_wrongly,
    sure_mistakes,
)

SOME = 100  # sequences of the loop


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Study, Answers]:
    """Answers to a few sequences, drawn at random, so that each kind occurs."""
    monkeypatch.setattr(mistakes, "COUNT", SOME)
    known = committed("repeats_unlearnt")
    study = study_of(known.config, known.run)  # which holds nothing of more sequences
    found = answers(study)
    said = np.random.default_rng(0).integers(0, len(study.tokens), found.said.shape)
    found = replace(found, said=said)
    monkeypatch.setattr(mistakes, "answers", lambda study: found)
    return study, found


def test_what_is_said_by_a_loop(few: tuple[Study, Answers]) -> None:
    """Every wrong answer by its kind, and every first choice after a new token."""
    study, found = few
    wrong = dict.fromkeys((NEXT, CURRENT, OTHER, UNREAD), 0)
    new = dict.fromkeys((UNREAD, FIRST, CURRENT, READ), 0)
    may = 0
    shortest, longest = study.rule.period
    for row, whole, period, said in zip(
        found.sequences.inputs.tolist(),
        found.sequences.tokens.tolist(),
        found.sequences.period.tolist(),
        found.said.tolist(),
    ):
        for p, says in enumerate(said):
            read = row[: p + 1]
            if p < period:
                first = says == row[0] and p > 0
                kind = (
                    CURRENT
                    if says == row[p]
                    else FIRST
                    if first
                    else READ
                    if says in read
                    else UNREAD
                )
                new[kind] += 1
                may += (says not in read and p + 1 < longest) or (
                    says == row[0] and p + 1 >= shortest
                )
            elif says != whole[p + 1]:
                after = row[(p + 2) % period]
                kind = (
                    CURRENT
                    if says == row[p]
                    else NEXT
                    if says == after
                    else OTHER
                    if says in read
                    else UNREAD
                )
                wrong[kind] += 1
    told, many = said_wrongly(study), sum(wrong.values())
    assert many == found.wrong.sum()
    assert {k: (p.value or 0) * many for k, p in told.parts} == pytest.approx(wrong)
    assert told.value == pytest.approx(max(wrong[NEXT], wrong[CURRENT]) / many)
    free = possible_after_new(study)
    assert {k: (p.value or 0) * free.n for k, p in free.parts} == pytest.approx(new)
    assert free.value == pytest.approx(may / free.n)


def test_after_the_longest_period_only_the_first_token_can_come() -> None:
    """The rule's own law leaves one token there; counted by a loop over 4,000 sequences."""
    study = committed("repeats_learnt")
    found, (_, longest) = answers(study), study.rule.period
    wrong = all_ = possible = 0
    names = study.rule.vocabulary
    for row, period, said in zip(
        found.sequences.inputs.tolist(), found.sequences.period.tolist(), found.said.tolist()
    ):
        if period == longest:
            law = study.rule.law([names[t] for t in row[:longest]])
            assert np.flatnonzero(law).tolist() == [row[0]]
            all_ += 1
            wrong += said[longest - 1] != row[0]
        for p in range(period):
            law = study.rule.law([names[t] for t in row[: p + 1]])
            possible += int((law > 0).sum())
    measured = wrong_at_longest(study)
    assert (measured.n, measured.value) == (all_, pytest.approx(wrong / all_))
    assert (wrong, all_) == (343, 793)
    guess, new = possible_after_new(study).baseline, int((~found.sequences.told).sum())
    assert guess is not None
    assert guess.value == pytest.approx(possible / new / len(names))


def test_each_way_to_sort_has_every_position(few: tuple[Study, Answers]) -> None:
    study, found = few
    sorts = list(mistakes.kinds(study, found.sequences).items())
    ways = [
        [where for name, where in sorts if name.startswith(begins)]
        for begins in ("the last copy", "the first copy")
    ] + [
        [where for name, where in sorts if name.endswith("repeated token")],
        [where for name, where in sorts if "earlier cop" in name],
    ]
    assert sum(len(way) for way in ways) == len(sorts)
    for way in ways:
        assert (sum(where.astype(int) for where in way) == found.sequences.told).all()


def test_a_kind_is_what_its_name_says(few: tuple[Study, Answers]) -> None:
    study, found = few
    named = mistakes.kinds(study, found.sequences)
    rows = found.sequences.inputs.tolist()
    for s, p in np.argwhere(named["the first copy at position 0"]):
        assert rows[s].index(rows[s][p]) == 0
    for s, p in np.argwhere(named["several earlier copies of it"]):
        assert rows[s][:p].count(rows[s][p]) > 1
    for s, p in np.argwhere(named["the first repeated token"]):
        assert len(set(rows[s][:p])) == p
        assert rows[s][p] == rows[s][0]
    for s, p in np.argwhere(named["the last copy 9 back"]):
        assert rows[s][p - 9] == rows[s][p]
        assert rows[s][p] not in rows[s][p - 8 : p]


def test_the_worst_kind_and_the_sure_ones(few: tuple[Study, Answers]) -> None:
    study, found = few
    fact = failing_kinds(study)
    assert fact.value == max(part.value or 0 for _, part in fact.parts if part.n >= mistakes.FEW)
    assert sure_mistakes(study).value == pytest.approx((found.surely[found.wrong] > 0.5).mean())


def test_show_failures_agrees_with_the_page() -> None:
    """The same kinds and counts, and contexts that go wrong."""
    words, tables = told_failures(stored("repeats_learnt"), "repeats_learnt")
    page = (kept("repeats_learnt") / "walkthrough" / "07-how-it-works.md").read_text("utf-8")
    assert "contexts tried are answered wrongly" in words
    (_, _, rows), (_, _, examples) = tables
    for kind, wrong, contexts, share in rows:
        assert f"| {kind} | {wrong} | {contexts} | {share} |" in page
    assert all(right != said for _, right, said in examples)
