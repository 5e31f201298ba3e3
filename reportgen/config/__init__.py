"""A report's configuration: YAML in, frozen models out, and every mistake of a file at once with its place."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from reportgen.config.files import ANYWHERE, Files
from reportgen.config.fits import contradictions
from reportgen.config.sections import (
    DATA,
    DataConfig,
    File,
    ModelConfig,
    ReportConfig,
    TrainingConfig,
)
from reportgen.config.wording import Key, order, place, places, sentence, shown
from reportgen.errors import ConfigError, RuleError, nearest
from reportgen.rules.base import Rule, all_rules
from reportgen.rules.check import check
from reportgen.rules.outside import own_rules

Where = Callable[[Key], str]
Problems = list[tuple[str, str]]  # place, words


@dataclasses.dataclass(frozen=True)
class Config:
    """One report."""

    name: str
    rule: Rule
    data: Any  # one of `sections.DATA`, by the family of the rule
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig

    def as_dict(self) -> dict[str, Any]:
        """The configuration as plain values, as the file would say it."""
        sections = {
            s: getattr(self, s).model_dump(mode="json")
            for s in ("data", "model", "training", "report")
        }
        return {
            "name": self.name,
            "rule": {"name": self.rule.slug} | dataclasses.asdict(self.rule),
        } | sections  # type: ignore[call-overload]

    def told(self) -> dict[str, Any]:
        """The same for readers elsewhere: a file is named without the folders it lies in."""
        values = self.as_dict()
        return values | {
            "rule": {
                key: Path(value).name if key in self.rule.paths and value else value
                for key, value in values["rule"].items()
            }
        }

    @property
    def title(self) -> str:
        """What the report is called."""
        return self.report.title or self.rule.title

    @property
    def summary(self) -> str:
        """The report in a sentence."""
        return self.report.summary or self.rule.summary

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every weight of one network, named and laid out as `reportgen.model` says."""
        m, vocabulary = self.model, len(self.rule.vocabulary)
        head, layer, each = (
            (m.n_layers, m.n_heads, m.d_model, m.d_head),
            (m.n_layers, m.d_model),
            (m.n_layers, m.n_heads, m.d_head),
        )
        named: dict[str, tuple[int, ...]] = dict(W_E=(vocabulary, m.d_model))
        if m.positions != "none":
            named |= dict(W_pos=(m.n_ctx, m.d_model))
        if m.n_layers:
            named |= dict(W_Q=head, W_K=head, W_V=head)
            if m.output_projection:
                named |= dict(W_O=(m.n_layers, m.n_heads, m.d_head, m.d_model))
            if m.attention_biases:
                named |= dict(b_Q=each, b_K=each, b_V=each, b_O=layer)
            if m.d_mlp:
                named |= dict(
                    W_in=(m.n_layers, m.d_model, m.d_mlp),
                    b_in=(m.n_layers, m.d_mlp),
                    W_out=(m.n_layers, m.d_mlp, m.d_model),
                    b_out=layer,
                )
            if m.normalization == "LN":
                named |= dict(ln1_w=layer, ln1_b=layer) | (
                    dict(ln2_w=layer, ln2_b=layer) if m.d_mlp else {}
                )
        if m.normalization == "LN":
            named |= dict(ln_final_w=(m.d_model,), ln_final_b=(m.d_model,))
        return named | dict(W_U=(m.d_model, vocabulary), b_U=(vocabulary,))

    @property
    def parameters(self) -> int:
        """Numbers in one network."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def load(path: Path, *, rules: Path | None = None, files: Files = ANYWHERE) -> Config:
    """The configuration in a YAML file; `rules` is the project's own folder of them. ConfigError lists all its problems."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text)
        values = yaml.safe_load(text)
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 text (byte {error.start})"]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError([f"{where}: not YAML: {error.problem}"]) from error
    if not isinstance(values, dict):
        raise ConfigError(
            [f"{path}:1:1: a configuration is a mapping of keys to values, got {shown(values)}"]
        )
    marks = dict(places(node, ()))
    return from_values(
        values,
        where=lambda key: f"{path}:{place(marks, key)}",
        stem=path.stem,
        rules=rules,
        files=dataclasses.replace(files, beside=path.parent),
    )


def from_values(
    values: Mapping[str, Any],
    *,
    where: Where = lambda key: "config",
    stem: str | None = None,
    rules: Path | None = None,
    files: Files = ANYWHERE,
) -> Config:
    """The configuration of plain values; `where` turns a key into the place that an error names."""
    problems: list[tuple[str, str]] = []
    file, rule = None, None
    try:
        file = File.model_validate(values)
    except ValidationError as error:
        problems += [
            (where(key), sentence(key, e, File))
            for e in error.errors()
            for key in [tuple(e["loc"])]
        ]
    if isinstance(values.get("rule"), dict):
        rule = _rule(values["rule"], where, problems, rules, files)
    family = _family(values.get("rule"), rules)
    data = (
        _data(values["data"], family, where, problems)
        if isinstance(values.get("data"), dict)
        else None
    )
    if file:
        problems += [
            (where(key), f"{'.'.join(map(str, key))}: {words}")
            for key, words in contradictions(file, family, data, rule, stem)
        ]
    if problems or file is None or rule is None or data is None:
        raise ConfigError(
            f"{at}: {words}" for at, words in sorted(problems, key=lambda p: order(p[0]))
        )
    return Config(file.name, rule, data, file.model, file.training, file.report)


def _rule(
    given: Mapping[str, Any], where: Where, problems: Problems, folder: Path | None, files: Files
) -> Rule | None:
    known, name = all_rules(folder), given.get("name")
    if name is None:
        problems.append((where(("rule",)), f"rule.name: missing; one of {', '.join(known)}"))
        return None
    if name not in known:
        problems.append(
            (
                where(("rule", "name")),
                f"rule.name: got {shown(name)}, allowed: {', '.join(known)}{nearest(str(name), known)}",
            )
        )
        problems += [
            (where(("rule", "name")), f"rule.name: a file of rules cannot be used: {error}")
            for error in (own_rules(folder).broken if folder else ())
        ]
        return None
    cls = known[name]
    own, lost = files.resolved({k: v for k, v in given.items() if k != "name"}, cls.paths)
    if lost:
        problems += [(where(("rule", k)), f"rule.{k}: {words}") for k, words in lost.items()]
        return None
    try:
        rule = TypeAdapter(cls).validate_python(own).kept_in(files.texts)
        if wrong := [
            (where(("rule", *key)), f"rule.{'.'.join(key)}: {words}")
            for key, words in rule.mistakes()
        ]:
            problems += wrong
            return None
        check(rule)
        return rule
    except RuleError as error:
        problems.append((where(("rule",)), f"rule: {error}"))
        return None
    except ValidationError as error:
        fields = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        problems += [
            (where(("rule", *e["loc"])), sentence(("rule", *e["loc"]), e, fields))
            for e in error.errors()
        ]
        return None


def _family(given: Any, folder: Path | None) -> str:
    """The family of the rule that is named, whatever else is wrong with it; that of most rules where none is."""
    cls = all_rules(folder).get(str(given.get("name"))) if isinstance(given, dict) else None
    return cls.family if cls else Rule.family


def _data(
    given: Mapping[str, Any], family: str, where: Where, problems: list[tuple[str, str]]
) -> DataConfig | None:
    try:
        return DATA[family].model_validate(given)
    except ValidationError as error:
        known = set(DATA[family].model_fields)
        problems += [
            (where(("data", *e["loc"])), sentence(("data", *e["loc"]), e, known))
            for e in error.errors()
        ]
        return None
