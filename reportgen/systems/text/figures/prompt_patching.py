"""Where an exchanged token is carried: parts of one run put into another, by step of the network
and position.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.patch_tables import SCALE, PatchTables, height_of, parts, table, told
from reportgen.measure.patching import WAYS
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.prompt_pairs import BACK, kind, patching, position_called
from reportgen.systems.text.view import Study


@dataclass(frozen=True)
class Data:
    """Mean effects for pairs of each distance."""

    step: int
    steps: tuple[str, ...]  # the stream into each layer, heads, the stream at the end
    positions: tuple[
        tuple[str, ...], ...
    ]  # by distance, from the exchanged token to the last position
    effects: tuple[
        np.ndarray, ...
    ]  # by distance, [way, step, position]; no number where no pair can tell
    pairs: tuple[int, ...]  # by distance, those that can tell
    skipped: tuple[int, ...]  # those whose two prompts are answered nearly alike


@figure("prompt-patching")
class PromptPatching(Figure[Study, Data, Normalize]):
    """Two tables a distance."""

    def compute(self, study: Study) -> Data:
        rows = parts(study, lambda at: name_of(study, at))
        effects, pairs, skipped = [], [], []
        for back in BACK:
            on, positions = patching(study, back), [position_called(i) for i in range(back, -1, -1)]
            found, known = (
                table(on, rows, positions)
                if on
                else (np.full((len(WAYS), len(rows), len(positions)), np.nan), 0)
            )
            effects.append(found)
            pairs.append(known)
            skipped.append(len(on.pairs.last) - known if on else 0)
        columns = tuple(tuple(position_called(i) for i in range(back, -1, -1)) for back in BACK)
        return Data(
            study.step,
            tuple(name for name, _ in rows),
            columns,
            tuple(effects),
            tuple(pairs),
            tuple(skipped),
        )

    def height_of(self, data: Data) -> float:
        return height_of(data.pairs, len(data.steps))

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return SCALE

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        canvas.headline(
            self.title,
            "Two prompts differ in one token. A part of one run is put into the other, at one"
            " position.\n1: the answer changes as far as if the whole run had been replaced; 0:"
            " nothing changes.",
            stamp(data.step),
        )
        kinds = [kind(back) for back in BACK]
        tables = PatchTables(canvas, kinds, data.steps, data.positions, data.pairs)
        how = [
            f"the last {'token is' if back == 1 else f'{back} tokens are'} the same"
            for back in BACK
        ]
        tables.set(
            data.effects,
            [
                told(words, known) if known + left else "held-out text has no two such prompts"
                for words, known, left in zip(how, data.pairs, data.skipped)
            ],
        )

    def caption(self, data: Data) -> str:
        return (
            "Mean effect on the difference of two logits, of what came after the one prompt less"
            " what came after the other, as a share of the difference between the two runs. Rows:"
            " what is put into the other run; between a layer’s attention and its end nothing"
            " moves from position to position. Columns: positions, by how many tokens they stand"
            " before the last one; the first is that of the exchanged token. Pairs whose"
            f" runs differ by less than one logit are left out: {sum(data.skipped)} of"
            f" {sum(data.skipped) + sum(data.pairs)}."
        )

    def alt(self, data: Data) -> str:
        said = []
        for back, positions, effects, pairs in zip(BACK, data.positions, data.effects, data.pairs):
            if pairs:
                r, p = divmod(int(np.nanargmax(effects[0, 1:-1])), effects.shape[2])
                said.append(
                    f"{kind(back)} ({pairs} pairs), most within the network is carried by"
                    f" {data.steps[r + 1]} {positions[p].replace('last', 'at the last')}"
                    f" ({effects[0, r + 1, p]:.2f})"
                )
            else:
                said.append(f"{kind(back)}, no pair that this network tells apart")
        return f"Tables of patching effects at step {data.step:,}. Denoising, {'; '.join(said)}."
