"""What follows from alphabets and an answer, and what is refused with its whole text."""

import doctest
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from taskwork import RULE, mine

from reportgen.errors import ConfigError, RuleError
from reportgen.rules.balanced_brackets import BalancedBrackets
from reportgen.rules.base import FREE, Demand, all_rules
from reportgen.rules.check import check
from reportgen.rules.copy_modulo import CopyModulo
from reportgen.rules.cumulative_sum import CumulativeSum
from reportgen.rules.max_of_k import MaxOfK
from reportgen.rules.modular_addition import ModularAddition
from reportgen.rules.palindrome import Palindrome
from reportgen.rules.sorted_list import SortedList
from reportgen.rules.task import Task
from reportgen.systems.input_to_output.rules import check_all, check_rule


def brackets(word: tuple) -> str:
    """Again and again the innermost pair is taken out."""
    text = "".join(word)
    while "()" in text:
        text = text.replace("()", "")
    return "no" if text else "yes"


SAID_AGAIN: dict[Task, Any] = {  # each output, said in another way
    MaxOfK(numbers=5, k=3): lambda w: (sorted(w)[-1],),
    ModularAddition(p=7): lambda w: ([*range(7), *range(7)][sum(w)],),
    SortedList(numbers=4, length=3): lambda w: tuple(n for n in range(4) for x in w if x == n),
    Palindrome(letters=2, length=5): lambda w: (
        "yes" if all(w[i] == w[-1 - i] for i in range(2)) else "no",
    ),
    BalancedBrackets(length=6): lambda w: (brackets(w),),
    CumulativeSum(p=3, length=3): lambda w: tuple(sum(w[: i + 1]) % 3 for i in range(3)),
}


def test_every_task_is_said_again() -> None:
    tasks = all_rules(system="input_to_output")
    assert {type(task) for task in SAID_AGAIN} == set(tasks.values())
    for cls in tasks.values():
        found = doctest.testmod(sys.modules[cls.__module__])
        assert found.attempted
        assert not found.failed


@pytest.mark.parametrize("task", SAID_AGAIN, ids=lambda task: task.slug)
def test_rows_and_demands_are_what_a_second_statement_says(task: Task) -> None:
    """Of every input: where it stands in its row, and what is demanded behind it."""
    check(task)
    check_all(task)
    inputs = list(product(*task.alphabets))
    rows = [task.tokens.decode(row) for row in task.rows]
    assert len(rows) == len(inputs) == task.count
    for row, word in zip(rows, inputs):
        output = SAID_AGAIN[task](word)
        head = len(task.laid_out)
        assert (
            tuple(row[i] for i, each in enumerate(task.laid_out) if isinstance(each, int)) == word
        )
        assert row[head:] == output
        for i, token in enumerate(output):
            demand = task.demand(row[: head + i])
            assert demand.tokens == {token}
            assert demand.source is None or row[demand.source] == token
    assert task.fetched == (task.slug in ("max_of_k", "sorted_list"))


def test_what_is_no_input_demands_nothing() -> None:
    task = ModularAddition(p=5)
    assert task.demand([]) == FREE
    assert task.demand([1, 2]) == Demand(frozenset({"="}))
    assert task.demand([1, "=", "="]) == FREE
    assert task.demand([1, 2, 3]) == FREE
    assert task.demand([1, 2, "=", 3, 0]) == FREE
    assert task.weights([1]).tolist() == [0.2] * 5 + [0]
    assert task.vocabulary == (0, 1, 2, 3, 4, "=")
    assert set(task.classes.values()) == {"input", "mark"}


def told(folder: Path, text: str = RULE, **changes: dict[str, Any]) -> str:
    """What a configuration is refused with, without the folder."""
    with pytest.raises(ConfigError) as refused:
        mine(folder, text, **changes)
    return str(refused.value).replace(f"{folder}/", "")


ANSWER, ALPHABETS = "abs(inputs[0] - inputs[1])", "(tuple(range(6)),) * 2"
AT, WAY = "mine.yaml:18:1: rule: ", "; mend the file or move it out of rules"


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            ANSWER,
            "inputs[0] + inputs[1]",
            (
                "rules/mine.py:22: difference: answer to 5 3: got 8, allowed: a token, or a tuple"
                " of tokens, of `outputs`: 0, 1, 2, 3, 4, 5"
            ),
        ),
        (
            ANSWER,
            "inputs[: 1 + inputs[0]]",
            (
                "rules/mine.py:22: difference: answer to 1 0: got 2 tokens, allowed: 1, as many for"
                " every input"
            ),
        ),
        (
            ANSWER,
            "next(COUNT) % 6",
            (
                "rules/mine.py:22: difference: the answer is no function of the input: to 0 0 it is"
                " 0, then 1; an answer may depend on its input alone, not on chance, on what was"
                " asked before, or on the order of a set"
            ),
        ),
        (
            ANSWER,
            "hash(str(inputs)) % 6",
            (
                "rules/mine.py:22: difference: the answer is no function of the input: another"
                " process answers otherwise; an answer may depend on its input alone, not on"
                " chance, on what was asked before, or on the order of a set"
            ),
        ),
        (
            ALPHABETS,
            "((0,),)",
            (
                "rules/mine.py:19: difference: the parameters make 1 input, allowed: 2 to"
                " 1,000,000, since each of them is listed and some are held out; raise one of its"
                " sizes"
            ),
        ),
        (
            ALPHABETS,
            "(tuple(range(1001)),) * 2",
            (
                "rules/mine.py:19: difference: the parameters make 1,002,001 inputs, allowed: 2 to"
                " 1,000,000, since each of them is listed and some are held out; lower one of its"
                " sizes"
            ),
        ),
        (
            ALPHABETS,
            "((0, 0), (1,))",
            (
                "rules/mine.py:19: difference: alphabets: got ((0, 0), (1,)), allowed: a tuple with"
                " a tuple of different tokens for each place of an input"
            ),
        ),
        (
            "    @property\n    def alphabets",
            "    layout = (0, '=')\n\n    @property\n    def alphabets",
            (
                "rules/mine.py:18: difference: layout: got (0, '='), allowed: a tuple with each of"
                " the places 0, 1 once, and texts for tokens that are always there"
            ),
        ),
        (
            "    @property\n    def alphabets",
            "    modulus = 7\n\n    @property\n    def alphabets",
            (
                "rules/mine.py:18: difference: modulus: got 7, allowed: a number from 3 on, of"
                " which each alphabet and `outputs` are the numbers below it, and an output is one"
                " of them; else None"
            ),
        ),
    ],
)
def test_a_task_that_breaks_a_promise_is_refused(
    tmp_path: Path, right: str, wrong: str, words: str
) -> None:
    assert RULE.count(right) == 1
    assert told(tmp_path, RULE.replace(right, wrong)) == AT + words + WAY


def test_a_rule_that_is_no_task_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        check_rule(CopyModulo(highest=4, period=2))
    assert str(refused.value) == (
        "copy_modulo: CopyModulo is no task, which the system 'input_to_output' needs; write `class"
        " ...(Task)`, from reportgen.rules.task"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            dict(data=dict(train_share=None)),
            (
                "mine.yaml:1:1: data.train_share: missing; with data.split: random it is the share"
                " of all inputs that train"
            ),
        ),
        (
            dict(data=dict(train_share=0.01)),
            (
                "mine.yaml:3:16: data.train_share: got 0.01: of 36 inputs that leaves none to train"
                " on; allowed: a share that is at least one input"
            ),
        ),
        (
            dict(data=dict(train_share=0.99)),
            (
                "mine.yaml:3:16: data.train_share: got 0.99: of 36 inputs that holds none of them"
                " out; allowed: fewer, or train_share: 1 where none is to be held out"
            ),
        ),
        (
            dict(data=dict(split="list", train=[[0, 1], [2, 7]], train_share=None)),
            (
                "mine.yaml:4:3: data.train: got the input 2 7, allowed: 2 tokens, each of the"
                " alphabet of its place"
            ),
        ),
        (
            dict(data=dict(split="list", train=[[0, 1], [0, 1]], train_share=None)),
            "mine.yaml:4:3: data.train: got the input 0 1 twice, allowed: each once",
        ),
        (
            dict(training=dict(batch=19)),
            (
                "mine.yaml:18:10: training.batch: got 19, allowed: at most 18, the number of inputs"
                " that train (18 is a full batch: every step sees all of them)"
            ),
        ),
        (
            dict(data=dict(train_share=0.97), report=dict(demonstrations=3)),
            (
                "mine.yaml:14:19: report.demonstrations: got 3, allowed: at most 1, the number of"
                " inputs from which they are taken"
            ),
        ),
        (
            dict(model=dict(n_ctx=3)),
            (
                "mine.yaml:9:10: model.n_ctx: got 3, allowed: 2, what stands before the output (2"
                " tokens)"
            ),
        ),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    found = told(tmp_path, **changes)
    assert found.splitlines()[0].split(": ", 1)[1] == words.split(": ", 1)[1]
