"""What the original authors say, against networks whose answer is known and against loops."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed
from test_facts_of_rules import untrained

from reportgen.core.interventions import run
from reportgen.core.study import Study, study_of
from reportgen.systems.sequence_rules.facts import originals as facts

EVEN, ODD, PLUS = range(0, 11, 2), range(1, 10, 2), 11


def made(study: Study, **changed: np.ndarray) -> Study:
    """The same study with weights replaced at every checkpoint, for every seed."""
    parameters = {
        key: np.broadcast_to(changed[key], value.shape).astype(np.float32)
        if key in changed
        else value
        for key, value in study.run.parameters.items()
    }
    return study_of(study.config, replace(study.run, parameters=parameters))


def plane() -> np.ndarray:
    """Evens three apart on one line, odds one apart on another, the trigger elsewhere."""
    table = np.zeros((12, 2))
    for i, token in enumerate(EVEN):
        table[token] = 3 * i, 10
    for i, token in enumerate(ODD):
        table[token] = i, 0
    table[PLUS] = -20, 5
    return table


def test_spread_and_regions_of_a_plane_made_by_hand(learnt: Study) -> None:
    """Mean distance of two of n points, d apart on a line, is d (n + 1) / 3."""
    study = made(learnt, W_E=plane())
    assert facts.answers_spread(study).value == pytest.approx(3 * 7 / 3 / (6 / 3))
    assert facts.kinds_apart(study).value == 1
    mixed = plane()
    mixed[0] = 2, 0  # an even number among the odd ones
    assert facts.kinds_apart(made(learnt, W_E=mixed)).value < 1


def test_positions_twice_as_wide_as_tokens_are_told(learnt: Study) -> None:
    tokens, positions = np.zeros((12, 2)), np.zeros((8, 2))
    tokens[:, 0] = np.tile([1, -1], 6)
    positions[:, 1] = np.tile([2, -2], 4)
    study = made(learnt, W_E=tokens, W_pos=positions)
    assert facts.positions_spread(study).value == pytest.approx(2)


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_scores_are_compared_as_a_loop_does(name: str) -> None:
    study = committed(name)
    q, k = study.lattice.q(head=0), study.lattice.k(head=0)
    query = q[PLUS, 7]
    above = [
        query @ k[even, i] > query @ k[odd, j]
        for even in EVEN
        for odd in ODD
        for i in range(7)
        for j in range(7)
    ]
    assert facts.answers_above(study).value == pytest.approx(np.mean(above))
    own = [np.linalg.norm(q[PLUS, i] - q[PLUS, j]) for i in range(8) for j in range(i)]
    away = [
        np.linalg.norm(q[PLUS, i] - q[t, j]) for i in range(8) for t in range(11) for j in range(8)
    ]
    assert facts.trigger_apart(study).value == pytest.approx(min(away) / max(own))


def test_a_head_that_looks_at_the_answer_alone_copies_it(learnt: Study) -> None:
    """What attention gives, position by position, and what it would give with all weight there."""
    windows, values = learnt.data.holdout_windows, learnt.lattice.v(head=0)
    z = run(learnt.config.model, learnt.weights, windows.inputs, keep=[("z", 0)]).kept["z", 0]
    apart = [
        np.linalg.norm(values[a].mean(0) - values[b].mean(0)) for a in EVEN for b in EVEN if a < b
    ]
    distances = [
        np.linalg.norm(z[w, 0, p] - values[windows.inputs[w, s], s]) / np.mean(apart)
        for w, p in np.argwhere(windows.held)
        for s in [windows.source[w, p]]
    ]
    assert facts.copy_distance(learnt).value == pytest.approx(np.mean(distances), abs=1e-6)
    assert (
        facts.copy_distance(learnt).value < 0.1 < facts.copy_distance(committed("unlearnt")).value
    )


def test_where_embeddings_are_read_out_without_attention(learnt: Study) -> None:
    fact = facts.embeddings_placed(learnt)
    said = learnt.readout.logits(learnt.lattice.sums).argmax(-1)
    assert dict(fact.parts)["numbers"].value == (said[:11] == PLUS).mean()
    assert dict(fact.parts)["the trigger"].value == np.isin(said[PLUS], EVEN).mean()


def test_other_rules_are_not_asked() -> None:
    for name in ("lucky7", "step_back", "successor", "plus_max_of_two"):
        assert facts.answers_above(untrained(name)).lacking, name
