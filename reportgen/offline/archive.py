"""A folder as a zip, the same bytes each time, that is whole or not there."""

import os
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from reportgen.errors import UsageError

MARK = b"made by `reportgen offline`"  # the comment of a zip that may be written anew
FOLDER = "report"  # what it unpacks to, so that files do not scatter
PACKED = {".gif", ".gz", ".mp4", ".npz", ".png", ".woff2", ".zip"}  # hardly get smaller
WRITABLE = 0o100644 << 16
UNIX = 3


def check_place(path: Path) -> None:
    """UsageError where no zip can be written, or something would be lost by it."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file: --output {path / 'offline.zip'}")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}; make it, or name another one")
    if os.path.lexists(path) and not _is_ours(path):
        raise UsageError(
            f"{path} is there already, and `reportgen offline` has not made it; move it away, or"
            " name another file with --output"
        )


def _is_ours(path: Path) -> bool:
    try:
        with ZipFile(path) as there:
            return there.comment == MARK
    except (OSError, BadZipFile):
        return False


def packed(folder: Path, path: Path) -> int:
    """Write what a folder holds as a zip, in one step, and return its size in bytes."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with ZipFile(beside, "w", ZIP_DEFLATED) as made:
            made.comment = MARK
            for each in sorted(folder.rglob("*"), key=lambda p: p.relative_to(folder).as_posix()):
                if each.is_file():
                    _add(made, each, f"{FOLDER}/{each.relative_to(folder).as_posix()}")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path.stat().st_size


def _add(made: ZipFile, path: Path, name: str) -> None:
    about = ZipInfo(name)  # its time is the first of 1980
    about.compress_type = ZIP_STORED if path.suffix in PACKED else ZIP_DEFLATED
    about.create_system, about.external_attr = UNIX, WRITABLE
    made.writestr(about, path.read_bytes())
