"""The whole site by mkdocs, and what it depends on."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from reportgen.digests import digests_of
from reportgen.errors import DamageError, StageError
from reportgen.files import read_json, write_json
from reportgen.pipeline.built_site import Before, SiteBuilt
from reportgen.pipeline.documents import UNTOUCHED, check_documents, documents
from reportgen.pipeline.mkdocs_run import command
from reportgen.pipeline.publish import note
from reportgen.pipeline.sources import digests, versions
from reportgen.pipeline.store import Store
from reportgen.pipeline.worker import Job
from reportgen.placed import SITE_TASK, WRITTEN, Record
from reportgen.project import MARKER, Project
from reportgen.surroundings import asked_for, environment

BUILT = "built.json"  # among the products: what the pages of the site were made of
LIBRARIES = (
    "mkdocs",
    "mkdocs-material",
    "mkdocs-awesome-nav",
    "pymdown-extensions",
    "Markdown",
    "Pygments",
)


def named(project: Project) -> dict[str, str]:
    """The environment variables that the project's mkdocs.yml asks for."""
    return asked_for((project.root / MARKER).read_text(encoding="utf-8", errors="replace"))


def settings(project: Project, named: Mapping[str, str]) -> dict[str, str]:
    """What every page depends on: versions of the libraries that make the site, its settings, and
    variables that these name.
    """
    return (
        versions(*LIBRARIES)
        | {f"environment {name}": value for name, value in named.items()}
        | digests(project, [project.root / MARKER])
    )


def inputs(project: Project, named: Mapping[str, str]) -> dict[str, str]:
    """What the site is made of: its settings, and every document."""
    return settings(project, named) | digests(project, documents(project))


def sources(project: Project) -> dict[str, str]:
    """The digest of every document, by its path below docs/."""
    above = f"{project.docs.relative_to(project.root).as_posix()}/"
    found = digests(project, documents(project))
    return {name.removeprefix(above): digest for name, digest in found.items()}


def website(job: Job) -> None:
    """Have mkdocs build the pages that may have changed, then place the files that differ."""
    project: Project = job.arguments["project"]
    check_documents(project)
    fresh, before, left = (
        job.folder.parent / name for name in ("site", "before.json", "kept.json")
    )
    there = _there(project)
    write_json(before, _before(project, settings(project, job.arguments["named"]), there))
    files = ("--config-file", str(project.root / MARKER), "--site-dir", str(fresh))
    arguments = ("build", "--strict", *files)
    mkdocs(
        project,
        ("-c", command(before, job.folder / BUILT, left, arguments)),
        job.arguments["named"],
    )
    made = {
        project.site / path.relative_to(fresh): path for path in fresh.rglob("*") if path.is_file()
    }
    kept = {project.site / name: there[name] for name in read_json(left, list[str])}
    Record(project, SITE_TASK, job.say).place(made, kept)
    note(job.folder, project, made, kept)


def mkdocs(project: Project, program: Sequence[str], named: Mapping[str, str]) -> None:
    """Run mkdocs, as arguments of Python say, in a process of its own that sees the environment
    variables `named`; StageError says what it says.
    """
    done = subprocess.run(
        [sys.executable, "-P", *program],
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        env={**environment(project.store), **named},
    )
    if done.returncode:
        said = _said(project, done.stdout + done.stderr) or f"ended with {done.returncode}"
        raise StageError(f"mkdocs build --strict: {said}{UNTOUCHED}")


def _there(project: Project) -> dict[str, str]:
    """Files of the site that are as the last build placed them, with their digests."""
    last = Store(project.store).last(SITE_TASK)
    if last is None:
        return {}
    try:
        written = read_json(last.folder / WRITTEN, dict[str, str])
    except DamageError:
        return {}
    known, found = digests_of(project.store), {}
    for name, digest in written.items():
        path = project.root / name
        with suppress(DamageError):
            if not path.is_symlink() and known.at(path) == digest:
                found[path.relative_to(project.site).as_posix()] = digest
    return found


def _before(project: Project, settings: Mapping[str, str], there: Mapping[str, str]) -> Before:
    """What `mkdocs_run` is told of the site as it is; of its pages nothing if it was built with
    other settings.
    """
    last, built = Store(project.store).last(SITE_TASK), None
    with suppress(DamageError):
        built = read_json(last.folder / BUILT, SiteBuilt) if last else None
    return Before(
        settings=dict(settings),
        built=built,
        sources=sources(project),
        there=dict(there),
    )


def _said(project: Project, output: str) -> str:
    """What mkdocs says; of an error that it did not expect the place and the words, without its own
    lines.
    """
    before, crashed, trace = output.partition("Traceback (most recent call last):\n")
    lines = [
        line
        for line in (before if crashed else output).splitlines()
        if line.strip() and not line.startswith(("INFO ", "DEBUG "))
    ]
    if not crashed:
        lines.sort(key=lambda line: line.startswith("Aborted"))  # told first: nothing is buffered
        return "\n".join(lines[-12:])
    words = [line for line in trace.splitlines() if line and not line.startswith(" ")][-1:]
    pages = re.findall(r"(?m)^ERROR +- +Error \w+ page '(.+?)':", before)
    files = re.findall(r'(?m)^  File "(.+)", line (\d+)', trace)
    places = [f"{path}:{n}" for path, n in files if _is_of(project, path)]
    place = (places or [str(project.docs / page) for page in pages] or [""])[-1]
    return ": ".join(filter(None, [place, *(words or lines[-1:])]))


def _is_of(project: Project, path: str) -> bool:
    """Is a file the project's own, and no library that is installed there."""
    return Path(path).is_relative_to(project.root) and "site-packages" not in Path(path).parts
