"""What each task does, in a process of its own: the rooms are imported where they are used, so that
nothing loads torch in vain.
"""

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from reportgen.core.config import Config
from reportgen.errors import RunError
from reportgen.files import discard, read_json, write_json
from reportgen.pipeline.worker import Job

if TYPE_CHECKING:
    from reportgen.core.study import Study
    from reportgen.drawing.figure import Figure

RUN, VERIFIED, FACTS = "run.safetensors", "verified.json", "facts.json"


def run_made_by(config: Config) -> str:
    """The task whose product is the run of a report: its training, or the weights as given."""
    return f"{config.name}/{'train' if config.weights is None else 'load'}"


class Tried(TypedDict):
    """What came of trying every context."""

    shown: dict[str, object]  # of the seed that is shown
    first_mistakes: list[list[int | None]]  # of all seeds


def train(job: Job) -> None:
    """Some seeds of a configuration, at all checkpoints; it goes on where a killed build left
    it.
    """
    from reportgen.core.train import train

    config: Config = job.arguments["config"]
    if job.partial is not None and os.path.lexists(job.partial) and not job.partial.is_file():
        job.say(f"{job.partial} is no file; it is removed, and the training begins anew")
        discard(job.partial)
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


def load(job: Job) -> None:
    """The weights that a configuration names, at all their checkpoints."""
    from reportgen.core.weights.given import given_run

    config: Config = job.arguments["config"]
    (job.folder / RUN).write_bytes(given_run(config).to_bytes())


def join(job: Job) -> None:
    """One run of all seeds, from those that were trained apart."""
    from reportgen.core.runs import Run

    (job.folder / RUN).write_bytes(
        Run.joined([Run.load(job.inputs[part] / RUN) for part in job.arguments["parts"]]).to_bytes()
    )


def verify(job: Job) -> None:
    """Every context that fits into the window, tried, or why there are too many; at the last
    checkpoint, where all seeds are tried, or at another.
    """
    study = _study(job)
    found = dict(
        shown=study.verified.to_dict(),
        first_mistakes=study.first_mistakes if job.arguments["step"] is None else [],
    )
    write_json(job.folder / VERIFIED, found)


def facts(job: Job) -> None:
    """All facts and verdicts of a run, at its last checkpoint or at another."""
    from reportgen.measure.measure import measure

    write_json(job.folder / FACTS, measure(_verified(job)), sort_keys=True)


def live(job: Job) -> None:
    """The weights and what else the network in the reader's browser is made of."""
    from reportgen.core.live import write
    from reportgen.system import system_of

    study = _verified(job)
    write(study, system_of(study.config).live(study), job.folder)


def figure(job: Job) -> None:
    """A still, light and dark, with its numbers and words."""
    from reportgen.drawing.fonts import also
    from reportgen.drawing.rendering import still

    with also(job.arguments["fonts"]):
        still(_figure(job), _drawn(job), job.folder, job.arguments["file"])


def film(job: Job) -> None:
    """A film over all checkpoints of the run."""
    from reportgen.drawing.fonts import also
    from reportgen.drawing.rendering import film

    with also(job.arguments["fonts"]):
        study = _drawn(job)
        steps = [int(step) for step in study.run.steps]
        progress = lambda done: job.progress(done, len(steps))
        film(_figure(job), study, steps, job.folder, job.arguments["file"], progress)


def panels(job: Job) -> None:
    """What a report adds to the pictures of all reports."""
    import numpy as np

    from reportgen.pages.site import PANELS
    from reportgen.system import system_of

    study = _study(job)
    arrays = {
        name: array
        for sheet in system_of(study.config).drawn_sheets().values()
        for name, array in sheet.stored(sheet.compute(study)).items()
    }
    np.savez_compressed(job.folder / PANELS, **arrays)


def _figure(job: Job) -> "Figure[Any, Any, Any]":
    from reportgen.drawing.figure import figure_of

    return figure_of(job.arguments["module"], job.arguments["slug"])


def _drawn(job: Job) -> "Study":
    """The study as a figure sees it: turned to its demonstration, with names of tokens that fit
    into its cells.
    """
    from reportgen.drawing.names import short_names

    study: Study = _study(job).showing(job.arguments["demonstration"])
    return study.calling(short_names(study.tokens))


def _verified(job: Job) -> "Study":
    """The study, which knows what trying every context gave, where the system does."""
    study, verified = _study(job), job.arguments["verified"]
    found: Study = study if verified is None else knowing(study, job.inputs[verified])
    return found


def knowing(study: "Study", folder: Path) -> "Study":
    """The study, which knows what trying every context gave, as `verify` wrote it into a folder."""
    from reportgen.core.exact.verify import Verified

    found = read_json(folder / VERIFIED, Tried)
    told = Verified.from_dict(found["shown"]), found["first_mistakes"]
    known: Study = study.knowing(*told)  # type: ignore[attr-defined]  # of a system that has it
    return known


def _study(job: Job) -> Any:
    return _opened(
        job.inputs[job.arguments["run"]] / RUN, job.arguments["config"], job.arguments["step"]
    )


@lru_cache(
    maxsize=1
)  # one report at a time: what a study has traced can fill hundreds of megabytes
def _opened(path: Path, config: Config, step: int | None) -> "Study":
    """A study that all tasks of this process share, with everything it has traced."""
    from reportgen.core.runs import Run
    from reportgen.core.study import study_of

    return study_of(config, Run.load(path), step)
