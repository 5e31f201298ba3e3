"""Disks: full, closed to writing, or with a limit for the size of a file; then there is room, and it is built again."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from faults.damage import remove
from faults.lab import Fault, Lab
from faults.trial import ORDINARY, Lost, NotTried, Trial

KIND = "Disks"
PLACES = (".reportgen", "docs/rules", "site", ".")
FULL = "No space left on device"
CLOSED = ("Permission denied", "Read-only file system")
Unbuilds = Callable[[Trial, Random], None]


def faults() -> Iterator[Fault]:
    """Each place is a disk of its own for the time of a trial."""
    for place in PLACES:
        for i in range(6):
            where = f"{place}, {i + 1} of 6 sizes"
            yield Fault(KIND, "a full disk", where, partial(full, place, i, 6))
        for i in range(2):
            where = f"{place}, {i + 1} of 2 sizes"
            yield Fault(
                KIND, "a disk that can hold no more files", where, partial(no_inodes, place, i)
            )
        for work in (False, True):
            where = f"{place}, with {'something' if work else 'nothing'} to do"
            yield Fault(KIND, "a folder closed to writing", where, partial(closed, place, work))
            yield Fault(KIND, "a disk mounted read-only", where, partial(read_only, place, work))
    for i in range(3):
        yield Fault(
            KIND, "a full disk", f"temporary files, {i + 1} of 3 sizes", partial(temporary, i)
        )
    for i in range(8):
        yield Fault(
            KIND, "a limit for the size of a file", f"{i + 1} of 8 sizes", partial(limited, i, 8)
        )


def full(place: str, part: int, parts: int, lab: Lab, rng: Random) -> None:
    """A part of what the build needs to write fits."""
    with lab.trial() as trial:
        with disk(trial.root / place, "size=64m"):
            missing = unbuild(trial, place, rng)
            filler = trial.root / place / "filler"
            fill(filler, int((part + rng.random()) / parts * missing))
            told(trial, place, FULL)
            filler.unlink()
            trial.heals()


def no_inodes(place: str, part: int, lab: Lab, rng: Random) -> None:
    """A few more files fit."""
    with lab.trial() as trial:
        with disk(trial.root / place, "nr_inodes=9000"):
            unbuild(trial, place, rng)
            fillers = trial.root / place / "fillers"
            fillers.mkdir()
            free = os.statvfs(fillers).f_ffree
            for i in range(free - rng.randint(0, 10) - 10 * part):
                (fillers / str(i)).touch()
            told(trial, place, FULL)
            shutil.rmtree(fillers)
            trial.heals()


def temporary(part: int, lab: Lab, rng: Random) -> None:
    """The folder for temporary files is full; the project is not."""
    with lab.trial() as trial:
        folder = trial.beside / "tmp"
        folder.mkdir()
        with disk(folder, "size=1m"):
            for place in (".reportgen", "docs/rules"):
                unbuild(trial, place, rng)
            fill(folder / "filler", part * 2048)
            told(trial, str(folder), FULL)
            (folder / "filler").unlink()
            trial.heals()


def closed(place: str, work: bool, lab: Lab, rng: Random) -> None:
    """Nobody may write."""
    if os.geteuid() == 0 and not ORDINARY:
        raise NotTried("root may write everywhere, and setpriv is not installed")
    with lab.trial() as trial:
        if work:
            unbuild(trial, place, rng)
        subprocess.run(["chmod", "-R", "a-w", str(trial.root / place)], check=True)
        told(trial, place, *CLOSED)
        subprocess.run(["chmod", "-R", "u+w", str(trial.root / place)], check=True)
        trial.heals()


def read_only(place: str, work: bool, lab: Lab, rng: Random) -> None:
    """The disk says no, whoever asks."""
    with lab.trial() as trial, disk(trial.root / place, "size=64m"):
        if work:
            unbuild(trial, place, rng)
        remount(trial.root / place, "ro")
        told(trial, place, *CLOSED)
        remount(trial.root / place, "rw")
        trial.heals()


def limited(part: int, parts: int, lab: Lab, rng: Random) -> None:
    """No file may grow beyond some size."""
    if not shutil.which("prlimit"):
        raise NotTried("prlimit is not installed")
    with lab.trial() as trial:
        for place in (".reportgen", "docs/rules", "site"):
            unbuild(trial, place, rng)
        size = int(2 ** (8 + 10 * (part + rng.random()) / parts))
        told(trial, "", "File too large", limits=("prlimit", f"--fsize={size}"))
        trial.heals()


def told(trial: Trial, place: str, *why: str, limits: tuple[str, ...] = ()) -> None:
    """The build ends in order, and if it could not write, it says where and why."""
    done = trial.build(limits=limits)
    if done.code not in (0, 1, 2):
        raise Lost(f"ends with {done.code}: {done.tail}")
    where = str(trial.root / place) if place else str(trial.root)
    if done.code and not (any(words in done.said for words in why) and where in done.said):
        raise Lost(f"does not name {where} and {' or '.join(why)}: {done.tail}")


def unbuild(trial: Trial, place: str, rng: Random) -> int:
    """Take some of what was built away, so that a build has to write it; how many bytes that was."""
    above = trial.root / place
    if place == ".reportgen":
        found = rng.sample(sorted(above.glob("*/*/[0-9a-f]*")), 4)
    elif place == ".":
        return sum(unbuild(trial, each, rng) for each in PLACES[:3])
    else:
        found = rng.sample(sorted(path for path in above.rglob("*") if path.is_file()), 8)
    size = sum(p.stat().st_size for path in found for p in (path, *path.rglob("*")))
    for path in found:
        remove(path)
    return size


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """The folder with its content on a disk of its own."""
    if os.geteuid() != 0:
        raise NotTried("only root can mount a disk")
    aside = folder.with_name(f"{folder.name}-aside")
    shutil.move(folder, aside)
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)], check=False
    )
    try:
        if mounted.returncode:
            raise NotTried("this system mounts no tmpfs")
        shutil.copytree(aside, folder, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def remount(folder: Path, how: str) -> None:
    """Open or close a disk to writing."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def fill(filler: Path, free: int) -> None:
    """Leave so many bytes."""
    about = os.statvfs(filler.parent)
    blocks = about.f_bavail - -(-free // about.f_frsize)
    with filler.open("wb") as file:
        for _ in range(max(blocks, 0)):
            file.write(bytes(about.f_frsize))
