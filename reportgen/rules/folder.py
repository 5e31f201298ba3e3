"""Which rules a project's own folder holds, told without running any of them here."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import RuleError
from reportgen.rules.trial import tried
from reportgen.rules.written import Written, read, way_on


@dataclass(frozen=True)
class Found:
    """What the files of a folder give, each by its trial."""

    files: Mapping[str, Written]  # slug -> its file
    broken: tuple[RuleError, ...]  # one a file that is not used; each begins with path and line


def found(folder: Path) -> Found:
    """The rules of every file in a folder; those whose names begin with an underscore are helpers
    of the others.

    Of two files that give one rule the first by name counts, and the other is broken.
    """
    files: dict[str, Written] = {}
    broken = []
    try:
        paths = tuple(_files(folder))
    except RuleError as error:
        return Found({}, (error,))
    for path in paths:
        try:
            written = read(path)
            for slug, (name, line) in _given(written).items():
                if slug in files:
                    raise RuleError(
                        f"{path}:{line}: rule {slug!r} stands in {files[slug].path} already; give "
                        f"{name} another slug; {way_on(path)}"
                    )
                files[slug] = written
        except RuleError as error:
            broken.append(error)
    return Found(files, tuple(broken))


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        if folder.exists() or folder.is_symlink():
            raise RuleError(
                f"{folder}: rules of one's own are files in a folder of this name, and this is no "
                "folder; move it away"
            )
        return
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise RuleError(f"{folder}: cannot be read: {error.strerror}; make it readable") from error
    yield from (folder / n for n in names if n.endswith(".py") and not n.startswith(("_", ".")))


def _given(written: Written) -> dict[str, tuple[str, int]]:
    """Each slug with its class and the line of that."""
    verdict = tried(written, "reportgen.rules.outside:given", {})
    if verdict.broken:
        raise RuleError(verdict.broken)
    try:
        told = {slug: (name, line) for slug, (name, line) in verdict.gives.items()}
    except (AttributeError, TypeError, ValueError):
        told = {}
    if not told or not all(isinstance(n, str) and isinstance(at, int) for n, at in told.values()):
        raise RuleError(
            f"{written.path}: its trial ends without a list of its rules, so that it changes what "
            f"is not its own; {way_on(written.path)}"
        )
    return told


def would_give(error: RuleError, slug: str, rules: Path | None) -> bool:
    """Is a file that cannot be used the one that a rule is written in, as far as its text says."""
    for path in rules.glob("*.py") if rules else ():
        if str(error).startswith(f"{path}:"):
            with suppress(RuleError):
                text = read(path).contents[path.absolute()].decode("utf-8", "replace")
                wanted = rf"""\bslug\b[^=\n]*=\s*(['"]){re.escape(slug)}\1"""
                return path.stem == slug or bool(re.search(wanted, text))
            return path.stem == slug
    return False
