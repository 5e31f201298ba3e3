"""The files that a configuration names: where they may lie, and where what is made of them is
kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import RuleError
from reportgen.project import ALLOW_OUTSIDE, Project


@dataclass(frozen=True)
class Files:
    """What a configuration may name: everything, unless a project says where that ends."""

    beside: Path = Path()  # the folder that names begin in: the configuration's own
    within: Path | None = None  # the only folder whose files may be read; None: any
    texts: Path | None = None  # where texts are kept as ids; None: nowhere

    @classmethod
    def of(cls, project: Project) -> "Files":
        """Those of a project: a report publishes what it reads, so that nothing from elsewhere is
        read unasked.
        """
        within = None if project.outside_files else project.root
        return cls(within=within, texts=project.texts)

    def resolved(
        self, given: Mapping[str, object], keys: Iterable[str]
    ) -> tuple[dict[str, object], dict[str, str]]:
        """Parameters with the files that some of them name in full, and what is wrong with
        which.
        """
        full, wrong = dict(given), dict[str, str]()
        for key in keys:
            if isinstance(value := given.get(key), str):
                try:
                    full[key] = str(self.found(value))
                except RuleError as error:
                    wrong[key] = str(error)
        return full, wrong

    def found(self, named: str) -> Path:
        """The file of this name, with all links followed.

        Errors: RuleError for a name that no file can have, and for a file that may not be read.
        """
        try:
            path = (self.beside / named).resolve()
            there = path.exists()
        except (OSError, RuntimeError, ValueError) as error:
            raise RuleError(f"{named!r}: is no name of a file: {error}") from error
        if named.startswith("~") and not there:
            raise RuleError(f"{named}: ~ stands for no folder here; write the path in full")
        if self.within is not None and not path.is_relative_to(self.within.resolve()):
            lies = "" if str(path) == named else f" ({path})"
            raise RuleError(
                f"{named}: lies outside of the project{lies}, and a report publishes what it "
                f"reads; copy the file into {self.within}, or allow it with {ALLOW_OUTSIDE}"
            )
        return path


ANYWHERE = Files()
