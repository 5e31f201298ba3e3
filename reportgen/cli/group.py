"""How every command begins and ends: what it may find, what signals do to it, and what its exit
code says.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import click

from reportgen.cli import signals, streams
from reportgen.errors import ReportError
from reportgen.surroundings import FIXED

BUILT, FAILED, WRONG_USE = 0, 1, 2
FILES = 4096  # that a build may want to hold open, all its processes' pipes included
# warnings that Python itself keeps quiet about
QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
KEPT = {  # command -> what a signal leaves of what it has done
    "accept": ("each report is accepted whole or not at all: the same command goes on from there"),
    "build": (
        "what is finished is kept, and a training goes on from where it was last saved: the same"
        " command goes on from there"
    ),
    "clean": "what was not removed is still there: the same command goes on from there",
    "new": "look for what was written already before you begin again",
}


class Commands(click.Group):
    """Commands whose errors are one message on stderr and exit code 2; the traceback only with
    --debug.
    """

    def main(self, *given: Any, **named: Any) -> Any:
        """Run a command as a program, whatever that was started with."""
        streams.open_all()
        _fit()
        os.environ["SOURCE_DATE_EPOCH"] = FIXED["SOURCE_DATE_EPOCH"]  # libraries read it on import
        with streams.patient() as output:
            try:
                with signals.heeded():
                    return super().main(*given, **named)
            except signals.Ended as end:  # before a command was known
                sys.exit(end.code)
            except SystemExit as end:
                output.flush()
                if not output.lost or end.code:
                    raise
                click.echo(
                    f"standard output: {output.lost}; what was said there is lost, all else is"
                    " done",
                    err=True,
                )
                sys.exit(FAILED)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except signals.Ended as end:
            kept = KEPT.get(ctx.invoked_subcommand or "", "nothing was changed")
            click.echo(f"{end}; {kept}", err=True)
            ctx.exit(end.code)
        except ReportError as error:
            if ctx.meta.get("debug"):
                raise
            click.echo(str(error), err=True)
            ctx.exit(WRONG_USE)
        except OSError as error:
            from reportgen.pipeline.disks import no_room

            message = no_room(error, Path())
            if ctx.meta.get("debug") or not message:
                raise
            click.echo(message, err=True)
            ctx.exit(FAILED)


def _fit() -> None:
    """Let this process and its children read what they have written, hold enough files open, and go
    on after a warning.
    """
    os.umask(os.umask(0o077) & 0o077)  # others see what the user wants; the user sees everything
    if any(option.startswith("error") for option in sys.warnoptions):
        warnings.resetwarnings()
        for kind in QUIET:
            warnings.simplefilter("ignore", kind)
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
