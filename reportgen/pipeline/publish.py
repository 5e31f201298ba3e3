"""Tasks that write pages into the project's folder: those of a report, and those of all reports."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reportgen import names
from reportgen.digests import digests_of
from reportgen.errors import StageError
from reportgen.files import read_json, write_json
from reportgen.pipeline import panels
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.sources import templates
from reportgen.pipeline.store import Store
from reportgen.pipeline.work import FACTS
from reportgen.pipeline.worker import Job
from reportgen.placed import WRITTEN, Record
from reportgen.project import Project
from reportgen.system import systems


def pages(job: Job) -> None:
    """The Markdown of a report, its pictures beside it."""
    from reportgen.pages import site
    from reportgen.pages.measured import Measured
    from reportgen.pages.report import Picture

    project, config, outline, figures, step, files = (
        job.arguments[name] for name in ("project", "config", "outline", "figures", "step", "files")
    )
    folders = {files[task]: folder for task, folder in job.inputs.items() if task in files}
    pictures = {
        file: read_json(folder / f"{file}.json", Picture) for file, folder in folders.items()
    }
    measured = read_json(job.inputs[job.arguments["facts"]] / FACTS, Measured)
    panels = (
        job.inputs[job.arguments["panels"]] / site.PANELS
        if job.arguments["panels"] in job.inputs
        else None
    )
    live = job.inputs.get(job.arguments["live"])
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
        live=live,
        say=job.say,
    )
    drafts = templates(project, systems()[job.arguments["system"]])
    if drafts != job.arguments["templates"]:  # what is stored has the key of the others
        raise StageError("templates changed while pages were made of them; build again")
    note(job.folder, project, placed)


def index(job: Job) -> None:
    """The pages that speak of all reports."""
    project, left = job.arguments["project"], list[str]()
    placed = shared(project, job.inputs.get(job.arguments["drawn"]), left.append)
    for said in left:
        job.say(said)
    note(job.folder, project, placed)
    panels.leave_out(job.folder, left)


def shared(project: Project, drawn: Path | None, say: Callable[[str], None]) -> list[Path]:
    """Write the pages that speak of all reports, with the pictures that `comparison` made."""
    from reportgen.pages.shared import write_shared

    sheets = (
        []
        if drawn is None
        else [drawn / f"{slug}.json" for system in systems().values() for slug in system.sheets]
    )
    return write_shared(project, seconds=training_seconds(project), sheets=sheets, say=say)


def training_seconds(project: Project) -> dict[str, float]:
    """How long the training of every report took by the clock, all parts together, as the store
    remembers it.
    """
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


def as_written(artefact: Artefact, project: Project, task: str) -> list[str]:
    """What is wrong with the files that a task put outside the store; nothing if all is so."""
    return [*panels.whole(artefact), *Record(project, task).differences(artefact.folder.name)]


def note(
    folder: Path, project: Project, paths: Iterable[Path], known: Mapping[Path, str] | None = None
) -> None:
    """Write down the digests of files that a task put outside the store; some may be known."""
    digests = dict(known or {}) | {path: digests_of(project.store).at(path) for path in paths}
    root = project.root
    written = {p.relative_to(root).as_posix(): digests[p] for p in sorted(digests)}
    write_json(folder / WRITTEN, written)
