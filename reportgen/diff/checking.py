"""`reportgen accept` and `reportgen check`: what was accepted of a project's reports, kept and
compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportgen import names
from reportgen.diff.accepted import Shelf
from reportgen.diff.built import Build
from reportgen.diff.changes import Changes, Comparison, compare
from reportgen.diff.sources import built
from reportgen.errors import DamageError, UsageError
from reportgen.pages.stored import FACTS
from reportgen.pipeline.store import Store
from reportgen.project import TAKEN, Project

GONE = "{}: its configuration is gone; `reportgen accept {}` forgets it"
NEW = "{}: built, and nothing was accepted of it yet; look at it, then `reportgen accept {}`"


@dataclass(frozen=True)
class Accepted:
    """What was accepted of one report."""

    name: str
    place: str  # relative to the project
    size: int  # bytes
    changes: Changes | None  # from what was accepted before; None where nothing was
    forgotten: bool = False  # it is no more


def accept(
    project: Project, chosen: Sequence[str], say: Callable[[Accepted], None]
) -> list[Accepted]:
    """Keep these reports as they are built; without names all that are built from configurations
    of the project's own. Of a report whose configuration is gone what was kept is removed.

    Errors: UsageError where one is not built.
    """
    done = []
    with Store(project.store).locked():  # no build writes meanwhile
        shelf = Shelf.of(project)
        for name in _checked(chosen) or _own(project):
            done.append(_accept(project, shelf, name))
            say(done[-1])
    return done


def _accept(project: Project, shelf: Shelf, name: str) -> Accepted:
    known = name in shelf.names()
    if known and name not in project.configs():
        place = shelf.forget(name).relative_to(project.root)
        return Accepted(name, place.as_posix(), 0, None, forgotten=True)
    build = built(project, name)
    changes = compare(shelf.build(name), build) if known and _readable(shelf, name) else None
    place = shelf.accept(build)
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return Accepted(name, place.relative_to(project.root).as_posix(), size, changes)


def _readable(shelf: Shelf, name: str) -> bool:
    """Can what was accepted before be compared with; if not, it is written anew."""
    try:
        shelf.build(name)
    except DamageError:
        return False
    return True


def _own(project: Project) -> list[str]:
    """Reports of the project's own that are built; UsageError where there is none."""
    own = [name for name in project.configs(own=True) if _is_built(project, name)]
    if not own:
        raise UsageError(
            f"{project.root}: no report of its own is built; `reportgen build --own` builds them,"
            " and `reportgen accept NAME` takes any other that is"
        )
    return own


def _is_built(project: Project, name: str) -> bool:
    return (project.report(name) / FACTS).is_file()


def _checked(chosen: Sequence[str]) -> list[str]:
    return [names.check(name, "report", taken=TAKEN) for name in dict.fromkeys(chosen)]


def check(project: Project, chosen: Sequence[str]) -> Comparison:
    """What moved in these reports since they were accepted; without names, in all of which
    something was accepted.

    Errors: UsageError where nothing was accepted, or one is not built.
    """
    shelf = Shelf.of(project)
    wanted = _checked(chosen) or shelf.names()
    if not wanted:
        raise UsageError(
            f"{project.accepted}: nothing was accepted yet; look at your reports, then `reportgen"
            " accept`"
        )
    known = project.configs()
    gone = [name for name in wanted if name in shelf.names() and name not in known]
    pairs = [_pair(project, shelf, name) for name in wanted if name not in gone]
    reports = tuple(compare(*pair) for pair in pairs)
    fresh = [name for name in project.configs(own=True) if name not in shelf.names()]
    built_ones = [] if chosen else [name for name in fresh if _is_built(project, name)]
    remarks = (
        *(GONE.format(name, name) for name in gone),
        *(NEW.format(name, name) for name in built_ones),
    )
    return Comparison("what was accepted", "what is built", reports, (), tuple(gone), remarks)


def _pair(project: Project, shelf: Shelf, name: str) -> tuple[Build, Build]:
    return shelf.build(name), built(project, name)
