"""A headless Chromium for tests: found, or as root on Debian installed by `python tests/browser.py
--install`.

As a pytest plugin it gives the fixtures `chromium`, `served` and `open_page`. Without a browser its
tests are not run, and the last lines say so; under CI=true they fail.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HOW = (
    "install Chromium or Chrome (on Debian: apt-get install chromium), or name one with"
    " REPORTGEN_BROWSER=/path/to/it"
)
NOT_RUN = "no Chromium or Chrome was found"


def find() -> str | None:
    """The browser to use, if there is one."""
    named = os.environ.get("REPORTGEN_BROWSER")
    found = [named] if named else [*filter(None, map(shutil.which, NAMES)), *PLACES]
    return next((path for path in found if Path(path).exists()), None)


def install() -> None:
    """As root on Debian, the package `chromium`; elsewhere nothing."""
    if find() or not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        return
    print("installing chromium for the browser tests", flush=True)
    quiet = dict(
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium"],
    ):
        if subprocess.run(command, **quiet).returncode:
            print(
                f"{' '.join(command)} failed; the browser tests need a browser: {HOW}",
                file=sys.stderr,
            )
            return


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running headless browser."""
    path = find()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{NOT_RUN}: {HOW}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[Path], str]]:
    """Serve folders on this machine; gives the address of each."""
    servers: dict[Path, ThreadingHTTPServer] = {}

    def serve(folder: Path) -> str:
        if folder not in servers:
            handler = partial(_Quiet, directory=str(folder))
            servers[folder] = ThreadingHTTPServer(("127.0.0.1", 0), handler)
            Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_port}"

    yield serve
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_page(chromium: Any, served: Callable[[Path], str]) -> Iterator[Callable[..., Any]]:
    """What opens the page with figures and films, with options of a browser; at the end it has
    complained of nothing.
    """
    from filmwork import opening, shown

    yield from opening(chromium, served(shown()))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many browser tests were not run, and how to get them."""
    missing = [r for r in terminalreporter.stats.get("skipped", ()) if NOT_RUN in str(r.longrepr)]
    if missing:
        terminalreporter.write_sep("=", f"{len(missing)} browser tests were not run: {NOT_RUN}")
        terminalreporter.write_line(HOW)


if __name__ == "__main__" and "--install" in sys.argv:
    install()
