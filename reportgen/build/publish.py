"""Tasks that write into the project's folder: pages, the pages of all reports, and the site."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from reportgen import names
from reportgen.build import panels
from reportgen.build.store import Artefact, Store
from reportgen.build.work import FACTS
from reportgen.build.worker import Job
from reportgen.errors import StageError
from reportgen.files import digest_at, read_json, write_json
from reportgen.placed import SITE_TASK, WRITTEN, Record
from reportgen.project import Project


def pages(job: Job) -> None:
    """The Markdown of a report, its pictures beside it."""
    from reportgen import site

    project, config, outline, figures, step, files = (
        job.arguments[name] for name in ("project", "config", "outline", "figures", "step", "files")
    )
    folders = {files[task]: folder for task, folder in job.inputs.items() if task in files}
    pictures = {
        file: read_json(folder / f"{file}.json", dict[str, Any]) for file, folder in folders.items()
    }
    measured = read_json(job.inputs[job.arguments["facts"]] / FACTS, dict[str, Any])
    panels = (
        job.inputs[job.arguments["panels"]] / site.PANELS
        if job.arguments["panels"] in job.inputs
        else None
    )
    placed = site.write(
        project,
        config,
        outline,
        figures,
        measured,
        pictures,
        folders,
        step,
        panels=panels,
        say=job.say,
    )
    _note(job.folder, project, placed)


def index(job: Job) -> None:
    """The pages that speak of all reports."""
    project, left = job.arguments["project"], list[str]()
    placed = shared(project, job.inputs.get(job.arguments["drawn"]), left.append)
    for said in left:
        job.say(said)
    _note(job.folder, project, placed)
    panels.leave_out(job.folder, left)


def shared(project: Project, drawn: Path | None, say: Callable[[str], None]) -> list[Path]:
    """Write the pages that speak of all reports, with the pictures that `comparison` made."""
    from reportgen import site
    from reportgen.figures.comparison import SLUGS

    sheets = [] if drawn is None else [drawn / f"{slug}.json" for slug in SLUGS]
    return site.write_shared(project, seconds=training_seconds(project), sheets=sheets, say=say)


def training_seconds(project: Project) -> dict[str, float]:
    """How long the training of every report took by the clock, all parts together, as the store remembers it."""
    store, found = Store(project.store), dict[str, float]()
    for folder in sorted(project.store.glob("*/train")):
        name = folder.parent.name
        record = store.record(f"{name}/train")
        parts = [
            said.removeprefix("result of ")
            for said in (record["inputs"] if record else {})
            if said.startswith(f"result of {name}/") and names.relative(said)
        ]
        times = [artefact.seconds for part in parts if (artefact := store.last(part))]
        if parts and len(times) == len(parts):
            found[name] = sum(times)
    return found


def website(job: Job) -> None:
    """The whole site by mkdocs, built aside; then the files that differ are placed."""
    project: Project = job.arguments["project"]
    _check_documents(project)
    fresh = job.folder.parent / "site"
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--config-file",
        str(project.root / "mkdocs.yml"),
        "--site-dir",
        str(fresh),
    ]
    done = subprocess.run(
        command,
        cwd=project.root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise StageError(
            "mkdocs build --strict: "
            + ("\n".join(said[-12:]) or f"ended with {done.returncode}")
            + "\nthe old site was left as it is"
        )
    made = {
        project.site / path.relative_to(fresh): path for path in fresh.rglob("*") if path.is_file()
    }
    Record(project, SITE_TASK, job.say).place(made)
    _note(job.folder, project, made)


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
            + "\nthe old site was left as it is"
        )


def as_written(artefact: Artefact, project: Project, task: str) -> list[str]:
    """What is wrong with the files that a task put outside the store; nothing if all is so."""
    return [*panels.whole(artefact), *Record(project, task).differences(artefact.folder.name)]


def _note(folder: Path, project: Project, paths: Iterable[Path]) -> None:
    written = {path.relative_to(project.root).as_posix(): digest_at(path) for path in sorted(paths)}
    write_json(folder / WRITTEN, written)
