"""From a file to a configuration: each section by itself, then what no single key can tell."""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from reportgen.core.config.files import ANYWHERE, Files
from reportgen.core.config.fits import contradictions
from reportgen.core.config.given import Given
from reportgen.core.config.mistakes import mistakes
from reportgen.core.config.report import Config
from reportgen.core.config.sections import (
    DataConfig,
    File,
    ModelConfig,
    ReportConfig,
    Section,
    TrainingConfig,
    WeightsConfig,
)
from reportgen.core.config.strict import sound, validated
from reportgen.core.config.trial import astray
from reportgen.core.config.weights import given_instead
from reportgen.core.config.wording import Fields, sentence, shown
from reportgen.core.document import Document, Key, Place, dotted, read
from reportgen.errors import ConfigError, RuleError, closest, nearest
from reportgen.rules.base import Rule, all_rules
from reportgen.rules.check import check
from reportgen.rules.outside import meant, own_rules
from reportgen.system import System, system_called, systems

SECTIONS: dict[str, type[Section]] = {
    "model": ModelConfig,
    "training": TrainingConfig,
    "report": ReportConfig,
    "weights": WeightsConfig,
}  # that every file has alike, but for weights, which stand instead of training
NOWHERE = Place(0, 0, 0, 0)  # of values that were in no file


def load(path: Path, *, rules: Path | None = None, files: Files = ANYWHERE) -> Config:
    """The configuration in a YAML file; ConfigError lists all its problems.

    `rules` is the project's own folder of rules, `files` says which files it may name.
    """
    found, files = read(path), replace(files, beside=path.parent)
    if not isinstance(found.values, dict):
        lines = [problem.told(path) for problem in found.problems]
        words = "a configuration is a mapping of keys to values, got"
        raise ConfigError(lines or [f"{path}:1:1: {words} {shown(found.values)}"])
    values: dict[str, object] = dict(found.values)
    if isinstance(given := values.get("rule"), dict) and (cls := named(given, rules)):
        full, lost = files.resolved(given, cls.paths)
        if not lost:
            astray(cls, values | {"rule": full}, f"{path}:{found.place(('rule',))}")
    return _checked(values, rules, files, path, found)


def place(path: Path, key: Key) -> str:
    """FILE:LINE:COLUMN of a key of a configuration that could be read."""
    return f"{path}:{read(path).place(key)}"


def from_values(
    values: Mapping[str, object], *, rules: Path | None = None, files: Files = ANYWHERE
) -> Config:
    """The configuration of plain values, whose problems have no places."""
    return _checked(values, rules, files, None, Document(""))


def _checked(
    values: Mapping[str, object],
    rules: Path | None,
    files: Files,
    path: Path | None,
    document: Document,
) -> Config:
    """The configuration, or every problem of its values and of the document they were read from."""
    reading = _Reading(values, rules, files)
    config = reading.config(path.stem if path else None)
    lost = {problem.key for problem in document.problems if problem.lost}
    told = [
        (
            (place := document.place(key), f"{path}:{place}: {words}")
            if path
            else (NOWHERE, f"config: {words}")
        )
        for key, words in reading.problems
        if not any(key[:n] in lost for n in range(len(key) + 1))
    ]
    told += [(problem.place, problem.told(path)) for problem in document.problems if path]
    if told or config is None:
        in_order = sorted(told, key=lambda pair: (pair[0].line, pair[0].column))
        raise ConfigError(line for _, line in in_order)
    return config


class _Reading:
    """One configuration being read, and what is wrong with it so far."""

    def __init__(self, values: Mapping[str, object], rules: Path | None, files: Files) -> None:
        self.values, self.rules, self.files = values, rules, files
        self.problems: list[tuple[Key, str]] = []

    def config(self, stem: str | None) -> Config | None:
        """The configuration, if nothing is wrong with it."""
        wrong = self._file()
        section = self.values.get("rule")
        rule = self._rule(section) if isinstance(section, dict) else None
        data = self._data()
        model, training, report, weights = (
            self._sound(
                name, kind, {str(key[1]) for key in wrong if key[:1] == (name,) and key[1:]}
            )
            for name, kind in SECTIONS.items()
        )
        assert isinstance(model, ModelConfig)
        assert isinstance(training, TrainingConfig)
        assert isinstance(report, ReportConfig)
        assert isinstance(weights, WeightsConfig)
        made, lost = given_instead(weights, self.values, wrong, self.files)
        self.problems += [(key, f"{dotted(key)}: {words}") for key, words in lost]
        name = None if ("name",) in wrong else str(self.values["name"])
        system = self.system
        asked = (system.checks, system.no_given_weights, made)
        given = Given(stem, name, rule, data, model, training, report, *asked)
        self.problems += [(key, f"{dotted(key)}: {words}") for key, words in contradictions(given)]
        if self.problems or rule is None or name is None:
            return None
        return Config(name, rule, data, model, training, report, made)

    def _file(self) -> set[Key]:
        """Check what every file has alike; the keys that are wrong."""
        try:
            validated(TypeAdapter(File), self.values)
            return set()
        except ValidationError as error:
            return self._told((), error, File.model_fields)

    def _told(
        self, section: Key, error: ValidationError, known: Fields | Collection[str]
    ) -> set[Key]:
        keys = set()
        for each in error.errors():
            key: Key = (*section, *each["loc"])
            inner = SECTIONS.get(str(key[0])) if len(key) > 1 else None
            self.problems.append((key, sentence(key, each, inner.model_fields if inner else known)))
            keys.add(key)
        return keys

    def _sound(self, name: str, kind: type[Section], wrong: set[str]) -> Section:
        given = self.values.get(name)
        if not isinstance(given, dict):
            return sound(kind, {}, set(kind.model_fields))
        return sound(kind, given, wrong)

    def _data(self) -> DataConfig:
        """What of the section on data is right, by the system of the rule."""
        kind, given = self.system.data, self.values.get("data")
        wrong: set[Key] = set()
        if self._broken:  # which keys there are, only the file of the rule can tell
            wrong = {("data", key) for key in kind.model_fields}
        elif isinstance(given, dict):
            try:
                return validated(TypeAdapter(kind), given)
            except ValidationError as error:
                wrong = self._told(("data",), error, kind.model_fields)
        found = self._sound("data", kind, {str(key[1]) for key in wrong})
        assert isinstance(found, DataConfig)
        return found

    @cached_property
    def system(self) -> System:
        """That of the rule that is named, or of the nearest; otherwise the one with these keys."""
        known, name, data = all_rules(self.rules), self._rule_name, self.values.get("data")
        for near in [name] if name in known else closest(name, known):
            return system_called(known[near].system)
        keys = set(data) if isinstance(data, dict) else set()
        return max(systems().values(), key=lambda each: len(keys & set(each.data.model_fields)))

    def _rule(self, given: Mapping[str, object]) -> Rule | None:
        """The rule, if nothing is wrong with it."""
        cls = named(given, self.rules)
        if cls is None:
            self._unknown(given.get("name"))
            return None
        parameters = {key: value for key, value in given.items() if key != "name"}
        own, lost = self.files.resolved(parameters, cls.paths)
        if lost:
            self.problems += [(("rule", k), f"rule.{k}: {words}") for k, words in lost.items()]
            return None
        try:
            rule = validated(TypeAdapter(cls), own).kept_in(self.files.texts)
            wrong = [(("rule", *key), words) for key, words in mistakes(rule, own)]
            self.problems += [(key, f"{dotted(key)}: {words}") for key, words in wrong]
            if not wrong:
                check(rule)
                return rule
        except RuleError as error:
            self.problems.append((("rule",), f"rule: {error}"))
        except ValidationError as error:
            known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
            self._told(("rule",), error, known)
        return None

    def _unknown(self, name: object) -> None:
        """No rule has this name."""
        known = all_rules(self.rules)
        if name is None:
            self.problems.append((("rule",), f"rule.name: missing; one of {', '.join(known)}"))
            return
        at: Key = ("rule", "name")
        if self._broken:
            words = f"rule.name: the file that has {shown(name)} cannot be used"
            self.problems += [(at, f"{words}: {error}") for error in self._broken]
            return
        allowed = f"{', '.join(known)}{nearest(str(name), known)}"
        self.problems.append((at, f"rule.name: got {shown(name)}, allowed: {allowed}"))
        if count := len(own_rules(self.rules).broken) if self.rules else 0:
            words = f"{count} file{'s' * (count > 1)} of {self.rules} cannot be used, and may have"
            self.problems.append((at, f"rule.name: {words} it; `reportgen list` says why"))

    @property
    def _rule_name(self) -> str:
        given = self.values.get("rule")
        return str(given.get("name", "")) if isinstance(given, dict) else ""

    @cached_property
    def _broken(self) -> list[RuleError]:
        name, rules = self._rule_name, self.rules
        return [] if name in all_rules(rules) else meant(name, rules)


def named(given: Mapping[str, object], rules: Path | None) -> type[Rule] | None:
    """The rule that a section names, if there is one of that name."""
    return all_rules(rules).get(str(given.get("name")))
