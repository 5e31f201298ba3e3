"""The program that is left of a network: its text against the rule, its stages against a forward
pass with the pattern forced, its counts against contexts listed one by one.
"""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from conftest import committed
from test_facts_of_rules import untrained

from reportgen.core.interventions import run
from reportgen.core.study import study_of
from reportgen.rules.automaton import tabulate
from reportgen.systems.sequence_rules.facts import left as lefts
from reportgen.systems.sequence_rules.facts import program as programs
from reportgen.systems.sequence_rules.facts import stages
from reportgen.systems.sequence_rules.facts.algorithm import replaced
from reportgen.systems.sequence_rules.facts.typical import typical, wrong_by_typical
from reportgen.systems.sequence_rules.program import Program
from reportgen.systems.sequence_rules.taking import Needed, Taking, finding, finds, last_tokens
from reportgen.systems.sequence_rules.view import Study

HELD = {
    "plus_last_even": "return [t for t in tokens if t in EVEN][-1]",
    "lucky7": "return tokens[-2]",
    "step_back": "return tokens[-4]",
    "copy_modulo": "return tokens[-3]",
    "plus_max_of_two": "return max([t for t in tokens if t in NUMBER][-2:], key=int)",
    "even_repeat_last_odd": "return [t for t in tokens if t in ODD][-1]",
}
WORKED_OUT = {
    "successor": "return str((int(tokens[-1]) + 1) % 10)",
    "step_down": "return str((int(tokens[-1]) - 1) % 10)",
    "lookup_permutation": "return SAYS[tokens[-1]]",
    "conditional_transform": "return SAYS[tokens[-1]]",
    "even_abs_diff": "return str(abs(int(tokens[-1]) - int(tokens[-2])))",
    "even_to_odd_transition": "    return ODD",
    "even_greater_than_10": "        return [t for t in EVEN + ODD if int(t) < 10]",
    "odd_even_index": "        return EVEN",
    "parity_based": "    if tokens[-2] in ODD and tokens[-1] in EVEN:",
    "plus_means_even": "        return EVEN",
    "paritygt10": "        return [t for t in EVEN + ODD if int(t) < 10]",
}


def of_rule(name: str) -> tuple[Study, Program]:
    """The program that says what the rule demands."""
    study = untrained(name)
    need = stages.needed(study)
    assert isinstance(need, Needed)
    return study, lefts.printed(study, need, need.allowed)


@pytest.mark.parametrize("name", [*HELD, *WORKED_OUT])
def test_the_program_of_a_rule_is_short_and_says_what_the_rule_demands(name: str) -> None:
    """Run on held-out windows, where the window tells the answer."""
    study, program = of_rule(name)
    assert (HELD | WORKED_OUT)[name] in program.text
    windows = study.data.holdout_windows
    positions = list(zip(*np.nonzero(windows.visible)))[:300]
    assert len(positions) > 50
    for w, p in positions:
        said = program.answers(windows.inputs[w, : p + 1].tolist())
        assert said == set(np.flatnonzero(windows.allowed[w, p]).tolist()), (w, p)


def test_what_does_not_find_the_answer_is_not_taken() -> None:
    study = untrained("plus_last_even")
    table, every = study.data.automaton, np.ones(12, dtype=bool)
    even = np.array([t.isdigit() and int(t) % 2 == 0 for t in study.tokens])
    assert finds(Taking(even, 1, "first"), table, study.tokens)
    assert not finds(Taking(~even, 1, "first"), table, study.tokens)
    assert not finds(Taking(even, 2, "first"), table, study.tokens)
    assert not finds(Taking(even, 2, "largest"), table, study.tokens)
    assert not finds(Taking(every, 2, "first"), table, study.tokens)


def test_one_last_token_is_not_enough_for_a_rule_that_reads_two() -> None:
    study = untrained("parity_based")
    need = last_tokens(study.data.reader, study.config.model.n_ctx)
    assert need is not None
    assert need.taking.count == 2
    assert len(need.allowed) == 21 * 21
    assert last_tokens(untrained("copy_modulo").data.reader, 5) is None


def test_a_rule_found_by_nothing_that_we_look_for_has_no_program() -> None:
    """The answer of `plus_last_even`, with its table's answers shifted by one token."""
    study = untrained("plus_last_even")
    table = tabulate(study.rule, 20)
    other = replace(table, allowed=np.roll(table.allowed, 1, 1))
    assert finding(other, study.tokens, [study.classes[t] for t in study.tokens]) is None


@pytest.mark.parametrize("run_of", ["learnt", "unlearnt"])
def test_typical_points_are_means_over_contexts_and_answer_as_a_forced_pass_does(
    run_of: str,
) -> None:
    study = committed(run_of)
    cases, found = replaced(study).cases, typical(study)
    answer = int(cases.answer[0])
    mine = cases.answer == answer
    drawn = np.repeat(cases.position[mine], (cases.contexts[mine] // 1000).astype(int))
    assert found.points[answer] == pytest.approx(
        study.lattice.v(head=0)[answer, drawn].mean(0), abs=0.02
    )
    contexts = np.zeros((len(cases.last), 8), dtype=np.int64)
    contexts[:, -1] = cases.last
    pattern = np.zeros((len(contexts), 1, 8, 8))
    pattern[..., np.arange(8), np.arange(8)] = 1
    pattern[:, 0, -1] = np.eye(8)[0]
    values = np.zeros((len(contexts), 1, 8, 2))
    values[:, 0, 0] = found.points[cases.answer]
    forced = run(
        study.config.model,
        study.weights,
        contexts,
        replace={("pattern", 0): pattern, ("v", 0): values},
    )
    assert (forced.logits[:, -1].argmax(-1) == found.said).all()
    wrong = cases.contexts[found.said != cases.answer].sum()
    assert wrong_by_typical(study).value == wrong / 35_551_872


def test_all_that_learnt_are_exact_with_typical_points(learnt: Study) -> None:
    fact = programs.learners_by_program(learnt)
    assert (fact.details["k"], fact.n, fact.details["trained"]) == (3, 3, 4)
    assert programs.learners_by_program(committed("unlearnt")).words.startswith("not defined")


def shorter(name: str, n_ctx: int, seed: int) -> Study:
    """One of the networks with a window of fewer tokens, so that every context can be listed."""
    study = committed(name)
    model = study.config.model.model_copy(update=dict(n_ctx=n_ctx))
    config = replace(study.config, model=model)
    one = study.run.only([seed])
    parameters = dict(one.parameters)
    parameters["W_pos"] = parameters["W_pos"][:, :, :n_ctx]
    return study_of(config, replace(one, parameters=parameters, config=config.as_dict()))


@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
@pytest.mark.parametrize("seed", range(3))
def test_program_and_network_differ_where_a_listing_of_all_contexts_says(
    name: str, seed: int
) -> None:
    study = shorter(name, 4, seed)
    fact = programs.program_differs(study)
    assert fact.exhaustive
    lines = "\n".join(fact.details["lines"])
    space: dict = {}
    exec(lines, space)
    names = study.tokens
    tokens = np.array(list(product(range(len(names)), repeat=4)))
    constrained = [
        i
        for i, row in enumerate(tokens)
        if study.rule.demand([study.rule.vocabulary[t] for t in row]).source is not None
    ]
    tokens = tokens[constrained]
    said = run(study.config.model, study.weights, tokens).logits[:, -1].argmax(-1)
    printed = [space["answer"]([names[t] for t in row]) for row in tokens]
    differing = sum(names[a] != b for a, b in zip(said, printed))
    assert fact.n == len(tokens)
    assert fact.value == differing / len(tokens)


@pytest.mark.parametrize("name", ["successor", "parity_based", "even_repeat_last_odd"])
def test_stages_of_other_rules_are_those_of_a_forward_pass_with_its_pattern_forced(
    name: str,
) -> None:
    """Attention that sees the last tokens alone, its own shares made whole; or the answer alone."""
    study = untrained(name)
    found, model = stages.cases(study), study.config.model
    assert found is not None
    said = next(iter(stages.attempts(study).values()))
    rng = np.random.default_rng(0)
    for i in rng.choice(len(said), 60):
        length = int(found.at[i]) + 1
        context = rng.integers(0, len(study.tokens), (1, length))
        context[0, found.positions[i]] = found.tokens[i]
        context[0, -1] = found.last[i]
        pattern = run(model, study.weights, context, keep=[("pattern", 0)]).kept["pattern", 0]
        seen = np.isin(np.arange(length), found.positions[i])
        row = pattern[:, :, -1] * seen
        pattern[:, :, -1] = row / row.sum(-1, keepdims=True)
        forced = run(model, study.weights, context, replace={("pattern", 0): pattern})
        assert forced.logits[0, -1].argmax() == said[i]


def test_a_head_that_hands_over_its_mean_hands_over_what_it_does_on_average() -> None:
    study = untrained("successor")
    found, windows = stages.cases(study), study.data.holdout_windows
    assert found is not None
    kept = run(study.config.model, study.weights, windows.inputs, keep=[("attn_out", 0)]).kept
    mean = kept["attn_out", 0][windows.visible].mean(0, dtype=np.float64)
    points = study.lattice.sums[found.last, found.at] + mean
    said = study.readout.logits(points).argmax(-1)
    assert (
        said
        == stages.attempts(study)["attention gives one mean at all positions, whatever was read"]
    ).all()


def test_several_heads_are_tried_together_and_one_by_one() -> None:
    fact = stages.wrong_replaced(untrained("even_repeat_last_odd"))
    assert [name for name, _ in fact.parts] == [
        "every head looks at the answer alone",
        "head 0 looks at the answer alone, the others give their mean",
        "head 1 looks at the answer alone, the others give their mean",
    ]
    assert fact.value == min(part.value for _, part in fact.parts)
    assert stages.wrong_replaced(committed("learnt")).lacking == stages.ONE_HEAD


def test_the_program_of_a_network_that_always_says_the_same() -> None:
    unlearnt = shorter("unlearnt", 4, 0)
    fact = programs.program_differs(unlearnt)
    assert fact.details["lines"] == ["def answer(tokens):", "    return '2'"]
    assert not fact.details["as_the_rule"]
    assert programs.program_errors(unlearnt).value > 0.8
    assert lefts.stage_differs(unlearnt).value == 0


def test_a_program_too_long_to_print_is_none() -> None:
    """A table by pairs of tokens that no formula says."""
    names = tuple(str(i) for i in range(9))
    rng = np.random.default_rng(0)
    says = {(a, b): frozenset([int(rng.integers(9))]) for a in range(9) for b in range(9)}
    program = Program(names, ("number",) * 9, Taking(np.ones(9, dtype=bool), 2), says)
    assert program.text == ""


def test_every_seed_is_judged_by_what_replaces_attention_in_the_displayed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another replacement may do for another network: the explanation is then another one."""
    study = untrained("successor")
    shown, found = study.of_seed(study.run.shown), stages.cases(study)
    other = study.of_seed(1 - study.run.shown)
    assert found is not None
    right = found.allowed.argmax(1)
    said = {shown.seed: (right, right - 1), other.seed: (right - 1, right)}
    tried = lambda each: dict(zip(("the last token", "one mean"), said[each.seed]))
    monkeypatch.setattr(stages, "attempts", tried)
    monkeypatch.setattr(programs, "attempts", tried)
    assert [stages.best(each) for each in (shown, other)] == ["the last token", "one mean"]
    assert [stages.chosen(each) for each in (shown, other)] == ["the last token"] * 2
    exact = [programs._last_stage_exact(study, each.seed) for each in (shown, other)]
    assert exact == [True, False]


def test_heads_of_two_networks_have_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one head does it, it may be any head of another network."""
    study = untrained("even_repeat_last_odd")
    shown, found = study.of_seed(study.run.shown), stages.cases(study)
    other = study.of_seed(1 - study.run.shown)
    assert found is not None
    right = found.allowed.argmax(1)
    names = ("every head looks", "head 0 looks", "head 1 looks")
    said = {shown.seed: (right - 1, right, right - 1), other.seed: (right, right - 1, right)}
    monkeypatch.setattr(stages, "attempts", lambda each: dict(zip(names, said[each.seed])))
    assert [stages.chosen(each) for each in (shown, other)] == ["head 0 looks", "head 1 looks"]
