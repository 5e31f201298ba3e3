"""What each task does, in a process of its own: the rooms are imported where they are used, so that nothing loads torch in vain."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.build.sources import templates
from reportgen.build.store import Artefact, Store, digest_of, write
from reportgen.build.worker import Job
from reportgen.config import Config
from reportgen.errors import RunError, StageError
from reportgen.project import Project

if TYPE_CHECKING:
    from reportgen.figures.base import Figure
    from reportgen.study import Study

RUN, VERIFIED, FACTS, WRITTEN = "run.safetensors", "verified.json", "facts.json", "written.json"


def train(job: Job) -> None:
    """Some seeds of a configuration, at all checkpoints; it goes on where a killed build left it."""
    from reportgen.train import train

    config: Config = job.arguments["config"]
    try:
        run = train(
            config,
            lambda step: job.progress(step, config.training.steps),
            seeds=job.arguments.get("seeds"),
            partial=job.partial,
            say=job.say,
        )
    except RunError:
        if job.partial is not None:
            job.partial.unlink(missing_ok=True)  # a training that diverged would only diverge again
            with suppress(OSError):
                job.partial.parent.rmdir()  # unless other products lie there
        raise
    (job.folder / RUN).write_bytes(run.to_bytes())


def join(job: Job) -> None:
    """One run of all seeds, from those that were trained apart."""
    from reportgen.runs import Run

    (job.folder / RUN).write_bytes(
        Run.joined([Run.load(job.inputs[part] / RUN) for part in job.arguments["parts"]]).to_bytes()
    )


def verify(job: Job) -> None:
    """Every context that fits into the window, tried, or why there are too many; at the last checkpoint, where all seeds are tried, or at another."""
    study = _study(job)
    found = dict(
        shown=study.verified.to_dict(),
        first_mistakes=study.first_mistakes if job.arguments["step"] is None else [],
    )
    (job.folder / VERIFIED).write_text(json.dumps(found) + "\n", encoding="utf-8")


def facts(job: Job) -> None:
    """All facts and verdicts of a run, at its last checkpoint or at another."""
    from reportgen.exact.verify import Verified
    from reportgen.facts.measure import measure

    study, verified = _study(job), job.arguments["verified"]
    if verified is not None:
        found = json.loads((job.inputs[verified] / VERIFIED).read_text(encoding="utf-8"))
        study = study.knowing(Verified.from_dict(found["shown"]), found["first_mistakes"])
    (job.folder / FACTS).write_text(
        json.dumps(measure(study), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        encoding="utf-8",
    )


def figure(job: Job) -> None:
    """A still, light and dark, with its numbers and words."""
    from reportgen.figures.parts.fonts import also
    from reportgen.render import still

    with also(job.arguments["fonts"]):
        still(_figure(job), _drawn(job), job.folder, job.arguments["file"])


def film(job: Job) -> None:
    """A film over all checkpoints of the run."""
    from reportgen.figures.parts.fonts import also
    from reportgen.render import film

    with also(job.arguments["fonts"]):
        study = _drawn(job)
        steps = [int(step) for step in study.run.steps]
        progress = lambda done: job.progress(done, len(steps))
        film(_figure(job), study, steps, job.folder, job.arguments["file"], progress)


def panels(job: Job) -> None:
    """What a report adds to the pictures of all reports."""
    import numpy as np

    from reportgen.figures.comparison.sheets import SHEETS
    from reportgen.site import PANELS

    study = _study(job)
    np.savez_compressed(
        job.folder / PANELS,
        **{
            name: array
            for sheet in SHEETS.values()
            for name, array in sheet.stored(sheet.compute(study)).items()
        },
    )  # type: ignore[arg-type]


def gathered(job: Job) -> None:
    """What every report adds to the pictures of all: fresh where this build made it, as it lies in the pages of the others.

    Its products are the same whichever reports a build was asked for, so that the pictures are drawn anew only if one changed.
    """
    from reportgen import site

    own: dict[str, str] = job.arguments["own"]
    found = {
        path.parent.name: path
        for path in site.panels_of(job.arguments["project"])
        if path.parent.name not in own.values()
    }
    found |= {own[task]: folder / site.PANELS for task, folder in job.inputs.items()}
    for name, path in found.items():
        (job.folder / f"{name}.npz").write_bytes(path.read_bytes())


def comparison(job: Job) -> None:
    """The pictures of all reports."""
    import numpy as np

    from reportgen.figures.comparison.sheets import SHEETS
    from reportgen.render import picture

    panels: dict[str, list[Any]] = {slug: [] for slug in SHEETS}
    for path in sorted(job.inputs[job.arguments["panels"]].glob("*.npz")):
        try:
            arrays = dict(np.load(path))
            own = {slug: sheet.read(arrays) for slug, sheet in SHEETS.items()}
        except KeyError:
            job.say(
                f"{path.stem} is not in the pictures of all reports: another version made its part; build it again"
            )
            continue
        for slug, panel in own.items():
            panels[slug].append(panel)
    for slug, sheet in SHEETS.items():
        picture(sheet, panels[slug], job.folder, slug)


def pages(job: Job) -> None:
    """The Markdown of a report, its pictures beside it."""
    from reportgen import site

    project, config, outline, figures, step, files = (
        job.arguments[name] for name in ("project", "config", "outline", "figures", "step", "files")
    )
    folders = {files[task]: folder for task, folder in job.inputs.items() if task in files}
    pictures = {
        file: json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))
        for file, folder in folders.items()
    }
    measured = json.loads((job.inputs[job.arguments["facts"]] / FACTS).read_text(encoding="utf-8"))
    panels = (
        job.inputs[job.arguments["panels"]] / site.PANELS
        if job.arguments["panels"] in job.inputs
        else None
    )
    written = site.write(
        project, config, outline, figures, measured, pictures, folders, step, panels=panels
    )
    if templates(project) != job.arguments["templates"]:  # what is stored has the key of the others
        raise StageError("templates changed while pages were made of them; build again")
    _note(job.folder, project, written)


def index(job: Job) -> None:
    """The pages that speak of all reports."""
    project = job.arguments["project"]
    _note(job.folder, project, shared(project, job.inputs.get(job.arguments["drawn"])))


def shared(project: Project, drawn: Path | None) -> list[Path]:
    """Write the pages that speak of all reports, with the pictures in a folder that `comparison` made."""
    from reportgen import site
    from reportgen.figures.comparison import SLUGS

    sheets = [] if drawn is None else [drawn / f"{slug}.json" for slug in SLUGS]
    return site.write_shared(project, seconds=training_seconds(project), sheets=sheets)


def training_seconds(project: Project) -> dict[str, float]:
    """How long the training of every report took by the clock, all parts together, as the store remembers it."""
    store, found = Store(project.store), dict[str, float]()
    for folder in sorted(project.store.glob("*/train")):
        name = folder.parent.name
        parts = [
            said.removeprefix("result of ")
            for said in store.record(f"{name}/train").get("inputs", {})
            if said.startswith("result of ")
        ]
        times = [artefact.seconds for part in parts if (artefact := store.last(part))]
        if parts and len(times) == len(parts):
            found[name] = sum(times)
    return found


def website(job: Job) -> None:
    """The whole site by mkdocs, built aside and then moved into place."""
    project: Project = job.arguments["project"]
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
    if project.site.exists():
        os.replace(project.site, job.folder.parent / "old")
    os.replace(fresh, project.site)
    _note(job.folder, project, (path for path in project.site.rglob("*") if path.is_file()))


def as_written(artefact: Artefact, project: Project) -> bool:
    """Are the files that a task put outside the store still what it put there?"""
    try:
        written = json.loads((artefact.folder / WRITTEN).read_text(encoding="utf-8"))
        return all(
            digest_of((project.root / name).read_bytes()) == digest
            for name, digest in written.items()
        )
    except OSError:
        return False


def _note(folder: Path, project: Project, paths: Iterable[Path]) -> None:
    written = {
        str(path.relative_to(project.root)): digest_of(path.read_bytes()) for path in sorted(paths)
    }
    write(folder / WRITTEN, json.dumps(written, indent=1))


def _figure(job: Job) -> "Figure":
    import_module(
        job.arguments["module"]
    )  # this one alone: a mistake in another figure is no concern of it
    from reportgen.figures.base import FIGURES

    return FIGURES[job.arguments["slug"]]


def _drawn(job: Job) -> "Study":
    """The study as a figure sees it: turned to its demonstration, with names of tokens that fit into its cells."""
    from reportgen.figures.parts.names import short_names

    study = _study(job).showing(job.arguments["demonstration"])
    return study.calling(short_names(study.tokens))


def _study(job: Job) -> "Study":
    return _opened(
        job.inputs[job.arguments["run"]] / RUN, job.arguments["config"], job.arguments["step"]
    )


@lru_cache(
    maxsize=1
)  # one report at a time: what a study has traced can fill hundreds of megabytes
def _opened(path: Path, config: Config, step: int | None) -> "Study":
    """A study that all tasks of this process share, with everything it has traced."""
    from reportgen.runs import Run
    from reportgen.study import Study

    return Study.of(config, Run.load(path), step)
