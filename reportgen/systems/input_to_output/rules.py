"""What a rule of this system has to be: inputs that can be listed, each with one output."""

from collections.abc import Iterable

from reportgen.core.config.sections import ModelConfig
from reportgen.errors import RuleError
from reportgen.rules.base import Rule
from reportgen.rules.elsewhere import digests
from reportgen.rules.places import Promise
from reportgen.rules.task import Task
from reportgen.system import Problem


def check_rule(given: Rule) -> None:
    """RuleError for a rule that is no task, or whose modulus does not fit it."""
    if not isinstance(given, Task):
        raise RuleError(
            f"{given.slug}: {type(given).__name__} is no task, which the system 'input_to_output'"
            " needs; write `class ...(Task)`, from reportgen.rules.task"
        )
    _modulus(given)


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
    """All answers of a rule, and the same ones in other processes."""
    assert isinstance(given, Task)
    if any(each != given.digest for each in digests(given)):
        raise given.no_function("another process answers otherwise")


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
