"""What a file of rules finds and has to leave as it is: the package, Python, and the process that it runs in."""

import locale
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
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

    def __init__(self, what: str) -> None:
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
        self.parts = {name: dict(held) for name, held in _parts(self.modules)}

    def unchanged(self) -> None:
        """Meddled where something is not as it was."""
        if what := self.changes():
            raise Meddled(what)

    def changes(self) -> str:
        """What is not as it was; empty where all is."""
        if what := registry_changes(self.rules):
            return what
        if self.forks:
            return "the number of processes that run this build: it forks"
        for name, ask in SETTINGS.items():
            if ask() != self.settings[name]:
                return name
        for name, module in self.modules.items():
            if sys.modules.get(name) is not module:
                return f"sys.modules[{name!r}]"
        for name, held in _parts(self.modules):
            before = self.parts.get(name, {})
            for key, value in before.items():
                if key not in held or held[key] is not value:
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


def _parts(modules: Mapping[str, ModuleType]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What modules hold, and what our classes do; pydantic completes its own parts late."""
    for name, module in modules.items():
        held = vars(module)
        yield name, {key: value for key, value in held.items() if not key.startswith("__")}
        for key, value in tuple(held.items()):
            if isinstance(value, type) and value.__module__ == name and name.startswith(OURS):
                own = vars(value).items()
                yield (
                    f"{name}.{key}",
                    {k: v for k, v in own if not k.startswith(("__pydantic", "_abc_"))},
                )
