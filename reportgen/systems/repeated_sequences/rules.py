"""What a rule of this system has to be: different tokens that begin again after their period."""

from collections.abc import Iterable
from typing import cast

import numpy as np

from reportgen.core.config.sections import ModelConfig
from reportgen.rules.base import FREE, Demand, Rule
from reportgen.rules.parts import demanded, parameters
from reportgen.rules.places import Promise
from reportgen.system import Problem

TIMES = 8  # sequences that repeat themselves


class Periodic(Rule):
    """The type of a rule that `check_rule` has passed; no rule has to be derived from it."""

    period: tuple[int, int]  # the shortest and the longest


def check_rule(given: Rule) -> None:
    """RuleError for a rule that is not different tokens which begin again after their period."""
    parameters(given, "period")
    rule = cast(Periodic, given)
    period, most = rule.period, len(rule.vocabulary)
    whole = isinstance(period, tuple) and all(type(n) is int for n in period)
    if not whole or len(period) != 2 or not 2 <= period[0] <= period[1] <= most:
        raise Promise(
            "period",
            f"{rule.slug}: period: got {period!r}, allowed: the shortest and the longest, from 2 to"
            f" {most}, the number of different tokens",
        )
    rng = np.random.default_rng(0)
    for _ in range(TIMES):
        back = int(rng.integers(period[0], period[1] + 1))
        block = [rule.vocabulary[i] for i in rng.permutation(most)[:back]]
        sequence = (block * 3)[: 2 * back + 2]
        for i, token in enumerate(sequence):
            wanted = Demand(frozenset({token}), i - back) if i > back else FREE
            demand = rule.demand(sequence[:i])
            if demand != wanted:
                raise Promise(
                    "demand",
                    f"{rule.slug}: after {' '.join(map(str, sequence[:i])) or '(nothing)'} the rule"
                    f" demands {demanded(demand)}; the system 'repeated_sequences' makes different"
                    " tokens that begin again after their period, and here demands"
                    f" {demanded(wanted)}; for another task name another `system`",
                )


def model_problems(given: Rule, model: ModelConfig) -> Iterable[Problem]:
    """Keys of the model's section that do not fit the rule, with what they got and what is
    allowed.
    """
    rule = cast(Periodic, given)
    if model.n_ctx < rule.period[1] + 2:
        yield (
            ("n_ctx",),
            (
                f"got {model.n_ctx}, allowed: at least {rule.period[1] + 2}, so that the longest"
                " period (rule.period) is seen to repeat"
            ),
        )
