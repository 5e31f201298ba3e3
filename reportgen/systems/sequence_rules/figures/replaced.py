"""Contexts answered wrongly at each stage as parts are replaced."""

from reportgen.drawing.figure import figure
from reportgen.drawing.stages import WHOLE, Stages, StagesFigure, stages
from reportgen.measure.fact import Fact
from reportgen.systems.sequence_rules.facts.algorithm import (
    wrong_at_answer,
    wrong_at_highest,
    wrong_by_token,
)
from reportgen.systems.sequence_rules.facts.exhaustive import exhaustive_error
from reportgen.systems.sequence_rules.facts.stages import one_head_fetches, wrong_replaced
from reportgen.systems.sequence_rules.facts.typical import wrong_by_typical
from reportgen.systems.sequence_rules.view import Study


@figure("replaced-parts")
class Replaced(StagesFigure[Study]):
    """Where one head fetches the answer: the network, its scores, its look and its values; for
    other rules, what was tried in place of attention.
    """

    def compute(self, study: Study) -> Stages:
        if not one_head_fetches(study):
            tried = wrong_replaced(study)
            return stages(study.step, dict(tried.parts), tried.of)
        looks = wrong_at_answer(study)
        whole, found = exhaustive_error(study), dict[str, Fact]()
        if whole.n == looks.n:  # of the same contexts
            found[WHOLE] = whole
        found["all attention on the highest score"] = wrong_at_highest(study)
        found["all attention on the answer"] = looks
        found["and one value for each token"] = wrong_by_token(study)
        found["or one typical value"] = wrong_by_typical(study)
        return stages(study.step, found, looks.of)
