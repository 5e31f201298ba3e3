"""Reports from what a build stored, from a training here and now, and from weights of one's own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from reportgen import __version__
from reportgen.api.measured import Live, Stored
from reportgen.api.plain import Plain
from reportgen.api.report import Report
from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.config.files import Files
from reportgen.core.document import dotted
from reportgen.core.runs import Run
from reportgen.core.runs.sound import names_wrong
from reportgen.core.study import Study, study_of
from reportgen.errors import ConfigError, ProjectError, ReportError, RunError
from reportgen.files import read_json
from reportgen.pipeline.store import Store
from reportgen.pipeline.work import FACTS, RUN, knowing, run_made_by
from reportgen.project import Project, packaged
from reportgen.system import look_in, system_of

Task = str | Path | Mapping[str, object]
NAMED = "project=FOLDER"
ENDINGS = (".yaml", ".yml")
SHAPING = ("rule", "data", "model", "training", "weights")  # sections that a run is made from


def open(  # as a file is opened; nobody here opens one
    name: str, *, step: int | None = None, project: str | Path | None = None
) -> Report:
    """The report of this name as it was last built, at its last checkpoint or at `step`.

    The project is the folder `project`, or the nearest one above the current folder, as on the
    command line; its own rules and systems are found. Nothing is trained or measured. Errors:
    ReportError where it was not built, or was built from another configuration.
    """
    home = _project(project)
    config = configs.load(home.config(name), rules=home.rules, files=_files(home))
    store, at = Store(home.store), "" if step is None else f"@{step}"
    made, measured = store.last(run_made_by(config)), store.last(f"{name}/facts{at}")
    if made is None or measured is None:
        of = "" if step is None else f" --step {step}"
        raise ReportError(
            f"{name} is not built{'' if step is None else f' at step {step}'};"
            f" `reportgen build --rule {name}{of}` builds it"
        )
    run = Run.load(made.folder / RUN)
    _same(name, config, run)
    study = study_of(config, run, step)
    if system_of(config).exhaustive and (tried := store.last(f"{name}/verify{at}")):
        study = knowing(study, tried.folder)
    found = read_json(measured.folder / FACTS, Plain)
    if found["run"] != run.digest:
        raise ReportError(
            f"the facts of {name} are of another training; `reportgen build --rule {name}` measures"
            " them again"
        )
    return Report(study, Stored(found), trained=config.weights is None)


def train(
    config: Task,
    *,
    project: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Train all seeds of a configuration in this process, and measure facts when they are asked
    for. Nothing is stored.

    `config` is the name of a configuration, the path of one, or its sections as a mapping; own
    rules are those of the project, if there is one. `progress(step, steps)` is called at every
    checkpoint of each group of seeds that train together. The run is the one that a build makes.
    Errors: ConfigError lists what is wrong with the configuration; RunError where the training
    diverges.
    """
    from reportgen.core.data.misfits import misfits
    from reportgen.core.single import one_thread
    from reportgen.core.train import train as trained
    from reportgen.pipeline.training import seeds_together

    made = _config(config, project)
    if made.weights is not None:
        way_on = f"`reportgen build --rule {made.name}` builds the report"
        words = "weights: they are given, so that there is nothing to train"
        raise ConfigError([f"{made.name}: {words}; {way_on}, or give them to reportgen.study"])
    if wrong := [f"{dotted(key)}: {words}" for key, words in misfits(made)]:
        raise ConfigError(f"{made.name}: {words}" for words in wrong)
    steps = made.training.steps
    told = (lambda step: None) if progress is None else (lambda step: progress(step, steps))
    with one_thread():
        parts = [trained(made, told, seeds=own) for own in seeds_together(made)]
    study = study_of(made, Run.joined(parts))
    return Report(study, Live(study, trained=True))


def study(
    weights: Mapping[str, object], task: Task, *, project: str | Path | None = None
) -> Report:
    """A report on weights that were trained elsewhere, without what a training or other seeds
    would tell. Facts are measured when they are asked for.

    `weights` are arrays or tensors, by the names of `Network.weights`, or the `state_dict` of a
    HookedTransformer; all must be there and have the shapes that the task's model asks for. `task`
    is a configuration as in `train`, whose section `training` is not used. Errors: RunError lists
    what does not fit; ConfigError.
    """
    config = _config(task, project)
    found = _weights(config, {name: _array(value) for name, value in weights.items()})
    networks = {name: value[None, None] for name, value in found.items()}
    system = system_of(config)
    history = system.evaluate(config, system.draw(config), networks)
    versions = dict(reportgen=__version__, numpy=np.__version__)
    run = Run(config.told(), (0,), np.array([0]), networks, history, versions)
    if wrong := list(run.not_finite()):
        raise RunError(f"{config.name}: the given weights: {'; '.join(wrong)}")
    given: Study = study_of(config, run)
    return Report(given, Live(given, trained=False), trained=False)


def _project(given: str | Path | None) -> Project:
    """The project that is meant, with its own systems."""
    found = Project.find(None if given is None else Path(given), named=NAMED)
    look_in(found.systems)
    return found


def _files(project: Project | None) -> Files:
    """What a configuration may name: anything, since nothing is published here."""
    return Files(texts=None if project is None else project.texts)


def _config(task: Task, given: str | Path | None) -> Config:
    """A configuration by its name, its path, or as a mapping."""
    home = None
    if given is not None:
        home = _project(given)
    else:
        with suppress(ProjectError):
            home = _project(None)
    rules = None if home is None else home.rules
    if isinstance(task, Mapping):
        return configs.from_values(task, rules=rules, files=_files(home))
    path = Path(task)
    if isinstance(task, str) and path.suffix not in ENDINGS and path.name == task:
        # outside of any project the package's own configurations are there
        path = (home or Project(packaged("configs").parent)).config(task)
    elif not path.is_file():
        raise ConfigError([f"{path}: there is no such configuration"])
    return configs.load(path, rules=rules, files=_files(home))


def _same(name: str, config: Config, run: Run) -> None:
    """ReportError where a run was made from another configuration than the one that is there."""
    now, then = config.told(), run.config
    for section in SHAPING:
        mine, its = now.get(section), then.get(section)
        if isinstance(mine, dict) and isinstance(its, dict):
            for key in mine.keys() & its.keys():
                if _plain(mine[key]) != _plain(its[key]):
                    raise ReportError(
                        f"{name} was built with {section}.{key} {_plain(its[key])!r}, and its"
                        f" configuration says {_plain(mine[key])!r}; `reportgen build --rule"
                        f" {name}` builds it again"
                    )


def _plain(value: object) -> object:
    """A value as JSON gives it back."""
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _array(value: object) -> np.ndarray:
    """An array, or a tensor of torch, wherever that lies and whatever its precision."""
    if (detach := getattr(value, "detach", None)) is not None:
        return np.asarray(detach().double().cpu().numpy())
    return np.asarray(value)


def _weights(config: Config, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights by our names, in one precision; RunError lists what does not fit."""
    if any("." in name for name in given):
        from reportgen.core.hooked import from_state

        found = from_state(config, dict(given))
    else:
        if wrong := sorted(names_wrong(given, config.shapes, axes=0)):
            raise RunError(f"{config.name}: the given weights: {'; '.join(wrong)}")
        found = {name: given[name] for name in config.shapes}
    if wrong := [n for n, value in found.items() if value.dtype.kind not in "fiu"]:
        raise RunError(f"{config.name}: the given weights: {wrong[0]} holds no numbers")
    kind = np.result_type(np.float32, *(value.dtype for value in found.values()))
    narrow = np.float32 if kind == np.float32 else np.float64
    return {name: value.astype(narrow) for name, value in found.items()}
