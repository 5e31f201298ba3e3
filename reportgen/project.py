"""Where things are: the only code that knows a path's place."""

from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import ProjectError, UsageError, nearest

MARKER = "mkdocs.yml"
PACKAGE = Path(__file__).parent
ALLOW_OUTSIDE = "--allow-outside-files"  # of the command line
SHEETS = "compare"  # the folder of pictures of all reports, beside the folders of reports


def packaged(kind: str) -> Path:
    """The package's own copy of `templates` or `configs`: inside an installed package, or beside it in a checkout."""
    inside = PACKAGE / f"package_{kind}"
    return inside if inside.is_dir() else PACKAGE.parent / kind


@dataclass(frozen=True)
class Project:
    """A folder with an mkdocs.yml."""

    root: Path
    outside_files: bool = False  # may a configuration name files that lie elsewhere

    @classmethod
    def find(cls, given: Path | None = None, start: Path | None = None) -> "Project":
        """The project in the folder `given`, or the nearest one at or above `start`; ProjectError where there is none."""
        if given is not None:
            if not (given / MARKER).is_file():
                raise ProjectError(
                    f"{given}: no {MARKER} there; a project is a folder with one (--project FOLDER)"
                )
            return cls(given.resolve())
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / MARKER).is_file():
                return cls(folder)
        raise ProjectError(
            f"{here}: no {MARKER} here or in a folder above; change into a project or name one with --project FOLDER"
        )

    def configs(self) -> dict[str, Path]:
        """Every configuration by name: the project's own, then the package's."""
        found = {
            path.stem: path
            for folder in (packaged("configs"), self.root / "configs")
            for path in sorted(folder.glob("*.yaml"))
        }
        return dict(sorted(found.items()))

    def config(self, name: str) -> Path:
        """The file of the configuration with this name; UsageError with the nearest names otherwise."""
        known = self.configs()
        if name not in known:
            raise UsageError(
                f"no configuration is called {name!r}{nearest(name, known)}; `reportgen list` shows all: {', '.join(known)}"
            )
        return known[name]

    @property
    def rules(self) -> Path:
        """Rules of the project's own, a Python file each, beside those of the package."""
        return self.root / "rules"

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where templates and outlines are looked for, file by file."""
        own = self.root / "templates"
        return tuple(
            dict.fromkeys(folder for folder in (own, packaged("templates")) if folder.is_dir())
        )

    def template(self, name: str) -> Path:
        """A file of the templates, the project's own before the package's; ProjectError where there is none."""
        for folder in self.template_folders:
            if (folder / name).is_file():
                return folder / name
        raise ProjectError(
            f"no template {name}; looked in {', '.join(map(str, self.template_folders))}"
        )

    @property
    def docs(self) -> Path:
        """The hand-written pages, with the generated ones under rules/."""
        return self.root / "docs"

    @property
    def reports(self) -> Path:
        """All generated pages."""
        return self.docs / "rules"

    def report(self, name: str, step: int | None = None) -> Path:
        """The pages of one report, or of one checkpoint of it."""
        return self.reports / name if step is None else self.reports / name / "steps" / str(step)

    @property
    def store(self) -> Path:
        """What was computed, by the hash of what it was computed from."""
        return self.root / ".reportgen"

    @property
    def texts(self) -> Path:
        """Texts as token ids, by the hash of what they were made from."""
        return self.store / "_texts"

    @property
    def site(self) -> Path:
        """The built site."""
        return self.root / "site"
