"""The whole site by mkdocs, and what it depends on."""

import os
import subprocess
import sys
from collections.abc import Mapping

from reportgen.build.sources import versions
from reportgen.build.store import digest_of
from reportgen.build.work import note
from reportgen.build.worker import Job
from reportgen.errors import StageError
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


def named(project: Project) -> dict[str, str]:
    """The environment variables that the project's mkdocs.yml asks for."""
    return asked_for((project.root / MARKER).read_text(encoding="utf-8", errors="replace"))


def inputs(project: Project, named: Mapping[str, str]) -> dict[str, str]:
    """Versions of the libraries that make the site, variables that its settings name, and the digest of every document."""
    documents = (path for path in project.docs.rglob("*") if path.is_file())
    return (
        versions(*LIBRARIES)
        | {f"environment {name}": value for name, value in named.items()}
        | {
            str(path.relative_to(project.root)): digest_of(path.read_bytes())
            for path in sorted((project.root / MARKER, *documents))
        }
    )


def website(job: Job) -> None:
    """Have mkdocs build the site aside, and move it into place."""
    project: Project = job.arguments["project"]
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
            + "\nthe old site was left as it is"
        )
    if project.site.exists():
        os.replace(project.site, job.folder.parent / "old")
    os.replace(fresh, project.site)
    note(job.folder, project, (path for path in project.site.rglob("*") if path.is_file()))
