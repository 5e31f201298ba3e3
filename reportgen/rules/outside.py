"""Rules of the project's own: each file of its rules/ folder, read by itself, so that a broken one stops no other."""

import sys
import traceback
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from reportgen.errors import RuleError
from reportgen.rules.base import RULES, Rule

PREFIX = "reportgen_own_rule_"  # of the names of modules; the rest is made from the file's path


@dataclass(frozen=True)
class Own:
    """What a folder of rules holds."""

    rules: dict[str, type[Rule]]  # by slug
    broken: tuple[
        RuleError, ...
    ]  # one a file that gives no rule; each begins with the path and, where it is known, the line


def own_rules(folder: Path) -> Own:
    """The rules of every file in a folder; those whose names begin with an underscore are left alone."""
    rules: dict[str, type[Rule]] = {}
    broken = []
    for path in sorted(folder.glob("[!_]*.py")):
        try:
            for slug, cls in rules_of(path).items():
                if slug in rules:
                    raise RuleError(
                        f"{path}: rule {slug!r} stands in {file_of(rules[slug])} already; give {cls.__name__} another slug"
                    )
                rules[slug] = cls
        except RuleError as error:
            broken.append(error)
    return Own(rules, tuple(broken))


def rules_of(path: Path) -> dict[str, type[Rule]]:
    """The rules of one file by slug; RuleError with path and line for whatever keeps it from giving any.

    Nothing is written beside the file, and a file that has not changed is not read twice, so that its classes stay the same.
    """
    path = path.resolve()
    name = PREFIX + sha256(str(path).encode()).hexdigest()[:16]
    try:
        content = path.read_bytes()
        module = sys.modules.get(name)
        if module is None or vars(module)["CONTENT"] != content:
            module = _run(path, name, content)
        return dict(vars(module)["OWN"])
    except (Exception, SystemExit) as error:
        raise RuleError(
            f"{_place(error, path)}: {_words(error)}; mend the file or move it out of {path.parent}"
        ) from error


def file_of(cls: type[Rule]) -> Path:
    """The file that a rule is written in."""
    return Path(getattr(sys.modules[cls.__module__], "__file__", None) or cls.__module__)


def source_of(cls: type[Rule]) -> str | Path:
    """What a result depends on that was made with a rule: a module of the package, or a file of the project."""
    return file_of(cls) if cls.__module__.startswith(PREFIX) else cls.__module__


def again(path: Path, slug: str, state: dict[str, Any]) -> Rule:
    """A rule of the project's own in another process, which finds the class by its file."""
    cls = rules_of(path).get(slug)
    if cls is None:
        raise RuleError(f"{path}: rule {slug!r} is not there any more; build again")
    rule: Rule = object.__new__(cls)
    vars(rule).update(state)
    return rule


def _run(path: Path, name: str, content: bytes) -> ModuleType:
    """Run a file as a module of that name; its rules are taken out of the registry, which is the package's."""
    module, kept = ModuleType(name), sys.modules.pop(name, None)
    module.__file__ = str(path)
    sys.modules[name] = module  # dataclasses and pydantic look their annotations up there
    try:
        exec(compile(content, str(path), "exec"), vars(module))
        own = {slug: cls for slug, cls in RULES.items() if cls.__module__ == name}
        if not own:
            raise RuleError("no class in this file is marked with @rule")
        vars(module).update(CONTENT=content, OWN=own)
    except BaseException:
        del sys.modules[name]
        if kept is not None:
            sys.modules[name] = kept
        raise
    finally:
        for slug in [slug for slug, cls in RULES.items() if cls.__module__ == name]:
            del RULES[slug]
    return module


def _place(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(path) and error.lineno:
        return f"{path}:{error.lineno}"
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _words(error: BaseException) -> str:
    if isinstance(error, RuleError):
        return str(error)
    return (
        f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}".rstrip(
            ": "
        )
    )
