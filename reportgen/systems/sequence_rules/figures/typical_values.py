"""One value for each token, added to where a constrained position stands, in the plane cut by the
token that wins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.patches import FancyArrowPatch

from reportgen.core.readout import Readout, head_output
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.planes import View, common_view, plane
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import BODY
from reportgen.systems.sequence_rules.facts.algorithm import replaced
from reportgen.systems.sequence_rules.facts.typical import typical
from reportgen.systems.sequence_rules.figures.parts.landscapes import Landscape
from reportgen.systems.sequence_rules.figures.parts.output_maps import listed
from reportgen.systems.sequence_rules.view import Study

LEFT, TOP, SIDE, FOOT = 150, 84, 460, 64  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Where constrained positions stand, and where the typical value of each answer takes them."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    readout: Readout
    names: tuple[str, ...]  # of the positions' tokens
    start: np.ndarray  # [constrained token, xy] at the last position, before attention
    answers: tuple[str, ...]
    added: np.ndarray  # [answer, xy] what attention then adds
    right: np.ndarray  # [constrained token, answer]

    @property
    def ends(self) -> np.ndarray:
        """Where the positions stand after attention [constrained token, answer, xy]."""
        return np.asarray(self.start[:, None] + self.added)


@figure("typical-values")
class TypicalValues(Figure[Study, Data, View]):
    """An arrow for each answer, from before attention to after it."""

    height = TOP + SIDE + FOOT

    def compute(self, study: Study) -> Data:
        cases = replaced(study).cases
        last, answers = np.unique(cases.last), np.unique(cases.answer)
        start = study.config.model.residual * study.lattice.sums[last, -1]
        added = typical(study).points[answers] @ head_output(study.weights, 0)
        says = study.readout.logits(start[:, None] + added).argmax(-1)
        return Data(
            study.step,
            study.tokens,
            study.classes,
            study.readout,
            tuple(study.tokens[t] for t in last),
            start,
            tuple(study.tokens[t] for t in answers),
            added,
            says == answers,
        )

    def scale(self, frames: Sequence[Data]) -> View:
        return common_view(*(f.start for f in frames), *(f.ends for f in frames), pad=0.1)

    def draw(self, canvas: Canvas, data: Data, scale: View) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            f"From where {listed(data.names)} stands at the last position before attention, an"
            " arrow for each answer: its value, as attention adds it.\nRegions: the token that"
            " wins there, behind the feed-forward network; edges are exact.",
        )
        axes = canvas.panel(LEFT, TOP, SIDE, SIDE)
        plane(axes, theme, scale)
        land = Landscape(axes, theme, data.classes, scale, data.tokens.__getitem__)
        labels = Labels(axes, theme)
        said = {
            right: canvas.text(LEFT + x, TOP + SIDE + 54, f"→ {words}", BODY, theme.outcomes[ink])
            for right, x, ink, words in (
                (True, 0, "obeyed", "right answer"),
                (False, 120, "broken", "wrong answer"),
            )
        }
        arrows = [
            axes.annotate(
                "", (0, 0), (0, 0), zorder=5, arrowprops=dict(arrowstyle="-|>", shrinkA=0)
            )
            for _ in range(data.right.size)
        ]
        begins = axes.scatter([], [], s=34, color=theme.ink, edgecolors=[theme.paper], zorder=6)

        def update(data: Data) -> None:
            stamp(data.step)
            for right, text in said.items():
                text.set_visible(bool((data.right == right).any()))
            ends = data.ends.reshape(-1, 2)
            begins.set_offsets(data.start)
            starts = np.repeat(data.start, len(data.answers), 0)
            inks = [theme.outcomes["obeyed" if right else "broken"] for right in data.right.ravel()]
            for arrow, begin, end, ink in zip(arrows, starts, ends, inks):
                arrow.set_position(begin)
                arrow.xy = tuple(end)
                cast(FancyArrowPatch, arrow.arrow_patch).set(color=ink, linewidth=1.4)
            names = [*data.names, *data.answers * len(data.names)]
            points = np.concatenate([data.start, ends])
            marks = [
                Mark(x, y, name, None, ink)
                for (x, y), name, ink in zip(points, names, [theme.ink] * len(data.start) + inks)
            ]
            labels.set(marks)
            land.show(data.readout, avoid=points)

        return update

    def caption(self, data: Data) -> str:
        return (
            "A dot is where a token after which the rule decides stands at the last position of the"
            " window before attention. Each arrow adds one typical value: that of the token beside"
            " its tip, if attention looks at that token alone. A tip in the region of the same"
            " token gives the right answer."
        )

    def alt(self, data: Data) -> str:
        wrong = [
            f"{answer} after {name}"
            for name, row in zip(data.names, data.right)
            for answer, right in zip(data.answers, row)
            if not right
        ]
        not_those = f"; not those of: {listed(wrong)}" if wrong else ""
        return (
            f"Plane with the typical value of {len(data.answers)} tokens added to"
            f" {listed(data.names)} at step {data.step:,}: {data.right.sum()} of {data.right.size}"
            f" tips lie in the region of their own token{not_those}."
        )
