"""One build or clean at a time in a project, whatever the system; a lock dies with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.errors import DamageError, ProjectError
from reportgen.files import read, write
from reportgen.pipeline.disks import no_room

HOLDER = "lock.holder"  # beside the lock: the process that has it, for those that wait


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock in this file, which stays; ProjectError names the process that has it."""
    from filelock import FileLock, Timeout

    lock, holder = FileLock(path, thread_local=False, timeout=0), path.with_name(HOLDER)
    try:
        lock.acquire()
    except Timeout as error:
        raise ProjectError(
            f"{path.parent.parent}: another build is running here (process {_process(holder)}); "
            "wait for it, or stop it and build again"
        ) from error
    except (OSError, NotImplementedError) as error:
        raise ProjectError(_refused(path, error)) from error
    try:
        with suppress(OSError):  # on a full disk the lock holds all the same
            holder.unlink(missing_ok=True)
            write(holder, str(os.getpid()))
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _process(holder: Path) -> str:
    """The process that says it holds the lock."""
    try:
        said = read(holder).decode(errors="replace").strip()
    except DamageError:
        return "unknown"
    return said if said.isdecimal() and len(said) < 20 else "unknown"


def _refused(path: Path, error: Exception) -> str:
    """Why the lock cannot be had, though nobody has it."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        kind = "a link" if path.is_symlink() else "a folder" if path.is_dir() else "no file"
        return f"{path} is {kind}, but a lock has to be a file; move it away and build again"
    if isinstance(error, OSError) and (message := no_room(error, path)):
        return message
    return (
        f"{path}: cannot be locked: {error}; "
        "move the project to a disk that knows locks (--project FOLDER)"
    )
