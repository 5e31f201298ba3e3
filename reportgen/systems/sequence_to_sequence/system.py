"""Networks that answer every input there is with an output of their own."""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.study import Study
from reportgen.system import Plain, System, known_as
from reportgen.systems.sequence_to_sequence.config import CHECKS, InputsData
from reportgen.systems.sequence_to_sequence.rules import check_all, check_rule, model_problems


def _draw(config: Config) -> Material:
    from reportgen.systems.sequence_to_sequence.data import draw

    return draw(config)


def _study() -> type[Study]:
    from reportgen.systems.sequence_to_sequence.view import Study

    return Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.sequence_to_sequence.data import Inputs
    from reportgen.systems.sequence_to_sequence.evaluation import evaluate

    return evaluate(config, known_as(Inputs, data), weights)


def _demonstrations(study: Study) -> Plain:
    from reportgen.measure.plain import read

    return read(study)


def _ranking(study: Study) -> Plain:
    from reportgen.measure.plain import by_loss

    return by_loss(study)


SYSTEM = System(
    name="sequence_to_sequence",
    about="every input of some digits there is, and these digits backwards, each one more",
    data=InputsData,
    formerly="inputs",
    draw=_draw,
    study=_study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=_demonstrations,
    ranking=_ranking,
    seeds_together=10,
    offers=("length", "highest", "inputs", "rows", "mirror"),
    check_rule=check_rule,
    check_whole_rule=check_all,
    model_problems=model_problems,
)
