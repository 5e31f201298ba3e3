"""What a system is: one kind of network with its data, and what a report measures and shows of it;
and where systems are found.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, invalidate_caches
from pathlib import Path
from pkgutil import extend_path, iter_modules
from typing import TYPE_CHECKING, Any, TypeVar

from reportgen.errors import UsageError, nearest

if TYPE_CHECKING:
    import numpy as np

    from reportgen.core.config import Config, ModelConfig
    from reportgen.core.config.given import Check
    from reportgen.core.config.sections import DataConfig
    from reportgen.core.data.material import Material
    from reportgen.core.live import Live
    from reportgen.core.study import Study
    from reportgen.rules.base import Rule

    Arrays = dict[str, np.ndarray]

log = logging.getLogger(__name__)
PACKAGE, FOLDERS = "reportgen.systems", "REPORTGEN_SYSTEMS"
LIVE = "reportgen.core.live"
Key = tuple[str | int, ...]
Problem = tuple[Key, str]
Kind = TypeVar("Kind")
Plain = list[dict[str, object]]  # values as they go into facts.json


@dataclass(frozen=True, kw_only=True)
class System:
    """The declaration of one kind of network and data: every part of a report that is not the same
    for all kinds.

    Functions import what they need when they are called, since planning a build and writing pages
    load neither torch nor matplotlib. Facts, claims and figures are found by listing the folders of
    those names beside the declaration.
    """

    name: str  # of its folder; what `Rule.system` says
    about: str  # what its data are, for the author of a rule
    data: "type[DataConfig]"  # the section on data of a configuration
    draw: "Callable[[Config], Material]"  # the data, the same for every training seed
    study: "Callable[[], type[Study]]"  # its view of a run
    evaluate: "Callable[[Config, Material, Arrays], Arrays]"  # of networks [seed, checkpoint]
    evaluate_widths: "Callable[[Config, Material, Arrays], Arrays] | None" = None
    demonstrations: "Callable[[Study], Plain]"  # what pages say of each of them
    ranking: "Callable[[Study], Plain]"  # all seeds, the best first
    formerly: str = ""  # what 0.1 called the folder of its templates, where it was another
    # what is said, of a network whose weights were given, instead of what is said of a training;
    # none: the same, but that something was held out
    as_given: "Callable[[Config, str], str] | None" = None
    # why weights that were made elsewhere have no report of this system; empty where they have
    no_given_weights: str = ""
    seeds_together: int  # trained in one process: large networks gain nothing from company
    # of its rules: what each has beside what every rule has, and RuleError where it is none of it
    offers: tuple[str, ...] = ()
    check_rule: "Callable[[Rule], None]" = lambda rule: None
    check_whole_rule: "Callable[[Rule], None]" = lambda rule: None  # what takes seconds
    asks_always: bool = True  # must a rule decide something in a few short sequences
    # the names of the tokens that a reader has typed, in their order
    written_in: "Callable[[Rule, str], list[str]]" = lambda rule, text: text.split()
    model_problems: "Callable[[Rule, ModelConfig], Iterable[Problem]]" = lambda rule, model: ()
    # of a configuration: values that do not fit, and what only drawing the data can tell
    checks: "tuple[Check, ...]" = ()
    misfits: "Callable[[Config, Material], Iterator[Problem]]" = lambda config, data: iter(())
    floors: "Callable[[Config], object] | None" = None  # RuleError where they cannot be computed
    # of a build: is every context there is tried, and which pictures show all reports together
    exhaustive: bool = False
    sheets: "tuple[str, ...]" = ()  # slugs of the pictures that set its reports side by side
    drawn_sheets: "Callable[[], Mapping[str, Any]]" = dict
    # what the network in the reader's browser is told
    live: "Callable[[Study], Live]" = lambda study: import_module(LIVE).plain(study)

    @property
    def package(self) -> str:
        """The dotted name of its folder."""
        return f"{PACKAGE}.{self.name}"

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(import_module(self.package).__path__[0])


def known_as(kind: type[Kind], what: object) -> Kind:
    """The same thing, which a system's view knows the kind of; TypeError where a view is of another
    system.
    """
    if not isinstance(what, kind):
        raise TypeError(f"got {type(what).__qualname__}, wanted {kind.__qualname__}")
    return what


def systems() -> Mapping[str, System]:
    """Every system there is, by name: the packages in `reportgen.systems` that have a
    declaration.
    """
    return _systems(tuple(import_module(PACKAGE).__path__))


@cache
def _systems(folders: tuple[str, ...]) -> Mapping[str, System]:
    found = {}
    for module in iter_modules(folders, f"{PACKAGE}."):
        if module.ispkg:
            try:
                system: System = import_module(f"{module.name}.system").SYSTEM
            except Exception as error:  # one that cannot be used stops no other
                words = f"{type(error).__name__}: {error}"
                log.warning("system %s is left out: %s", module.name.rpartition(".")[2], words)
                continue
            found[system.name] = system
    return found


def look_in(folder: Path) -> None:
    """Find the systems of a folder too, here and in every process that this one starts."""
    paths = import_module(PACKAGE).__path__
    if folder.is_dir() and str(folder) not in paths:
        paths.append(str(folder))
        for name, module in [*sys.modules.items()]:  # of systems that the folder adds to
            if name.startswith(f"{PACKAGE}.") and hasattr(module, "__path__"):
                module.__path__ = extend_path([*module.__path__], name)
        given = os.environ.get(FOLDERS)
        os.environ[FOLDERS] = f"{given}{os.pathsep}{folder}" if given else str(folder)


def look_again(folder: Path) -> None:
    """Find what was added to a folder since its systems were listed."""
    look_in(folder)
    invalidate_caches()
    _systems.cache_clear()


def system_called(name: str) -> System:
    """The system of this name; UsageError with the nearest ones otherwise."""
    known = systems()
    if name not in known:
        raise UsageError(
            f"no system is called {name!r}{nearest(name, known)}; known: {', '.join(known)}"
        )
    return known[name]


def system_of(config: "Config") -> System:
    """The system of a configuration: that of its rule."""
    return system_called(config.rule.system)


def all_sheets() -> dict[str, Any]:
    """The pictures that set reports side by side, by slug; this loads what draws."""
    return {
        slug: each for system in systems().values() for slug, each in system.drawn_sheets().items()
    }
