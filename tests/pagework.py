"""Reports without a network: stored facts of the committed runs, pictures that are one pixel, templates that a test writes."""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from measured import measured

from reportgen import config as configs
from reportgen.config import Config
from reportgen.facts.base import listed
from reportgen.figures.base import all_figures
from reportgen.outline import Outline, load
from reportgen.pages.environment import Pages
from reportgen.pages.report import Report
from reportgen.project import Project
from reportgen.site import FILM, STILL

ROOT = Path(__file__).parent.parent
BASELINES = Path(__file__).parent / "baselines" / "pages"


REWRITE = os.environ.get("REPORTGEN_BASELINES") == "1"


@cache
def stored(name: str) -> dict[str, Any]:
    """What was measured on a committed run when the page baselines were written, so that no rounding of a last digit changes a page."""
    path = BASELINES / name / "measured.json"
    if REWRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measured(name), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def config() -> Config:
    return configs.load(ROOT / "configs" / "plus_last_even.yaml")


@cache
def outline() -> Outline:
    return load(Project(ROOT), "two_dimensional", demonstrations=3, figures=all_figures()).fitted(config(), all_figures())


def pictures(outline: Outline, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Path]]:
    """Every picture of an outline, with words that name it and files that hold its name."""
    about: dict[str, dict[str, Any]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for entry in outline.entries:
        figure = all_figures()[entry.slug]
        about[entry.file] = dict(slug=entry.slug, file=entry.file, title=figure.title, caption=f"How to read {entry.file}.", alt=f"{entry.file}, in words.", width=760, height=500, film=figure.film)
        about[entry.file] |= dict(frames=201, seconds=23.1) if figure.film else {}
        for ending in FILM if figure.film else STILL:
            (folder / f"{entry.file}{ending}").write_text(f"{entry.file}{ending}", encoding="utf-8")
    return about, dict.fromkeys(about, folder)


def pages(tmp_path: Path, measured: Mapping[str, Any], *, step: int | None = None, about: Mapping[str, Any] | None = None, **templates: str) -> Pages:
    """Pages of a project whose own templates are given as text; everything else is the package's."""
    folder = tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / f"{name}.md.j2").write_text(text, encoding="utf-8")
    facts, claims = listed()
    return Pages(Project(tmp_path), Report(config(), outline(), measured, about or {}, claims, frozenset(facts), {slug: figure.title for slug, figure in all_figures().items()}, frozenset(), step))
