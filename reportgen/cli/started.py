"""Files that `reportgen new` writes: from templates that are filled in, all of them or none."""

import keyword
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from reportgen import names
from reportgen.errors import ProjectError, UsageError
from reportgen.project import Project


def words_of(name: str) -> dict[str, str]:
    """What a name is written as in a starter."""
    return dict(
        name=name,
        class_name="".join(part.capitalize() for part in name.split("_")),
        slug=name.replace("_", "-"),
        title=name.replace("_", " ").capitalize(),
    )


def keyword_problem(name: str) -> str:
    """Why a name that Python keeps for itself cannot be one; nothing where it can."""
    allowed = f"allowed: {names.ALLOWED[names.WORD]}"
    return f"{allowed}, and this is a word of Python" if keyword.iskeyword(name) else ""


def refuse_if_there(paths: Iterable[Path], name: str) -> None:
    """UsageError where one of these would be written over."""
    if there := [str(path) for path in paths if os.path.lexists(path)]:
        raise UsageError(
            f"{', '.join(there)}: there already, and nothing is written over; take another name"
            f" than {name!r}, or move it away"
        )


def filled(starter: str, words: Mapping[str, str]) -> str:
    """The text of a starter, with what it leaves open filled in."""
    path = files("reportgen.cli").joinpath("starters", f"{starter}.txt")
    return Template(path.read_text(encoding="utf-8")).substitute(words)


def starters(folder: str) -> dict[str, str]:
    """The starters of a folder: where each file lies in a project, and what `filled` calls it."""
    found = _below(files("reportgen.cli").joinpath("starters", folder), "")
    return {place: f"{folder}/{place}" for place in sorted(found)}


def _below(folder: Traversable, prefix: str) -> Iterator[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _below(each, f"{prefix}{each.name}/")
        elif each.name.endswith(".txt"):
            yield prefix + each.name.removesuffix(".txt")


def write(project: Project, texts: Mapping[Path, str], config: Path) -> None:
    """All files, if the configuration among them can be read then; otherwise none."""
    from reportgen.core import config as configs
    from reportgen.system import look_again

    files_made: list[Path] = []
    folders_made: list[Path] = []
    try:
        for path, text in texts.items():
            for folder in reversed(path.parents):
                if not folder.exists():
                    folder.mkdir()
                    folders_made.append(folder)
            with path.open("x", encoding="utf-8") as file:
                files_made.append(path)
                file.write(text)
        look_again(project.systems)
        configs.load(config, rules=project.rules)
    except BaseException as error:
        blocked = next((f for f in path.parents if os.path.lexists(f) and not f.is_dir()), path)
        _undo(files_made, folders_made)
        if isinstance(error, OSError):
            why = error.strerror if blocked == path else f"{blocked} is no folder"
            raise ProjectError(
                f"{path}: cannot be written: {why}; nothing was left behind, so mend that and try"
                " again"
            ) from error
        raise


def _undo(files_made: Iterable[Path], folders_made: Iterable[Path]) -> None:
    """Remove what was made, and nothing that somebody else has put beside it."""
    for path in files_made:
        path.unlink()
    for folder in reversed([*folders_made]):
        shutil.rmtree(folder / "__pycache__", ignore_errors=True)
        with suppress(OSError):  # somebody else has put something there
            folder.rmdir()
