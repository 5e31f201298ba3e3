"""What a rule of this system has to be: inputs that can be listed, each with one output."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterable

import numpy as np

from reportgen.core.config.sections import ModelConfig
from reportgen.errors import RuleError
from reportgen.rules.base import Rule
from reportgen.rules.places import Promise
from reportgen.rules.task import SOME, Task
from reportgen.system import Problem

# hashes of texts begin with another number there, so that sets have another order
ELSEWHERE = ("1", "2")
AGAIN = "import pickle, sys; print(pickle.load(sys.stdin.buffer).digest)"


def check_rule(given: Rule) -> None:
    """RuleError for a rule that is no task, or whose first answers break what `Task` promises."""
    if not isinstance(given, Task):
        raise RuleError(
            f"{given.slug}: {type(given).__name__} is no task, which the system 'input_to_output'"
            " needs; write `class ...(Task)`, from reportgen.rules.task"
        )
    rng = np.random.default_rng(0)
    for _ in range(SOME):
        inputs = tuple(each[rng.integers(len(each))] for each in given.places)
        first, again = given.output(inputs), given.output(inputs)
        if first != again:
            raise _not_a_function(
                given, f"to {' '.join(map(str, inputs))} it is {first}, then {again}"
            )
    _modulus(given)


def _not_a_function(rule: Task, found: str) -> Promise:
    return Promise(
        "answer",
        f"{rule.slug}: the answer is no function of the input: {found}; an answer may depend on its"
        " input alone, not on chance, on what was asked before, or on the order of a set",
    )


def _modulus(rule: Task) -> None:
    """A modulus says that inputs and the one output are the numbers below it."""
    if rule.modulus is None:
        return
    numbers = tuple(range(rule.modulus))
    wrong = [each for each in (*rule.places, rule.outputs) if tuple(each) != numbers]
    if wrong or rule.width != 1 or rule.modulus < 3:
        raise Promise(
            "modulus",
            f"{rule.slug}: modulus: got {rule.modulus}, allowed: a number from 3 on, of which each"
            " alphabet and `outputs` are the numbers below it, and an output is one of them; else"
            " None",
        )


def check_all(given: Rule) -> None:
    """All answers of a rule, and the same ones in another process."""
    assert isinstance(given, Task)
    mine = given.digest
    for seed in ELSEWHERE:
        if _elsewhere(given, seed) != mine:
            raise _not_a_function(given, "another process answers otherwise")


def _elsewhere(rule: Task, seed: str) -> str:
    """The digest of all answers as another process finds it."""
    made = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input=pickle.dumps(rule),
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    return made.stdout.decode().strip()


def model_problems(given: Rule, model: ModelConfig) -> Iterable[Problem]:
    """Keys of the model's section that do not fit the rule, with what they got and what is
    allowed.
    """
    if not isinstance(given, Task):
        return
    reads = len(given.laid_out) + given.width - 1
    if model.n_ctx != reads:
        more = f" and the output but for its last token ({given.width - 1})"
        yield (
            ("n_ctx",),
            (
                f"got {model.n_ctx}, allowed: {reads}, what stands before the output"
                f" ({len(given.laid_out)} tokens){more if given.width > 1 else ''}"
            ),
        )
