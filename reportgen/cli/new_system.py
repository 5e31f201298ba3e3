"""`reportgen new system`: a system of one rule, which works as it is and is there to be changed."""

from pathlib import Path

from reportgen import names
from reportgen.cli.started import (
    filled,
    keyword_problem,
    refuse_if_there,
    starters,
    words_of,
    write,
)
from reportgen.errors import UsageError
from reportgen.project import TAKEN, Project

STARTER, NAME = "system", "NAME"  # the folder of its files, and what stands there for its name


def new_system(project: Project, name: str) -> list[Path]:
    """Write a system with its rule, configuration, templates and test; nothing that exists is
    touched.

    Errors: UsageError for a name that cannot be one, is taken, or would need a file that is there;
    ProjectError where nothing can be written.
    """
    _check_name(project, name)
    words = words_of(name)
    made = {
        project.root / place.replace(NAME, name): filled(starter, words)
        for place, starter in starters(STARTER).items()
    }
    folders = (project.systems / name, project.root / "templates" / name)
    outside = (path for path in made if not {*folders} & {*path.parents})
    refuse_if_there((*folders, *outside), name)
    write(project, made, project.root / "configs" / f"{name}.yaml")
    return [*made]


def _check_name(project: Project, name: str) -> None:
    from reportgen.rules.base import all_rules
    from reportgen.rules.outside import file_of
    from reportgen.system import systems

    if wrong := names.problem(name, taken=TAKEN) or keyword_problem(name):
        raise UsageError(
            f"system {names.shown(name)}: {wrong}; take another, for example clock_sums"
        )
    rules, outlines = all_rules(project.rules), f"*/outlines/{name}.yaml"
    kept = [path for folder in project.template_folders for path in folder.glob(outlines)]
    for has, what in (
        (
            system := systems().get(name),
            f"a system of this name lies in {system and system.folder}",
        ),
        (name in rules, f"a rule of this name stands in {name in rules and file_of(rules[name])}"),
        (at := project.configs().get(name), f"a report of this name is configured in {at}"),
        (kept, f"an outline of this name is {kept[:1] and kept[0]}"),
    ):
        if has:
            raise UsageError(f"system {name!r}: {what}; take another name")
