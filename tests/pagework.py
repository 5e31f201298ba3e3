"""Reports without a network: stored facts of the committed runs, pictures that are only names,
templates that a test writes.
"""

import dataclasses
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conftest import committed
from lookups import declared, listed
from places import ROOT, baselines

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.core.train import train
from reportgen.measure.measure import measure
from reportgen.pages import site
from reportgen.pages.environment import Pages
from reportgen.pages.outline import Outline
from reportgen.pages.outline_file import load
from reportgen.pages.report import Report
from reportgen.pages.site import FILM, STILL
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_called

# systems whose pages are kept with a caption for each picture
TOGETHER = (
    "sequence_rules",
    "repeated_sequences",
)


def kept(name: str) -> Path:
    """Where the pages of a committed run are kept, and what was measured of it when they were
    written.
    """
    return baselines(committed(name).config.rule.system) / "pages" / name


@cache
def stored(name: str) -> dict[str, Any]:
    """What was measured of a committed run when its pages were written, so that no rounding of a
    last digit changes a page.
    """
    return json.loads((kept(name) / "measured.json").read_text(encoding="utf-8"))


def turned(name: str, verdict: str) -> dict[str, Any]:
    """The same with all claims of one verdict, without those that it cannot be of."""
    _, known = listed(committed(name).config.rule.system)
    possible = {c for c, claim in known.items() if verdict in [v.value for v in claim.verdicts]}
    return stored(name) | dict(
        claims={
            claim: said | dict(verdict=verdict)
            for claim, said in stored(name)["claims"].items()
            if claim in possible
        },
        unasked=stored(name)["unasked"]
        | {
            claim: dict(statement=said["statement"], reason="it has no middle band")
            for claim, said in stored(name)["claims"].items()
            if claim not in possible
        },
    )


@cache
def kept_config(name: str) -> Config:
    """The configuration of a committed run, with as many seeds as were kept of it."""
    study = committed(name)
    seeds = study.config.training.model_copy(update=dict(seeds=len(study.run.seeds)))
    return dataclasses.replace(study.config, training=seeds)


def config() -> Config:
    """That of the run that learnt a rule."""
    return kept_config("learnt")


usual = config


@cache
def outline() -> Outline:
    return fitted(config())


@cache
def quick(name: str) -> tuple[Config, dict[str, Any]]:
    """A shipped configuration made small enough to be trained and measured within a second or two,
    and what is measured of it.
    """
    small = configs.load(ROOT / "configs" / f"{name}.yaml")
    parts = dict(
        data=small.data.model_copy(update=dict(sequences=40, holdout=30)),
        model=small.model.model_copy(update=dict(n_ctx=5, d_mlp=8)),
        training=small.training.model_copy(
            update=dict(steps=6, seeds=2, checkpoint_every=2, warmup=0)
        ),
    )
    small = dataclasses.replace(small, **parts)
    return small, measure(study_of(small, train(small)))


figures_of = cache(declared)


@cache
def _loaded(outline: str, demonstrations: int, system: str) -> Outline:
    templates = Templates.of(Project(ROOT), system_called(system))
    return load(templates, outline, demonstrations=demonstrations, figures=figures_of(system))


def fitted(config: Config) -> Outline:
    """The outline of a configuration, without what it cannot have."""
    return _loaded(config.report.outline, config.report.demonstrations, config.rule.system).fitted(
        config, figures_of(config.rule.system)
    )


def written(
    folder: Path, config: Config, measured: Mapping[str, Any], step: int | None = None
) -> dict[str, str]:
    """All pages of a report by their place in it."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    system = config.rule.system
    about, folders = pictures(fitted(config), folder / "made", system)
    files = site.write(
        Project(folder), config, fitted(config), figures_of(system), measured, about, folders, step
    )
    home = files[0].parent
    return {
        str(path.relative_to(home)): path.read_text(encoding="utf-8")
        for path in files
        if path.suffix == ".md"
    }


def pictures(
    outline: Outline, folder: Path, system: str = "sequence_rules"
) -> tuple[dict[str, dict[str, Any]], dict[str, Path]]:
    """Every picture of an outline, with words for it and files that hold its name."""
    about, figures = dict[str, dict[str, Any]](), figures_of(system)
    folder.mkdir(parents=True, exist_ok=True)
    for entry in outline.entries:
        figure = figures[entry.slug]
        caption, alt = (
            (f"How to read {entry.file}.", f"{entry.file}, in words.")
            if system in TOGETHER
            else ("How to read it.", "In words.")
        )
        about[entry.file] = dict(
            slug=entry.slug,
            file=entry.file,
            title=figure.title,
            caption=caption,
            alt=alt,
            width=760,
            height=500,
            film=figure.film,
        )
        about[entry.file] |= (
            dict(frames=201, seconds=22.9, rate=10, held=15, steps="0 200x100")
            if figure.film
            else {}
        )
        for ending in FILM if figure.film else STILL:
            (folder / f"{entry.file}{ending}").write_text(f"{entry.file}{ending}", encoding="utf-8")
    return about, dict.fromkeys(about, folder)


def pages(
    tmp_path: Path,
    measured: Mapping[str, Any],
    *,
    step: int | None = None,
    about: Mapping[str, Any] | None = None,
    config: Config | None = None,
    live: bool = False,
    **templates: str,
) -> Pages:
    """Pages of a project whose own templates are given as text; everything else is the
    package's.
    """
    folder = tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    for name, text in templates.items():
        (folder / f"{name}.md.j2").write_text(text, encoding="utf-8")
    facts, claims = listed("sequence_rules")
    shown = config or usual()
    return Pages(
        Project(tmp_path),
        Report(
            shown,
            fitted(shown),
            measured,
            about or {},
            claims,
            frozenset(facts),
            {slug: figure.title for slug, figure in figures_of("sequence_rules").items()},
            frozenset(),
            step,
            live,
        ),
    )
