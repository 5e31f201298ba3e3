"""The tasks of one report, each with everything that its products depend on."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from reportgen.drawing.noto import fonts_for
from reportgen.files import digest_of
from reportgen.pipeline import publish, work
from reportgen.pipeline.report_inputs import ReportInputs
from reportgen.pipeline.settings import TRAINING, settings
from reportgen.pipeline.sources import versions
from reportgen.pipeline.task import SECONDS, Task
from reportgen.pipeline.training import training_tasks
from reportgen.placed import pages_task


class ReportTasks(ReportInputs):
    """The tasks; with `only` the other pictures are taken if they are there, not drawn."""

    def all(self) -> list[Task]:
        """Everything for the report."""
        pictures, panels = list(self.pictures()), list(self.panels())
        return [
            *(self.training() if self.config.weights is None else self.loading()),
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

    def loading(self) -> Iterator[Task]:
        """The run of weights that were made elsewhere, as NAME/load."""
        yield Task(
            self.run,
            "load",
            work.load,
            dict(config=self.config),
            self.trained
            | self.studied
            | self.code.of("reportgen.core.weights.given", f"{self.system.package}.evaluation")
            | versions("torch", "numpy", "safetensors"),
            weight=SECONDS["load"],
        )

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
        """What the network in the reader's browser is made of; a checkpoint's report has none, and
        none a network whose neurons the browser does not compute.
        """
        if self.step is None and self.config.model.activation == "relu":
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
        drafts = self.code.templates(self.project, self.system)
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
                system=self.system.name,
                templates=drafts,
            ),
            inputs,
            (self.called("facts"),),
            (*(task.name for task in drawn), *(task.name for task in self.live())),
            SECONDS["pages"],
            home=True,
            valid=partial(publish.as_written, project=self.project, task=name),
        )
