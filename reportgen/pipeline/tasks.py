"""The tasks of a build: those of each report, and those of all of them; every mistake in what a
build is to do is an error here, before anything runs.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.drawing.declared import declared_by
from reportgen.errors import ReportError, UsageError, nearest
from reportgen.names import shown as quoted
from reportgen.pages.outline import Outline
from reportgen.pages.outline_file import load
from reportgen.pages.templates import Templates
from reportgen.pipeline import publish, work
from reportgen.pipeline.report_tasks import ReportTasks
from reportgen.pipeline.settings import TRAINING, settings
from reportgen.pipeline.shared_tasks import SharedTasks
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.task import Task
from reportgen.pipeline.trial import tried
from reportgen.project import Project
from reportgen.system import system_of


def plan(
    project: Project,
    names: Sequence[str],
    *,
    step: int | None = None,
    only: str | None = None,
    site: bool = True,
    thorough: bool = False,
    broken: dict[str, ReportError] | None = None,
) -> list[Task]:
    """The tasks of some reports.

    With `broken` a mistake stops only the report it belongs to, and is put there under its name.
    With `thorough` those mistakes too that take seconds to find.
    """
    tasks: list[Task] = []
    code, shown = Sources(), Outlines(project)
    for name in dict.fromkeys(names):
        try:
            tasks += _planned(project, code, shown, name, step, only, thorough)
        except ReportError as error:
            if broken is None:
                raise
            broken[name] = error
    pages, panels = (
        tuple(t.name for t in tasks if t.work is does) for does in (publish.pages, work.panels)
    )
    return [*tasks, *SharedTasks(project, code, pages, panels).all(site=site)]


class Outlines:
    """Outlines and the figures of systems, each read once for all reports that have it."""

    def __init__(self, project: Project) -> None:
        self.project, self.figures = project, cache(declared_by)
        self.read: dict[tuple[str, str, int], Outline] = {}

    def of(self, config: Config) -> Outline:
        """The outline that a configuration names; OutlineError lists what is wrong with it."""
        system, report = system_of(config), config.report
        key = system.name, report.outline, report.demonstrations
        if key not in self.read:
            drafts = Templates.of(self.project, system)
            self.read[key] = load(
                drafts,
                report.outline,
                demonstrations=report.demonstrations,
                figures=self.figures(system),
            )
        return self.read[key]


def _planned(
    project: Project,
    code: Sources,
    outlines: Outlines,
    name: str,
    step: int | None,
    only: str | None,
    thorough: bool,
) -> list[Task]:
    """The tasks of one report."""
    path = project.config(name)
    config = configs.load(path, rules=project.rules, files=configs.Files.of(project))
    values = settings(config, ("rule", "data", "model", "weights"))
    tried(project, code, path, config, values, thorough=thorough)
    if step is not None:
        check_step(config, step)
    figures = outlines.figures(system_of(config))
    outline = outlines.of(config).fitted(config, figures)
    report = ReportTasks(project, code, config, outline, figures, step, only)
    if only is not None:
        check_only(only, [entry.slug for entry in report.shown])
    places = dict.fromkeys(settings(config, (*TRAINING, "report")), f"configs/{path.name}")
    return [replace(task, places=places) for task in report.all()]


def check_step(config: Config, step: int) -> None:
    """RunError where a step is no checkpoint of a configuration, trained or not."""
    import numpy as np

    from reportgen.core.runs import Run

    Run(config.as_dict(), (), np.array(config.steps), {}, {}, {}).checkpoint(step)


def check_only(only: str, slugs: Sequence[str]) -> None:
    """UsageError where no figure of a report is called so."""
    known = sorted({*slugs})
    if only not in known:
        raise UsageError(
            f"--only {quoted(only)}: this report has no such figure{nearest(only, known)}; it has"
            f" {', '.join(known)}"
        )
