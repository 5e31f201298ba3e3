"""Disks: full, closed to writing, or with a limit for the size of a file; then there is room, and
it is built again.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from faults.compare import STORE
from faults.damage import remove
from faults.lab import Fault, Lab
from faults.trial import ORDINARY, Done, Lost, NotTried, Trial

KIND = "Disks"
PLACES = (STORE, "docs/rules", "site", ".")
FULL = "No space left on device"
CLOSED = ("Permission denied", "Read-only file system")
Unbuilds = Callable[[Trial, Random], None]


def faults() -> Iterator[Fault]:
    """Each place is a disk of its own for the time of a trial."""
    for place in PLACES:
        for i in range(4):
            where = f"{place}, {i + 1} of 4 sizes"
            yield Fault(KIND, "a full disk", where, partial(full, place, i, 4))
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
    with lab.trial() as trial, disk(trial.root / place):
        missing = unbuild(trial, place, rng)
        shrink(trial.root / place, free=int((part + rng.random()) / parts * missing))
        done = told(trial, place, FULL)
        remount(trial.root / place, "size=64m")
        trial.heals(done)


def no_inodes(place: str, part: int, lab: Lab, rng: Random) -> None:
    """A few more files fit."""
    with lab.trial() as trial, disk(trial.root / place):
        unbuild(trial, place, rng)
        about = os.statvfs(trial.root / place)
        used = about.f_files - about.f_ffree
        remount(trial.root / place, f"nr_inodes={used + rng.randint(0, 10) + 10 * part}")
        done = told(trial, place, FULL)
        remount(trial.root / place, "nr_inodes=9000")
        trial.heals(done)


def temporary(part: int, lab: Lab, rng: Random) -> None:
    """The folder for temporary files is full; the project is not."""
    with lab.trial() as trial:
        folder = trial.beside / "tmp"
        folder.mkdir()
        for place in (STORE, "docs/rules"):
            unbuild(trial, place, rng)
        with disk(folder):
            shrink(folder, free=part * 4096)
            done = told(trial, str(folder), FULL)
        trial.heals(done)


def closed(place: str, work: bool, lab: Lab, rng: Random) -> None:
    """Nobody may write."""
    if os.geteuid() == 0 and not ORDINARY:
        raise NotTried("root may write everywhere, and setpriv is not installed")
    with lab.trial() as trial:
        if work:
            unbuild(trial, place, rng)
        subprocess.run(["chmod", "-R", "a-w", str(trial.root / place)], check=True)
        done = told(trial, place, *CLOSED)
        subprocess.run(["chmod", "-R", "u+w", str(trial.root / place)], check=True)
        trial.heals(done)


def read_only(place: str, work: bool, lab: Lab, rng: Random) -> None:
    """The disk says no, whoever asks."""
    with lab.trial() as trial, disk(trial.root / place):
        if work:
            unbuild(trial, place, rng)
        remount(trial.root / place, "ro")
        done = told(trial, place, *CLOSED)
        remount(trial.root / place, "rw")
        trial.heals(done)


def limited(part: int, parts: int, lab: Lab, rng: Random) -> None:
    """No file may grow beyond some size."""
    if not shutil.which("prlimit"):
        raise NotTried("prlimit is not installed")
    with lab.trial() as trial:
        for place in PLACES[:3]:
            unbuild(trial, place, rng)
        size = int(2 ** (8 + 10 * (part + rng.random()) / parts))
        done = told(trial, "", "File too large", limits=("prlimit", f"--fsize={size}"))
        trial.heals(done)


def told(trial: Trial, place: str, *why: str, limits: tuple[str, ...] = ()) -> Done:
    """The build ends in order, and if it could not write, it says where and why."""
    done = trial.build(limits=limits)
    if done.code not in (0, 1, 2):
        raise Lost(f"ends with {done.code}: {done.tail}")
    where = str(trial.root / place) if place else str(trial.root)
    if done.code and not (any(words in done.said for words in why) and where in done.said):
        raise Lost(f"does not name {where} and {' or '.join(why)}: {done.tail}")
    return done


def unbuild(trial: Trial, place: str, rng: Random) -> int:
    """Take some of what was built away, so that a build has to write it; how many bytes that
    was.
    """
    above = trial.root / place
    if place == STORE:
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
def disk(folder: Path) -> Iterator[None]:
    """The folder with its content on a disk of its own; what it holds in the end stays there."""
    if os.geteuid() != 0:
        raise NotTried("only root can mount a disk")
    aside = folder.with_name(f"{folder.name}-aside")
    shutil.copytree(folder, aside, symlinks=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=64m,nr_inodes=9000", "none", str(folder)]
    if subprocess.run(command, check=False).returncode:
        raise NotTried("this system mounts no tmpfs")
    try:
        shutil.copytree(aside, folder, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def remount(folder: Path, how: str) -> None:
    """Another size for a disk, or open and close it to writing."""
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def shrink(folder: Path, *, free: int) -> None:
    """Leave so many bytes."""
    about = os.statvfs(folder)
    used = (about.f_blocks - about.f_bfree) * about.f_frsize
    remount(folder, f"size={max(used + free, about.f_frsize)}")
