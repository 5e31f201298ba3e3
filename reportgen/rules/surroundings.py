"""What a file of rules finds and has to leave as it is: the package, Python, and the process that it runs in."""

import builtins
import os
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType

from reportgen.errors import RuleError
from reportgen.rules.base import RULES

OURS = "reportgen"


class Meddled(RuleError):
    """Something was changed that is not the rule's own; whoever notices does not see the line."""


class Surroundings:
    """How things are, before a file of rules runs."""

    def __init__(self) -> None:
        self.rules = dict(RULES)
        self.path, self.folder = tuple(sys.path), os.getcwd()
        self.modules = {name: m for name, m in sys.modules.items() if _guarded(name)}
        self.parts = {name: dict(held) for name, held in _parts(self.modules)}

    def unchanged(self) -> None:
        """Meddled where something is not as it was."""
        if what := self.changes():
            raise Meddled(f"changes {what}; a file of rules defines its rules and nothing else")

    def changes(self) -> str:
        """What is not as it was; empty where all is."""
        if what := registry_changes(self.rules):
            return what
        if tuple(sys.path) != self.path:
            return (
                "sys.path, and no result would know of what is imported by it: what rules share "
                "goes into a file beside them whose name begins with _, and `import _shared` finds it"
            )
        if _folder() != self.folder:
            return "the working directory"
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                return f"sys.modules[{name!r}]"
        return self._parts()

    def _parts(self) -> str:
        for name, held in _parts(self.modules):
            before = self.parts.get(name)
            if before is None:
                continue
            for key, value in before.items():
                if key not in held or held[key] is not value:
                    return f"{name}.{key}"
        return ""


def registry_changes(before: Mapping[str, type]) -> str:
    """What became of the rules that were registered, other than that @rule added some; empty where nothing did."""
    if any(RULES.get(slug) is not cls for slug, cls in before.items()):
        return "the rules of the package"
    added = ((slug, cls) for slug, cls in RULES.items() if slug not in before)
    strange = [s for s, cls in added if getattr(cls, "slug", None) != s]
    return f"the rules of the package: adds {strange[0]!r} without @rule" if strange else ""


def _guarded(name: str) -> bool:
    return name in ("builtins", "os", "numpy") or name.partition(".")[0] == OURS


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


def _parts(modules: Mapping[str, ModuleType]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What modules hold, and what our classes do; pydantic completes its own parts late."""
    for name, module in modules.items():
        held = vars(builtins) if name == "builtins" else vars(module)
        yield name, {key: value for key, value in held.items() if not key.startswith("__")}
        for key, value in tuple(held.items()):
            if isinstance(value, type) and value.__module__ == name and name.startswith(OURS):
                own = vars(value).items()
                yield (
                    f"{name}.{key}",
                    {k: v for k, v in own if not k.startswith(("__pydantic", "_abc_"))},
                )
