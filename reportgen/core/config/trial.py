"""A configuration of a rule of the project's own, tried in a process of its own: parameters can
send a sound file astray.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from reportgen.core.config.sections import ModelConfig
from reportgen.errors import ConfigError, RuleError
from reportgen.rules.base import RULES, Rule
from reportgen.rules.check import check, placed
from reportgen.rules.outside import rules_of, written_of
from reportgen.rules.returns import check_materials, check_problems
from reportgen.rules.trial import tried
from reportgen.rules.written import Written
from reportgen.system import system_called

TEXTS = 2  # sequences of the longest kind that are drawn


def astray(cls: type[Rule], values: Mapping[str, object], place: str) -> None:
    """ConfigError for what goes wrong with a rule of the project's own where a configuration of it
    is planned.
    """
    if written := written_of(cls):
        arguments = dict(slug=cls.slug, values=values)
        if wrong := tried(written, "reportgen.core.config.trial:configured", arguments).broken:
            raise ConfigError([f"{place}: rule: {wrong}"])


def configured(written: Written, slug: str, values: Mapping[str, object]) -> None:
    """Read a configuration and ask its rule all that planning asks; RuleError where that does not
    work.

    What is wrong with the configuration is told by the process that reads it, in the same words.
    """
    from reportgen.core.config import from_values

    RULES[slug] = cls = rules_of(written)[slug]
    _keeps_promises(cls, values)
    try:
        config = from_values(values)
    except ConfigError:
        return
    rule = config.rule
    _storable(rule.slug, config.as_dict())
    longest = max(getattr(config.data, "length", (0,)))
    with placed(rule):
        check_materials(rule)
        system_called(rule.system).check_whole_rule(rule)
        rng = np.random.default_rng(0)
        for _ in range(TEXTS if longest else 0):
            rule.sample(rng, longest)


def _keeps_promises(cls: type[Rule], values: Mapping[str, Any]) -> None:
    """RuleError for what is wrong with the rule itself, where its parameters are valid."""
    parameters = {key: value for key, value in values["rule"].items() if key != "name"}
    try:
        rule = TypeAdapter(cls).validate_python(parameters)
    except (ValidationError, RuleError):
        return
    with placed(rule):
        mistakes = check_problems(rule, "mistakes", rule.mistakes())
    if mistakes:
        return
    check(rule)
    try:
        model = ModelConfig.model_validate(values.get("model"))
    except ValidationError:
        return
    with placed(rule):
        check_problems(rule, "asks_of_model", rule.asks_of_model(model))


def _storable(slug: str, values: Mapping[str, object]) -> None:
    try:
        json.dumps(values, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RuleError(
            f"{slug}: the parameters cannot be stored ({error}); a parameter is a number, a text, "
            "true, false or null, or a list of these"
        ) from error
