"""Networks that are taught a rule on windows of its sequences."""

from collections.abc import Iterator, Mapping

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.live import Live
from reportgen.core.study import Study
from reportgen.system import Plain, Problem, System, known_as
from reportgen.systems.sequence_rules.comparison import SLUGS
from reportgen.systems.sequence_rules.config import CHECKS, WindowsData


def _draw(config: Config) -> Material:
    from reportgen.systems.sequence_rules.data import draw

    return draw(config)


def _study() -> type[Study]:
    from reportgen.systems.sequence_rules.view import Study

    return Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.sequence_rules.data import Dataset
    from reportgen.systems.sequence_rules.evaluation import evaluate

    return evaluate(config, known_as(Dataset, data), weights)


def _demonstrations(study: Study) -> Plain:
    from reportgen.systems.sequence_rules.facts.traces import followed
    from reportgen.systems.sequence_rules.view import Study

    return followed(known_as(Study, study))


def _ranking(study: Study) -> Plain:
    from reportgen.systems.sequence_rules.facts.seeds import ranking
    from reportgen.systems.sequence_rules.view import Study

    return ranking(known_as(Study, study))


def _sheets() -> Mapping[str, object]:
    from reportgen.systems.sequence_rules.comparison.sheets import SHEETS

    return SHEETS


def _misfits(config: Config, data: Material) -> Iterator[Problem]:
    from reportgen.systems.sequence_rules.data import Dataset
    from reportgen.systems.sequence_rules.misfits import misfits

    return misfits(config, known_as(Dataset, data))


def _floors(config: Config) -> object:
    from reportgen.systems.sequence_rules.data import Dataset
    from reportgen.systems.sequence_rules.floors import floors

    return floors(config, known_as(Dataset, _draw(config)))


def _live(study: Study) -> Live:
    from reportgen.systems.sequence_rules.live import live
    from reportgen.systems.sequence_rules.view import Study

    return live(known_as(Study, study))


SYSTEM = System(
    name="sequence_rules",
    about="windows are cut out of sequences that the rule makes",
    data=WindowsData,
    draw=_draw,
    study=_study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=_demonstrations,
    ranking=_ranking,
    seeds_together=10,
    misfits=_misfits,
    floors=_floors,
    exhaustive=True,
    sheets=SLUGS,
    drawn_sheets=_sheets,
    live=_live,
)
