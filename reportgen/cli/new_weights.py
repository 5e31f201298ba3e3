"""`reportgen new weights`: a configuration of a network that was made elsewhere, with a question
wherever its file does not say.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import yaml

from reportgen import names
from reportgen.cli.new_weights_text import given_text, keep, sections, tokens_line
from reportgen.cli.started import refuse_if_there
from reportgen.core import document
from reportgen.core.config import Files
from reportgen.core.weights.files import Tensors, read_tensors
from reportgen.core.weights.inferred import Inferred, inferred
from reportgen.core.weights.layouts import LAYOUTS
from reportgen.errors import ConfigError, ProjectError, RuleError, UsageError, nearest
from reportgen.project import TAKEN, Project

ASK = "QUESTION"
TOKENS = (
    "weights.tokens: which token has which row of the embedding? as_listed, if the file has them in"
    " the order of the rule; otherwise all tokens, in the order of the file"
)
SECTIONS = ("rule", "data", "report")  # that a configuration of the rule is a pattern for


def new_weights(
    project: Project,
    name: str,
    file: Path,
    *,
    rule: str | None,
    layout: str | None,
    inside: str | None,
    text: Path | None = None,
    tokens: str | None = None,
) -> tuple[Path, list[str]]:
    """Write the configuration, and return its path and the questions that it asks; nothing that
    exists is touched. A `text` that lies elsewhere is copied into the project.

    Errors: UsageError for a name that cannot be one or is taken, a rule that there is not, and a
    file that is no text; WeightsError for a file that cannot be read; RuleError for one outside of
    the project.
    """
    if wrong := names.problem(name, taken=TAKEN):
        raise UsageError(
            f"report {names.shown(name)}: {wrong}; take another, for example public_net"
        )
    if name in (known := project.configs()):
        raise UsageError(
            f"report {name!r}: is configured in {known[name]} already; take another name"
        )
    path = project.root / "configs" / f"{name}.yaml"
    refuse_if_there((path,), name)
    Files.of(project).found(str(file.absolute()))
    found = inferred(tensors := read_tensors(file, inside), layout)
    relative = os.path.relpath(file.absolute(), path.parent)
    if text is None:
        like = None if rule is None else _like(project, rule)
        task, order = _task(found, like), f"  # {ASK} {TOKENS}"
    else:
        given = given_text(project, name, text, tokens)
        if given.kept != text.resolve():
            refuse_if_there((given.kept,), name)
        task, order = sections(project, name, given, found, ASK), tokens_line(given, ASK)
    lines = [*_lines(name, relative, tensors, found, task, inside), order]
    try:
        path.parent.mkdir(exist_ok=True)
        if text is not None:
            keep(given)
        with path.open("x", encoding="utf-8") as made:
            made.write("\n".join(lines) + "\n")
    except OSError as error:
        raise ProjectError(f"{path}: cannot be written: {error.strerror}") from error
    return path, [line.partition(f"{ASK} ")[2] for line in lines if ASK in line]


def _like(project: Project, rule: str) -> dict[str, object]:
    """Sections of a configuration of this rule, its own first."""
    from reportgen.rules.base import all_rules

    if rule not in (rules := all_rules(project.rules)):
        raise UsageError(
            f"no rule is called {rule!r}{nearest(rule, rules)}; known: {', '.join(rules)}"
        )
    configured = project.configs().values()
    for path in sorted(configured, key=lambda path: (path.stem != rule, path.stem)):
        with suppress(ConfigError):
            values = document.read(path).values
            given = values.get("rule") if isinstance(values, dict) else None
            if isinstance(values, dict) and isinstance(given, dict) and given.get("name") == rule:
                return {key: values[key] for key in SECTIONS if key in values}
    raise RuleError(
        f"{rule}: no configuration uses it, so there is none to go by; leave --rule out"
    )


def _flow(value: object) -> str:
    """A value on one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=10**6, allow_unicode=True
    )
    return text.removesuffix("...\n").strip()


def _lines(
    name: str,
    file: str,
    tensors: Tensors,
    found: Inferred,
    task: Iterator[str],
    inside: str | None,
) -> Iterator[str]:
    """The configuration, line by line, but for the order of the tokens."""
    yield "# A network that was made elsewhere. What is asked here, its file does not say."
    yield f"name: {name}"
    yield from task
    yield from _model(found)
    yield "weights:"
    yield f"  file: {_flow(file)}"
    yield f"  layout: {found.layout or 'by_name'}"
    if inside:
        yield f"  inside: {_flow(inside)}"
    if found.layout is None:
        yield from _named(tensors)
    elif found.tied:
        yield f"  tied: true  # {found.tied}"
    if found.layout and found.strange:
        yield (
            f"  # {ASK} weights.ignore: are these no weights? Then list them by name:"
            f" {names.some(found.strange)}"
        )


def _task(found: Inferred, like: dict[str, object] | None) -> Iterator[str]:
    count = found.sizes.get("token")
    rows = f"; the embedding has {count} rows, so the rule has {count} tokens" if count else ""
    if like is None:
        yield (
            f"# {ASK} rule, data, report: what does it read, and what shall it say? `reportgen"
            f" list` shows rules, and each file of configs/ has such sections; of a text, --text"
            f" FILE writes them{rows}"
        )
        return
    yield f"rule: {_flow(like['rule'])}"
    yield f"# {ASK} rule: do its parameters say what this network reads{rows}?"
    yield from (f"{key}: {_flow(like[key])}" for key in ("data", "report") if key in like)


def _model(found: Inferred) -> Iterator[str]:
    s, w = found.sizes, found.weights
    yield "model:"
    for key, axis in (("n_layers", "layer"), ("d_model", "d_model"), ("n_ctx", "position")):
        if axis in s:
            yield f"  {key}: {s[axis]}"
        else:
            yield f"  # {ASK} model.{key}: not in the file"
    if "head" in s:
        yield f"  n_heads: {s['head']}"
        yield f"  d_head: {s['d_head']}"
    else:
        of = f", so that n_heads × d_head is {found.joined}" if found.joined else ""
        yield f"  # {ASK} model.n_heads, model.d_head: how many heads, and how large{of}?"
    if found.layout is None:
        yield f"  # {ASK} model.d_mlp, model.normalization: neurons of a layer, or 0; none or LN"
    else:
        yield f"  d_mlp: {s.get('d_mlp', 0)}"
        yield from _normalization(w)
        yield f"  attention_biases: {str('b_Q' in w or 'b_O' in w).lower()}"
        if "W_pos" not in w:
            yield "  positions: none"
    yield "  output_projection: true"
    yield "  residual: true"
    if s.get("d_mlp", 0):
        usual = found.layout and LAYOUTS[found.layout].activation
        said = f"; files of this layout are mostly {usual}" if usual else ""
        yield f"  # {ASK} model.activation: relu, gelu or gelu_new{said}?"


def _normalization(weights: frozenset[str]) -> Iterator[str]:
    if "ln_final_w" in weights or "ln1_w" in weights:
        if "ln_final_b" not in weights:
            yield "  # gains without biases: LN, and not RMSNorm, which takes no mean away?"
        yield "  normalization: LN"
        return
    yield (
        f"  # {ASK} model.normalization: the file has no gains; none, or LN with"
        " weights.folded_normalization: true, if they were folded into the weights"
    )


def _named(tensors: Tensors) -> Iterator[str]:
    """A map of names to be filled in, with all that there is to name."""
    yield (
        f"  # {ASK} weights.names: which tensor is which of our weights? Uncomment, and name them;"
        " {layer} and {head} stand for their numbers, axes says the order in the file"
    )
    yield "  # names:"
    yield "  #   W_E: {tensor: NAME, axes: token d_model}"
    yield '  #   W_Q: {tensor: "NAME.{layer}", axes: head d_model d_head}'
    yield '  #   W_O: {tensor: "NAME.{layer}", axes: "(head d_head) d_model"}'
    yield "  # the file has:"
    for key, value in tensors.values.items():
        yield f"  #   {names.unbroken(key)} {list(value.shape)}"
    for key, what in tensors.others.items():
        yield f"  #   {names.unbroken(key)} ({what}; no weight)"
