"""First choices that change as the network is replaced by simpler and simpler models."""

from reportgen.drawing.figure import figure
from reportgen.drawing.stages import Stages, StagesFigure, stages
from reportgen.systems.text.facts.replaced import pair_differs, program_differs, still_differs
from reportgen.systems.text.view import Study


@figure("text-replaced")
class TextReplaced(StagesFigure[Study]):
    """Fixed attention, constant attention, the last two tokens, the last token."""

    counted = "changed"

    def compute(self, study: Study) -> Stages:
        still, pairs = still_differs(study), pair_differs(study)
        found = {
            "attention by position alone": still,
            "what attention adds is constant": still.part("the same everywhere"),
            "a table of the last two tokens": pairs,
            "a table of the last token": program_differs(study),
        }
        return stages(study.step, found, pairs.of)
