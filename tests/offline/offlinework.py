"""A small project with two reports, one of them with a playground, and a page with films; and the
zip of its site, unpacked.
"""

import shutil
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from click.testing import CliRunner, Result
from filmwork import FILMS, SIZES, SVG, shown
from livework import shipped

from reportgen.cli import main
from reportgen.files import write_json
from reportgen.pages import shared
from reportgen.project import LIVE, Project

START = """# Start

[One](rules/one/index.md#measured), [films](shown/index.md)

<p><a href="rules/compare/">All in one table</a> <a href="./">Start</a>
<a href='rules/?by=name#reports'>Reports</a></p>

<div class="rg-live" data-live="small" data-from="rules/"></div>
"""
REPORT = """# Report {0}

[The other one](../{1}/index.md), [start](../../index.md)

## Measured

<figure class="rg-figure" markdown="1">

![Bars](figures/bars.svg){{ width=760 height=400 }}

<figcaption markdown="1">**Figure 1. Bars.**
[values, JSON](figures/bars-marks.json){{ .rg-marks download }}</figcaption>
</figure>
"""
ALONE = REPORT.replace("[The other one](../{1}/index.md), ", "")
PLAYGROUND = """# Playground of {0}

<div class="rg-live" data-live="full" markdown="1">

It has not started.
[Its data](live/live.json){{ .rg-live-data download }}

</div>
"""
LED_TO = {
    "ledger": "fact-visible_error",
    "claims": "claim-learns_rule",
    "walkthrough/02-does-it-learn": "fig-learning-curve",
}
BARS = dict(boxes=[[157, 74, 233, 1000], [279, 722, 355, 1000]], at=[1, 2], values=[0.74, 0.22])
MARKS = dict(
    width=760,
    height=400,
    panels=[
        dict(
            frame=[40, 84, 712, 236],
            letter="a",
            words="Head 0",
            x="steps back",
            y="",
            marks=dict(cells=[], points=[], curves=[], bars=[dict(BARS, across=False)]),
        )
    ],
)


def project(root: Path) -> Project:
    """The project, in a folder that is not there yet."""
    films = shown().parent
    shutil.copytree(films / "docs", root / "docs")
    shutil.copy(films / "mkdocs.yml", root)
    made = Project(root)
    (made.docs / "index.md").write_text(START, encoding="utf-8")
    _report(made, "one", "two", REPORT)
    _report(made, "two", "one", ALONE)
    shutil.copytree(shipped("learnt"), made.report("two") / LIVE)
    (made.report("two") / "playground.md").write_text(PLAYGROUND.format("two"), encoding="utf-8")
    shared.write_shared(made)
    _beside_films(made.docs / "shown")
    return made


def _beside_films(home: Path) -> None:
    """What the page with films leads to, but that only a whole report has."""
    for names, folder in ((SIZES, "figures"), (FILMS, "films")):
        for name in names:
            for ending in (".png", ".npz", ".gif"):
                (home / folder / f"{name}{ending}").touch()
    (home / "walkthrough").mkdir()
    for page, anchor in LED_TO.items():
        text = f"# {page}\n\n## There {{ #{anchor} }}\n"
        (home / f"{page}.md").write_text(text, encoding="utf-8")


def _report(made: Project, name: str, other: str, text: str) -> None:
    home = made.report(name)
    (home / "figures").mkdir(parents=True)
    (home / "index.md").write_text(text.format(name, other), encoding="utf-8")
    for page in ("claims", "ledger"):
        (home / f"{page}.md").write_text(f"# The {page} of {name}\n", encoding="utf-8")
    (home / "figures" / "bars.svg").write_text(SVG.format(760, 400), encoding="utf-8")
    write_json(home / "figures" / "bars-marks.json", MARKS)
    rule = dict(title=f"Rule {name}", summary="A rule.", system="sequence_rules", compared=True)
    write_json(home / "facts.json", dict(name=name, rule=rule, facts={}, claims={}))


def offline(made: Project, *arguments: str) -> Result:
    """The command."""
    return CliRunner().invoke(main, ["--project", str(made.root), "offline", *arguments])


def unpacked(path: Path, folder: Path) -> Path:
    """What lies in a zip."""
    with ZipFile(path) as made:
        made.extractall(folder)
    return folder / "report"


def opened(chromium: Any, page: Path, after: str = "") -> Any:
    """A page, opened as a file; `page.wrong` has what it complained of, and what it asked for that
    is no file.
    """
    tab = chromium.new_page()
    tab.wrong = []
    tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
    tab.on("console", lambda m: tab.wrong.append(m.text) if m.type == "error" else None)
    # what a page had not loaded when it was left is no failure
    failed = lambda r: None if r.failure == "net::ERR_ABORTED" else f"{r.url} {r.failure}"
    tab.on("requestfailed", lambda r: tab.wrong.extend(filter(None, [failed(r)])))
    tab.on(
        "request",
        lambda r: (
            None if r.url.startswith(("file:", "data:", "blob:")) else tab.wrong.append(r.url)
        ),
    )
    tab.goto(f"{page.as_uri()}{after}", wait_until="load")
    return tab
