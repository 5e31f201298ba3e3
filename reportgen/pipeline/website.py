"""The whole site by mkdocs, and what it depends on."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from reportgen.errors import StageError
from reportgen.pipeline.publish import note
from reportgen.pipeline.sources import digests, versions
from reportgen.pipeline.worker import Job
from reportgen.placed import SITE_TASK, Record
from reportgen.project import MARKER, Project
from reportgen.surroundings import asked_for, environment

LIBRARIES = (
    "mkdocs",
    "mkdocs-material",
    "mkdocs-glightbox",
    "pymdown-extensions",
    "Markdown",
    "Pygments",
)
UNTOUCHED = "\nthe old site was left as it is"


def named(project: Project) -> dict[str, str]:
    """The environment variables that the project's mkdocs.yml asks for."""
    return asked_for((project.root / MARKER).read_text(encoding="utf-8", errors="replace"))


def inputs(project: Project, named: Mapping[str, str]) -> dict[str, str]:
    """Versions of the libraries that make the site, variables that its settings name, and the digest of every document."""
    return (
        versions(*LIBRARIES)
        | {f"environment {name}": value for name, value in named.items()}
        | digests(project.root, documents(project))
    )


def documents(project: Project) -> list[Path]:
    """What a site is made of: all that lies in docs/, but for folders and what is hidden."""
    hidden = lambda path: any(part.startswith(".") for part in path.relative_to(project.docs).parts)
    found = [path for path in project.docs.rglob("*") if not (path.is_dir() or hidden(path))]
    return [project.root / MARKER, *sorted(found)]


def website(job: Job) -> None:
    """Have mkdocs build the site aside, then place the files that differ."""
    project: Project = job.arguments["project"]
    _check_documents(project)
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
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise StageError(
            "mkdocs build --strict: "
            + ("\n".join(said[-12:]) or f"ended with {done.returncode}")
            + UNTOUCHED
        )
    made = {
        project.site / path.relative_to(fresh): path for path in fresh.rglob("*") if path.is_file()
    }
    Record(project, SITE_TASK, job.say).place(made)
    note(job.folder, project, made)


def _check_documents(project: Project) -> None:
    """StageError for what mkdocs would wait for, or stumble over without saying where."""
    hidden = lambda path: any(part.startswith(".") for part in path.relative_to(project.docs).parts)
    if odd := [
        path
        for path in sorted(project.docs.rglob("*"))
        if not (path.is_file() or path.is_dir() or hidden(path))
    ]:
        raise StageError(
            f"{odd[0]}: a link to nothing, or no file; remove it or mend it, and build again"
            + UNTOUCHED
        )
