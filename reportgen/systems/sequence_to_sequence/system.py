"""Networks that answer every input there is with an output of their own."""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.live import Live
from reportgen.core.study import Study as AnyStudy
from reportgen.measure.plain import by_loss, read
from reportgen.system import System, known_as
from reportgen.systems.sequence_to_sequence.config import CHECKS, InputsData
from reportgen.systems.sequence_to_sequence.data import Inputs, draw
from reportgen.systems.sequence_to_sequence.rules import check_all, check_rule, model_problems
from reportgen.systems.sequence_to_sequence.view import Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.sequence_to_sequence.evaluation import evaluate

    return evaluate(config, known_as(Inputs, data), weights)


def _live(study: AnyStudy) -> Live:
    from reportgen.systems.sequence_to_sequence.live import live

    return live(known_as(Study, study))


SYSTEM = System(
    name="sequence_to_sequence",
    about="every input of some digits there is, and these digits backwards, each one more",
    data=InputsData,
    formerly="inputs",
    draw=draw,
    study=lambda: Study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=read,
    ranking=by_loss,
    no_given_weights=(
        "they are about inputs that train beside inputs that do not, and weights do not tell which"
        " these were"
    ),
    seeds_together=10,
    offers=("length", "highest", "inputs", "rows", "mirror"),
    check_rule=check_rule,
    check_whole_rule=check_all,
    model_problems=model_problems,
    live=_live,
)
