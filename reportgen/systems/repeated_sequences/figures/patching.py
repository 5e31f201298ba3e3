"""Parts of one run put into another: which part at which position carries the difference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.patch_tables import SCALE, PatchTables, height_of, parts, table, told
from reportgen.drawing.strips import step_stamp
from reportgen.measure.patching import WAYS
from reportgen.systems.repeated_sequences.facts.pairs import FEATURES, POSITIONS, patching
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.view import Study

WHERE = (
    "at the earlier copy",
    "after the earlier copy",
    "at the other token",
    "after the other token",
    "at the last position",
    "elsewhere",
)  # PLACES in a sentence


@dataclass(frozen=True)
class Data:
    """Mean effects by feature, way, step of the network and position."""

    step: int
    steps: tuple[str, ...]
    effects: np.ndarray  # [feature, way, step, position]; NaN where no pair can tell
    pairs: np.ndarray  # [feature] that can tell


@figure("repeats-patching")
class RepeatsPatching(Figure[Study, Data, Normalize]):
    """One row of two tables a feature."""

    def compute(self, study: Study) -> Data:
        rows = parts(study, lambda at: f"head, {name_of(study, at)}")
        found, counts = (
            np.full((len(FEATURES), len(WAYS), len(rows), len(POSITIONS)), np.nan),
            np.zeros(len(FEATURES), int),
        )
        for f, feature in enumerate(FEATURES):
            if (on := patching(study, feature)) is not None:
                found[f], counts[f] = table(on, rows, POSITIONS)
        return Data(study.step, tuple(name for name, _ in rows), found, counts)

    def height_of(self, data: Data) -> float:
        return height_of(data.pairs.tolist(), len(data.steps))

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return SCALE

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        stamp = step_stamp(canvas)
        canvas.headline(
            self.title,
            "Pairs of inputs differ in one feature. A part of one run is put into the other, at one"
            " kind of position.\n1: the answer changes as far as if the whole run had been"
            " replaced; 0: nothing changes.",
        )
        positions, known = [POSITIONS] * len(FEATURES), data.pairs.tolist()
        tables = PatchTables(canvas, list(FEATURES), data.steps, positions, known)

        def update(data: Data) -> None:
            stamp(data.step)
            tables.set(
                list(data.effects),
                [told(how, int(pairs)) for how, pairs in zip(FEATURES.values(), data.pairs)],
            )

        return update

    def caption(self, data: Data) -> str:
        return (
            "Mean effect on the difference of two logits, the clean answer less the corrupt one, as"
            " a share of the difference between the two runs. Rows: what is put into the other run."
            " Columns: at which positions; “earlier copy” is the earlier copy of the last token,"
            " “after it” the position that holds the answer, “other token” the one it changes"
            " places with or is replaced by, “after that” the position that holds the other"
            " answer, “last” the one that answers. Pairs whose runs differ by less than"
            " one logit are left out."
        )

    def alt(self, data: Data) -> str:
        said = []
        for feature, effects in zip(FEATURES, data.effects[:, 0]):
            if np.isfinite(effects).any():
                r, p = divmod(int(np.nanargmax(effects[1:-1])), len(POSITIONS))
                said.append(
                    f"for {feature}, most within the network is carried by the {data.steps[r + 1]}"
                    f" {WHERE[p]} ({effects[1 + r, p]:.2f})"
                )
            else:
                said.append(f"for {feature}, both inputs are answered nearly alike")
        return f"Tables of patching effects at step {data.step:,}: {'; '.join(said)}."
