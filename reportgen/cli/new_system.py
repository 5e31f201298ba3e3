"""`reportgen new system`: a system of one rule, which works as it is and is there to be changed."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reportgen import names
from reportgen.cli.started import filled, keyword_problem, refuse_if_there, words_of, write
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
        project.root / starter.replace(NAME, name): filled(f"{STARTER}/{starter}", words)
        for starter in sorted(_starters())
    }
    folders = (project.systems / name, project.root / "templates" / name)
    outside = (path for path in made if not {*folders} & {*path.parents})
    refuse_if_there((*folders, *outside), name)
    write(project, made, project.root / "configs" / f"{name}.yaml")
    return [*made]


def _starters() -> Iterator[str]:
    """Its files, as they lie in a project."""
    return _below(files("reportgen.cli").joinpath("starters", STARTER), "")


def _below(folder: Traversable, prefix: str) -> Iterator[str]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _below(each, f"{prefix}{each.name}/")
        elif each.name.endswith(".txt"):
            yield prefix + each.name.removesuffix(".txt")


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
