"""Rules of the project's own: the classes of each file of its rules/ folder that has passed its
trial.
"""

import builtins
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import decode_source
from pathlib import Path
from types import ModuleType

from reportgen.errors import RuleError
from reportgen.rules.base import RULES, Rule
from reportgen.rules.folder import found, would_give
from reportgen.rules.places import line_of, place_of, words_of
from reportgen.rules.surroundings import PREFIX, SHARING, Meddled, registry_changes
from reportgen.rules.written import Written, read, way_on


@dataclass(frozen=True)
class Own:
    """What a folder of rules holds."""

    rules: dict[str, type[Rule]]  # by slug
    broken: tuple[RuleError, ...]  # one a file that is not used; each begins with path and line


def own_rules(folder: Path) -> Own:
    """The rules of every file in a folder; those whose names begin with an underscore are helpers
    of the others.
    """
    there = found(folder)
    rules: dict[str, type[Rule]] = {}
    broken = list(there.broken)
    for written in dict.fromkeys(there.files.values()):
        try:
            slugs = rules_of(written)
        except RuleError as error:
            broken.append(error)
        else:
            rules |= {s: cls for s, cls in slugs.items() if there.files.get(s) is written}
    return Own(rules, tuple(broken))


def meant(slug: str, folder: Path | None) -> list[RuleError]:
    """What is wrong with the broken files of a folder that would have this rule."""
    broken = own_rules(folder).broken if folder else ()
    return [error for error in broken if would_give(error, slug, folder)]


def rules_of(written: Written) -> dict[str, type[Rule]]:
    """The rules of one file by slug; RuleError with path and line for whatever keeps it from giving
    any.

    Nothing is written beside the file, and one that has not changed is not run twice, so that its
    classes stay the same.
    """
    try:
        return dict(vars(_module(written))["OWN"])
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        place = place_of(error, written.files) or str(written.path)
        raise RuleError(f"{place}: {words_of(error)}; {way_on(written.path)}") from error


def given(written: Written) -> dict[str, tuple[str, int]]:
    """What a trial of a file finds: the slug of each rule, with the name and the line of its
    class.
    """
    from pydantic import TypeAdapter

    own = vars(_module(written))["OWN"]
    if not own:
        raise RuleError("no class in this file is marked with @rule")
    for cls in own.values():
        TypeAdapter(cls).json_schema()
    line: Callable[[type], int] = lambda cls: line_of(cls, "", str(written.path))
    return {slug: (cls.__name__, line(cls)) for slug, cls in own.items()}


def file_of(cls: type[Rule]) -> Path:
    """The file that a rule is written in."""
    return Path(getattr(sys.modules[cls.__module__], "__file__", None) or cls.__module__)


def written_of(cls: type[Rule]) -> Written | None:
    """The file of a rule of the project's own, as it was when it was run; None for a rule of the
    package.
    """
    return vars(sys.modules[cls.__module__]).get("WRITTEN") if is_own(cls) else None


def is_own(cls: type[Rule]) -> bool:
    """Is a rule the project's own."""
    return cls.__module__.startswith(PREFIX)


def source_of(cls: type[Rule]) -> str | Written:
    """What a result depends on that was made with a rule: a module of the package, or a file of the
    project.
    """
    return written_of(cls) or cls.__module__


def again(path: Path, slug: str, digest: str) -> Rule:
    """A rule of the project's own in another process, which finds the class by its file, without
    its parameters.
    """
    written = read(path)
    cls = rules_of(written).get(slug) if written.digest == digest else None
    if cls is None:
        raise RuleError(f"{path}: changed since the build began; build again")
    return object.__new__(cls)


def _module(written: Written) -> ModuleType:
    """The module of a file, run if its content, or that of a helper, has not been run yet."""
    name = PREFIX + sha256(os.fsencode(written.path)).hexdigest()[:16]
    module = sys.modules.get(name)
    if module is None or vars(module)["WRITTEN"].digest != written.digest:
        module = _run(name, written)
    return module


def _run(name: str, written: Written) -> ModuleType:
    """Run a file as a module of that name; its rules are taken out of the registry, which is the
    package's.
    """
    module, kept, before = ModuleType(name), sys.modules.pop(name, None), dict(RULES)
    module.__file__ = str(written.path)
    vars(module).update(__builtins__=_builtins(written), WRITTEN=written)
    sys.modules[name] = module  # dataclasses and pydantic look their annotations up there
    try:
        code = compile(_text(written), str(written.path), "exec", dont_inherit=True)
        exec(code, vars(module))
        if what := registry_changes(before):
            raise Meddled(what)
        vars(module)["OWN"] = {s: cls for s, cls in RULES.items() if cls.__module__ == name}
    except BaseException:
        del sys.modules[name]
        if kept is not None:
            sys.modules[name] = kept
        raise
    finally:
        RULES.clear()
        RULES.update(before)
    return module


def _helper(written: Written) -> ModuleType:
    module = _module(written)
    if own := vars(module)["OWN"]:
        raise RuleError(
            f"{written.path.name} marks {next(iter(own.values())).__name__} with @rule, and a file "
            "whose name begins with _ gives no rules; move the class to one without"
        )
    return module


def _text(written: Written) -> str:
    """The text of a file, in UTF-8 or what its first lines name, as Python reads it."""
    content, file = written.contents[written.path], str(written.path)
    line: Callable[[int], int] = lambda end: content[:end].count(b"\n") + 1
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            text = decode_source(content)
        except (SyntaxError, UnicodeDecodeError):
            place = (file, line(error.start), None, None)
            raise SyntaxError(f"not UTF-8 text (byte {error.start})", place) from error
    if "\0" in text:
        raise SyntaxError("a NUL byte", (file, line(content.find(b"\0")), None, None))
    return text


def _builtins(written: Written) -> dict[str, object]:
    """Python's own names for a file, with an `import` that finds the helpers beside it."""

    def importing(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and name in written.helpers:
            return _helper(written.helper(name))
        try:
            return builtins.__import__(name, globals, locals, fromlist, level)
        except ImportError as error:
            stem = name.partition(".")[0]
            if level or (error.name == stem and (written.path.parent / f"{stem}.py").exists()):
                error.msg += f"; {SHARING}"
            raise

    return {**vars(builtins), "__import__": importing}
