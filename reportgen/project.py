"""Where things are: the only code that knows a path's place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from reportgen import names
from reportgen.errors import ConfigError, ProjectError, UsageError, nearest
from reportgen.extensions import folders

MARKER = "mkdocs.yml"
PACKAGE = Path(__file__).parent
STORE, DOCS, REPORTS, SITE = ".reportgen", "docs", "rules", "site"
# in the store, beside the folders of reports: the lock, what is half done, tasks of all reports,
# and texts as token ids
LOCK, SCRATCH, SHARED, TEXTS, VERDICTS = "lock", "_scratch", "_site", "_texts", "_rules"
# beside the folders of reports: pages of all reports, and the folder of their pictures
INDEX, COMPARE, SERIES, GLOSSARY = "index.md", "compare.md", "series.md", "glossary.md"
SHEETS, ASSETS = "compare", "assets"
ACCEPTED = "accepted"  # beside the configurations
# in the folder of each report
STEPS, WALKTHROUGH, FIGURES, FILMS = "steps", "walkthrough", "figures", "films"
APPENDIX, PLAYGROUND = "appendix.md", "playground.md"
# what the playground loads: its task, the weights of the displayed seed, those of its siblings
LIVE, LIVE_FILES = "live", ("live.json", "weights.bin", "seeds.bin")
LEDGER, CLAIMS, CASES = "ledger.md", "claims.md", "cases.md"
NAV = ".nav.yml"  # the order of pages in a folder, for the side bar
TAKEN = {
    Path(name).stem: f"{folder}/{name}"
    for folder, own in (
        (STORE, (LOCK, SCRATCH, SHARED, TEXTS)),
        (
            f"{DOCS}/{REPORTS}/NAME",
            (STEPS, WALKTHROUGH, FIGURES, FILMS, LIVE)
            + (APPENDIX, LEDGER, CLAIMS, CASES, PLAYGROUND),
        ),
        (f"{DOCS}/{REPORTS}", (SHEETS, ASSETS, INDEX, COMPARE, SERIES, GLOSSARY)),
    )
    for name in own
}  # names that no report can have, and what has each of them
ALLOW_OUTSIDE = "--allow-outside-files"  # of the command line


IN_A_CHECKOUT = {"assets": f"{DOCS}/{ASSETS}"}  # where it does not lie beside the package


def packaged(kind: str) -> Path:
    """The package's own `templates`, `configs`, `assets` or `mkdocs.yml`: inside it, or in the
    checkout that it lies in.
    """
    inside = PACKAGE / f"package_{kind}"
    return inside if inside.exists() else PACKAGE.parent / IN_A_CHECKOUT.get(kind, kind)


@dataclass(frozen=True)
class Project:
    """A folder with an mkdocs.yml."""

    root: Path
    outside_files: bool = False  # may a configuration name files that lie elsewhere

    @classmethod
    def find(
        cls, given: Path | None = None, start: Path | None = None, named: str = "--project FOLDER"
    ) -> "Project":
        """The project in the folder `given`, or the nearest one at or above `start`.

        ProjectError where there is none; `named` is how a caller names one.
        """
        if given is not None:
            if not (given / MARKER).is_file():
                raise ProjectError(
                    f"{given}: no {MARKER} there; a project is a folder with one ({named})"
                )
            return cls(given.resolve())
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / MARKER).is_file():
                return cls(folder)
        raise ProjectError(
            f"{here}: no {MARKER} here or in a folder above; "
            f"change into a project or name one with {named}"
        )

    def configs(self, *, own: bool = False) -> dict[str, Path]:
        """Every configuration by name: the project's own, then, unless only
        `own` ones are wanted, the package's."""
        found = self._found()
        return {
            name: path
            for name, path in found.items()
            if not self._wrong(name, found) and not (own and path.parent != self.root / "configs")
        }

    def misnamed(self) -> dict[str, ConfigError]:
        """Files of configurations whose names no report can have; they stop no other."""
        found = self._found()
        wrong = {name: self._misnamed(name, found) for name in found}
        return {name: error for name, error in wrong.items() if error}

    def _misnamed(self, name: str, found: Mapping[str, Path]) -> ConfigError | None:
        if not (wrong := self._wrong(name, found)):
            return None
        file = f"{found[name].parent}/{names.unbroken(found[name].name)}"
        return ConfigError(
            [
                f"{file}: no report can be called {names.shown(name)}: {wrong}; "
                "give the file and its `name` another"
            ]
        )

    def _found(self) -> dict[str, Path]:
        own, *others = (
            {
                path.stem: path
                for path in sorted(folder.glob("*.yaml"))
                if not path.name.startswith(".")  # what editors and systems lay beside a file
            }
            for folder in (self.root / "configs", packaged("configs"), *folders("configs"))
        )
        found = dict(own)
        for each in others:
            found |= {name: path for name, path in each.items() if name not in found}
        return found

    def _wrong(self, name: str, others: Collection[str]) -> str:
        """Why no report can have this name; nothing where one can."""
        if wrong := names.problem(name, taken=TAKEN):
            same = names.alike(name, others)
            return f"{wrong}; it differs from {same}.yaml only in case" if same else wrong
        page = self.reports / f"{name}.md"
        return f"{page.relative_to(self.root)} has this name" if page.exists() else ""

    def config(self, name: str) -> Path:
        """The file of this configuration; UsageError with the nearest names otherwise."""
        found = self._found()
        if name in found:
            if error := self._misnamed(name, found):
                raise error
            return found[name]
        known = self.configs()
        raise UsageError(
            f"no configuration is called {names.shown(name)}{nearest(name, known)}; "
            f"`reportgen list` shows all: {', '.join(known)}"
        )

    @property
    def accepted(self) -> Path:
        """What was accepted of each report, a folder each: what `reportgen check` compares with."""
        return self.root / "configs" / ACCEPTED

    @property
    def rules(self) -> Path:
        """Rules of the project's own, a Python file each, beside those of the package."""
        return self.root / "rules"

    @property
    def systems(self) -> Path:
        """Systems of the project's own, a folder each, beside those of the package."""
        return self.root / "systems"

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where templates and outlines lie: the project's own first, then those of extensions."""
        found = (self.root / "templates", *folders("templates"), packaged("templates"))
        return tuple(dict.fromkeys(folder for folder in found if folder.is_dir()))

    @property
    def docs(self) -> Path:
        """The hand-written pages, with the generated ones under rules/."""
        return self.root / DOCS

    @property
    def reports(self) -> Path:
        """All generated pages."""
        return self.docs / REPORTS

    def report(self, name: str, step: int | None = None) -> Path:
        """The pages of one report, or of one checkpoint of it."""
        home = self.reports / names.check(name, "report", taken=TAKEN)
        return home if step is None else home / STEPS / str(step)

    @property
    def store(self) -> Path:
        """What was computed, by the hash of what it was computed from."""
        return self.root / STORE

    @property
    def texts(self) -> Path:
        """Texts as token ids, by the hash of what they were made from."""
        return self.store / TEXTS

    @property
    def site(self) -> Path:
        """The built site."""
        return self.root / SITE
