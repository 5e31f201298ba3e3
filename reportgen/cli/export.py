"""`reportgen export`: one network of a report that is built, as a file in a layout of others."""

from pathlib import Path

from reportgen import files
from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.weights.export import exported, to_bytes
from reportgen.core.weights.layouts import LAYOUTS
from reportgen.errors import ProjectError, UsageError
from reportgen.pipeline.store import Store
from reportgen.pipeline.work import RUN, run_made_by
from reportgen.project import Project


def export(
    project: Project,
    name: str,
    layout: str,
    step: int | None,
    seed: int | None,
    output: Path | None,
) -> tuple[Path, str]:
    """Write the file, and return where it lies and what it holds.

    Errors: UsageError for a report that is not built, and for a seed that it does not have;
    RunError for a step without checkpoint; WeightsError for what has no like in the layout.
    """
    path = project.config(name)
    config = configs.load(path, rules=project.rules, files=configs.Files.of(project))
    artefact = Store(project.store).last(run_made_by(config))
    if artefact is None:
        raise UsageError(f"{name}: is not built here; `reportgen build --rule {name}` does that")
    run = Run.load(artefact.folder / RUN)
    run.check(config.shapes)
    if seed is not None and seed not in run.seeds:
        said = ", ".join(map(str, run.seeds))
        raise UsageError(f"--seed {seed}: {name} has no such seed; it has {said}")
    chosen = run.shown if seed is None else run.seeds.index(seed)
    at = len(run.steps) - 1 if step is None else run.checkpoint(step)
    weights = {key: values[chosen, at] for key, values in run.parameters.items()}
    made = exported(name, config.model, len(config.rule.vocabulary), LAYOUTS[layout], weights)
    where = output or project.root / f"{name}.safetensors"
    try:
        files.write(where, to_bytes(made))
    except OSError as error:
        raise ProjectError(f"{where}: cannot be written: {error.strerror}") from error
    whose = f", seed {run.seeds[chosen]}" if config.weights is None else ", as given"
    when = f" at step {run.steps[at]}" if len(run.steps) > 1 else ""
    shown = where.relative_to(project.root) if where.is_relative_to(project.root) else where
    return shown, f"{len(made)} tensors as {layout}{whose}{when}"
