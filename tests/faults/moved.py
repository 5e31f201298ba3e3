"""Moved: a project that was copied, moved or restored, files whose times say something else."""

import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from faults.lab import Fault, Lab
from faults.trial import Lost

KIND = "Copies, archives and times"
YEAR = 365 * 86_400
TIMES = {"ten years ago": -10 * YEAR, "in ten years": 10 * YEAR, "in 1970": None}


def shell(*command: str) -> Callable[[Path, Path], None]:
    """A copy that a command makes."""
    return lambda old, new: subprocess.run([*command, str(old), str(new)], check=True) and None


def archived(old: Path, new: Path) -> None:
    """Packed and unpacked."""
    archive = old.with_suffix(".tar")
    with tarfile.open(archive, "w") as file:
        file.add(old, ".")
    with tarfile.open(archive) as file:
        file.extractall(new, filter="fully_trusted")
    archive.unlink()


WAYS: Mapping[str, Callable[[Path, Path], None]] = {
    "moved": lambda old, new: shutil.move(old, new) and None,
    "copied (cp -r)": shell("cp", "-r"),
    "copied with its times (cp -a)": shell("cp", "-a"),
    "restored from an archive (tar)": archived,
    "reached by a link": lambda old, new: new.symlink_to(old),
}


def faults() -> Iterator[Fault]:
    for words, way in WAYS.items():
        yield Fault(
            KIND, "a built project somewhere else: nothing runs", words, partial(elsewhere, way)
        )
    for place in (".reportgen", "docs", "site", "configs", "templates", "."):
        for words, shift in TIMES.items():
            yield Fault(
                KIND,
                f"all files of a folder were changed {words}, or so their times say",
                place,
                partial(times, place, shift),
            )


def elsewhere(way: Callable[[Path, Path], None], lab: Lab, rng: Random) -> None:
    """The same project in another folder is as up to date as it was."""
    with lab.trial() as trial:
        there = replace(trial, root=lab.folder / "elsewhere")
        way(trial.root, there.root)
        try:
            if ran := there.build().ran:
                raise Lost(f"runs {', '.join(sorted(ran))}")
            there.is_clean()
        finally:
            there.sweep()


def times(place: str, shift: int | None, lab: Lab, rng: Random) -> None:
    """Times of files say nothing about what they hold."""
    with lab.trial() as trial:
        told = 0.0 if shift is None else time.time() + shift
        for path in (trial.root / place).rglob("*"):
            os.utime(path, (told, told), follow_symlinks=False)
        if ran := trial.build().ran:
            raise Lost(f"runs {', '.join(sorted(ran))}")
        trial.is_clean()
