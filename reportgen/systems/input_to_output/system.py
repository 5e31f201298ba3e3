"""Networks that answer every input there is of a task."""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.live import Live
from reportgen.core.study import Study as AnyStudy
from reportgen.measure.plain import by_loss, read
from reportgen.system import System, known_as
from reportgen.systems.input_to_output.config import CHECKS, InputsData
from reportgen.systems.input_to_output.data import Inputs, draw
from reportgen.systems.input_to_output.rules import check_all, check_rule, model_problems
from reportgen.systems.input_to_output.view import Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.input_to_output.evaluation import evaluate

    return evaluate(config, known_as(Inputs, data), weights)


def _live(study: AnyStudy) -> Live:
    from reportgen.systems.input_to_output.live import live

    return live(known_as(Study, study))


SYSTEM = System(
    name="input_to_output",
    about="every input of a task, laid out with its output behind it",
    data=InputsData,
    draw=draw,
    study=lambda: Study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=read,
    ranking=by_loss,
    seeds_together=10,
    offers=("alphabets", "answer", "rows"),
    asks_always=False,
    check_rule=check_rule,
    check_whole_rule=check_all,
    model_problems=model_problems,
    live=_live,
)
