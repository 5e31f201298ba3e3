"""`reportgen new rule`: a rule, its configuration and its test, which work as they are and are
there to be changed.
"""

import keyword
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from string import Template

from reportgen import names
from reportgen.core import document
from reportgen.errors import ConfigError, ProjectError, UsageError
from reportgen.project import TAKEN, Project


def new_rule(project: Project, name: str, like: str | None = None) -> list[Path]:
    """Write the rule, its configuration and its test, as a start or as a copy of the rule `like`;
    nothing that exists is touched.

    Errors: UsageError for a name that cannot be one, is taken, or would need a file that is there;
    ProjectError where nothing can be written.
    """
    _check_name(project, name)
    rule, config, test = (
        project.rules / f"{name}.py",
        project.root / "configs" / f"{name}.yaml",
        project.root / "tests" / f"test_{name}.py",
    )
    there = [str(path) for path in (rule, config, test) if path.exists() or path.is_symlink()]
    if there:
        raise UsageError(
            f"{', '.join(there)}: there already, and nothing is written over; take another name"
            f" than {name!r}, or move it away"
        )
    words = dict(
        name=name,
        class_name=_class_name(name),
        title=name.replace("_", " ").capitalize(),
        like=like or "",
    )
    texts = _started(words) if like is None else _copied(project, like, words)
    _write(project, dict(zip((rule, config, test), texts)), config)
    return [rule, config, test]


def _check_name(project: Project, name: str) -> None:
    from reportgen.rules.base import all_rules

    if wrong := names.problem(name, taken=TAKEN) or _keyword(name):
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


def _keyword(name: str) -> str:
    allowed = f"allowed: {names.ALLOWED[names.WORD]}"
    return f"{allowed}, and this is a word of Python" if keyword.iskeyword(name) else ""


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _started(words: Mapping[str, str]) -> tuple[str, str, str]:
    """Rule, configuration and test of a small rule that a network of this size learns."""
    return _filled("rule", words), _filled("config", words), _test("statement", words)


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
    text = _filled("test", {**words, "statement": _filled(statement, words).rstrip()})
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


def _filled(starter: str, words: Mapping[str, str]) -> str:
    return Template(
        files("reportgen.cli").joinpath("starters", f"{starter}.txt").read_text(encoding="utf-8")
    ).substitute(words)


def _write(project: Project, texts: Mapping[Path, str], config: Path) -> None:
    """All files, if they work; otherwise none."""
    from reportgen.core import config as configs

    written: list[Path] = []
    folders = [path.parent for path in texts if not path.parent.exists()]
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
        configs.load(config, rules=project.rules)
    except BaseException as error:
        blocked = next((f for f in path.parents if os.path.lexists(f) and not f.is_dir()), path)
        for made in written:
            made.unlink()
        for folder in folders:
            with suppress(OSError):  # it was not made, or somebody else has put something there
                folder.rmdir()
        if isinstance(error, OSError):
            why = error.strerror if blocked == path else f"{blocked} is no folder"
            raise ProjectError(
                f"{path}: cannot be written: {why}; nothing was left behind, so mend that and try"
                " again"
            ) from error
        raise
