"""What a configuration says, as far as it is right, for checks that look at several of its keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportgen.core.config.sections import (
    ModelConfig,
    ReportConfig,
    TrainingConfig,
    Unsaid,
    WeightsConfig,
)
from reportgen.core.document import Key
from reportgen.rules.base import Rule

Problem = tuple[Key, str]


@dataclass(frozen=True)
class Given:
    """What a file says, as far as it is right; asking its sections for more raises Unsaid."""

    stem: str | None  # the file's own name
    name: str | None
    rule: Rule | None
    data: Any  # a `DataConfig` of the rule's system
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig
    system_checks: "tuple[Check, ...]"
    no_given_weights: str = ""  # why the system has none, where it has none
    weights: WeightsConfig | None = None  # instead of a training, whose keys are then Unsaid

    @property
    def sound_rule(self) -> Any:
        """The rule, of any system; Unsaid where something is wrong with it."""
        if self.rule is None:
            raise Unsaid("rule")
        return self.rule


Check = Callable[[Given], Iterator[Problem]]
