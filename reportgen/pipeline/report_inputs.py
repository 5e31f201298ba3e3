"""What the tasks of one report are declared from, and what several of them depend on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from reportgen.core.config import Config
from reportgen.drawing.declared import Declared
from reportgen.pages.outline import Entry, Outline
from reportgen.pipeline.settings import TRAINING, settings
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.work import run_made_by
from reportgen.project import Project
from reportgen.rules.outside import source_of
from reportgen.rules.written import Written
from reportgen.system import System, system_of


@dataclass(frozen=True)
class ReportInputs:
    """A report, or one checkpoint of it."""

    project: Project
    code: Sources
    config: Config
    outline: Outline
    figures: Mapping[str, Declared]
    step: int | None = None
    only: str | None = None

    def called(self, what: str) -> str:
        """A task of the report, or of this checkpoint of it."""
        return f"{self.config.name}/{what}" + ("" if self.step is None else f"@{self.step}")

    @property
    def run(self) -> str:
        """The task whose product is the run."""
        return run_made_by(self.config)

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
        return settings(self.config, TRAINING) | self.config.materials()

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
