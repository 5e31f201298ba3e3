"""The tasks of a report: which there are, and what each of them depends on."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.drawing.declared import Declared, declared_by
from reportgen.drawing.noto import fonts_for
from reportgen.errors import ReportError, UsageError, nearest
from reportgen.files import digest_of
from reportgen.names import shown as quoted
from reportgen.pages.outline import Entry, Outline, load
from reportgen.pages.stored import Shelf
from reportgen.pages.templates import Templates
from reportgen.pipeline import panels as gather
from reportgen.pipeline import publish, website, work
from reportgen.pipeline.graph import Task
from reportgen.pipeline.sources import Sources, digests, templates, versions
from reportgen.pipeline.trial import tried
from reportgen.placed import INDEX_TASK, SITE_TASK, pages_task
from reportgen.project import SHARED, Project
from reportgen.rules.outside import source_of
from reportgen.system import System, system_of, systems

TRAINING = ("name", "rule", "data", "model", "training")
SECONDS = dict(
    train=1.5e-4, verify=5.0, facts=15.0, figures=3.0, films=60.0, pages=2.0, site=5.0
)  # until a build has told; of a training for a step of a seed


def plan(
    project: Project,
    names: Sequence[str],
    *,
    step: int | None = None,
    only: str | None = None,
    site: bool = True,
    thorough: bool = False,
    broken: dict[str, ReportError] | None = None,
) -> list[Task]:
    """The tasks of some reports; every mistake in what was asked for is an error now, before
    anything runs.

    With `broken` a mistake stops only the report it belongs to, and is put there under its name.
    With `thorough` those mistakes too that take seconds to find.
    """
    tasks: list[Task] = []
    code, figures_of = Sources(), cache(declared_by)
    for name in dict.fromkeys(names):
        try:
            tasks += _planned(project, code, figures_of, name, step, only, thorough)
        except ReportError as error:
            if broken is None:
                raise
            broken[name] = error
    pages, panels = (
        tuple(t.name for t in tasks if t.work is does) for does in (publish.pages, work.panels)
    )
    return [*tasks, *shared_tasks(project, code, pages, panels, site=site)]


def _planned(
    project: Project,
    code: Sources,
    figures_of: Callable[[System], Mapping[str, Declared]],
    name: str,
    step: int | None,
    only: str | None,
    thorough: bool,
) -> list[Task]:
    """The tasks of one report."""
    path = project.config(name)
    config = configs.load(path, rules=project.rules, files=configs.Files.of(project))
    tried(project, code, path, config, _flat(config, ("rule", "data", "model")), thorough=thorough)
    if step is not None:
        check_step(config, step)
    figures, drafts = figures_of(system := system_of(config)), Templates.of(project, system)
    told = load(
        drafts, config.report.outline, demonstrations=config.report.demonstrations, figures=figures
    ).fitted(config, figures)
    if only is not None:
        check_only(told, figures, only, step)
    made = report_tasks(project, code, config, told, figures, step=step, only=only)
    values = dict.fromkeys(_flat(config, (*TRAINING, "report")), f"configs/{path.name}")
    return [replace(task, places=values) for task in made]


def check_step(config: Config, step: int) -> None:
    """RunError where a step is no checkpoint of a configuration, trained or not."""
    import numpy as np

    from reportgen.core.runs import Run

    t = config.training
    steps = np.array(sorted({*range(0, t.steps, t.checkpoint_every), t.steps}))
    Run(config.as_dict(), (), steps, {}, {}, {}).checkpoint(step)


def report_tasks(
    project: Project,
    code: Sources,
    config: Config,
    outline: Outline,
    figures: Mapping[str, Declared],
    *,
    step: int | None = None,
    only: str | None = None,
) -> list[Task]:
    """Everything for one report, or for one checkpoint of it; with `only` the other pictures are
    taken if they are there, not drawn.
    """
    name, suffix = config.name, "" if step is None else f"@{step}"
    rule, system = source_of(type(config.rule)), system_of(config)
    training = _flat(config, TRAINING) | config.rule.materials()
    studied = code.of(f"{system.package}.view", f"{system.package}.data", rule)
    ours = [f"{system.package}.{part}" for part in ("system", "facts.*", "claims.*")]
    seen = training | {
        "report.demonstrations": str(config.report.demonstrations),
        "step": str(step),
    }
    base = dict(config=config, step=step, run=f"{name}/train")
    tasks = [
        *training_tasks(
            config,
            training
            | studied
            | code.of("reportgen.core.train", f"{system.package}.evaluation")
            | versions("torch", "numpy", "safetensors"),
            code.of("reportgen.core.runs"),
        )
    ]
    verified = (
        f"{name}/verify{suffix}" if system.exhaustive else None
    )  # other systems have facts that try everything
    if verified:
        tasks.append(
            Task(
                verified,
                "verify",
                work.verify,
                base,
                training | {"step": str(step)} | studied | versions("torch", "numpy"),
                (f"{name}/train",),
                weight=SECONDS["verify"],
            )
        )
    measuring = (
        seen
        | studied
        | code.of(*ours, "reportgen.measure.measure", "reportgen.measure.plain")
        | versions("torch", "numpy", "scipy")
    )
    tasks.append(
        Task(
            f"{name}/facts{suffix}",
            "facts",
            work.facts,
            base | dict(verified=verified),
            measuring,
            (f"{name}/train", *([verified] if verified else [])),
            weight=SECONDS["facts"],
        )
    )
    drawn, fonts = dict[str, str](), fonts_for(config.rule.tokens.names)
    typefaces = {f"font {Path(path).name}": digest for path, digest in fonts.items()}
    for entry in shown(outline, figures, step):
        figure = figures[entry.slug]
        stage, does = ("films", work.film) if figure.film else ("figures", work.figure)
        arguments = base | dict(
            slug=entry.slug,
            module=figure.module,
            file=entry.file,
            demonstration=entry.demonstration or 0,
            fonts=fonts,
        )
        inputs = (
            seen
            | typefaces
            | {"file": entry.file}
            | studied
            | code.of(figure.module, "reportgen.drawing.stills", "reportgen.drawing.filming")
            | versions("torch", "numpy", "scipy", "matplotlib", "pillow", "font-roboto")
        )
        inputs |= versions("imageio", "imageio-ffmpeg") if figure.film else {}
        task = Task(
            f"{name}/{entry.file}{suffix}",
            stage,
            does,
            arguments,
            inputs,
            (f"{name}/train",),
            weight=SECONDS[stage],
            optional=only not in (None, entry.slug),
        )
        tasks.append(task)
        drawn[task.name] = entry.file
    panels = (
        []
        if step is not None or not system.sheets
        else [
            Task(
                f"{name}/comparison",
                "figures",
                work.panels,
                base,
                training
                | studied
                | code.of(f"{system.package}.comparison.*")
                | versions("torch", "numpy", "scipy"),
                (f"{name}/train",),
                weight=SECONDS["figures"],
                optional=only is not None,
            )
        ]
    )
    texts = (
        _flat(config, (*TRAINING, "report"))
        | {"step": str(step), **config.rule.materials()}
        | code.of("reportgen.pages.site", *ours, rule)
        | versions("jinja2", "latex2mathml")
        | (drafts := templates(project))
    )
    figured = json.dumps([asdict(figure) for figure in figures.values()])
    texts |= {"what figures declare": digest_of(figured.encode())}
    tasks.append(
        Task(
            pages_task(name, step),
            "pages",
            publish.pages,
            dict(
                project=project,
                config=config,
                outline=outline,
                figures=dict(figures),
                step=step,
                facts=f"{name}/facts{suffix}",
                files=drawn,
                panels=f"{name}/comparison",
                templates=drafts,
            ),
            texts,
            (f"{name}/facts{suffix}",),
            (*drawn, *(task.name for task in panels)),
            SECONDS["pages"],
            home=True,
            valid=partial(publish.as_written, project=project, task=pages_task(name, step)),
        )
    )
    return [*tasks, *panels]


def training_tasks(
    config: Config, inputs: Mapping[str, str], joined: Mapping[str, str]
) -> Iterator[Task]:
    """The training as NAME/train: a few seeds in each task, so that two cores train one
    configuration, and one that joins them.

    How many seeds train together does not depend on the number of processes: a run is the same
    whatever built it.
    """
    name, seeds = config.name, range(config.training.seeds)
    together = (
        system_of(config).seeds_together if config.model.n_layers else len(seeds)
    )  # without layers they are done before a second process has begun
    parts = {
        f"{name}/train-{i // together + 1}": seeds[i : i + together] for i in seeds[::together]
    }
    for part, own in parts.items():
        yield Task(
            part,
            "train",
            work.train,
            dict(config=config, seeds=tuple(own)),
            {**inputs, "seeds": f"{own[0]} to {own[-1]}"},
            weight=SECONDS["train"] * config.training.steps * len(own),
        )
    yield Task(
        f"{name}/train",
        "train",
        work.join,
        dict(parts=tuple(parts)),
        joined,
        tuple(parts),
        weight=SECONDS["pages"],
    )


def shared_tasks(
    project: Project, code: Sources, pages: tuple[str, ...], panels: tuple[str, ...], *, site: bool
) -> Iterator[Task]:
    """The pictures of all reports, the pages that show them, and the site, once all pages are
    written.
    """
    valid = lambda task: partial(publish.as_written, project=project, task=task)
    own = {task: task.removesuffix("/comparison") for task in panels}
    shelf = Shelf(project)
    others = lambda: digests(
        project.root, [path for name, path in shelf.panels().items() if name not in own.values()]
    )
    yield Task(
        f"{SHARED}/panels",
        "figures",
        gather.gathered,
        dict(project=project, own=own),
        others,
        wants=panels,
        weight=SECONDS["pages"],
        home=True,
        valid=gather.whole,
    )
    drawing = code.of(
        *(f"{system.package}.comparison.*" for system in systems().values() if system.sheets),
        "reportgen.drawing.stills",
        "reportgen.drawing.filming",
    ) | versions("numpy", "matplotlib", "pillow", "font-roboto")
    yield Task(
        f"{SHARED}/comparison",
        "figures",
        gather.comparison,
        dict(panels=f"{SHARED}/panels"),
        drawing,
        (f"{SHARED}/panels",),
        weight=SECONDS["figures"],
    )
    told = lambda: {
        f"seconds of training {name}": str(seconds)
        for name, seconds in publish.training_seconds(project).items()
    }
    facts = lambda: digests(project.root, shelf.files())
    inputs = lambda: code.of("reportgen.pages.site") | templates(project) | facts() | told()
    yield Task(
        INDEX_TASK,
        "pages",
        publish.index,
        dict(project=project, drawn=f"{SHARED}/comparison"),
        inputs,
        wants=(*pages, f"{SHARED}/comparison"),
        weight=SECONDS["pages"],
        home=True,
        valid=valid(INDEX_TASK),
    )
    if site:
        named = website.named(project)
        yield Task(
            SITE_TASK,
            "site",
            website.website,
            dict(project=project, named=named),
            partial(website.inputs, project, named),
            wants=(INDEX_TASK, *pages),
            weight=SECONDS["site"],
            home=True,
            valid=valid(SITE_TASK),
        )


def shown(outline: Outline, figures: Mapping[str, Declared], step: int | None) -> list[Entry]:
    """What of an outline is drawn: for one checkpoint, neither films nor figures that speak of
    other seeds or of the whole training.
    """
    at_one = lambda figure: not (figure.film or figure.over_seeds)
    return [entry for entry in outline.entries if step is None or at_one(figures[entry.slug])]


def check_only(
    outline: Outline, figures: Mapping[str, Declared], only: str, step: int | None
) -> None:
    """UsageError where there is no such figure in a report."""
    known = sorted({entry.slug for entry in shown(outline, figures, step)})
    if only not in known:
        raise UsageError(
            f"--only {quoted(only)}: this report has no such figure{nearest(only, known)}; it has"
            f" {', '.join(known)}"
        )


def _flat(config: Config, sections: tuple[str, ...]) -> dict[str, str]:
    """The values of some sections of a configuration, one a key, as inputs that can be told apart
    and shown.
    """
    values: dict[str, Any] = config.told()  # a project that is moved is built of the same
    flat: dict[str, Any] = {}
    for section in sections:
        said = values[section]
        flat |= (
            {f"{section}.{key}": value for key, value in said.items()}
            if isinstance(said, dict)
            else {section: said}
        )
    return {key: json.dumps(value) for key, value in sorted(flat.items())}
