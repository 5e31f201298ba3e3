"""Counts of a text against plain loops, and the law that no reader of one token goes below them."""

from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from conftest import committed
from lookups import draw
from textwork import of_text

from reportgen.core.study import Study
from reportgen.systems.text import counts as counting
from reportgen.systems.text.counts import STRENGTHS, Counts, Triples, counts


@pytest.fixture(scope="module")
def study() -> Study:
    return committed("text_learnt")


def blocks(study: Study) -> list[list[int]]:
    """The training blocks as lists of ids."""
    data = study.data
    return [
        [int(i) for i in data.ids[b * data.block : (b + 1) * data.block]] for b in data.train_blocks
    ]


def test_pairs_and_triples_are_those_of_a_plain_loop(study: Study) -> None:
    """No pair reaches beyond its block."""
    pairs, triples = Counter(), Counter()
    for block in blocks(study):
        pairs.update(zip(block, block[1:]))
        triples.update(zip(block, block[1:], block[2:]))
    counted, v = study.counts, len(study.tokens)
    assert counted.pairs.shape == (v, v)
    assert {
        (int(a), int(b)): int(counted.pairs[a, b]) for a, b in zip(*np.nonzero(counted.pairs))
    } == dict(pairs)
    found = {
        (int(k) // v // v, int(k) // v % v, int(k) % v): int(n)
        for k, n in zip(counted.triples.keys, counted.triples.often)
    }
    assert found == dict(triples)
    contexts = Counter()
    for (a, b, _), n in triples.items():
        contexts[a, b] += n
    (a, b, c), n = triples.most_common(1)[0]
    seen, often = counted.triples.count(
        np.array([a, v - 1]), np.array([b, v - 1]), np.array([c, v - 1])
    )
    assert (seen[0], often[0]) == (n, contexts[a, b])
    assert (seen[1], often[1]) == (triples[v - 1, v - 1, v - 1], contexts[v - 1, v - 1])


def test_entropies_are_those_of_a_plain_loop(study: Study) -> None:
    pairs, triples = Counter(), Counter()
    for block in blocks(study):
        pairs.update(zip(block, block[1:]))
        triples.update(zip(block, block[1:], block[2:]))
    given = lambda table: (
        sum(
            n * log(sum(m for k, m in table.items() if k[:-1] == key[:-1]) / n)
            for key, n in table.items()
        )
        / sum(table.values())
    )
    following = Counter()
    for (_, b), n in pairs.items():
        following[b] += n
    total, found = sum(following.values()), study.counts.entropies
    assert found["unigram"] == pytest.approx(
        sum(n * log(total / n) for n in following.values()) / total
    )
    assert found["bigram"] == pytest.approx(given(pairs))
    by_context = Counter()
    for (a, b, _), n in triples.items():
        by_context[a, b] += n
    assert found["trigram"] == pytest.approx(
        sum(n * log(by_context[a, b] / n) for (a, b, _), n in triples.items())
        / sum(triples.values())
    )
    assert found["unigram"] > found["bigram"] > found["trigram"]


def test_readers_spread_chance_over_what_they_have_not_seen(study: Study) -> None:
    """Rows are distributions without a zero; a token that is never followed is expected as one
    without context.
    """
    counted = study.counts
    assert counted.smoothed.sum(1) == pytest.approx(1)
    assert (counted.smoothed > 0).all()
    empty = Counts(np.array([[2, 1, 0], [1, 0, 0], [0, 0, 0]]), counted.triples, 3.0, 1.0)
    assert empty.smoothed[2] == pytest.approx(empty.shares)
    assert empty.smoothed[0] == pytest.approx(
        (np.array([2, 1, 0]) + 3 * np.array([4, 2, 1]) / 7) / 6
    )
    assert empty.after[2].tolist() == [0, 0, 0]
    assert empty.before[:, 1].tolist() == [1, 0, 0]


def test_surprises_one_by_one(study: Study) -> None:
    """The reader of triples has one token at the start of a window, then two."""
    counted, windows = study.counts, study.data.holdout
    found, v = counted.surprises(windows), len(study.tokens)
    triple = dict(zip(counted.triples.keys.tolist(), counted.triples.often.tolist()))
    pair = dict(zip(counted.triples.contexts.tolist(), counted.triples.followed.tolist()))
    for w, i in ((0, 0), (0, 1), (3, 7), (5, 31)):
        row = windows.tokens[w].tolist()
        last, after = row[i], row[i + 1]
        assert found["unigram"][w, i] == pytest.approx(-log(counted.shares[after]))
        assert found["bigram"][w, i] == pytest.approx(-log(counted.smoothed[last, after]))
        if i:
            context = row[i - 1] * v + last
            chance = (
                triple.get(context * v + after, 0) + counted.longer * counted.smoothed[last, after]
            ) / (pair.get(context, 0) + counted.longer)
            assert found["trigram"][w, i] == pytest.approx(-log(chance))
        else:
            assert found["trigram"][w, i] == found["bigram"][w, i]


def test_the_smoothing_is_what_suits_the_validation_windows_best(study: Study) -> None:
    counted, chosen = study.counts, study.data.validation
    losses = [
        Counts(counted.pairs, counted.triples, s, 1.0).surprises(chosen)["bigram"].mean()
        for s in STRENGTHS
    ]
    assert counted.strength == STRENGTHS[int(np.argmin(losses))]
    longer = [
        Counts(counted.pairs, counted.triples, counted.strength, s)
        .surprises(chosen)["trigram"]
        .mean()
        for s in STRENGTHS
    ]
    assert counted.longer == STRENGTHS[int(np.argmin(longer))]


def test_of_a_very_long_text_some_blocks_are_enough_for_triples(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "TRIPLED", len(study.data.train_blocks) * study.data.block // 4)
    assert Triples.of(study.data, len(study.tokens)).often.sum() == pytest.approx(
        study.counts.triples.often.sum() / 4, rel=0.1
    )


def test_counts_in_parts_are_counts_at_once(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    import reportgen.systems.text.data as room

    monkeypatch.setattr(room, "AT_ONCE", 500)
    assert (
        study.data.pairs(study.data.train_blocks, len(study.tokens)) == study.counts.pairs
    ).all()


def test_a_text_of_two_tokens_that_take_turns(tmp_path: Path) -> None:
    """Everything is known: the entropy of pairs is nothing."""
    config = of_text(tmp_path / "turns.txt", "ab" * 400, size=2)
    found = counts(config, draw(config))
    assert found.entropies["bigram"] == 0
    assert found.entropies["unigram"] == pytest.approx(log(2), abs=1e-3)
