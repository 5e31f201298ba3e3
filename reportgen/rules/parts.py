"""What systems ask of the members of their rules, and how they say it."""

from dataclasses import fields
from typing import Any

from reportgen.rules.base import FREE, Demand, Rule
from reportgen.rules.places import Promise


def whole(rule: Rule, name: str, least: int) -> int:
    """The value of a member that is a whole number."""
    value = getattr(rule, name)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Promise(
            name, f"{rule.slug}: {name}: got {value!r}, allowed: a whole number from {least}"
        )
    return value


def parameters(rule: Any, *names: str) -> None:
    """Promise broken where one of these names is no parameter of the rule."""
    for name in names:
        if name not in {field.name for field in fields(rule)}:
            raise Promise(
                name,
                f"{rule.slug}: {name} is no parameter, and the pages of the system {rule.system!r} "
                "name it; make it a field of the dataclass",
            )


def demanded(demand: Demand) -> str:
    """A demand in words."""
    if demand == FREE:
        return "nothing"
    tokens = " or ".join(sorted(map(str, demand.tokens)))
    return tokens if demand.source is None else f"{tokens} from position {demand.source}"
