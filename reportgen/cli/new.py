"""`reportgen new rule`: a rule, its configuration and its test, which work as they are and are
there to be changed.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from reportgen import names
from reportgen.cli.started import filled, keyword_problem, refuse_if_there, words_of, write
from reportgen.core import document
from reportgen.errors import ConfigError, UsageError
from reportgen.project import TAKEN, Project


def new_rule(project: Project, name: str, like: str | None = None) -> list[Path]:
    """Write the rule, its configuration and its test, as a start or as a copy of the rule `like`;
    nothing that exists is touched.

    Errors: UsageError for a name that cannot be one, is taken, or would need a file that is there;
    ProjectError where nothing can be written.
    """
    _check_name(project, name)
    words = dict(words_of(name), like=like or "")
    refuse_if_there(places := _places(project.root, name), name)
    texts = _started(words) if like is None else _copied(project, like, words)
    write(project, dict(zip(places, texts)), places[1])
    return [*places]


def started_rule(root: Path, name: str) -> dict[Path, str]:
    """The files of a small rule that a network learns: itself, its configuration and its test."""
    return dict(zip(_places(root, name), _started(words_of(name))))


def _places(root: Path, name: str) -> tuple[Path, Path, Path]:
    """Where a rule lies, its configuration and its test."""
    return (
        root / "rules" / f"{name}.py",
        root / "configs" / f"{name}.yaml",
        root / "tests" / f"test_{name}.py",
    )


def _check_name(project: Project, name: str) -> None:
    from reportgen.rules.base import all_rules

    if wrong := names.problem(name, taken=TAKEN) or keyword_problem(name):
        raise UsageError(
            f"rule {names.shown(name)}: {wrong}; take another, for example smallest_since"
        )
    if name in (rules := all_rules(project.rules)):
        from reportgen.rules.outside import file_of

        raise UsageError(
            f"rule {name!r}: stands in {file_of(rules[name])} already; take another name, or copy"
            f" it with `reportgen new rule NAME --from {name}`"
        )
    if name in (known := project.configs()):
        raise UsageError(
            f"rule {name!r}: a report of this name is configured in {known[name]}; take another"
            " name"
        )


def _started(words: Mapping[str, str]) -> tuple[str, str, str]:
    """Rule, configuration and test of a small rule that a network of this size learns."""
    return filled("rule", words), filled("config", words), _test("statement", words)


def _copied(project: Project, like: str, words: Mapping[str, str]) -> tuple[str, str, str]:
    """Rule, configuration and test of a rule that there is, under another name."""
    from reportgen.rules.base import rule_called
    from reportgen.rules.outside import file_of

    cls = rule_called(like, project.rules)
    text, renamed = re.subn(
        rf"(?m)^(\s+slug\b[^=\n]*=\s*)(['\"]){like}\2",
        rf"\g<1>\g<2>{words['name']}\g<2>",
        file_of(cls).read_text(encoding="utf-8"),
    )
    if renamed != 1:
        raise UsageError(
            f'{file_of(cls)}: its slug is not written as one line, slug = "{like}"; copy the file'
            " by hand"
        )
    text = re.sub(rf"\b{cls.__name__}\b", words["class_name"], text)
    return text, _config_like(project, like, words["name"]), _test("statement_like", words)


def _test(statement: str, words: Mapping[str, str]) -> str:
    """The test of a rule, with the statement that it compares the rule with."""
    text = filled("test", {**words, "statement": filled(statement, words).rstrip()})
    return (
        text.replace("Demand, Mark\n", "Demand, Mark, rule_called\n")
        if "rule_called" in text
        else text
    )


def _config_like(project: Project, like: str, name: str) -> str:
    """The text of a configuration of the rule `like`, its own first, with both names exchanged and
    everything else as it is written.
    """
    known = project.configs()
    for path in sorted(known.values(), key=lambda path: path.stem != like):
        with suppress(ConfigError):  # a broken file is no pattern; whoever builds it is told
            found = document.read(path)
            names = [found.given.get(key) for key in (("name",), ("rule", "name"))]
            rule = found.values.get("rule") if isinstance(found.values, dict) else None
            if all(names) and isinstance(rule, dict) and rule.get("name") == like:
                text = found.text
                for place in sorted(filter(None, names), key=lambda place: -place.first):
                    text = text[: place.first] + name + text[place.end :]
                return text
    raise UsageError(
        f"no configuration uses the rule {like!r}, so there is none to copy; `reportgen new rule"
        f" {name}` starts one"
    )
