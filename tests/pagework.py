"""Reports without a network: stored facts of the committed runs, pictures that are one pixel, templates that a test writes."""

import dataclasses
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from measured import measured

from reportgen import config as configs
from reportgen import site
from reportgen.config import Config
from reportgen.facts.base import listed
from reportgen.facts.measure import measure
from reportgen.figures.declared import declared
from reportgen.outline import Outline, load
from reportgen.pages.environment import Pages
from reportgen.pages.report import Report
from reportgen.project import Project
from reportgen.site import FILM, STILL
from reportgen.study import Study
from reportgen.train import train

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


usual = config


@cache
def outline() -> Outline:
    return fitted(config())


@cache
def quick(name: str) -> tuple[Config, dict[str, Any]]:
    """A shipped configuration made small enough to be trained and measured within a second or two, and what is measured of it."""
    small = configs.load(ROOT / "configs" / f"{name}.yaml")
    parts = dict(
        data=small.data.model_copy(update=dict(sequences=40, holdout=30)),
        model=small.model.model_copy(update=dict(n_ctx=5, d_mlp=8)),
        training=small.training.model_copy(update=dict(steps=6, seeds=2, checkpoint_every=2, warmup=0)),
    )
    small = dataclasses.replace(small, **parts)
    return small, measure(Study.of(small, train(small)))


def fitted(config: Config) -> Outline:
    """The outline of a configuration, without what it cannot have."""
    return load(Project(ROOT), config.report.outline, demonstrations=config.report.demonstrations, figures=declared()).fitted(config, declared())


def written(folder: Path, config: Config, measured: Mapping[str, Any]) -> dict[str, str]:
    """All pages of a report by their place in it."""
    (folder / "docs").mkdir(parents=True)
    about, folders = pictures(fitted(config), folder / "made")
    files = site.write(Project(folder), config, fitted(config), declared(), measured, about, folders, None)
    home = folder / "docs" / "rules" / config.name
    return {str(path.relative_to(home)): path.read_text(encoding="utf-8") for path in files if path.suffix == ".md"}


def pictures(outline: Outline, folder: Path, family: str = "windows") -> tuple[dict[str, dict[str, Any]], dict[str, Path]]:
    """Every picture of an outline, with words that name it and files that hold its name."""
    about: dict[str, dict[str, Any]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for entry in outline.entries:
        figure = declared(family)[entry.slug]
        about[entry.file] = dict(slug=entry.slug, file=entry.file, title=figure.title, caption=f"How to read {entry.file}.", alt=f"{entry.file}, in words.", width=760, height=500, film=figure.film)
        about[entry.file] |= dict(frames=201, seconds=23.1) if figure.film else {}
        for ending in FILM if figure.film else STILL:
            (folder / f"{entry.file}{ending}").write_text(f"{entry.file}{ending}", encoding="utf-8")
    return about, dict.fromkeys(about, folder)


def pages(tmp_path: Path, measured: Mapping[str, Any], *, step: int | None = None, about: Mapping[str, Any] | None = None, config: Config | None = None, **templates: str) -> Pages:
    """Pages of a project whose own templates are given as text; everything else is the package's."""
    folder = tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / f"{name}.md.j2").write_text(text, encoding="utf-8")
    facts, claims = listed()
    shown = config or usual()
    return Pages(Project(tmp_path), Report(shown, fitted(shown), measured, about or {}, claims, frozenset(facts), {slug: figure.title for slug, figure in declared().items()}, frozenset(), step))
