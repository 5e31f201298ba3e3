"""How it answers: stages against passes of one input with everything forced by hand."""

import numpy as np
import pytest
from conftest import committed

from reportgen.core.interventions import run
from reportgen.systems.sequence_to_sequence.facts import replaced as facts
from reportgen.systems.sequence_to_sequence.facts.probe import right

LAYERS = {"every layer": (0, 1), "the first layer": (0,), "the last layer": (1,)}


@pytest.mark.parametrize("name", ["inputs_learnt", "inputs_unlearnt"])
def test_a_look_at_the_mirror_is_that_of_inputs_read_one_by_one(name: str) -> None:
    """Output k of a word of four is constrained at position 4 + k and made from position 4 - k."""
    study = committed(name)
    found, m, tokens = facts.replaced(study), study.config.model, study.data.evaluated
    for row in range(0, len(tokens), 16):
        one = tokens[row : row + 1]
        for layers, which in LAYERS.items():
            edits: dict = {}
            for layer in which:
                site = "pattern", layer
                pattern = run(m, study.weights, one, replace=edits, keep=[site]).kept[site].copy()
                for k in range(4):
                    pattern[0, 0, 4 + k] = 0
                    pattern[0, 0, 4 + k, 4 - k] = 1
                edits[site] = pattern
            said = run(m, study.weights, one, replace=edits).logits[0, 4:].argmax(-1)
            assert said.tolist() == found.looks[layers][row].tolist()


def test_one_point_for_each_digit_is_the_mean_over_all_outputs_made_from_it() -> None:
    study = committed("inputs_learnt")
    found, m, tokens = facts.replaced(study), study.config.model, study.data.evaluated
    (layer,) = LAYERS[found.best]
    pattern = run(m, study.weights, tokens, keep=[("pattern", layer)]).kept["pattern", layer].copy()
    for k in range(4):
        pattern[:, :, 4 + k] = np.eye(8)[4 - k]
    edits: dict = {("pattern", layer): pattern}
    stream = run(m, study.weights, tokens, replace=edits, keep=[("resid_mid", 1)]).kept
    points = stream["resid_mid", 1].copy()
    made_from = {k: tokens[:, 4 - k] for k in range(4)}
    for d in range(4):
        every = np.concatenate([points[made_from[k] == d, 4 + k] for k in range(4)])
        for k in range(4):
            points[made_from[k] == d, 4 + k] = every.mean(0)
    edits["resid_mid", 1] = points
    said = run(m, study.weights, tokens, replace=edits).logits[:, 4:].argmax(-1)
    assert (said == found.by_digit).all()


@pytest.mark.parametrize("name", ["inputs_learnt", "inputs_unlearnt", "inputs_eight"])
def test_the_printed_lines_differ_from_the_network_where_they_are_said_to(name: str) -> None:
    study = committed(name)
    fact = facts.program_differs(study)
    space: dict = {}
    exec("\n".join(fact.details["lines"]), space)
    length = study.data.length
    rows = study.data.probe.tokens[:50]
    answers = study.holdout.logits[:50, length:].argmax(-1)
    for row, network in zip(rows, answers):
        said = space["answer"]([str(t) for t in row[1 : length + 1]])
        assert len(said) == len(network)
    assert fact.details["is_the_rule"] == ("SAYS" not in "".join(fact.details["lines"]))
    if fact.details["is_the_rule"]:  # by construction
        assert dict(fact.parts)["wrong"].value == 0
    if dict(fact.parts)["wrong"].value == 0:
        assert fact.value == pytest.approx(1 - right(study).mean())


def test_what_is_left_of_networks_that_solve_the_task() -> None:
    study = committed("inputs_learnt")
    assert facts.wrong_by_digit(study).value == 0
    assert facts.program_differs(study).value == 0
    assert facts.program(study)[-1] == (
        "    return [str((int(t) + 1) % 4) for t in reversed(tokens)]"
    )
    fact = facts.solvers_alike(study)
    assert (fact.details["k"], fact.n) == (2, 2)
    assert fact.details["layers_text"] == "the first layer in 1, the last layer in 1"


def test_a_network_whose_steps_we_do_not_know_fails_them() -> None:
    assert facts.wrong_at_mirror(committed("inputs_eight")).low > 0.4
    assert facts.program_differs(committed("inputs_eight")).low > 0.4
    assert facts.solvers_alike(committed("inputs_unlearnt")).words.startswith("not defined")
