"""The whole site by mkdocs, and what it depends on."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from reportgen.errors import StageError
from reportgen.pipeline.documents import UNTOUCHED, check_documents, documents
from reportgen.pipeline.publish import note
from reportgen.pipeline.sources import digests, versions
from reportgen.pipeline.worker import Job
from reportgen.placed import SITE_TASK, Record
from reportgen.project import MARKER, Project
from reportgen.surroundings import asked_for, environment

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


def inputs(project: Project, named: Mapping[str, str]) -> dict[str, str]:
    """Versions of the libraries that make the site, variables that its settings name, and the
    digest of every document.
    """
    return (
        versions(*LIBRARIES)
        | {f"environment {name}": value for name, value in named.items()}
        | digests(project.root, documents(project))
    )


def website(job: Job) -> None:
    """Have mkdocs build the site aside, then place the files that differ."""
    project: Project = job.arguments["project"]
    check_documents(project)
    fresh = job.folder.parent / "site"
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "mkdocs", "build", "--strict", "--quiet"),
            *("--config-file", str(project.root / MARKER), "--site-dir", str(fresh)),
        ],
        cwd=project.root,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        env=environment(project.store) | job.arguments["named"],
    )
    if done.returncode:
        said = _said(project, done.stdout + done.stderr) or f"ended with {done.returncode}"
        raise StageError(f"mkdocs build --strict: {said}{UNTOUCHED}")
    made = {
        project.site / path.relative_to(fresh): path for path in fresh.rglob("*") if path.is_file()
    }
    Record(project, SITE_TASK, job.say).place(made)
    note(job.folder, project, made)


def _said(project: Project, output: str) -> str:
    """What mkdocs says; of an error that it did not expect the place and the words, without its own
    lines.
    """
    before, crashed, trace = output.partition("Traceback (most recent call last):\n")
    lines = [line for line in (before if crashed else output).splitlines() if line.strip()]
    if not crashed:
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
