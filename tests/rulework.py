"""Every shipped configuration's rule with its lengths, and exact shares from its table."""

import numpy as np
import yaml
from places import CONFIGS
from pydantic import TypeAdapter

from reportgen.rules.automaton import Automaton, tabulate
from reportgen.rules.base import Rule, all_rules

WRITTEN = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(CONFIGS.glob("*.yaml"))
}
SETTINGS = {
    name: values
    for name, values in WRITTEN.items()
    if values["rule"]["name"] in all_rules(system="sequence_rules")
}  # a rule in rules/ is somebody's own


def rule_of(name: str) -> Rule:
    """The rule of a configuration, its parameters checked."""
    values = dict(SETTINGS[name]["rule"])
    return TypeAdapter(all_rules()[values.pop("name")]).validate_python(values)


RULES = {name: rule_of(name) for name in SETTINGS}
LENGTHS = {name: tuple(values["data"]["length"]) for name, values in SETTINGS.items()}
DIFFERENT = {
    repr(rule): name for name, rule in reversed(RULES.items())
}  # one configuration a rule and its parameters
NAMES = sorted(DIFFERENT.values())
TABLES: dict[str, Automaton] = {name: tabulate(RULES[name], LENGTHS[name][1]) for name in NAMES}


def share(name: str, of: np.ndarray) -> float:
    """Share of the tokens of the data's sequences that come in one of these states, exactly."""
    shortest, longest = LENGTHS[name]
    there = [
        min(1.0, (longest - max(i, shortest - 1)) / (longest - shortest + 1))
        for i in range(longest)
    ]  # is a sequence longer than i
    return float(sum(t * now @ of for t, now in zip(there, along(name))) / sum(there))


def along(name: str) -> list[np.ndarray]:
    """Distribution over states before each token of a sequence, exactly."""
    table, out = TABLES[name], [np.eye(1, len(TABLES[name].law))[0]]
    while len(out) < LENGTHS[name][1]:
        now = np.zeros(len(table.law))
        np.add.at(now, table.successor, out[-1][:, None] * table.law)
        out.append(now)
    return out
