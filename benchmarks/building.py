"""A whole build from nothing, the same build again, and after an edit: by the command line, in a
copy of the project in a temporary folder.
"""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from benchmarks.measure import QUICK, ROOT, Line, Sample, Size, Variant, command_sample
from reportgen.core import config as configs

NAME = "plus_last_even"
PARTS = ("reportgen", "templates", "configs", "docs")
SENTENCE = "templates/shared/appendix.md.j2", "\nThat is all there is.\n"
CODE = (
    "reportgen/systems/sequence_rules/figures/token_embeddings.py",
    "\n\nTokenEmbeddings.height += 1\n",
)
FILMS_MB, SITE_MB = 25, 700


@dataclass(frozen=True)
class Copy:
    """A copy of the project that may be edited, and the reports that are built in it."""

    root: Path
    names: tuple[str, ...]
    only: str | None

    @classmethod
    def into(cls, root: Path, size: Size, names: tuple[str, ...] = (NAME,)) -> "Copy":
        shutil.copy(ROOT / "mkdocs.yml", root)
        for part in PARTS:
            shutil.copytree(
                ROOT / part,
                root / part,
                ignore=lambda folder, names: {"rules"} if Path(folder) == ROOT / "docs" else set(),
            )
        for name in names if size.changes else ():
            path = root / "configs" / f"{name}.yaml"
            values = yaml.safe_load(path.read_text(encoding="utf-8"))
            values |= {
                section: values[section] | dict(changed)
                for section, changed in size.changes.items()
            }
            path.write_text(yaml.safe_dump(values), encoding="utf-8")
        return cls(root, names, size.only)

    def build(self) -> tuple[Sample, str]:
        """One build, and what ran in it."""
        only = ["--only", self.only] if self.only else []
        asked = [word for name in self.names for word in ("--rule", name)]
        command = [
            sys.executable,
            "-c",
            "from reportgen.cli import main; main(prog_name='reportgen')",
            "build",
            *asked,
            *only,
        ]
        sample, said = command_sample(
            command, folder=self.root, environment=dict(PYTHONPATH=str(self.root))
        )
        stages = [
            line.split()[0] for line in said.splitlines() if line.endswith(" s") and ": " in line
        ]
        return (
            sample,
            ", ".join(f"{stages.count(stage)} of {stage}" for stage in dict.fromkeys(stages))
            or "nothing",
        )

    def after(self, path: str, more: str) -> tuple[Sample, str]:
        """A build after some words were added to a file."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(more)
        return self.build()

    def megabytes(self, pattern: str) -> float:
        """How large some files are together."""
        return sum(path.stat().st_size for path in self.root.glob(pattern) if path.is_file()) / 1e6


def rules() -> tuple[str, ...]:
    """The configurations that bear the name of their rule, one for each rule whose networks read
    windows of a text, in the order of the alphabet.
    """
    paths = sorted((ROOT / "configs").glob("*.yaml"))
    return tuple(
        path.stem
        for path in paths
        if (rule := configs.load(path).rule).slug == path.stem and rule.system == "sequence_rules"
    )


def reports(count: int, size: Size = QUICK) -> Sample:
    """The reports of the first rules and the site, from nothing, in one build."""
    with TemporaryDirectory() as folder:
        return Copy.into(Path(folder), size, rules()[:count]).build()[0]


def lines(size: Size) -> list[Line]:
    everything, sizes, colds = "", "", []
    for left in range(size.cold_runs, 0, -1):
        with TemporaryDirectory() as folder:
            copy = Copy.into(Path(folder), size)
            cold, everything = copy.build()
            colds.append(cold)
            sizes = (
                f"Films take {copy.megabytes('docs/rules/*/films/*'):.1f} MB (at most {FILMS_MB}),"
                f" the site {copy.megabytes('site/**/*'):.1f} MB (at most {SITE_MB})."
            )
            if left == 1:
                rounds = [
                    (copy.build(), copy.after(*SENTENCE), copy.after(*CODE))
                    for _ in range(size.runs)
                ]
    again, sentence, code = ([one[0] for one in side] for side in zip(*rounds))
    ran = [side[1] for side in rounds[-1]]
    what = (
        f"build --rule {NAME}"
        + (f" --only {size.only}" if size.only else "")
        + (", a tiny training" if size.changes else "")
    )
    plain = Variant("the whole build from nothing", tuple(colds))
    return [
        Line(
            "cold",
            f"{what}: from nothing",
            plain,
            most_seconds=60,
            most_memory=1024,
            note=f"What ran: {everything}. {sizes}",
        ),
        Line(
            "unchanged",
            "the same again, nothing changed",
            Variant("what is up to date is found", tuple(again)),
            plain,
            most_seconds=2,
            note=f"What ran: {ran[0]}.",
        ),
        Line(
            "sentence",
            "after a sentence more in a template",
            Variant("only pages and site", tuple(sentence)),
            plain,
            most_seconds=3,
            note=f"What ran: {ran[1]}.",
        ),
        Line(
            "code",
            "after a change in the code of one figure",
            Variant("only that figure, pages and site", tuple(code)),
            plain,
            note=f"What ran: {ran[2]}.",
        ),
    ]
