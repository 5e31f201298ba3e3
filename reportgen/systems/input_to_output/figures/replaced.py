"""Wrong outputs at each stage as parts are replaced."""

from reportgen.drawing.figure import figure
from reportgen.drawing.stages import WHOLE, Stages, StagesFigure, stages
from reportgen.measure.fact import Fact, FactFunction
from reportgen.systems.input_to_output.facts.replaced import (
    wrong_by_answer,
    wrong_by_cosines,
    wrong_by_key,
    wrong_copying,
    wrong_looking,
    wrong_whole,
)
from reportgen.systems.input_to_output.view import Study

STAGES: tuple[tuple[str, FactFunction], ...] = (
    (WHOLE, wrong_whole),
    ("looking at the answer alone", wrong_looking),
    ("and copying it", wrong_copying),
    ("logits of the answer alone", wrong_by_answer),
    ("and of these the key frequencies", wrong_by_key),
    ("and of these a cosine each", wrong_by_cosines),
)


@figure("outputs-replaced")
class OutputsReplaced(StagesFigure[Study]):
    """The network, and what of it the task lets us say."""

    def compute(self, study: Study) -> Stages:
        found: dict[str, Fact] = {name: each(study) for name, each in STAGES}
        return stages(study.step, found, found[WHOLE].of)
