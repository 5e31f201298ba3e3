"""What a file of rules finds and has to leave as it is: the package, Python, and the process that it runs in."""

import locale
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import ModuleType

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.base import RULES

OURS = "reportgen"
HOOKS = ("exit", "excepthook", "stdin", "stdout", "stderr")
SHARING = (
    "what rules share goes into a file beside them whose name begins with _, and `import _shared` "
    "finds it"
)


class Meddled(RuleError):
    """Something was changed that is not the rule's own; whoever notices does not see the line."""

    def __init__(self, what: str, kind: str = "rules") -> None:
        self.kind = kind
        super().__init__(f"changes {what}; a file of rules defines its rules and nothing else")


class Surroundings:
    """How things are, before a file of rules runs."""

    def __init__(self) -> None:
        self.forks: list[int] = []
        os.register_at_fork(
            after_in_parent=lambda: self.forks.append(1), after_in_child=lambda: sys.settrace(None)
        )
        self.rules = dict(RULES)
        self.settings = {name: ask() for name, ask in SETTINGS.items()}
        self.modules = {name: m for name, m in sys.modules.items() if _guarded(name)}
        self.holders = dict(_holders(self.modules))
        self.parts = {name: dict(vars(holder)) for name, holder in self.holders.items()}
        self.checks: dict[str, Callable[[], str]] = {  # by kind; each says what has changed
            "rules": lambda: registry_changes(self.rules),
            "forks": lambda: "how many processes run this build: it forks" if self.forks else "",
            "modules": self._modules,
            **{name: partial(self._setting, name) for name in SETTINGS},
            **{name: partial(self._part, name) for name in self.holders},
        }

    def unchanged(self) -> None:
        """Meddled where something is not as it was."""
        for kind, check in self.checks.items():
            if what := check():
                raise Meddled(what, kind)

    def _setting(self, name: str) -> str:
        return name if SETTINGS[name]() != self.settings[name] else ""

    def _modules(self) -> str:
        other = [name for name, m in self.modules.items() if sys.modules.get(name) is not m]
        return f"sys.modules[{other[0]!r}]" if other else ""

    def _part(self, name: str) -> str:
        """What a module or class of ours held before, and holds no more; pydantic completes its own parts late."""
        held = vars(self.holders[name])
        for key, value in self.parts[name].items():
            if held.get(key, self) is not value and not key.startswith(("__", "_abc_")):
                return f"{name}.{key}"
        return ""


def registry_changes(before: Mapping[str, type]) -> str:
    """What became of the rules that were registered, other than that @rule added some; empty where nothing did."""
    changed = [slug for slug, cls in before.items() if RULES.get(slug) is not cls]
    if changed:
        return f"the rules of the package: {changed[0]!r} is gone or another"
    added = ((slug, cls) for slug, cls in RULES.items() if slug not in before)
    strange = [s for s, cls in added if getattr(cls, "slug", None) != s]
    return f"the rules of the package: adds {strange[0]!r} without @rule" if strange else ""


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


SETTINGS: dict[str, Callable[[], object]] = {
    f"sys.path, and no result would know of what is imported by it: {SHARING}": lambda: tuple(
        sys.path
    ),
    "the working directory": _folder,
    "how signals are handled": lambda: [signal.getsignal(s) for s in signal.valid_signals()],
    "the locale": lambda: locale.setlocale(locale.LC_ALL),
    "how NumPy tells of errors": np.geterr,
    "how Python ends and what it prints to": lambda: [getattr(sys, name, None) for name in HOOKS],
    "the number of threads: one goes on running": threading.active_count,
}


def _guarded(name: str) -> bool:
    return name in ("builtins", "os", "numpy") or name.partition(".")[0] == OURS


def _holders(modules: Mapping[str, ModuleType]) -> Iterator[tuple[str, ModuleType | type]]:
    """The modules, and our classes in them."""
    for name, module in modules.items():
        yield name, module
        for key, value in vars(module).items():
            if isinstance(value, type) and value.__module__ == name and name.startswith(OURS):
                yield f"{name}.{key}", value
