"""What a class of rules declares, checked when @rule registers it."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from reportgen.errors import RuleError, nearest
from reportgen.system import systems

TOLD = ("system", "slug", "title", "summary", "class_names")
FAMILIES = dict(
    windows="sequence_rules",
    inputs="sequence_to_sequence",
    repeats="repeated_sequences",
    text="text",
)  # what version 0.1 called `family`


def check_class(cls: type) -> None:
    """RuleError with the class's name for one that cannot be a rule."""
    from reportgen.rules.base import Rule

    name = getattr(cls, "__name__", repr(cls))
    if not isinstance(cls, type) or not issubclass(cls, Rule):
        raise RuleError(f"{name} is no rule: write `class {name}(Rule):` under @rule")
    lacks = [*(told for told in TOLD if not hasattr(cls, told)), *sorted(cls.__abstractmethods__)]
    if lacks == ["system"]:
        raise RuleError(_moved(cls))
    if lacks:
        raise RuleError(f"{name} lacks {', '.join(lacks)}")
    if not is_dataclass(cls) or not cls.__dataclass_params__.frozen:
        raise RuleError(
            f"{name} is no frozen dataclass: write @dataclass(frozen=True) between @rule and the"
            " class"
        )
    if not isinstance(cls.slug, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", cls.slug):
        raise RuleError(
            f"{name}: slug: got {cls.slug!r}, allowed: a lower-case name (a letter, then letters,"
            " digits, _; at most 64)"
        )
    _texts(cls)
    _system(cls)


def _texts(cls: type) -> None:
    for told in ("title", "summary"):
        text = getattr(cls, told)
        if not isinstance(text, str) or not text.strip() or len(text.splitlines()) > 1:
            raise RuleError(f"{cls.__name__}: {told}: got {text!r}, allowed: a text of one line")
    names = cls.class_names  # type: ignore[attr-defined]
    if not isinstance(names, Mapping) or not all(
        isinstance(word, str) for pair in names.items() for word in pair
    ):
        raise RuleError(
            f"{cls.__name__}: class_names: got {names!r}, allowed: a mapping of the class of a"
            " token to what a reader calls it, both of them texts"
        )
    paths, known = cls.paths, {field.name for field in fields(cls)}  # type: ignore[attr-defined]
    if not isinstance(paths, tuple) or not set(paths) <= known:
        raise RuleError(
            f"{cls.__name__}: paths: got {paths!r}, allowed: a tuple of names of parameters"
        )


def _moved(cls: type) -> str:
    """What to change in a class as version 0.1 had them: with a `family`, or with none for the
    first of them.
    """
    family = getattr(cls, "family", "windows")
    system = FAMILIES.get(family, family) if isinstance(family, str) else family
    instead = " instead of `family`" if hasattr(cls, "family") else ""
    return f"{cls.__name__} lacks system: write `system = {system!r}`{instead}"


def _system(cls: type) -> None:
    name, known = cls.system, systems()  # type: ignore[attr-defined]
    if not isinstance(name, str) or name not in known:
        raise RuleError(
            f"{cls.__name__}: system: got {name!r}, allowed: {', '.join(known)}"
            f"{nearest(str(name), known)}"
        )
    offered = {*dir(cls), *(field.name for field in fields(cls))}
    lacks = [each for each in known[name].offers if each not in offered]
    if lacks == ["system"]:
        raise RuleError(_moved(cls))
    if lacks:
        raise RuleError(
            f"{cls.__name__} lacks {', '.join(lacks)}, which the system {name!r} needs: "
            f"{known[name].about}; add what it lacks, or name another `system`"
        )
