"""Which files of the package a task's result depends on: the module it calls and all that this imports, by reading the code."""

import ast
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reportgen.build.store import digest_of
from reportgen.project import PACKAGE


def sources(*modules: str | Path, package: Path = PACKAGE) -> dict[str, str]:
    """Digest of each source file that these modules lead to, imports inside functions included; names begin at the package.

    A module that ends in `.*` stands for every module of that package: what a registry finds by listing. A path is a file of the
    project's own.
    """
    seen: set[Path] = set()
    todo = [path for module in modules for path in ([module] if isinstance(module, Path) else _expanded(module, package))]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += _imported(path, package)
    named = lambda path: path.relative_to(package.parent) if path.is_relative_to(package) else Path(path.parent.name, path.name)
    return {f"source {named(path)}": digest_of(path.read_bytes()) for path in sorted(seen)}


def versions(*libraries: str) -> dict[str, str]:
    """The installed version of each library, without importing it."""
    return {f"version {library}": _version(library) for library in libraries}


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _expanded(module: str, package: Path) -> list[Path]:
    if module.endswith(".*"):
        above = module.removesuffix(".*")
        return [*_files(above, package), *sorted(package.parent.joinpath(*above.split(".")).rglob("*.py"))]
    return _files(module, package)


def _files(module: str, package: Path) -> list[Path]:
    """The file of a module and the `__init__` of every package above it; nothing for what is not a module of ours."""
    parts = module.split(".")
    if parts[0] != package.name:
        return []
    found = [package.parent.joinpath(*parts[:i], "__init__.py") for i in range(1, len(parts) + 1)]
    found.append(package.parent.joinpath(*parts).with_suffix(".py"))
    return [path for path in found if path.is_file()]


@cache
def _parsed(path: Path, content: str) -> tuple[str, ...]:
    names: list[str] = []
    for node in ast.walk(ast.parse(content, str(path))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)


def _imported(path: Path, package: Path) -> list[Path]:
    return [file for name in _parsed(path, path.read_text(encoding="utf-8")) for file in _files(name, package)]
