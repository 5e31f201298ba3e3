"""Networks that read sequences which begin to repeat themselves."""

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.live import Live
from reportgen.core.study import Study as AnyStudy
from reportgen.measure.plain import by_loss, read
from reportgen.system import System, known_as
from reportgen.systems.repeated_sequences.config import CHECKS, RepeatsData
from reportgen.systems.repeated_sequences.data import Repeats, draw
from reportgen.systems.repeated_sequences.rules import check_rule, model_problems
from reportgen.systems.repeated_sequences.view import Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.repeated_sequences.evaluation import evaluate

    return evaluate(config, known_as(Repeats, data), weights)


def _live(study: AnyStudy) -> Live:
    from reportgen.systems.repeated_sequences.live import live

    return live(known_as(Study, study))


SYSTEM = System(
    name="repeated_sequences",
    about="different tokens that begin again after their period",
    data=RepeatsData,
    formerly="repeats",
    draw=draw,
    study=lambda: Study,
    evaluate=_evaluate,
    checks=CHECKS,
    demonstrations=read,
    ranking=by_loss,
    seeds_together=4,
    offers=("period",),
    check_rule=check_rule,
    model_problems=model_problems,
    live=_live,
)
