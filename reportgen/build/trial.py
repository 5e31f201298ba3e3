"""What a configuration alone decides, found out before anything is trained."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen import config as configs
from reportgen.build.sources import Sources
from reportgen.build.store import Store
from reportgen.config import Config
from reportgen.document import Key
from reportgen.errors import ConfigError, RuleError
from reportgen.project import Project
from reportgen.rules.outside import source_of


def tried(
    project: Project,
    code: Sources,
    path: Path,
    config: Config,
    values: Mapping[str, str],
    *,
    thorough: bool,
) -> None:
    """ConfigError where a training would end in nothing that can be measured or shown.

    The data are drawn and what pages follow is chosen, unless the facts of the last build were
    measured with the same `values` of rule, data and model, by the same code: then it was done. What
    takes seconds is tried where it is `thorough`.
    """
    drawing = code.of(f"reportgen.data.{config.rule.family}", source_of(type(config.rule)))
    asked = {**values, **config.rule.materials(), **drawing}
    asked["report.demonstrations"] = str(config.report.demonstrations)
    last = Store(project.store).record(f"{config.name}/facts")
    measured = last["inputs"] if last else {}
    if all(measured.get(key) == value for key, value in asked.items()):
        return
    if wrong := list(_misfits(config, thorough=thorough)):
        raise ConfigError(f"{configs.place(path, key)}: {words}" for key, words in wrong)


def _misfits(config: Config, *, thorough: bool) -> Iterator[tuple[Key, str]]:
    from reportgen.data.misfits import misfits

    found = list(misfits(config))
    yield from found
    if not found and thorough and config.rule.family == "windows":
        from reportgen.data import draw
        from reportgen.exact.floors import floors

        try:
            floors(config, draw(config))
        except RuleError as error:
            yield ("rule",), f"rule: {error}"
