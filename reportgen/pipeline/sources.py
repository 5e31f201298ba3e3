"""Which files of the package a task's result depends on: the module it calls and all that this
imports, by reading the code.
"""

import ast
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reportgen.digests import digests_of
from reportgen.errors import DamageError
from reportgen.files import digest_of
from reportgen.project import PACKAGE, Project
from reportgen.rules.written import Written
from reportgen.system import PACKAGE as SYSTEMS
from reportgen.system import System, systems

RULES = "reportgen.rules"


class Sources:
    """The source files of a package, and templates, as they are when each is first asked for: none
    is read twice.
    """

    def __init__(self, package: Path = PACKAGE) -> None:
        self.package = package
        self.modules = {self._dotted(path): path for path in sorted(package.rglob("*.py"))}
        for above in (SYSTEMS, RULES):
            for folder in map(Path, import_module(above).__path__):
                if not folder.is_relative_to(package):
                    found = sorted(folder.rglob("*.py"))
                    self.modules |= {f"{above}.{_module(path, folder)}": path for path in found}
        self.read: dict[
            Path, tuple[str, str, tuple[Path, ...]]
        ] = {}  # file -> its name in the inputs of a task, its digest, the files it imports
        self.led: dict[tuple[str | Written, ...], dict[str, str]] = {}  # what `of` said of modules
        self.drafts: dict[tuple[Project, str], dict[str, str]] = {}

    def of(self, *modules: str | Written) -> dict[str, str]:
        """Digest of each source file that these modules lead to, imports inside functions included,
        and the version of Python; names begin at the package.

        A module that ends in `.*` stands for every module of that package, not of packages within
        it: what a registry finds by listing. Of a file of the project's own what was run counts,
        whatever has become of it since.
        """
        if modules not in self.led:
            self.led[modules] = self._led(modules)
        return dict(self.led[modules])

    def templates(self, project: Project, system: System) -> dict[str, str]:
        """Digest of every template and outline that pages of a system can be made of."""
        if (project, system.name) not in self.drafts:
            self.drafts[project, system.name] = templates(project, system)
        return self.drafts[project, system.name]

    def _led(self, modules: Sequence[str | Written]) -> dict[str, str]:
        seen: dict[Path, tuple[str, str, tuple[Path, ...]]] = {}
        todo: list[Path] = []
        for module in modules:
            if isinstance(module, Written):
                seen |= {path: self._read(path, c) for path, c in module.contents.items()}
            else:
                todo += self._expanded(module)
        todo += [path for _, _, imported in seen.values() for path in imported]
        while todo:
            path = todo.pop()
            if path not in seen:
                seen[path] = self._about(path)
                todo += seen[path][2]
        return dict(sorted((name, digest) for name, digest, _ in seen.values())) | {
            "version python": ".".join(platform.python_version_tuple()[:2])
        }

    def _about(self, path: Path) -> tuple[str, str, tuple[Path, ...]]:
        if path not in self.read:
            self.read[path] = self._read(path, path.read_bytes())
        return self.read[path]

    def _read(self, path: Path, content: bytes) -> tuple[str, str, tuple[Path, ...]]:
        named = (
            path.relative_to(self.package.parent)
            if path.is_relative_to(self.package)
            else Path(path.parent.name, path.name)
        )
        imported = dict.fromkeys(
            file for module in _imported(content, path) for file in self._files(module)
        )
        return f"source {named}", digest_of(content), tuple(imported)

    def _expanded(self, module: str) -> list[Path]:
        if not module.endswith(".*"):
            return self._files(module)
        above = module.removesuffix(".*")
        return [
            *self._files(above),
            *(path for name, path in self.modules.items() if name.rpartition(".")[0] == above),
        ]

    def _files(self, module: str) -> list[Path]:
        """The file of a module and the `__init__` of every package above it; nothing for what is
        not a module of ours.
        """
        parts = module.split(".")
        if parts[0] != self.package.name:
            return []
        names = (".".join(parts[:i]) for i in range(1, len(parts) + 1))
        return [self.modules[name] for name in names if name in self.modules]

    def _dotted(self, path: Path) -> str:
        return _module(path, self.package.parent)


def _module(path: Path, above: Path) -> str:
    """The dotted name of a file from a folder above it."""
    parts = path.relative_to(above).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def versions(*libraries: str) -> dict[str, str]:
    """The installed version of each library, without importing it."""
    return {f"version {library}": _version(library) for library in libraries}


def templates(project: Project, system: System | None = None) -> dict[str, str]:
    """Digest of every template and outline in use; for one system, without the folders of the
    others, except those that its own templates, or what all share, name.
    """
    found: dict[Path, bytes] = {}
    for folder in project.template_folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found.setdefault(path.relative_to(folder), path.read_bytes())
    left = _others(found, system) if system else set[str]()
    return {
        f"templates/{name}": digest_of(content)
        for name, content in found.items()
        if name.parts[0] not in left
    }


def _others(found: Mapping[Path, bytes], system: System) -> set[str]:
    """Folders of systems that no template of this one leads to."""
    folders = {each: {each.name, each.formerly} - {""} for each in systems().values()}
    left = set[str]().union(*folders.values()) - folders[systems()[system.name]]
    while named := {
        folder
        for folder in left
        if any(f"{folder}/".encode() in c for n, c in found.items() if n.parts[0] not in left)
    }:
        left -= named
    return left


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _imported(content: bytes, path: Path) -> Iterator[str]:
    """Every module that some code may import, and every name from one, since that may be a module
    too.
    """
    for node in _statements(ast.parse(content, str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def _statements(above: ast.AST) -> Iterator[ast.AST]:
    """Statements within statements; expressions, of which there are many more, hold none, and what
    is there for types alone is never run.
    """
    if isinstance(above, ast.If) and ast.unparse(above.test) == "TYPE_CHECKING":
        return
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(above, part, ()):
            yield node
            yield from _statements(node)


def digests(project: Project, paths: Iterable[Path]) -> dict[str, str]:
    """The digest of each file, or what is wrong with it, since that has to be made again."""
    known, found = digests_of(project.store), dict[str, str]()
    for path in paths:
        try:
            digest = known.at(path)
        except DamageError as error:
            digest = str(error)
        found[path.relative_to(project.root).as_posix()] = digest
    return found
