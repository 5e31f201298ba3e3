"""What a site is made of, and what of it mkdocs may not be given: it follows every link, and a site
publishes what it holds.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reportgen import names
from reportgen.core.document import kind_of, not_text
from reportgen.errors import StageError
from reportgen.project import ALLOW_OUTSIDE, MARKER, NAV, Project

PAGES = frozenset((".md", ".markdown", ".mdown", ".mkd", ".mkdn"))  # what mkdocs takes for a page
MOST_TOLD = 10
UNTOUCHED = "\nthe old site was left as it is"


@dataclass(frozen=True)
class Found:
    """Something in a folder of documents that is no folder, or that is not gone into."""

    path: Path
    hidden: bool
    endless: bool = False  # a link to a folder that it lies in
    outside: bool = False  # a link that leads out of the project


def documents(project: Project) -> list[Path]:
    """What a site is made of: all that lies in docs/, but for folders and what is hidden; of that
    only the order of pages.
    """
    there = _walk(project, project.docs)
    found = [each.path for each in there if not each.hidden or each.path.name == NAV]
    return [project.root / MARKER, *sorted(found)]


def check_documents(project: Project) -> None:
    """StageError for what may not be published, and for what mkdocs would wait for, or stumble over
    without saying where.
    """
    settings = _settings(project)
    theme = settings.get("theme")
    own = theme.get("custom_dir") if isinstance(theme, dict) else None
    wrong = [said for each in _walk(project, project.docs) if (said := _wrong(each, settings))]
    if isinstance(own, str):  # its pages are no documents: only links matter there
        links = (each for each in _walk(project, project.root / own) if each.outside)
        wrong += [_wrong(each, settings) for each in links]
    if wrong:
        more = [f"and {len(wrong) - MOST_TOLD} more"] if wrong[MOST_TOLD:] else []
        raise StageError("\n".join([*wrong[:MOST_TOLD], *more]) + UNTOUCHED)


def _settings(project: Project) -> Mapping[str, object]:
    """The values of mkdocs.yml; none where it cannot be read, which mkdocs itself tells."""
    from mkdocs.utils.yaml import yaml_load

    with suppress(Exception), (project.root / MARKER).open("rb") as file:
        values = yaml_load(file)
        if isinstance(values, dict):
            return values
    return {}


def _walk(project: Project, top: Path) -> Iterator[Found]:
    """All that lies below a folder, as mkdocs goes through it, but that no link is followed out of
    the project unasked, and none in a circle.
    """
    inside = () if project.outside_files else (project.root.resolve(), top.resolve())

    def below(folder: Path, above: tuple[Path, ...]) -> Iterator[Found]:
        try:
            inner = sorted(os.listdir(folder))
        except OSError:  # mkdocs passes it over as well
            return
        for name in inner:
            path = folder / name
            hidden = any(part.startswith(".") for part in path.relative_to(top).parts)
            real = Path(os.path.realpath(path)) if path.is_symlink() else above[-1] / name
            out = bool(inside) and not any(map(real.is_relative_to, inside)) and path.exists()
            if out or not path.is_dir():
                yield Found(path, hidden, outside=out)
            elif path.is_symlink() and any(each.is_relative_to(real) for each in above):
                yield Found(path, hidden, endless=True)
            else:
                yield from below(path, (*above, real))

    yield from below(top, (top.resolve(),))


def _wrong(found: Found, settings: Mapping[str, object]) -> str:
    """Why something cannot be in a site; nothing where it can, or does not come there."""
    path = found.path
    leads = f"{path}: a link to {os.readlink(path)}" if path.is_symlink() else str(path)
    if found.endless:
        return f"{leads}, a folder that it lies in itself, so that there is no end to it; remove it"
    if found.hidden and "exclude_docs" not in settings:  # mkdocs leaves it out, unless told
        return ""
    if found.outside:
        return (
            f"{leads}, which lies outside of the project, and a site publishes what it holds; "
            f"remove it, put the files themselves there, or allow it with {ALLOW_OUTSIDE}"
        )
    if not _encodable(path.name):
        return (
            f"{path.parent}/{names.unbroken(path.name)}: a name that is not UTF-8; give the file"
            " another one"
        )
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return f"{path}: {kind_of(about.st_mode)}, not a file; remove it, and build again"
        if path.suffix.lower() in PAGES and (words := not_text(path.read_bytes())):
            return f"{path}: {words}"
    except OSError as error:
        if not os.path.lexists(path):  # gone since it was found
            return ""
        if path.is_symlink():
            return f"{leads}, which is not there; remove it or mend it, and build again"
        return f"{path}: cannot be read: {error.strerror}; make it readable, and build again"
    return ""


def _encodable(name: str) -> bool:
    """Can a name stand in an address."""
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False
