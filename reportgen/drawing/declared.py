"""What figures say of themselves, read from their files without running them: planning and writing
pages draw nothing, and load nothing that draws.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from reportgen.core.config.needs import NEEDS
from reportgen.errors import FigureError
from reportgen.system import System


@dataclass(frozen=True)
class Declared:
    """The attributes of a figure's class that decide where and whether it is shown; `Figure` says
    what they mean.
    """

    module: str
    slug: str
    title: str
    film: bool = False
    needs: tuple[str, ...] = ()
    over_seeds: bool = False


SAID = {
    field.name: field.default for field in fields(Declared) if field.name != "module"
}  # attribute -> what it is where a class is silent
ALLOWED: dict[str, tuple[str, Callable[[object], bool]]] = {
    **dict.fromkeys(
        ("slug", "title"), ("words in quotes", lambda value: isinstance(value, str) and value != "")
    ),
    **dict.fromkeys(
        ("film", "over_seeds"), ("True or False", lambda value: isinstance(value, bool))
    ),
    "needs": (
        f'a list such as ["plane"] of {", ".join(NEEDS)}',
        lambda value: isinstance(value, list | tuple) and {*map(str, value)} <= {*NEEDS},
    ),
}


def declared_by(system: System) -> dict[str, Declared]:
    """What every figure of a system says of itself, by slug."""
    return declared(f"{system.package}.figures", system.folder / "figures")


def declared(package: str, folder: Path) -> dict[str, Declared]:
    """Every figure of a package by slug: the classes marked with @figure in its folder.

    FigureError names the file and the line of what is wrong.
    """
    found: dict[str, Declared] = {}
    for path in sorted(folder.glob("*.py")):
        for line, one in _read(path, package):
            if one.slug in found:
                raise FigureError(
                    f"{path}:{line}: figure {one.slug!r} stands twice; the first is in"
                    f" {found[one.slug].module}"
                )
            found[one.slug] = one
    return dict(sorted(found.items()))


def _read(path: Path, package: str) -> Iterator[tuple[int, Declared]]:
    """The figures of one file, with the lines their classes begin on."""
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        raise FigureError(
            f"{path}:{getattr(error, 'lineno', None) or 1}: not Python:"
            f" {getattr(error, 'msg', error)}"
        ) from error
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(
            isinstance(mark, ast.Name) and mark.id == "figure" for mark in node.decorator_list
        ):
            yield node.lineno, Declared(f"{package}.{path.stem}", **_said(node, path))


def _said(node: ast.ClassDef, path: Path) -> dict[str, Any]:
    """What one class says, its defaults included."""
    given = {name: value for statement in node.body for name, value in _assigned(statement)}
    said = {}
    for name, silent in SAID.items():
        allowed, fits = ALLOWED[name]
        if name not in given:
            if silent is MISSING:
                raise FigureError(
                    f"{path}:{node.lineno}: class {node.name}: {name}: missing; it is {allowed}, in"
                    " the class itself"
                )
            said[name] = silent
            continue
        try:
            said[name] = ast.literal_eval(given[name])
        except ValueError:
            said[name] = MISSING
        if not fits(said[name]):
            raise FigureError(
                f"{path}:{given[name].lineno}: class {node.name}: {name}: got"
                f" {ast.unparse(given[name])}, allowed: {allowed}, written out, since it is read"
                " without being run"
            )
    return said | dict(needs=tuple(said["needs"]))


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are set to: `a = x`, `a: T = x` and `a, b = x, y`."""
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        if isinstance(target, ast.Name):
            yield target.id, statement.value
        elif isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            yield from (
                (name.id, value)
                for name, value in zip(target.elts, statement.value.elts)
                if isinstance(name, ast.Name)
            )
