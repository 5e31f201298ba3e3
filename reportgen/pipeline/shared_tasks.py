"""The tasks that speak of all reports: their pictures, the pages that show them, and the site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from reportgen.digests import digests_of
from reportgen.pages.assets import assets
from reportgen.pages.reports import duration
from reportgen.pages.stored import Shelf
from reportgen.pipeline import panels as gather
from reportgen.pipeline import publish, website
from reportgen.pipeline.sources import Sources, digests, templates, versions
from reportgen.pipeline.task import SECONDS, Task
from reportgen.placed import INDEX_TASK, SITE_TASK
from reportgen.project import SHARED, Project
from reportgen.system import systems


@dataclass(frozen=True)
class SharedTasks:
    """What the tasks of all reports are declared from: the project, and the tasks of the reports
    that are built with them.
    """

    project: Project
    code: Sources
    pages: tuple[str, ...]  # tasks that write the pages of a report
    panels: tuple[str, ...]  # tasks that make what a report adds to the pictures of all

    def all(self, *, site: bool) -> Iterator[Task]:
        """The pictures of all reports, the pages that show them, and the site, once all pages are
        written.
        """
        yield self.gathered()
        yield self.comparison()
        yield self.index()
        if site:
            yield self.site()

    def gathered(self) -> Task:
        """What every report adds to the pictures of all."""
        own = {task: task.removesuffix("/comparison") for task in self.panels}

        def others() -> dict[str, str]:
            there = Shelf(self.project).panels().items()
            return digests(self.project, [path for name, path in there if name not in own.values()])

        return Task(
            f"{SHARED}/panels",
            "figures",
            gather.gathered,
            dict(project=self.project, own=own),
            others,
            wants=self.panels,
            weight=SECONDS["pages"],
            home=True,
            valid=gather.whole,
        )

    def comparison(self) -> Task:
        """The pictures of all reports."""
        drawing = self.code.of(
            *(f"{system.package}.comparison.*" for system in systems().values() if system.sheets),
            "reportgen.drawing.stills",
            "reportgen.drawing.filming",
        )
        return Task(
            f"{SHARED}/comparison",
            "figures",
            gather.comparison,
            dict(panels=f"{SHARED}/panels"),
            drawing | versions("numpy", "matplotlib", "pillow", "font-roboto"),
            (f"{SHARED}/panels",),
            weight=SECONDS["figures"],
        )

    def index(self) -> Task:
        """The pages that speak of all reports."""
        return Task(
            INDEX_TASK,
            "pages",
            publish.index,
            dict(project=self.project, drawn=f"{SHARED}/comparison"),
            self._told,
            wants=(*self.pages, f"{SHARED}/comparison"),
            weight=SECONDS["pages"],
            home=True,
            valid=self._as_written(INDEX_TASK),
        )

    def _told(self) -> Mapping[str, str]:
        """What these pages are made of, known once those of all reports are written."""
        trained = {
            f"seconds of training {name}": duration(seconds)
            for name, seconds in publish.training_seconds(self.project).items()
        }
        facts = digests(self.project, Shelf(self.project).files())
        known = digests_of(self.project.store)
        worn = {f"assets/{name}": known.at(path) for name, path in assets(self.project).items()}
        return (
            self.code.of("reportgen.pages.shared")
            | templates(self.project)
            | facts
            | trained
            | worn
        )

    def site(self) -> Task:
        """The site."""
        named = website.named(self.project)
        return Task(
            SITE_TASK,
            "site",
            website.website,
            dict(project=self.project, named=named),
            partial(website.inputs, self.project, named),
            wants=(INDEX_TASK, *self.pages),
            weight=SECONDS["site"],
            home=True,
            valid=self._as_written(SITE_TASK),
        )

    def _as_written(self, task: str) -> partial[list[str]]:
        return partial(publish.as_written, project=self.project, task=task)
