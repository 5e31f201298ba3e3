"""What was accepted at a revision of a project's git repository: read, and nothing checked out."""

import subprocess
import tarfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from reportgen.diff.accepted import Shelf
from reportgen.errors import UsageError
from reportgen.project import Project

WORKTREE = (
    "a build of that revision is made by `git worktree add FOLDER {}`, a build there, and"
    " `reportgen diff FOLDER ...`"
)


def accepted_at(project: Project, revision: str, open_: ExitStack) -> Shelf:
    """What was accepted at a revision, in a folder that lies there until `open_` is closed.

    Errors: UsageError without git, without a repository, for a revision that there is not, and for
    one that has nothing of this kind.
    """
    label = f"what was accepted at {revision}"
    commit = _commit(project, revision)
    place = project.accepted.relative_to(project.root).as_posix()
    made = _git(project, "archive", "--format=tar", commit, place)
    if made.returncode:
        raise UsageError(
            f"git:{revision}: nothing had been accepted there (no {place}/); "
            + WORKTREE.format(revision)
        )
    folder = Path(open_.enter_context(TemporaryDirectory(prefix="reportgen-")))
    with tarfile.open(fileobj=BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return Shelf(folder / place, label)


def _commit(project: Project, revision: str) -> str:
    """The commit that is meant."""
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    made = _git(project, *asked)
    if made.returncode == 0:
        return made.stdout.decode().strip()
    if _git(project, "rev-parse", "--git-dir").returncode:
        raise UsageError(
            f"git:{revision}: {project.root} lies in no git repository; compare with a copy of"
            " docs/rules that you keep before a build, or with what `reportgen accept` keeps"
        )
    raise UsageError(
        f"git:{revision}: git knows no such revision; `git log --oneline --all` lists them"
    )


def _git(project: Project, *words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", "-C", str(project.root), *words], capture_output=True)
    except OSError as error:
        raise UsageError(
            f"git cannot be started ({error.strerror}); compare folders instead of revisions"
        ) from error
