"""The tasks of one report, each with everything that its products depend on."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path

from reportgen.core.config import Config
from reportgen.drawing.declared import Declared
from reportgen.drawing.noto import fonts_for
from reportgen.files import digest_of
from reportgen.pages.outline import Entry, Outline
from reportgen.pipeline import publish, work
from reportgen.pipeline.settings import TRAINING, settings
from reportgen.pipeline.sources import Sources, templates, versions
from reportgen.pipeline.task import SECONDS, Task
from reportgen.pipeline.training import training_tasks
from reportgen.placed import pages_task
from reportgen.project import Project
from reportgen.rules.outside import source_of
from reportgen.rules.written import Written
from reportgen.system import System, system_of


@dataclass(frozen=True)
class ReportTasks:
    """What the tasks of a report, or of one checkpoint of it, are declared from; with `only` the
    other pictures are taken if they are there, not drawn.
    """

    project: Project
    code: Sources
    config: Config
    outline: Outline
    figures: Mapping[str, Declared]
    step: int | None = None
    only: str | None = None

    def all(self) -> list[Task]:
        """Everything for the report."""
        pictures, panels = list(self.pictures()), list(self.panels())
        return [
            *self.training(),
            *self.verification(),
            self.facts(),
            *self.live(),
            *pictures,
            self.pages([*pictures, *panels]),
            *panels,
        ]

    def training(self) -> Iterator[Task]:
        """The run, as NAME/train."""
        inputs = (
            self.trained
            | self.studied
            | self.code.of("reportgen.core.train", f"{self.system.package}.evaluation")
            | versions("torch", "numpy", "safetensors")
        )
        return training_tasks(self.config, inputs, self.code.of("reportgen.core.runs"))

    def verification(self) -> Iterator[Task]:
        """Every context that there is, tried; other systems have facts that try everything."""
        if self.verified:
            yield Task(
                self.verified,
                "verify",
                work.verify,
                self.base,
                self.trained | {"step": str(self.step)} | self.studied | versions("torch", "numpy"),
                (self.run,),
                weight=SECONDS["verify"],
            )

    def facts(self) -> Task:
        """All facts and verdicts of the run."""
        return Task(
            self.called("facts"),
            "facts",
            work.facts,
            self.base | dict(verified=self.verified),
            self.seen
            | self.studied
            | self.code.of(*self.own, "reportgen.measure.measure", "reportgen.measure.plain")
            | versions("torch", "numpy", "scipy"),
            (self.run, *([self.verified] if self.verified else [])),
            weight=SECONDS["facts"],
        )

    def live(self) -> Iterator[Task]:
        """What the network in the reader's browser is made of; a checkpoint's report has none."""
        if self.step is None:
            yield Task(
                self.playable,
                "facts",
                work.live,
                self.base | dict(verified=self.verified),
                self.seen
                | self.studied
                | self.code.of("reportgen.core.live", f"{self.system.package}.live")
                | versions("torch", "numpy", "scipy"),
                (self.run, *([self.verified] if self.verified else [])),
                weight=SECONDS["pages"],
            )

    def pictures(self) -> Iterator[Task]:
        """A still or a film for each entry of the outline."""
        fonts = fonts_for(self.config.rule.tokens.names)
        typefaces = {f"font {Path(path).name}": digest for path, digest in fonts.items()}
        for entry in self.shown:
            figure = self.figures[entry.slug]
            stage, does = ("films", work.film) if figure.film else ("figures", work.figure)
            inputs = (
                self.seen
                | typefaces
                | {"file": entry.file, "declared": json.dumps(asdict(figure))}
                | self.studied
                | self.code.of(
                    figure.module, "reportgen.drawing.stills", "reportgen.drawing.filming"
                )
                | versions("torch", "numpy", "scipy", "matplotlib", "pillow", "font-roboto")
            )
            inputs |= versions("imageio", "imageio-ffmpeg") if figure.film else {}
            yield Task(
                self.called(entry.file),
                stage,
                does,
                self.base
                | dict(
                    slug=entry.slug,
                    module=figure.module,
                    file=entry.file,
                    demonstration=entry.demonstration or 0,
                    fonts=fonts,
                ),
                inputs,
                (self.run,),
                weight=SECONDS[stage],
                optional=self.only not in (None, entry.slug),
            )

    def panels(self) -> Iterator[Task]:
        """What the report adds to the pictures of all reports."""
        if self.step is None and self.system.sheets:
            yield Task(
                self.compared,
                "figures",
                work.panels,
                self.base,
                self.trained
                | self.studied
                | self.code.of(f"{self.system.package}.comparison.*")
                | versions("torch", "numpy", "scipy"),
                (self.run,),
                weight=SECONDS["figures"],
                optional=self.only is not None,
            )

    def pages(self, drawn: list[Task]) -> Task:
        """The Markdown of the report, with what was drawn."""
        drafts = templates(self.project)
        figured = json.dumps([asdict(figure) for figure in self.figures.values()])
        inputs = (
            settings(self.config, (*TRAINING, "report"))
            | {"step": str(self.step), **self.config.rule.materials()}
            | self.code.of("reportgen.pages.site", *self.own, self.rule)
            | versions("jinja2", "latex2mathml")
            | drafts
            | {"what figures declare": digest_of(figured.encode())}
        )
        name = pages_task(self.config.name, self.step)
        return Task(
            name,
            "pages",
            publish.pages,
            dict(
                project=self.project,
                config=self.config,
                outline=self.outline,
                figures=dict(self.figures),
                step=self.step,
                facts=self.called("facts"),
                files={t.name: t.arguments["file"] for t in drawn if t.name != self.compared},
                panels=self.compared,
                live=self.playable,
                templates=drafts,
            ),
            inputs,
            (self.called("facts"),),
            (*(task.name for task in drawn), *(task.name for task in self.live())),
            SECONDS["pages"],
            home=True,
            valid=partial(publish.as_written, project=self.project, task=name),
        )

    # what they share

    def called(self, what: str) -> str:
        """A task of the report, or of this checkpoint of it."""
        return f"{self.config.name}/{what}" + ("" if self.step is None else f"@{self.step}")

    @property
    def run(self) -> str:
        """The task whose product is the run."""
        return f"{self.config.name}/train"

    @property
    def verified(self) -> str | None:
        """The task that tries every context, where the system has it."""
        return self.called("verify") if self.system.exhaustive else None

    @property
    def compared(self) -> str:
        """The task that makes what the pictures of all reports show of this one."""
        return f"{self.config.name}/comparison"

    @property
    def playable(self) -> str:
        """The task that makes what the page's own network is made of."""
        return f"{self.config.name}/live"

    @cached_property
    def shown(self) -> list[Entry]:
        """What of the outline is drawn: for one checkpoint, neither films nor figures that speak of
        other seeds or of the whole training.
        """
        whole: Callable[[Declared], bool] = lambda figure: figure.film or figure.over_seeds
        entries, figures = self.outline.entries, self.figures
        return [e for e in entries if self.step is None or not whole(figures[e.slug])]

    @property
    def base(self) -> dict[str, object]:
        """What every task gets that opens the run."""
        return dict(config=self.config, step=self.step, run=self.run)

    @property
    def system(self) -> System:
        """The system of the configuration."""
        return system_of(self.config)

    @property
    def own(self) -> list[str]:
        """What the system measures and says: its declaration, all facts and all claims."""
        return [f"{self.system.package}.{part}" for part in ("system", "facts.*", "claims.*")]

    @property
    def rule(self) -> str | Written:
        """The module of the rule."""
        return source_of(type(self.config.rule))

    @cached_property
    def trained(self) -> dict[str, str]:
        """Settings and files that shape a run."""
        return settings(self.config, TRAINING) | self.config.rule.materials()

    @cached_property
    def seen(self) -> dict[str, str]:
        """The same, with what decides what is looked at."""
        demonstrations = str(self.config.report.demonstrations)
        return self.trained | {"report.demonstrations": demonstrations, "step": str(self.step)}

    @cached_property
    def studied(self) -> dict[str, str]:
        """The code that opens a run."""
        package = self.system.package
        return self.code.of(f"{package}.view", f"{package}.data", self.rule)
