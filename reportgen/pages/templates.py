"""Where templates and outlines lie: in the folder of a system, or in that of all systems."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen import names
from reportgen.errors import ProjectError
from reportgen.project import Project
from reportgen.system import System

SHARED = "shared"  # the folder of what every system uses


@dataclass(frozen=True)
class Templates:
    """The templates of a project, as the reports of one system name them: from the system's folder,
    from that of all systems, or from above both.
    """

    tops: tuple[Path, ...]  # the project's folder, then the package's
    system: str = ""
    formerly: str = ""  # what 0.1 called the system's folder

    @classmethod
    def of(cls, project: Project, system: System | None = None) -> "Templates":
        """Those of one system, or what pages of all reports are made of."""
        if system is None:
            return cls(project.template_folders)
        return cls(project.template_folders, system.name, system.formerly)

    def places(self, top: Path, name: str) -> Iterator[Path]:
        """Where a file of this name can lie below a top, the first one first."""
        for called in (name, *self._other_name(name)):
            for folder in (self.system, SHARED, ""):
                yield top / folder / called

    def file(self, name: str) -> Path:
        """The file of this name, the project's own first; ProjectError where there is none."""
        if wrong := names.file_problem(name):
            raise ProjectError(f"no template can be called {names.shown(name)}: {wrong}")
        for path in self._everywhere(name):
            return path
        raise ProjectError(f"no template {name}; looked in {', '.join(map(str, self.tops))}")

    def has(self, name: str) -> bool:
        """Is there a file of this name."""
        return not names.file_problem(name) and any(self._everywhere(name))

    def _everywhere(self, name: str) -> Iterator[Path]:
        for top in self.tops:
            yield from (path for path in self.places(top, name) if path.is_file())

    def _other_name(self, name: str) -> Iterator[str]:
        """What 0.1 called it, or what it is called since."""
        folder, _, file = name.partition("/")
        if self.formerly and folder in (both := {self.system, self.formerly}):
            yield f"{(both - {folder}).pop()}/{file}"
