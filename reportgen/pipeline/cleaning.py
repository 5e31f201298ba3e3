"""Removing what builds made, by their own records: what stands in none is left alone, and told."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportgen import names
from reportgen.errors import DamageError
from reportgen.files import discard
from reportgen.pipeline.artefact import MANIFEST, manifest_of
from reportgen.pipeline.lock import HOLDER
from reportgen.pipeline.publish import shared
from reportgen.pipeline.store import MARKER, Store
from reportgen.placed import BESIDE, PLACED, RECORD, Record, behind
from reportgen.project import LOCK, SCRATCH, SHARED, TEXTS, VERDICTS, Project
from reportgen.surroundings import DRAWING

FONTS = "fontlist-*.json*"  # where matplotlib remembers fonts, and its lock
KEY = re.compile(r"[0-9a-f]{32}")


@dataclass
class Cleaned:
    """What was removed, and sentences on what was left alone."""

    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def clean(project: Project, name: str | None = None, step: int | None = None) -> Cleaned:
    """Remove what was built: all of it, one report's, or what belongs to one checkpoint of it.

    ProjectError where a build is running. What an interrupted one left, the next one removes.
    """
    places, told, said = _places(project, name, step), Cleaned(), list[str]()
    store = Store(project.store)
    before = {place: _files(place, store) for place in places}
    if is_store(store.root):
        with store.locked():
            tasks = _tasks(store, name, step)
            for task in tasks:
                _clean_task(project, store, task, said.append)
            if name is None:
                _clean_rest(store)
            elif tasks:
                drawn = store.last(f"{SHARED}/comparison") if step is not None else None
                shared(project, drawn.folder if drawn else None, said.append)
    told_of = {line.partition(": ")[0] for line in said}
    for place, files in before.items():
        where, left = place.relative_to(project.root).as_posix(), _files(place, store)
        if len(left) < len(files):
            told.removed.append(f"what was built in {where}" if os.path.lexists(place) else where)
        strange = [
            n for n in left if (place / n).relative_to(project.root).as_posix() not in told_of
        ]
        told.left += _left(place, project, strange)
    told.left = list(dict.fromkeys([*told.left, *_grouped(dict.fromkeys(said))]))
    return told


def is_store(folder: Path) -> bool:
    """Does a folder say of itself that a build made it; those of version 0.1 do by manifests."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    marks = (folder / MARKER, folder / LOCK)
    return any(path.is_file() for path in marks) or any(
        True for pattern in (f"*/*/*/{MANIFEST}", f"*/*/{RECORD}") for _ in folder.glob(pattern)
    )


def _places(project: Project, name: str | None, step: int | None) -> list[Path]:
    """What would be gone if there were nothing but what builds made."""
    if name is None:
        return [project.reports, project.store, project.site]
    return [project.report(name, step), *([project.store / name] if step is None else [])]


def _tasks(store: Store, name: str | None, step: int | None) -> list[str]:
    """The tasks whose products are to go."""
    owners = [path for path in _folders(store.root) if _owns_tasks(path.name)]
    found = [
        f"{owner.name}/{task.name}"
        for owner in owners
        if name in (None, owner.name)
        for task in _folders(owner)
    ]
    return [task for task in found if step is None or task.endswith(f"@{step}")]


def _owns_tasks(name: str) -> bool:
    return name == SHARED or not names.problem(name)


def _folders(above: Path) -> list[Path]:
    """Folders in a folder; links are none."""
    return [path for path in sorted(above.iterdir()) if path.is_dir() and not path.is_symlink()]


def _clean_task(project: Project, store: Store, task: str, say: Callable[[str], None]) -> None:
    record = Record(project, task, say)
    if record.names():
        record.place({})
    _forget(store, store.folder(task))


def _forget(store: Store, folder: Path) -> None:
    """Remove a task's products and records; each artefact in one step, so that none is cut."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if KEY.fullmatch(path.name) and path.is_dir():
            _forget_artefact(store, path)
        elif path.is_file() and _is_ours(path.name):
            path.unlink()
    for at in (folder, folder.parent):
        if not any(at.iterdir()):
            at.rmdir()


def _is_ours(name: str) -> bool:
    stem = name.removesuffix(".partial")
    beside = BESIDE.fullmatch(name)
    return (
        name in (RECORD, PLACED)
        or (stem != name and bool(KEY.fullmatch(stem)))
        or (beside is not None and _is_ours(beside[1]))
    )


def _forget_artefact(store: Store, folder: Path) -> None:
    try:
        own = {MANIFEST, *manifest_of(folder)["files"]}
    except DamageError:
        own = set(_below(folder)) if os.path.lexists(folder / MANIFEST) else set()
    if own >= set(_below(folder)):
        with store.scratch() as scratch:
            os.replace(folder, scratch / folder.name)
        return
    for name in sorted(own - {MANIFEST}) + [MANIFEST]:
        if names.link_on(folder / name, folder) is None and (folder / name).is_file():
            (folder / name).unlink()


def _clean_rest(store: Store) -> None:
    """What a store holds beside tasks: what is half done, what is kept by content, its mark."""
    discard(store.root / SCRATCH)
    for folder in _folders(store.root):
        if folder.name not in (TEXTS, VERDICTS, DRAWING):
            continue
        for path in folder.iterdir():
            own = path.match(FONTS) if folder.name == DRAWING else KEY.fullmatch(path.stem)
            if path.is_file() and (own or path.name == LOCK):
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
    if (store.root / MARKER).is_file():
        (store.root / MARKER).unlink()


def _files(place: Path, store: Store) -> list[str]:
    """What lies somewhere, but for the lock."""
    own = {store.root / LOCK, store.root / HOLDER}
    return [name for name in _below(place) if place / name not in own]


def _left(place: Path, project: Project, files: list[str]) -> Iterator[str]:
    """Sentences on what still lies where builds put their files."""
    if link := names.link_on(place, project.root):
        yield behind(link, project)
    elif files:
        where = place.relative_to(project.root).as_posix()
        yield f"{where}: left alone, as no record says that a build wrote it: {names.some(files)}"


def _below(folder: Path) -> list[str]:
    """Everything in a folder but folders, by name; links are not followed."""
    if folder.is_symlink():
        return []
    found = []
    for above, inner, files in os.walk(folder):
        links = [name for name in inner if (Path(above) / name).is_symlink()]
        found += [(Path(above) / name).relative_to(folder).as_posix() for name in files + links]
    return sorted(found)


def _grouped(said: Iterable[str]) -> list[str]:
    """Files that are left for the same reason, in one sentence."""
    by_reason: dict[str, list[str]] = {}
    for line in said:
        name, _, reason = line.partition(": ")
        by_reason.setdefault(reason, []).append(name)
    return [f"{names.some(found)}: {reason}" for reason, found in by_reason.items()]
