"""`reportgen serve`: the site in a browser, which reloads while templates, configurations,
documents and code are edited.

mkdocs serves in this process and watches docs/; a thread watches what the generated pages are made
of, and rebuilds in a fresh process.
"""

import logging
import os
import signal
from collections.abc import Sequence
from types import FrameType

from reportgen.cli.address import Address, address
from reportgen.cli.signals import heeded_ones
from reportgen.cli.terminal import console
from reportgen.cli.watcher import Watcher, built
from reportgen.errors import UsageError
from reportgen.project import Project


def serve(project: Project, names: Sequence[str], host: str, port: int) -> None:
    """Serve until interrupted; whatever ends it, no process is left and no page shows an error that
    is not its own.
    """
    check_reports(project, names)
    where = address(host, port)
    if where.beyond:
        console().print(
            f"--host {host}: whoever reaches this machine over a network can read these pages",
            style="yellow",
            markup=False,
        )
    for number in heeded_ones():
        signal.signal(number, _interrupt)
    watcher = Watcher(project, names, where.ip, port)
    watcher.start()
    try:
        _listen(project, where)
    except KeyboardInterrupt:
        pass
    finally:
        watcher.end()
    console().print("ended")


def check_reports(project: Project, names: Sequence[str]) -> None:
    """UsageError where there is nothing to show."""
    there = built(project, names)
    for name in names:
        project.config(name)
        if name not in there:
            raise UsageError(
                f"{name} is not built yet: `reportgen build --rule {name}` builds it, then"
                f" `reportgen serve --rule {name}` keeps it up to date"
            )
    if not there:
        raise UsageError(
            "nothing is built yet: `reportgen build --rule NAME` builds a report, then `reportgen"
            f" serve` shows it; there are {', '.join(project.configs())}"
        )


def _interrupt(number: int, frame: FrameType | None) -> None:
    """The first signal ends everything in order; further ones would only disturb that."""
    for each in heeded_ones():
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _listen(project: Project, where: Address) -> None:
    """Serve docs/ with reload, and say where."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    from reportgen.cli.server import serve_docs

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("mkdocs").addHandler(handler)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    logging.getLogger("mkdocs.livereload").setLevel(
        logging.INFO
    )  # where it serves, and when it reloads
    serve_docs(project, where)
