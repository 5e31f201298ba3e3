"""A report's configuration: YAML in, frozen models out, and every mistake of a file at once with its place."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from reportgen.config.sections import DataConfig, File, ModelConfig, ReportConfig, TrainingConfig
from reportgen.config.wording import Key, order, place, places, sentence, shown
from reportgen.errors import ConfigError, RuleError, nearest
from reportgen.rules.base import Rule, all_rules
from reportgen.rules.check import check
from reportgen.rules.outside import own_rules

Where = Callable[[Key], str]


@dataclasses.dataclass(frozen=True)
class Config:
    """One report."""

    name: str
    rule: Rule
    data: DataConfig
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig

    def as_dict(self) -> dict[str, Any]:
        """The configuration as plain values, as the file would say it."""
        sections = {s: getattr(self, s).model_dump(mode="json") for s in ("data", "model", "training", "report")}
        return {"name": self.name, "rule": {"name": self.rule.slug} | dataclasses.asdict(self.rule)} | sections  # type: ignore[call-overload]

    @property
    def parameters(self) -> int:
        """Numbers in one network."""
        m, vocabulary = self.model, len(self.rule.vocabulary)
        heads = m.n_heads * m.d_head
        attention = 3 * m.d_model * heads + m.output_projection * heads * m.d_model
        return (vocabulary + m.n_ctx) * m.d_model + m.n_layers * (attention + 2 * m.d_model * m.d_mlp + m.d_mlp + m.d_model) + (m.d_model + 1) * vocabulary


def load(path: Path, *, rules: Path | None = None) -> Config:
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
        raise ConfigError([f"{path}:1:1: a configuration is a mapping of keys to values, got {shown(values)}"])
    marks = dict(places(node, ()))
    return from_values(values, where=lambda key: f"{path}:{place(marks, key)}", stem=path.stem, rules=rules)


def from_values(values: Mapping[str, Any], *, where: Where = lambda key: "config", stem: str | None = None, rules: Path | None = None) -> Config:
    """The configuration of plain values; `where` turns a key into the place that an error names."""
    problems: list[tuple[str, str]] = []
    file, rule = None, None
    try:
        file = File.model_validate(values)
    except ValidationError as error:
        problems += [(where(key), sentence(key, e, File)) for e in error.errors() for key in [tuple(e["loc"])]]
    if isinstance(values.get("rule"), dict):
        rule = _rule(values["rule"], where, problems, rules)
    if file:
        problems += [(where(key), f"{'.'.join(map(str, key))}: {words}") for key, words in _contradictions(file, stem)]
    if problems or file is None or rule is None:
        raise ConfigError(f"{at}: {words}" for at, words in sorted(problems, key=lambda p: order(p[0])))
    return Config(file.name, rule, file.data, file.model, file.training, file.report)


def schema(rules: Path | None = None) -> dict[str, Any]:
    """JSON Schema of a configuration, for editors."""
    base = File.model_json_schema()
    choices = []
    for slug, cls in all_rules(rules).items():
        own = TypeAdapter(cls).json_schema()
        properties = {"name": {"const": slug}} | own.get("properties", {})
        choices.append({"type": "object", "properties": properties, "required": ["name", *own.get("required", [])], "additionalProperties": False})
    base["properties"]["rule"] = {"oneOf": choices}
    return base | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "reportgen configuration"}


def _rule(given: Mapping[str, Any], where: Where, problems: list[tuple[str, str]], folder: Path | None) -> Rule | None:
    known, name = all_rules(folder), given.get("name")
    if name is None:
        problems.append((where(("rule",)), f"rule.name: missing; one of {', '.join(known)}"))
        return None
    if name not in known:
        problems.append((where(("rule", "name")), f"rule.name: got {shown(name)}, allowed: {', '.join(known)}{nearest(str(name), known)}"))
        problems += [(where(("rule", "name")), f"rule.name: a file of rules cannot be used: {error}") for error in (own_rules(folder).broken if folder else ())]
        return None
    cls, own = known[name], {k: v for k, v in given.items() if k != "name"}
    try:
        rule = TypeAdapter(cls).validate_python(own)
        check(rule)
        return rule
    except RuleError as error:
        problems.append((where(("rule",)), f"rule: {error}"))
        return None
    except ValidationError as error:
        fields = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        problems += [(where(("rule", *e["loc"])), sentence(("rule", *e["loc"]), e, fields)) for e in error.errors()]
        return None


def _contradictions(file: File, stem: str | None) -> list[tuple[Key, str]]:
    """What no single key can tell."""
    m = file.model
    out: list[tuple[Key, str]] = []
    if stem is not None and file.name != stem:
        out.append((("name",), f"got {shown(file.name)}, allowed: {stem!r}, the file's own name"))
    shortest, longest = file.data.length
    if shortest > longest:
        out.append((("data", "length"), f"got [{shortest}, {longest}], allowed: the shortest first"))
    elif m.n_ctx + 1 > shortest:
        out.append((("model", "n_ctx"), f"got {m.n_ctx}, allowed: at most {shortest - 1}, one less than the shortest sequence (data.length)"))
    if m.n_heads * m.d_head != m.d_model and not m.output_projection:
        out.append((("model", "d_head"), f"got {m.d_head}: {m.n_heads} head(s) of size {m.d_head} make {m.n_heads * m.d_head}, not d_model {m.d_model}; "
                    "allowed without an output projection: n_heads × d_head = d_model (or set output_projection: true)"))
    for key, built in {"n_layers": 1, "normalization": "none"}.items():
        if (value := getattr(m, key)) != built:
            out.append((("model", key), f"got {shown(value)}, allowed: {shown(built)}; other values are not built yet"))
    kept = round(file.data.sequences * file.data.validation)
    if not 0 < kept < file.data.sequences:
        out.append((("data", "validation"), f"got {file.data.validation}: that leaves {kept} of {file.data.sequences} sequences for validation; allowed: a share that leaves some for both"))
    t = file.training
    if t.schedule == "constant" and t.warmup:
        out.append((("training", "warmup"), f"got {t.warmup}, allowed: 0 with training.schedule: constant (or set it to cosine)"))
    if t.warmup >= t.steps:
        out.append((("training", "warmup"), f"got {t.warmup}, allowed: less than training.steps, {t.steps}"))
    if file.training.checkpoint_every > file.training.steps:
        out.append((("training", "checkpoint_every"), f"got {file.training.checkpoint_every}, allowed: at most training.steps, {file.training.steps}"))
    return out
