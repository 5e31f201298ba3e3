"""Edits: what a build reads changes while it runs, with the same size and the same times; or it is
damaged, and restored.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from faults import damage
from faults.compare import ARTEFACT, Contents, contents, differences
from faults.lab import Fault, Lab
from faults.moment import Moment
from faults.trial import Done, Lost, Trial, building

KIND = "Edits"
SHARED = re.compile(r"\.reportgen/_site/[^/]+/[0-9a-f]{32}(/|$)")  # also made without a failed one
LATER = 3  # moments for each edit


@dataclass(frozen=True)
class Edit:
    """Another content of a file, of the same size."""

    file: str
    old: str
    new: str
    report: str = "one"

    def apply(self, root: Path) -> None:
        """Change the file, and leave its times as they were."""
        path, about = root / self.file, (root / self.file).stat()
        content = path.read_text(encoding="utf-8")
        assert content.count(self.old)
        assert len(self.old) == len(self.new)
        path.write_text(content.replace(self.old, self.new), encoding="utf-8")
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


EDITS: Mapping[str, Edit] = {
    "configuration": Edit("configs/one.yaml", "lr: 1.0e-3", "lr: 2.0e-3"),
    "rule": Edit("rules/counting.py", ") + 1)", ") + 2)"),
    "template": Edit("templates/all.md.j2", "all there is", "all I showed"),
    "outline": Edit("templates/outlines/small.yaml", "What is there?", "What was here?"),
    "text": Edit("words.txt", "owl", "low", "two"),
    "hand-written page": Edit("docs/index.md", "Reports", "Results"),
}


def faults() -> Iterator[Fault]:
    """Moments are counted in the files that the build opens."""
    for words in EDITS:
        for i in range(LATER):
            where = f"in part {i + 1} of {LATER}"
            yield Fault(
                KIND, f"the {words} changes during a build", where, partial(during, words, i, LATER)
            )
    for words, edit in EDITS.items():
        for how in damage.ANY:
            if how != "another file of its kind in its place":
                yield Fault(
                    KIND,
                    f"what a build reads is {how}, and later restored",
                    words,
                    partial(broken, edit, how),
                )


def during(words: str, part: int, parts: int, lab: Lab, rng: Random) -> None:
    """Whatever the build took for its input, nothing is stored or shown as made of the other
    content.
    """
    edit = EDITS[words]
    old = lab.cleanly(f"without {edit.report}", lambda root: None, edit.report)
    new = lab.cleanly(words, edit.apply, edit.report)
    with lab.trial(built=False) as trial:
        source, kept, changed = trial.root / edit.file, trial.beside / "old", trial.beside / "new"
        copied(source, kept)
        edit.apply(trial.root)
        source.rename(changed)
        copied(kept, source)
        put = lambda file: ("cp", "-p", str(file), str(source))
        at = 1 + int((part + rng.random()) / parts * lab.uses * 0.6)
        done = trial.run(*building(edit.report), moment=Moment(at, runs=put(changed), reads=True))
        if done.code not in (0, 1, 2) or "Traceback" in done.said:
            raise Lost(f"ends with {done.code}: {done.tail}")
        for file, right, other in ((changed, new, old), (kept, old, new)):
            copied(file, source)
            again = trial.build(edit.report)
            if again.code:
                raise Lost(f"the next build ends with {again.code}: {again.tail}")
            belongs(trial, right, other)


def belongs(trial: Trial, right: Contents, other: Contents) -> None:
    """The project shows one content; its store has, under each key, what a clean build stores
    there.
    """
    found = contents(trial.root)
    known = dict(right) | {
        n: d for n, d in other.items() if ARTEFACT.match(n) and n in found and n not in right
    }
    known |= {n: d for n, d in found.items() if SHARED.match(n) and n not in known}
    if differ := differences(found, known):
        raise Lost(differ)


def broken(edit: Edit, how: str, lab: Lab, rng: Random) -> None:
    """The file is named, and once it is as it was, so is everything."""
    with lab.trial() as trial:
        source, kept = trial.root / edit.file, trial.beside / "old"
        copied(source, kept)
        damage.ANY[how](source, source, rng)
        done = trial.build(jobs=1)
        if done.code not in (0, 1, 2):
            raise Lost(f"ends with {done.code}: {done.tail}")
        named = (source.name, source.stem, f"configs/{edit.report}.yaml")
        if done.code and not any(words in done.said for words in named):
            raise Lost(f"is not named: {done.tail}")
        damage.remove(source)
        copied(kept, source)
        trial.heals(Done(1, ""))


def copied(old: Path, new: Path) -> None:
    """A copy with the same times."""
    new.write_bytes(old.read_bytes())
    about = old.stat()
    os.utime(new, ns=(about.st_atime_ns, about.st_mtime_ns))
