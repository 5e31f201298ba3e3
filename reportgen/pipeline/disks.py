"""What to tell of a file that cannot be written: which disk is full, or which folder is closed."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

FULL, CLOSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}, {errno.EACCES, errno.EPERM, errno.EROFS}
LITTLE = 1 << 20  # bytes: a disk with less left is what stopped a write
KEPT = "nothing that was finished is lost"


def no_room(error: OSError, place: Path, full: str | None = None) -> str:
    """What to tell of an error because a disk is full or a folder closed; nothing for others.

    `place` is where the write was meant for if the error does not say; `full` is what `full_disks`
    said when it happened, if that is some time ago.
    """
    named = error.filename2 or error.filename
    where = Path(os.fsdecode(named)) if isinstance(named, str | bytes) else place
    if error.errno in FULL:
        full = full_disks((where, place)) if full is None else full
        return (
            f"{where}: {error.strerror}{f' ({full})' if full else ''}; {KEPT}: free some room "
            "(`reportgen clean NAME` removes what was built of a rule) and build again"
        )
    if error.errno in CLOSED:
        return (
            f"{where}: {error.strerror}; {KEPT}: make the folder writable, "
            "or copy the project to one that is (--project FOLDER), and build again"
        )
    return ""


def full_disks(places: Iterable[Path]) -> str:
    """Which disks that these places or temporary files lie on are full; nothing if none is."""
    found = {str(mount_of(place)) for place in (*places, Path(tempfile.gettempdir()))}
    full = [f"the disk at {disk}" for disk in sorted(found) if _is_full(Path(disk))]
    return f"{' and '.join(full)} {'are' if full[1:] else 'is'} full" if full else ""


def _is_full(disk: Path) -> bool:
    """Has a disk no room for a file: hardly a byte, or no more files."""
    try:
        if shutil.disk_usage(disk).free < LITTLE:
            return True
        about = os.statvfs(disk)
    except (OSError, AttributeError):  # it cannot be asked; Windows has no statvfs
        return False
    return about.f_files > 0 and about.f_favail == 0


def mount_of(place: Path) -> Path:
    """Where the disk that a place lies on is mounted."""
    at = place.absolute()
    while not at.exists():
        at = at.parent
    at = at.resolve()
    while not at.is_mount() and at != at.parent:
        at = at.parent
    return at
