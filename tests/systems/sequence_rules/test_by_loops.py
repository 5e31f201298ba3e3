"""How the network finds its answer, counted without the package's own counting: every context
listed, scores and answers by forward passes, means by loops.
"""

from itertools import product

import numpy as np
import pytest
from conftest import committed
from lookups import listed
from test_facts_of_rules import untrained
from test_program import shorter

from reportgen.core.interventions import run
from reportgen.systems.sequence_rules.facts.habits import fixed_habit
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows

FACTS, _ = listed("sequence_rules")
LENGTH, PLUS, EVEN, ODD = 4, 11, range(0, 11, 2), range(1, 10, 2)


def forced(study: Study, contexts: np.ndarray, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What the network says if its last query looks at one position alone and takes a value there,
    [context].
    """
    rows, length = np.arange(len(contexts)), contexts.shape[1]
    pattern = np.broadcast_to(np.eye(length), (len(contexts), 1, length, length)).copy()
    pattern[:, 0, -1] = np.eye(length)[at]
    v = np.zeros((len(contexts), 1, length, values.shape[1]))
    v[rows, 0, at] = values
    edits = {("pattern", 0): pattern, ("v", 0): v}
    logits = run(study.config.model, study.weights, contexts, replace=edits).logits
    return np.asarray(logits[:, -1].argmax(-1))


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
@pytest.mark.parametrize("seed", range(3))
def test_every_stage_errs_where_a_listing_of_all_contexts_says(name: str, seed: int) -> None:
    """All weight on the highest score, on the answer, with one value a token: the mean over where
    it can stand, and the mean over contexts.
    """
    study = shorter(name, LENGTH, seed)
    contexts = np.array(
        [(*c, PLUS) for c in product(range(12), repeat=LENGTH - 1) if any(t in EVEN for t in c)]
    )
    source = np.array([max(i for i, t in enumerate(c[:-1]) if t in EVEN) for c in contexts])
    rows = np.arange(len(contexts))
    answer = contexts[rows, source]
    kept = run(study.config.model, study.weights, contexts, keep=[("attn_scores", 0), ("v", 0)])
    highest = kept.kept["attn_scores", 0][:, 0, -1].argmax(-1)
    v = kept.kept["v", 0][:, 0]
    where = {t: np.array([v[(contexts[:, p] == t), p][0] for p in range(LENGTH - 1)]) for t in EVEN}
    token = np.array([where[t].mean(0) for t in answer])
    often = {t: v[rows, source][answer == t].mean(0) for t in EVEN}
    typical = np.array([often[t] for t in answer])
    for fact, at, values in (
        ("wrong_at_highest", highest, v[rows, highest]),
        ("wrong_at_answer", source, v[rows, source]),
        ("wrong_by_token", source, token),
        ("wrong_by_typical", source, typical),
    ):
        wrong = forced(study, contexts, at, values) != answer
        found = FACTS[fact](study)
        assert (found.n, found.exhaustive) == (len(contexts), True)
        assert found.value == pytest.approx(wrong.mean(), abs=1e-12), fact
        for p in range(LENGTH - 1) if found.parts else ():
            assert found.part(f"answer at position {p}").value == pytest.approx(
                wrong[source == p].mean()
            ), (fact, p)


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_the_ladder_of_scores_is_that_of_a_forward_pass(name: str) -> None:
    """One token at every position before a trigger: its scores, and how far evens lie above."""
    study = committed(name)
    n = study.config.model.n_ctx
    contexts = np.array([[t] * (n - 1) + [PLUS] for t in range(12)])
    kept = run(study.config.model, study.weights, contexts, keep=[("attn_scores", 0)]).kept
    scores = kept["attn_scores", 0][:, 0, -1, :-1]  # [token, position]
    mean = lambda tokens: scores[list(tokens)].mean(0)
    gap, ladder = FACTS["score_gap"](study), FACTS["score_ladder"](study)
    assert gap.part("above odd").value == pytest.approx((mean(EVEN) - mean(ODD)).mean())
    assert gap.part("above trigger").value == pytest.approx((mean(EVEN) - scores[PLUS]).mean())
    steps = np.diff(mean(EVEN))
    assert ladder.value == pytest.approx(steps.mean())
    assert [part.value for _, part in ladder.parts] == pytest.approx(steps, abs=1e-5)


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_how_often_numbers_say_the_trigger(name: str) -> None:
    study = committed(name)
    windows = study.data.holdout_windows
    logits = run(study.config.model, study.weights, windows.inputs).logits
    said = [
        logits[w, p].argmax() == PLUS
        for w, row in enumerate(windows.inputs)
        for p, token in enumerate(row)
        if token != PLUS
    ]
    fact = FACTS["numbers_say_trigger"](study)
    assert (fact.n, fact.value) == (len(said), pytest.approx(np.mean(said)))


def test_attention_outside_of_sequences_that_are_all_sevens() -> None:
    """Those that begin with two sevens hold many of the positions that ask, and no choice."""
    study = untrained("lucky7")
    windows, text = study.data.holdout_windows, study.data.holdout
    pattern = study.holdout.pattern(layer=0, head=0)
    seven = study.tokens.index("7")
    found: dict[bool, list[float]] = {False: [], True: []}
    for w, row in enumerate(windows.inputs):
        stuck = (text.tokens[windows.sequence[w], :2] == seven).all()
        for p, token in enumerate(row):
            if token == seven and p:
                found[bool(stuck)].append(pattern[w, p, p - 1])
    fact = FACTS["open_attention"](study)
    assert found[True]
    assert fact.n == len(found[False])
    assert fact.value == pytest.approx(np.mean(found[False]))
    assert FACTS["attention_on_answer"](study).value == pytest.approx(
        np.mean(found[False] + found[True])
    )


def test_a_constant_position_is_a_habit_too() -> None:
    """Answers at the first position of the window, however far back that is."""
    held = np.array([[False, True, True, True, True]])
    source = np.where(held, [[0, 0, 0, 0, 2]], -1)
    windows = _Windows(held, np.arange(5) - source, source)
    found = fixed_habit(windows, 0.5)  # type: ignore[arg-type]
    assert found["habit_is"] == "at position 0"
    assert found["habit"] == 0.75
    assert found["half_way"] == 0.875


class _Windows:
    """As much of windows as a habit reads."""

    mean = Windows.mean

    def __init__(self, held: np.ndarray, lag: np.ndarray, source: np.ndarray) -> None:
        self.held, self.lag, self.source, self.weight = held, lag, source, None


def test_attention_on_every_position_that_holds_the_answer() -> None:
    """A head that shares its attention among equal sources looks at the answer all the same; the
    line is what always looking equally far back would find.
    """
    study = committed("learnt")
    windows, m = study.data.holdout_windows, study.config.model
    pattern = run(m, study.weights, windows.inputs, keep=[("pattern", 0)]).kept["pattern", 0][:, 0]
    mass, even, several = list[float](), list[float](), 0
    hits = np.zeros(m.n_ctx)
    for w, p in np.argwhere(windows.visible & (windows.source >= 0)):
        answer = int(windows.allowed[w, p].argmax())
        holds = [i for i in range(p + 1) if windows.inputs[w, i] == answer]
        several += len(holds) > 1
        mass.append(sum(float(pattern[w, p, i]) for i in holds))
        even.append(len(holds) / (p + 1))
        for i in holds:
            hits[p - i] += 1
    assert several > 100
    fact = FACTS["attention_on_copies"](study)
    assert (fact.value, fact.n) == (pytest.approx(np.mean(mass), abs=1e-5), len(mass))
    assert fact.baseline.value == pytest.approx(np.mean(even))
    steps = int(hits.argmax())
    assert fact.details["habit"] == pytest.approx(hits[steps] / len(mass))
    assert fact.details["habit_is"] == f"{steps} step{'s' * (steps != 1)} back"
    assert fact.value > (FACTS["attention_on_answer"](study).value or 0)
