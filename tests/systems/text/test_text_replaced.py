"""What is left of a network that reads a text, against counting by hand."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from conftest import committed

from reportgen.core.interventions import run
from reportgen.systems.text.facts import replaced as facts


@pytest.mark.parametrize("name", ["one_layer_learnt", "full_unlearnt"])
def test_tables_are_the_most_frequent_choices(name: str) -> None:
    study = committed(name)
    found, tokens = facts.tables(study), study.data.validation.inputs
    chosen = run(study.config.model, study.weights, tokens).logits.argmax(-1)
    token, before = int(tokens[0, 3]), int(tokens[0, 2])
    after = Counter(chosen[tokens == token].tolist())
    assert after[int(found.last[token])] == max(after.values())
    both = (tokens[:, :-1] == before) & (tokens[:, 1:] == token)
    after = Counter(chosen[:, 1:][both].tolist())
    assert after[found.pair[before, token]] == max(after.values())
    said = found.after_pair(np.array([[before, token]]))
    assert said[0].tolist() == [found.last[before], found.pair[before, token]]


def test_a_network_without_layers_is_its_table() -> None:
    study = committed("text_learnt")
    differs = facts.program_differs(study)
    both = facts.pair_differs(study)
    assert (differs.value, differs.n, differs.exhaustive) == (0, len(study.tokens), True)
    rows = len(facts.tables(study).pair) + len(study.tokens)
    assert (both.value, both.n, both.exhaustive) == (0, rows, True)
    lines = differs.details["lines"]
    assert lines[0].startswith("NEXT = {")
    space: dict = {}
    exec("\n".join(lines), space)
    best = study.table.argmax(1)
    assert [space["answer"](["?", name]) for name in study.tokens] == [
        study.tokens[i] for i in best
    ]


def test_a_row_that_differs_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the two tables, and of the table of one token."""
    study = committed("text_learnt")
    found = facts.tables(study)
    last = found.last.copy()
    last[5] = (last[5] + 1) % len(last)
    monkeypatch.setattr(facts, "tables", lambda study: replace(found, last=last))
    assert facts.program_differs(study).value == pytest.approx(1 / len(last))
    both = facts.pair_differs(study)
    assert both.value == pytest.approx(1 / both.n)


def test_a_network_with_layers_is_no_table() -> None:
    study = committed("one_layer_learnt")
    assert facts.program_differs(study).low > 0.1
    pattern = study.holdout.pattern(layer=0)
    tokens = study.data.evaluated
    mean = {("pattern", 0): np.broadcast_to(pattern.mean(0), pattern.shape)}
    still = run(study.config.model, study.weights, tokens, replace=mean).logits.argmax(-1)
    changed = (still != study.holdout.logits.argmax(-1)).mean()
    assert facts.still_differs(study).value == pytest.approx(changed)
