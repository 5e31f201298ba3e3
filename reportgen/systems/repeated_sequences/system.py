"""Networks that read sequences which begin to repeat themselves."""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.study import Study
from reportgen.system import Plain, System, known_as
from reportgen.systems.repeated_sequences.config import CHECKS, RepeatsData
from reportgen.systems.repeated_sequences.rules import check_rule, model_problems


def _draw(config: Config) -> Material:
    from reportgen.systems.repeated_sequences.data import draw

    return draw(config)


def _study() -> type[Study]:
    from reportgen.systems.repeated_sequences.view import Study

    return Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.repeated_sequences.data import Repeats
    from reportgen.systems.repeated_sequences.evaluation import evaluate

    return evaluate(config, known_as(Repeats, data), weights)


def _demonstrations(study: Study) -> Plain:
    from reportgen.measure.plain import read

    return read(study)


def _ranking(study: Study) -> Plain:
    from reportgen.measure.plain import by_loss

    return by_loss(study)


SYSTEM = System(
    name="repeated_sequences",
    about="different tokens that begin again after their period",
    data=RepeatsData,
    formerly="repeats",
    draw=_draw,
    study=_study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=_demonstrations,
    ranking=_ranking,
    seeds_together=4,
    offers=("period",),
    check_rule=check_rule,
    model_problems=model_problems,
)
