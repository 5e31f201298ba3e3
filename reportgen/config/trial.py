"""A configuration of a rule of the project's own, tried in a process of its own: parameters can send a sound file astray."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from reportgen.config import Config, from_values
from reportgen.errors import ConfigError, RuleError
from reportgen.rules.base import RULES
from reportgen.rules.outside import rules_of
from reportgen.rules.written import Written

TEXTS = 2  # sequences of the longest kind that are drawn


def configured(written: Written, slug: str, values: Mapping[str, Any]) -> None:
    """Read a configuration and ask its rule all that planning asks; RuleError where that does not work.

    What is wrong with the configuration is told by the process that reads it, in the same words.
    """
    RULES[slug] = rules_of(written)[slug]
    try:
        config = from_values(values)
    except ConfigError:
        return
    _planned(config)


def _planned(config: Config) -> None:
    rule = config.rule
    try:
        json.dumps(config.as_dict(), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RuleError(
            f"{rule.slug}: the parameters cannot be stored ({error}); a parameter is a number, a "
            "text, true, false or null, or a list of these"
        ) from error
    rng = np.random.default_rng(0)
    for length in (getattr(config.data, "length", ()) if rule.family == "windows" else ())[-1:]:
        for _ in range(TEXTS):
            rule.sample(rng, length)
