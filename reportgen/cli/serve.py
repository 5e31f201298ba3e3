"""`reportgen serve`: the site in a browser, which reloads while templates, configurations, documents and code are edited.

mkdocs serves in this process and watches docs/; a thread watches what the generated pages are made of, and rebuilds in a fresh process.
"""

import errno
import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Sequence
from types import FrameType

from reportgen.cli.signals import heeded_ones
from reportgen.cli.terminal import console
from reportgen.cli.watcher import Watcher, built
from reportgen.errors import ProjectError, UsageError
from reportgen.project import Project


def serve(project: Project, names: Sequence[str], host: str, port: int) -> None:
    """Serve until interrupted; whatever ends it, no process is left and no page shows an error that is not its own."""
    check_reports(project, names)
    check_address(host, port)
    for number in heeded_ones():
        signal.signal(number, _interrupt)
    watcher = Watcher(project, names, host, port)
    watcher.start()
    try:
        _mkdocs(project, host, port)
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
                f"{name} is not built yet: `reportgen build --rule {name}` builds it, then `reportgen serve --rule {name}` keeps it up to date"
            )
    if not there:
        raise UsageError(
            f"nothing is built yet: `reportgen build --rule NAME` builds a report, then `reportgen serve` shows it; there are {', '.join(project.configs())}"
        )


def check_address(host: str, port: int) -> None:
    """UsageError where the site cannot be served at an address."""
    try:
        six = host != "localhost" and ipaddress.ip_address(host).version == 6
    except ValueError as error:
        raise UsageError(
            f"--host {host}: not an IP address; 127.0.0.1 is seen by this machine alone, 0.0.0.0 by every network it is on"
        ) from error
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _refused(host, port, error) from error


def _refused(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"port {port} of {host} is taken, perhaps by another `reportgen serve`; end that, or take another: `reportgen serve --port {port % 65_535 + 1}`"
        )
    return UsageError(
        f"cannot serve at port {port} of {host}: {error.strerror}; take another with --port and --host"
    )


def _interrupt(number: int, frame: FrameType | None) -> None:
    """The first signal ends everything in order; further ones would only disturb that."""
    for each in heeded_ones():
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _mkdocs(project: Project, host: str, port: int) -> None:
    """Serve docs/ with reload, and without --strict: while a page is being written, a link may lead nowhere."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    from mkdocs.commands.serve import serve
    from mkdocs.exceptions import MkDocsException

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("mkdocs").addHandler(handler)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    logging.getLogger("mkdocs.livereload").setLevel(
        logging.INFO
    )  # where it serves, and when it reloads
    try:
        serve(
            config_file=str(project.root / "mkdocs.yml"),
            dev_addr=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            strict=False,
        )
    except MkDocsException as error:
        raise ProjectError(f"{project.root / 'mkdocs.yml'}: {error}") from error
    except OSError as error:
        raise _refused(host, port, error) from error
