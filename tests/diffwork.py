"""Builds of a report to compare: the kept pages and facts of a committed run, a few of its figures
as they were looked at, and a film of plain frames; each can be changed in one thing.
"""

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from conftest import SHARED
from PIL import Image, ImageDraw, ImageFont
from places import baselines

from reportgen.diff.built import Build, at
from reportgen.diff.changes import Changes, compare
from reportgen.drawing.encoders import FILM, mp4

LR = dict(training=dict(lr=0.001, seeds=4), model=dict(d_model=2))
FIGURES = ("learning-curve", "qk-space", "typical-values")
Edit = Callable[[Path, dict[str, Any]], None]


def copy(folder: Path, run: str = "learnt", system: str = "sequence_rules") -> Path:
    """The kept pages of a run as a build would leave them: facts.json, pages, figures, a film."""
    of = baselines(system)
    shutil.copytree(of / "pages" / run, folder)
    measured = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    (folder / "measured.json").unlink()
    rule = dict(title="The rule", summary="It is a rule.", system=system)
    write(folder, measured | dict(config=LR, rule=rule))
    for kind in ("figures", "films"):
        (folder / kind).mkdir()
    for name in FIGURES:
        shutil.copy(of / "figures" / f"{name}.png", folder / "figures")
    shutil.copy(film(0), folder / "films" / "growing.mp4")
    return folder


def write(folder: Path, measured: dict[str, Any]) -> None:
    (folder / "facts.json").write_text(json.dumps(measured, ensure_ascii=False), encoding="utf-8")


def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "facts.json").read_text(encoding="utf-8"))


@cache
def film(other: int) -> Path:
    """A film of plain frames, of which those after the middle are so much darker."""
    path = Path(mkdtemp(dir=os.environ[SHARED])) / "film.mp4"
    with mp4(path, alone=False) as take:
        for i in range(4):
            take(np.full((*FILM[::-1], 4), 200 - 20 * i - (other if i > 1 else 0), np.uint8))
    return path


def changed(folder: Path, edit: Edit) -> Build:
    """A build, after one thing of it was changed."""
    measured = told(folder)
    edit(folder, measured)
    write(folder, measured)
    return at(folder, "the new one")


def named(changes: Changes) -> set[str]:
    """All that a comparison names, each by its kind and what it is called."""
    facts, claims, pages = changes.facts, changes.claims, changes.pages
    pictures = [p for group in (changes.figures, changes.films) if group for p in group.moved]
    found = [
        *(f"fact {each.id}{f' / {each.part}' if each.part else ''}" for each in facts.moved),
        *(f"fact came {each.id}" for each in facts.came),
        *(f"fact went {each.id}" for each in facts.went),
        *(f"verdict {each.id}: {each.old}, {each.new}" for each in claims.flipped),
        *(f"claim came {each.id}" for each in claims.came),
        *(f"claim went {each.id}" for each in claims.went),
        *(f"threshold {each.id} {each.what}" for each in claims.thresholds),
        *(f"seeds {each.id}" for each in claims.seeds),
        *(f"words {each.id} {each.what}" for each in (*claims.words, *changes.meanings)),
        *(f"{'film' if each.film else 'figure'} {each.name}" for each in pictures),
        *(f"setting {each}" for each in changes.settings),
    ]
    if pages:
        found += [f"sentence {each.page}: {each.old} -> {each.new}" for each in pages.said]
        found += [*(f"page came {p}" for p in pages.came), *(f"page went {p}" for p in pages.went)]
    return set(found)


def difference_named(old: Build, new: Build) -> tuple[set[str], int]:
    """What is named, and the exit code."""
    changes = compare(old, new)
    return named(changes), changes.status


def drawn(digit: int = 4, **more: Any) -> Image.Image:
    """A small figure with an axis, a line, a key and a number in small type, to break."""
    ink, line = more.get("ink", "#0072b2"), more.get("line", 0.0)
    picture = Image.new("RGB", (400, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.line([(40, 10), (40, 210), (390, 210)], fill="#444444", width=1)
    x = np.linspace(0, 10, 200)
    y = 110 - 60 * (np.sin(x) + line * np.random.default_rng(0).normal(size=200))
    pen.line([*zip(40 + 35 * x, y)], fill=ink, width=2)
    if more.get("legend", True):
        pen.line([(300, 30), (320, 30)], fill=ink, width=2)
        pen.text((325, 25), "loss", fill="#666666", font=ImageFont.load_default(11))
    pen.text((60, 190), f"0.{digit}7", fill="#666666", font=ImageFont.load_default(11))
    return picture


def toy(value: float = 0.5, verdict: str = "holds", **more: Any) -> dict[str, Any]:
    """What is measured of a report with one fact and one claim."""
    fact = dict(
        label="Wrong answers",
        meaning="How often it errs.",
        **part(value),
        tolerance=0.01,
        baseline=None,
        floor=None,
        parts=[["first", part(value)], ["rare", part(0.1) | dict(of="rare ones")]],
        details={},
    )
    claim = dict(
        statement="The network errs",
        verdict=verdict,
        holds_if="“Wrong answers” is above 0.1",
        partly_if="",
        reason="So it is.",
        seeds=dict(holds=[0], partly=[], undecided=[], fails=[1]),
    )
    ranking = [dict(seed=0, error=0.5, error_text="0.5"), dict(seed=1, error=0.7, error_text="0.7")]
    whole = dict(name="toy", step=10, run="0123", facts=dict(error=fact), claims=dict(errs=claim))
    rule = dict(title="Toy", summary="A toy.", system="toys")
    return whole | dict(unasked={}, ranking=ranking, rule=rule, config={}) | more


def part(value: float) -> dict[str, Any]:
    """A share with an interval of four hundredths."""
    return dict(
        value=value,
        text=f"{value:.2f}",
        interval=f"{value - 0.02:.2f} to {value + 0.02:.2f}",
        low=value - 0.02,
        high=value + 0.02,
        exhaustive=False,
        n=100,
        of="items",
        unit="share",
    )


PAGE = """# The toy

It is a toy.

<div class="rg-claim" data-verdict="holds" id="claim-errs" markdown="1">

It errs.

</div>
"""


def build(project: Path, measured: dict[str, Any] | None = None, *, digit: int = 4) -> Path:
    """The toy as a build of a project leaves it."""
    (project / "configs").mkdir(parents=True, exist_ok=True)
    (project / "mkdocs.yml").write_text("site_name: test\n", encoding="utf-8")
    (project / "configs" / "toy.yaml").write_text("name: toy\n", encoding="utf-8")
    folder = project / "docs" / "rules" / "toy"
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    write(folder, measured or toy())
    (folder / "index.md").write_text(PAGE, encoding="utf-8")
    drawn(digit).save(folder / "figures" / "plot.png")
    return folder
