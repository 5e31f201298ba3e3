"""A report's configuration: YAML in, frozen models out, and every mistake of a file at once with its place."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from reportgen.errors import ConfigError, nearest
from reportgen.rules.base import Rule, all_rules


def _no_truth(value: Any) -> Any:
    """YAML reads `yes` as true, and pydantic would read that as 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a number")
    return value


Count = Annotated[int, BeforeValidator(_no_truth), Field(ge=1)]
Finite = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]
Key = tuple[str | int, ...]
Where = Callable[[Key], str]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(_Section):
    """The sequences: how many, how long, and which of them choose and judge."""

    seed: Annotated[int, BeforeValidator(_no_truth), Field(ge=0)]  # of the sequences; training seeds share one data set
    sequences: Count  # for training and validation together
    length: tuple[Count, Count]  # shortest and longest sequence, uniform between
    validation: Annotated[Finite, Field(gt=0, lt=1)]  # share of the sequences, the last ones
    holdout: Count  # fresh sequences that choose nothing; every number on the pages is measured on them


class ModelConfig(_Section):
    """The transformer."""

    n_layers: Count
    n_heads: Count
    d_model: Count
    d_head: Count
    d_mlp: Count
    n_ctx: Annotated[Count, Field(ge=2)]  # block size: tokens in a window
    output_projection: bool  # W_O after the heads
    residual: bool
    normalization: Literal["none", "LN"]


class TrainingConfig(_Section):
    """The optimiser and the seeds."""

    steps: Count
    batch: Count
    lr: Annotated[Finite, Field(gt=0)]
    seeds: Count  # networks trained together; a seed sets initialisation and batch order
    checkpoint_every: Count
    show: Literal["lowest_validation_loss"]  # which of the seeds the pages show


class ReportConfig(_Section):
    """What the report looks like."""

    outline: str
    demonstrations: Annotated[Count, Field(le=6)]


class _File(_Section):
    """A whole configuration file; the rule's own parameters are checked by the rule."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    rule: dict[str, Any]
    data: DataConfig
    model: ModelConfig
    training: TrainingConfig
    report: ReportConfig


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


def load(path: Path) -> Config:
    """The configuration in a YAML file; ConfigError lists all its problems."""
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
        raise ConfigError([f"{path}:1:1: a configuration is a mapping of keys to values, got {_shown(values)}"])
    places = dict(_places(node, ()))
    return from_values(values, where=lambda key: f"{path}:{_place(places, key)}", stem=path.stem)


def from_values(values: Mapping[str, Any], *, where: Where = lambda key: "config", stem: str | None = None) -> Config:
    """The configuration of plain values; `where` turns a key into the place that an error names."""
    problems: list[tuple[str, str]] = []
    file, rule = None, None
    try:
        file = _File.model_validate(values)
    except ValidationError as error:
        problems += [(where(key), _sentence(key, e, _File)) for e in error.errors() for key in [tuple(e["loc"])]]
    if isinstance(values.get("rule"), dict):
        rule = _rule(values["rule"], where, problems)
    if file:
        problems += [(where(key), f"{'.'.join(map(str, key))}: {words}") for key, words in _contradictions(file, stem)]
    if problems or file is None or rule is None:
        raise ConfigError(f"{place}: {words}" for place, words in sorted(problems, key=lambda p: _order(p[0])))
    return Config(file.name, rule, file.data, file.model, file.training, file.report)


def schema() -> dict[str, Any]:
    """JSON Schema of a configuration, for editors."""
    base = _File.model_json_schema()
    choices = []
    for slug, cls in all_rules().items():
        own = TypeAdapter(cls).json_schema()
        properties = {"name": {"const": slug}} | own.get("properties", {})
        choices.append({"type": "object", "properties": properties, "required": ["name", *own.get("required", [])], "additionalProperties": False})
    base["properties"]["rule"] = {"oneOf": choices}
    return base | {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "reportgen configuration"}


def _rule(given: Mapping[str, Any], where: Where, problems: list[tuple[str, str]]) -> Rule | None:
    known, name = all_rules(), given.get("name")
    if name is None:
        problems.append((where(("rule",)), f"rule.name: missing; one of {', '.join(known)}"))
        return None
    if name not in known:
        problems.append((where(("rule", "name")), f"rule.name: got {_shown(name)}, allowed: {', '.join(known)}{nearest(str(name), known)}"))
        return None
    cls, own = known[name], {k: v for k, v in given.items() if k != "name"}
    try:
        return TypeAdapter(cls).validate_python(own)
    except ValidationError as error:
        fields = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        problems += [(where(("rule", *e["loc"])), _sentence(("rule", *e["loc"]), e, fields)) for e in error.errors()]
        return None


def _contradictions(file: _File, stem: str | None) -> list[tuple[Key, str]]:
    """What no single key can tell."""
    m = file.model
    out: list[tuple[Key, str]] = []
    if stem is not None and file.name != stem:
        out.append((("name",), f"got {_shown(file.name)}, allowed: {stem!r}, the file's own name"))
    shortest, longest = file.data.length
    if shortest > longest:
        out.append((("data", "length"), f"got [{shortest}, {longest}], allowed: the shortest first"))
    elif m.n_ctx + 1 > shortest:
        out.append((("model", "n_ctx"), f"got {m.n_ctx}, allowed: at most {shortest - 1}, one less than the shortest sequence (data.length)"))
    if m.n_heads * m.d_head != m.d_model and not m.output_projection:
        out.append((("model", "d_head"), f"got {m.d_head}: {m.n_heads} head(s) of size {m.d_head} make {m.n_heads * m.d_head}, not d_model {m.d_model}; "
                    "allowed without an output projection: n_heads × d_head = d_model (or set output_projection: true)"))
    for key, built in {"n_layers": 1, "n_heads": 1, "residual": True, "normalization": "none"}.items():
        if (value := getattr(m, key)) != built:
            out.append((("model", key), f"got {_shown(value)}, allowed: {_shown(built)}; other values are not built yet"))
    kept = round(file.data.sequences * file.data.validation)
    if not 0 < kept < file.data.sequences:
        out.append((("data", "validation"), f"got {file.data.validation}: that leaves {kept} of {file.data.sequences} sequences for validation; allowed: a share that leaves some for both"))
    if file.training.checkpoint_every > file.training.steps:
        out.append((("training", "checkpoint_every"), f"got {file.training.checkpoint_every}, allowed: at most training.steps, {file.training.steps}"))
    return out


_WANTED = {"missing": "missing", "int_parsing": "a whole number", "int_type": "a whole number", "int_from_float": "a whole number", "float_parsing": "a number",
           "float_type": "a number", "bool_parsing": "true or false", "bool_type": "true or false", "string_type": "text", "dict_type": "a mapping",
           "model_type": "a mapping", "model_attributes_type": "a mapping", "tuple_type": "a list", "greater_than_equal": "at least {ge}", "greater_than": "more than {gt}",
           "less_than_equal": "at most {le}", "less_than": "less than {lt}", "literal_error": "{expected}", "too_long": "{max_length} values", "too_short": "{min_length} values",
           "string_pattern_mismatch": "a lower-case name (letters, digits, _; at most 64)", "finite_number": "a finite number"}


def _sentence(key: Key, error: Any, known: Any) -> str:
    """One problem as `key: what it got, what is allowed`."""
    name, kind = ".".join(map(str, key)), error["type"]
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{name}: unknown key{nearest(str(key[-1]), known if isinstance(known, set) else _keys(known, key[:-1]))}"
    if kind in ("missing", "missing_argument"):
        return f"{name}: missing"
    wanted = _WANTED.get(kind, error["msg"]).format(**error.get("ctx", {}))
    return f"{name}: got {_shown(error['input'])}, allowed: {wanted}"


def _keys(model: type[BaseModel], path: Key) -> Sequence[str]:
    for part in path:
        model = getattr(model.model_fields.get(str(part)), "annotation", model)
    return list(getattr(model, "model_fields", {}))


def _shown(value: Any) -> str:
    words = str(value).lower() if isinstance(value, bool) else "nothing" if value is None else repr(value)
    return words if len(words) <= 60 else words[:57] + "..."


def _places(node: yaml.Node | None, key: Key) -> Iterator[tuple[Key, tuple[int, int]]]:
    """(line, column) of every key of a YAML tree, from 1."""
    if node is None:
        return
    yield key, (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for k, v in node.value:
            at = (k.start_mark.line + 1, k.start_mark.column + 1)
            for inner, place in _places(v, (*key, k.value)):
                yield inner, at if inner == (*key, k.value) else place
    elif isinstance(node, yaml.SequenceNode):
        yield from (found for i, item in enumerate(node.value) for found in _places(item, (*key, i)))


def _place(places: Mapping[Key, tuple[int, int]], key: Key) -> str:
    return "{}:{}".format(*next(places[key[:n]] for n in range(len(key), -1, -1) if key[:n] in places))


def _order(place: str) -> tuple:
    return tuple(int(p) if p.isdigit() else 0 for p in place.split(":")[-2:])
