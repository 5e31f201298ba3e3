"""The page's own network in a headless browser: a folder with its modules and a run to load."""

import os
import shutil
from pathlib import Path
from typing import Any

from conftest import SHARED, committed
from filelock import FileLock
from places import ROOT

from reportgen.core.live import write
from reportgen.core.study import Study
from reportgen.system import system_of

MODULES = ROOT / "docs" / "assets" / "live"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="reportgen.css"><body data-md-color-scheme="default">
<main class="md-typeset"><h1>t</h1><div data-live="KIND"><p>No script.</p>
<a class="rg-live-full" href="full.html">Open</a>
<a class="rg-live-data" href="FILE">data</a></div>
<p><a class="rg-open" data-ids="2.1.0" href="full.html">open in the playground</a></p></main>
<script type="module" src="live/start.js"></script></html>"""
BARE = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'


def shipped(name: str) -> Path:
    """What the report of a committed run ships for its playground, made once for all tests."""
    folder = Path(os.environ[SHARED]) / "live" / name
    folder.parent.mkdir(exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            _written(committed(name), folder)
    return folder


def _written(study: Study, folder: Path) -> None:
    beside = folder.with_name(f"{folder.name}.partial")
    beside.mkdir(parents=True)
    write(study, system_of(study.config).live(study), beside)
    beside.rename(folder)


def placed(study: Study | str, folder: Path) -> Path:
    """What a report ships for its playground, with the modules that read it; of a study, or of a
    committed run.
    """
    if isinstance(study, str):
        shutil.copytree(shipped(study), folder / "run")
    else:
        _written(study, folder / "run")
    return served_modules(folder)


def board_folder(study: Study | str, top: Path) -> Path:
    """A run, the modules, and a page of each kind."""
    made = placed(study, top)
    shutil.copytree(MODULES.parent / "fonts", made / "fonts")
    shutil.copy(MODULES.parent / "reportgen.css", made)
    for page, kind, file in (
        ("full", "full", "run/live.json"),
        ("small", "small", "run/live.json"),
        ("lost", "full", "run/nowhere.json"),
    ):
        text = PAGE.replace("KIND", kind).replace("FILE", file)
        (made / f"{page}.html").write_text(text, encoding="utf-8")
    return made


def served_modules(folder: Path) -> Path:
    """The modules, and an empty page."""
    shutil.copytree(MODULES, folder / "live")
    shutil.copy(MODULES.parent / "data.js", folder)
    (folder / "bare.html").write_text(BARE, encoding="utf-8")
    return folder


def opened(chromium: Any, address: str, name: str = "bare.html") -> Any:
    """A page whose errors, and whose requests to other hosts, are collected as `page.wrong`."""
    page = chromium.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: (
            None if r.url.startswith((address, "data:", "blob:")) else page.wrong.append(r.url)
        ),
    )
    page.goto(f"{address}/{name}")
    return page
