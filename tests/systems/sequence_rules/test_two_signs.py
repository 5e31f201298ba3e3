"""A rule that decides after two tokens, and asks after each for an answer of another class: what is
replaced needs the position of the answer, not a short way to find it.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import ClassVar

import numpy as np
import pytest
from lookups import draw, listed
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.interventions import run
from reportgen.core.model import initial, stack
from reportgen.core.runs import Run
from reportgen.core.study import study_of
from reportgen.measure.measure import moot
from reportgen.rules.base import FREE, Demand
from reportgen.rules.numbers import Numbers, is_even
from reportgen.systems.sequence_rules.evaluation import evaluate
from reportgen.systems.sequence_rules.facts.stages import attempts, cases
from reportgen.systems.sequence_rules.view import Study
from reportgen.vocabulary import Token

FACTS, CLAIMS = listed("sequence_rules")
SIGNS = ("+", "-")


@dataclass(frozen=True)
class TwoSigns(Numbers):
    """After ``+`` the latest even number, after ``-`` the latest odd one; all else is free."""

    system = "sequence_rules"
    slug = "two_signs"
    title = "Latest even or odd number"
    summary = "After `+` the latest even number, after `-` the latest odd one."
    class_names: ClassVar[Mapping[str, str]] = {"even": "even", "odd": "odd", "sign": "sign"}

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return (*range(self.highest + 1), *SIGNS)

    @property
    def classes(self) -> Mapping[Token, str]:
        kind = lambda t: "sign" if t in SIGNS else "even" if is_even(t) else "odd"
        return {t: kind(t) for t in self.vocabulary}

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        sign = 0.3 if prefix and prefix[-1] not in SIGNS else 0.0
        numbers = self.highest + 1
        return np.append(np.full(numbers, (1 - sign) / numbers), [sign / 2] * 2)

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix or prefix[-1] not in SIGNS:
            return FREE
        kind = self.classes[2 if prefix[-1] == "+" else 1]
        wanted = [i for i, token in enumerate(prefix) if self.classes[token] == kind]
        if wanted:
            return Demand(frozenset([prefix[wanted[-1]]]), source=wanted[-1])
        return Demand(frozenset(t for t in self.vocabulary if self.classes[t] == kind))

    def state(self, prefix: Sequence[Token]) -> Hashable:
        """The latest number of each class with the steps back to it, and the last sign."""
        found: dict[str, tuple[Token, int]] = {}
        for back, token in enumerate(reversed(prefix)):
            found.setdefault(self.classes[token], (token, back))
        last = prefix[-1] if prefix and prefix[-1] in SIGNS else ""
        return found.get("even"), found.get("odd"), last, not prefix


@cache
def untrained(heads: int) -> Study:
    """A window of five tokens."""
    full = configs.load(CONFIGS / "plus_last_even.yaml")
    sizes = dict(n_heads=heads, d_model=4, d_head=4 // heads, n_ctx=5, output_projection=True)
    config = replace(
        full,
        rule=TwoSigns(highest=5),
        model=full.model.model_copy(update=sizes),
        data=full.data.model_copy(update=dict(sequences=40, holdout=60, length=(6, 8))),
        training=full.training.model_copy(update=dict(steps=3, checkpoint_every=1, seeds=1)),
    )
    start = stack([initial(config, 0)])
    parameters = {key: np.repeat(value.numpy()[:, None], 4, 1) for key, value in start.items()}
    history = evaluate(config, draw(config), parameters)
    return study_of(config, Run(config.as_dict(), (0,), np.arange(4), parameters, history, {}))


def test_heads_are_replaced_although_no_program_finds_the_position() -> None:
    study = untrained(2)
    fact = FACTS["wrong_replaced"](study)
    assert fact.value is not None
    assert len(fact.parts) == 3  # every head, and each of the two alone
    assert "neither stands a fixed number of steps back" in FACTS["program_differs"](study).words


def test_every_context_with_its_pattern_forced() -> None:
    """Listed one by one, and all attention put on the answer by a forward pass."""
    study = untrained(2)
    vocabulary, length, rule = study.rule.vocabulary, 5, study.rule
    contexts, sources, answers = [], [], []
    for context in product(range(len(vocabulary)), repeat=length):
        demand = rule.demand([vocabulary[t] for t in context])
        if demand != FREE and demand.source is not None:
            contexts.append(context)
            sources.append(demand.source)
            answers.append(context[demand.source])
    found = cases(study)
    assert found is not None
    assert found.contexts.sum() == len(contexts)
    pattern = np.broadcast_to(np.eye(length), (len(contexts), 2, length, length)).copy()
    pattern[:, :, -1] = np.eye(length)[sources][:, None]
    edits = {("pattern", 0): pattern}
    said = run(study.config.model, study.weights, np.array(contexts), replace=edits).logits
    wrong = (said[:, -1].argmax(-1) != answers).mean()
    name = "every head looks at the answer alone"
    assert FACTS["wrong_replaced"](study).part(name).value == pytest.approx(wrong)
    assert name in attempts(study)


def test_one_head_is_asked_whether_the_answer_scores_highest() -> None:
    """Whether it is the latest of its class does not matter to where the highest score is."""
    study, claim = untrained(1), CLAIMS["answer_scores_highest"]
    facts = {name: FACTS[name](study) for name in claim.rests_on}
    assert not moot(claim, study, facts)
    assert FACTS["score_gap"](study).lacking
