"""How it continues: stages against one forward pass a position with everything forced by hand,
and the printed lines against the rule.
"""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed

from reportgen.core.interventions import run
from reportgen.core.study import study_of
from reportgen.systems.repeated_sequences.facts import copies
from reportgen.systems.repeated_sequences.facts import replaced as facts
from reportgen.systems.repeated_sequences.facts import replaced_program as programs
from reportgen.systems.repeated_sequences.view import Study


def hard(study: Study, tokens: list[int], source: int) -> dict:
    """The patterns that the words ask for, of one sequence whose last token asks."""
    length, last = len(tokens), study.config.model.n_layers - 1
    edits = {}
    if last:
        pattern = np.zeros((1, 1, length, length))
        for query in range(length):
            pattern[0, 0, query, max(query - 1, 0)] = 1
        edits["pattern", 0] = pattern
    own = run(
        study.config.model,
        study.weights,
        np.array([tokens]),
        replace=edits,
        keep=[("pattern", last)],
    ).kept["pattern", last]
    own[0, 0, -1] = np.eye(length)[source]
    edits["pattern", last] = own
    return edits


@pytest.mark.parametrize("name", ["repeats_learnt", "repeats_unlearnt"])
def test_hard_attention_is_that_of_sequences_read_one_by_one(name: str) -> None:
    study = committed(name)
    found = facts.replaced(study)
    sequences, m = found.sequences, study.config.model
    rng = np.random.default_rng(0)
    positions = np.argwhere(sequences.told)
    for s, p in positions[rng.choice(len(positions), 40, replace=False)]:
        tokens = sequences.inputs[s, : p + 1].tolist()
        before = [i for i in range(p) if tokens[i] == tokens[p]]
        source = (before[0] if found.copy == "first" else before[-1]) + 1
        edits = hard(study, tokens, source)
        one = np.array([tokens])
        said = run(m, study.weights, one, replace=edits).logits[0, -1].argmax()
        assert said == found.stages[facts.LOOKS[found.copy]][s, p]
        if (first := edits.get(("pattern", 0))) is not None and m.n_layers > 1:
            said = run(m, study.weights, one, replace={("pattern", 0): first}).logits[0, -1]
            assert said.argmax() == found.stages[facts.FIRST][s, p]
        assert found.stages[facts.ALONE][s, p] == found.says[tokens[source]]


def test_points_are_means_over_validation_places() -> None:
    study = committed("repeats_learnt")
    choose = study.data.validation
    z = np.random.default_rng(0).random((len(choose), 1, choose.inputs.shape[1], 16))
    points = facts._points(choose, z, 12)
    of_three = [
        z[s, 0, p]
        for s, p in np.argwhere(choose.told)
        if choose.inputs[s, choose.source[s, p]] == 3
    ]
    assert points[3, 0] == pytest.approx(np.mean(of_three, axis=0))


@pytest.mark.parametrize("name", ["repeats_learnt", "repeats_unlearnt"])
def test_the_printed_lines_continue_every_sequence(name: str) -> None:
    study = committed(name)
    differs = programs.program_differs(study)
    space: dict = {}
    exec("\n".join(differs.details["lines"]), space)
    assert space["answer"](list("abcdab")) == "c"
    first = copies.followed(study).details["copy"] == "first"
    assert space["answer"](list("abacda")) == ("b" if first else "c")
    assert dict(differs.parts)["wrong"].value == 0
    network = dict(facts.replaced_error(study).parts)["the whole network"]
    assert differs.value == network.value  # lines that are never wrong differ where it is wrong


def test_a_network_whose_answers_are_permuted_prints_its_table() -> None:
    study = committed("repeats_learnt")
    order = np.roll(np.arange(12), 1)
    parameters = study.run.parameters | {
        "W_U": study.run.parameters["W_U"][..., order],
        "b_U": study.run.parameters["b_U"][..., order],
    }
    other = study_of(study.config, replace(study.run, parameters=parameters))
    differs = programs.program_differs(other)
    assert differs.details["lines"][0].startswith("SAYS = {'a': 'b'")
    assert differs.value == programs.program_differs(study).value
    assert dict(differs.parts)["wrong"].value == 1


def test_what_learnt_is_replaced_and_the_control_is_not() -> None:
    learnt, control = committed("repeats_learnt"), committed("repeats_unlearnt")
    assert facts.replaced_error(learnt).value == 0
    assert programs.program_differs(learnt).high < 0.05
    assert programs.program_differs(control).low > 0.5
    assert programs.solvers_alike(control).words.startswith("not defined")
    assert "layer" in facts.wrong_one_back(control).lacking
