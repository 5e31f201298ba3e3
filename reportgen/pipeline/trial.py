"""What a configuration alone decides, found out before anything is trained."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.document import Key
from reportgen.errors import ConfigError, ReportError, RuleError, WeightsError
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.store import Store
from reportgen.pipeline.unexpected import unexpected
from reportgen.project import Project
from reportgen.rules.outside import source_of
from reportgen.system import system_of


def tried(
    project: Project,
    code: Sources,
    path: Path,
    config: Config,
    values: Mapping[str, str],
    *,
    thorough: bool,
) -> None:
    """ConfigError where a run would end in nothing that can be measured or shown, or weights that
    are given are not those of the model.

    The data are drawn and what pages follow is chosen, unless the facts of the last build were
    measured with the same `values` of rule, data and model, by the same code: then it was done.
    What takes seconds is tried where it is `thorough`.
    """
    drawing = code.of(f"{system_of(config).package}.data", source_of(type(config.rule)))
    shaping = {**values, **config.materials(), **drawing}
    shaping["report.demonstrations"] = str(config.report.demonstrations)
    last = Store(project.store).record(f"{config.name}/facts")
    measured = last["inputs"] if last else {}
    if all(measured.get(key) == value for key, value in shaping.items()):
        return
    try:
        wrong = list(_misfits(config, thorough=thorough))
    except ReportError:
        raise
    except Exception as error:  # of a system, whose author wants to know where
        words = f"data: {unexpected(error, project.root)}"
        raise ConfigError([f"{configs.place(path, ('data',))}: {words}"]) from error
    if wrong:
        raise ConfigError(f"{configs.place(path, key)}: {words}" for key, words in wrong)


def _misfits(config: Config, *, thorough: bool) -> Iterator[tuple[Key, str]]:
    from reportgen.core.data.misfits import misfits

    system = system_of(config)
    found = list(misfits(config))
    if config.weights is not None:
        from reportgen.core.weights.given import given_weights

        try:
            given_weights(config)
        except WeightsError as error:
            found += [(("weights",), f"weights: {words}") for words in error.problems]
    yield from found
    if not found and thorough and system.floors:
        try:
            system.floors(config)
        except RuleError as error:
            yield ("rule",), f"rule: {error}"
