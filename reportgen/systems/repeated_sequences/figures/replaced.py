"""Wrong answers at each stage as parts are replaced."""

from reportgen.drawing.figure import figure
from reportgen.drawing.stages import Stages, StagesFigure, stages
from reportgen.systems.repeated_sequences.facts.replaced import replaced_error
from reportgen.systems.repeated_sequences.view import Study


@figure("repeats-replaced")
class RepeatsReplaced(StagesFigure[Study]):
    """The network, and each replacement with those before it."""

    def compute(self, study: Study) -> Stages:
        last = replaced_error(study)
        return stages(study.step, dict(last.parts), last.of)
