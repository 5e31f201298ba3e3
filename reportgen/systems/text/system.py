"""Networks that read a text."""

from collections.abc import Iterator

import numpy as np

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.live import Live
from reportgen.core.study import Study
from reportgen.measure.plain import by_loss, read
from reportgen.rules.base import Rule
from reportgen.system import Problem, System, known_as
from reportgen.systems.text.config import CHECKS, TextData
from reportgen.systems.text.rules import check_rule


def _draw(config: Config) -> Material:
    from reportgen.systems.text.data import draw

    return draw(config)


def _study() -> type[Study]:
    from reportgen.systems.text.view import Study

    return Study


def _evaluate(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.text.data import Text
    from reportgen.systems.text.evaluation import evaluate

    return evaluate(config, known_as(Text, data), weights)


def _evaluate_widths(
    config: Config, data: Material, weights: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    from reportgen.systems.text.data import Text
    from reportgen.systems.text.evaluation import by_width

    return by_width(config, known_as(Text, data), weights)


def _misfits(config: Config, data: Material) -> Iterator[Problem]:
    from reportgen.systems.text.data import Text
    from reportgen.systems.text.misfits import misfits

    return misfits(config, known_as(Text, data))


def _as_given(config: Config, text: str) -> str:
    from reportgen.systems.text.given import as_given

    return as_given(config, text)


def _live(study: Study) -> Live:
    from reportgen.systems.text.live import live
    from reportgen.systems.text.view import Study

    return live(known_as(Study, study))


def _written_in(rule: Rule, text: str) -> list[str]:
    from reportgen.rules.text import Text

    return known_as(Text, rule).written_in(text)


SYSTEM = System(
    name="text",
    about="a text that is read, made from reportgen.rules.text.Text",
    data=TextData,
    draw=_draw,
    study=_study,
    evaluate=_evaluate,
    checks=CHECKS,
    as_given=_as_given,
    written_in=_written_in,
    evaluate_widths=_evaluate_widths,
    demonstrations=read,
    ranking=by_loss,
    seeds_together=1,
    offers=("corpus", "ids", "length", "unit", "where"),
    check_rule=check_rule,
    asks_always=False,
    misfits=_misfits,
    live=_live,
)
