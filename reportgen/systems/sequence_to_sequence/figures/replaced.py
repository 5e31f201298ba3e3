"""Wrong output tokens at each stage as parts are replaced."""

from reportgen.drawing.figure import figure
from reportgen.drawing.stages import Stages, StagesFigure, stages
from reportgen.systems.sequence_to_sequence.facts.replaced import (
    wrong_at_mirror,
    wrong_by_digit,
    wrong_by_position,
)
from reportgen.systems.sequence_to_sequence.view import Study


@figure("inputs-replaced")
class InputsReplaced(StagesFigure[Study]):
    """The network, attention on the mirror by layers, and one vector for each digit."""

    def compute(self, study: Study) -> Stages:
        looks = wrong_at_mirror(study)
        found = dict(looks.parts)
        found["and one vector for each digit and position"] = wrong_by_position(study)
        found["and one vector for each digit"] = wrong_by_digit(study)
        return stages(study.step, found, looks.of)
