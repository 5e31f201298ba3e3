"""What a system says of its figures in one table: planning and writing pages read it, draw nothing,
and load nothing that draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from reportgen.core.config.needs import NEEDS
from reportgen.errors import FigureError
from reportgen.system import System

TABLE = "table"  # the module of a folder of figures that lists them


@dataclass(frozen=True)
class Declared:
    """What decides where and whether a figure is shown; `@figure(slug)` gives it to the class."""

    slug: str
    title: str
    film: bool = False  # is it drawn over all checkpoints
    # keys of `config.needs.NEEDS`; where one is lacking a report says so instead
    needs: tuple[str, ...] = ()
    # does it speak of other seeds or of the whole training, so that one checkpoint has none
    over_seeds: bool = False
    # does it show "one" demonstration, the one in view, or "all": its page opens them in the
    # playground
    follows: str = ""
    module: str = ""  # of its file, where that is not called as the slug

    def __post_init__(self) -> None:
        words, needs = "words in quotes", f'a tuple such as ("plane",) of {", ".join(NEEDS)}'
        for name, fits, allowed in (
            ("slug", self.slug and isinstance(self.slug, str), words),
            ("title", self.title and isinstance(self.title, str), words),
            ("film", isinstance(self.film, bool), "True or False"),
            ("needs", isinstance(self.needs, tuple) and {*self.needs} <= {*NEEDS}, needs),
            ("over_seeds", isinstance(self.over_seeds, bool), "True or False"),
            ("follows", self.follows in ("", "one", "all"), '"one" or "all"'),
        ):
            if not fits:
                got = getattr(self, name)
                raise FigureError(f"figure {self.slug!r}: {name}: got {got!r}, allowed: {allowed}")

    @property
    def asks(self) -> tuple[str, ...]:
        """All that it needs: a film of one frame is none."""
        return (*self.needs, *(("checkpoints",) if self.film else ()))


def declared_by(system: System) -> dict[str, Declared]:
    """What a system says of every figure, by slug."""
    return declared(f"{system.package}.figures")


@cache
def declared(package: str) -> dict[str, Declared]:
    """Every figure of a package by slug, with the whole name of its module, which is not imported.

    FigureError names the table, and the line of what is wrong; also for a file without an entry.
    """
    found: dict[str, Declared] = {}
    for folder in import_module(package).__path__:
        for slug, one in _in_folder(package, Path(folder) / f"{TABLE}.py").items():
            if slug in found:
                where = f"{folder}/{TABLE}.py"
                raise FigureError(f"{where}: figure {slug!r} stands twice; give one another slug")
            found[slug] = one
    return dict(sorted(found.items()))


def _in_folder(package: str, table: Path) -> dict[str, Declared]:
    """The figures of one folder of the package: its own, or one that adds to it."""
    found: dict[str, Declared] = {}
    for one in _listed(package, table):
        if one.slug in found:
            raise FigureError(f"{table}: figure {one.slug!r} stands twice; give one another slug")
        file = one.module or one.slug.replace("-", "_")
        if not table.with_name(f"{file}.py").is_file():
            raise FigureError(
                f"{table}: figure {one.slug!r}: there is no {file}.py beside the table; write it,"
                " or name another file with module="
            )
        found[one.slug] = replace(one, module=f"{package}.{file}")
    listed = {"__init__", TABLE, *(one.module.rpartition(".")[2] for one in found.values())}
    for path in sorted(table.parent.glob("*.py")):
        if path.stem not in listed:
            slug = path.stem.replace("_", "-")
            raise FigureError(
                f"{path}: no entry of {table.name} is about it; add Declared({slug!r}, TITLE) to"
                " FIGURES there, or move what several figures share to a folder within"
            )
    return found


def _listed(package: str, path: Path) -> Iterator[Declared]:
    """The entries of a table; FigureError with file and line where it cannot be run."""
    if not path.is_file():
        raise FigureError(
            f"{path}: missing; it lists the figures beside it: FIGURES = (Declared(SLUG, TITLE),)"
        )
    try:
        yield from tuple(_table(package, path).FIGURES)
    except Exception as error:
        here = [at.lineno for at in extract_tb(error.__traceback__) if at.filename == str(path)]
        line, words = (here or [1])[-1], f"{type(error).__name__}: {error}"
        if isinstance(error, SyntaxError):
            line, words = error.lineno, f"not Python: {error.msg}"
        elif isinstance(error, FigureError):
            words = str(error)
        raise FigureError(f"{path}:{line}: {words}") from error


def _table(package: str, path: Path) -> ModuleType:
    """The module of a table: of those of one package only the first has the package's name."""
    found = import_module(f"{package}.{TABLE}")
    if found.__file__ == str(path):
        return found
    spec = spec_from_file_location(f"{package}.{TABLE} of {path.parent}", path)
    if spec is None or spec.loader is None:
        raise FigureError(f"{path}: cannot be read as Python")
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
