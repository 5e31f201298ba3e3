"""What a file of rules finds and has to leave as it is: the package, Python, and the process that
it runs in.
"""

import locale
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from types import ModuleType

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.base import RULES

OURS = "reportgen"
PREFIX = "reportgen_own_rule_"  # of the names of modules that files of rules run as
HOOKS = ("exit", "excepthook", "stdin", "stdout", "stderr")
MOST_OPEN = 64  # descriptors that are looked at
DESCRIPTORS = (staticmethod, classmethod, property)
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
        self.open = _open()
        self.modules = {n: m for n, m in [*sys.modules.items()] if isinstance(m, ModuleType)}
        self.holders = dict(_holders(self.modules))
        self.parts = {name: _parts(name, holder) for name, holder in self.holders.items()}
        self.checks: dict[str, Callable[[], str]] = {  # by kind; each says what has changed
            "rules": lambda: registry_changes(self.rules),
            "forks": lambda: "how many processes run this build: it forks" if self.forks else "",
            "files": self._files,
            "modules": self._modules,
            **{name: partial(self._setting, name) for name in SETTINGS},
            **{name: partial(self._part, name) for name in self.holders},
        }

    def unchanged(self) -> None:
        """Meddled where something is not as it was."""
        for kind, check in self.checks.items():
            if what := check():
                raise Meddled(what, kind)

    def restore(self) -> None:
        """Put functions, classes and other parts back, so that whoever tells of a change can rely
        on them.
        """
        for name, holder in self.holders.items():
            for key, value in self.parts[name].items():
                if vars(holder).get(key, self) is not value:
                    with suppress(AttributeError, TypeError):
                        setattr(holder, key, value)

    def _files(self) -> str:
        now = _open()
        other = [number for number, about in self.open.items() if now.get(number) != about]
        names = dict(enumerate(("standard input", "standard output", "standard error")))
        of = names.get(other[0], f"descriptor {other[0]}") if other else ""
        return f"which files are open: {of} is closed, or another file" if other else ""

    def _setting(self, name: str) -> str:
        return name if SETTINGS[name]() != self.settings[name] else ""

    def _modules(self) -> str:
        other = [name for name, m in self.modules.items() if sys.modules.get(name) is not m]
        return f"sys.modules[{other[0]!r}]" if other else ""

    def _part(self, name: str) -> str:
        """What a module or class held before, and holds no more."""
        held = vars(self.holders[name])
        for key, value in self.parts[name].items():
            now = held.get(key, self)
            if now is not value and not (self._by_library(now) and not _guarded(name)):
                return f"{name}.{key}"
        return ""

    def _by_library(self, value: object) -> bool:
        """Is a part from a library that the rule was the first to import: some exchange a function
        of Python's when they are imported.
        """
        module = getattr(value, "__module__", None) or ""
        return module in sys.modules and module not in self.modules and PREFIX not in module


def registry_changes(before: Mapping[str, type]) -> str:
    """What became of the rules that were registered, other than that @rule added some; empty where
    nothing did.
    """
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


def _open() -> dict[int, tuple[int, int]]:
    """What each of the first descriptors leads to."""
    found = {}
    for number in range(MOST_OPEN):
        with suppress(OSError):
            about = os.fstat(number)
            found[number] = about.st_dev, about.st_ino
    return found


def _torch() -> tuple[object, ...]:
    """How torch computes: what a process with one thread a library begins with, unless somebody has
    changed it.
    """
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "get_default_dtype"):  # not there, or half loaded
        return "torch.float32", 1, True
    return str(torch.get_default_dtype()), torch.get_num_threads(), torch.is_grad_enabled()


SETTINGS: dict[str, Callable[[], object]] = {
    f"sys.path, and no result would know of what is imported by it: {SHARING}": lambda: tuple(
        sys.path
    ),
    "the working directory": _folder,
    "how signals are handled": lambda: [signal.getsignal(s) for s in signal.valid_signals()],
    "os.environ": lambda: dict(os.environ),
    "how torch computes (default type, threads, gradients)": _torch,
    "the locale": lambda: locale.setlocale(locale.LC_ALL),
    "how NumPy tells of errors": np.geterr,
    "how Python ends and what it prints to": lambda: [getattr(sys, name, None) for name in HOOKS],
    "the number of threads: one goes on running": threading.active_count,
}


def _guarded(name: str) -> bool:
    """Is all that a module holds to stay, and not its functions and classes alone."""
    return name in ("builtins", "os", "numpy") or name.partition(".")[0] == OURS


def _holders(modules: Mapping[str, ModuleType]) -> Iterator[tuple[str, ModuleType | type]]:
    """The modules, and the classes that are written in them."""
    for name, module in modules.items():
        yield name, module
        for key, value in [*vars(module).items()]:
            if isinstance(value, type) and value.__module__ == name:
                yield f"{name}.{key}", value


def _parts(name: str, holder: ModuleType | type) -> dict[str, object]:
    """What a module or a class has to go on holding; pydantic completes parts of its own late, and
    libraries keep counts.
    """
    whole = _guarded(name) or name.startswith(f"{OURS}.")
    found = [*vars(holder).items()]
    return {
        key: value
        for key, value in found
        if not key.startswith(("__", "_abc_"))
        and (whole or callable(value) or isinstance(value, DESCRIPTORS))
    }
