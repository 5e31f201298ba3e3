"""Tables of patching effects: for each kind of pairs one a way, rows are steps of the network,
columns are positions.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.study import Study
from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, reach_of
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.style import PANEL, SMALL
from reportgen.measure.heads import Head, heads
from reportgen.measure.patching import WAYS, Patching

TOP, LEFT, GAP, ROW, HEAD, FOOT = 120, 124, 16, 20, 74, 40  # CSS pixels
LINE = 36  # CSS pixels of a kind of pairs of which none can tell
INTO = ("clean parts put into the corrupt run", "corrupt parts put into the clean run")
SCALE = Normalize(-1, 1)
Part = tuple[str, int, int | None]  # step of the forward pass, layer, and head if it is of one


def parts(study: Study, called: Callable[[Head], str]) -> list[tuple[str, Part]]:
    """What can be put into another run, with its name: the stream into each layer, what each head
    mixes, and the stream at the end.
    """
    last, out = study.config.model.n_layers - 1, list[tuple[str, Part]]()
    for layer, head in heads(study):
        out += [(f"stream into layer {layer}", ("resid_pre", layer, None))] if not head else []
        out.append((called((layer, head)), ("z", layer, head)))
    return [*out, ("stream at the end", ("resid_post", last, None))]


def table(
    on: Patching, rows: Sequence[tuple[str, Part]], positions: Sequence[str]
) -> tuple[np.ndarray, int]:
    """Mean effects [way, row, position], and how many pairs can tell; no numbers where none can."""
    found, told = np.full((len(WAYS), len(rows), len(positions)), np.nan), 0
    for w, way in enumerate(WAYS):
        for r, (_, (name, layer, head)) in enumerate(rows):
            for p, position in enumerate(positions):
                where = on.pairs.positions[position]
                each = (
                    on.stream(way, (name, layer), where)
                    if head is None
                    else on.head(way, layer, head, where)
                )
                told = int(np.isfinite(each).sum())
                found[w, r, p] = np.nanmean(each) if told else np.nan
    return found, told


def below(known: Sequence[int], steps: int) -> list[float]:
    """Upper edges of the tables of all kinds of pairs, and of what stands below them, by how many
    pairs of each can tell; in CSS pixels.
    """
    tall = (ROW * steps + HEAD if pairs else LINE for pairs in known)
    return list(accumulate(tall, initial=float(TOP)))


def height_of(known: Sequence[int], steps: int) -> float:
    """CSS pixels of a figure of these kinds of pairs and so many steps."""
    return below(known, steps)[-1] - HEAD + 30 + FOOT


class PatchTables:
    """Two tables a kind, its name and a note above them, and what a colour is worth; where no pair
    of a kind can tell, only its name and note.
    """

    def __init__(
        self,
        canvas: Canvas,
        kinds: Sequence[str],
        steps: Sequence[str],
        positions: Sequence[Sequence[str]],
        known: Sequence[int],
    ) -> None:
        theme, count = canvas.theme, len(steps)
        wide = (canvas.width - LEFT - GAP) / 2
        self.notes, self.maps = [], []
        *tops, foot = below(known, count)
        for k, (kind, named, y) in enumerate(zip(kinds, positions, tops)):
            name = f"{'abcdef'[k]}  {kind[:1].upper()}{kind[1:]}"
            canvas.text(0, y - 26, name, PANEL, weight="bold")
            beside = max(LEFT, reach_of(name, PANEL, "bold") + 10)
            self.notes.append(canvas.text(beside, y - 26, "", SMALL, theme.muted))
            row = []
            for w, (way, words) in enumerate(zip(WAYS, INTO)) if known[k] else ():
                panel = canvas.panel(LEFT + w * (wide + GAP), y, wide, ROW * count)
                cells = Matrix(
                    panel,
                    theme,
                    theme.signed,
                    SCALE,
                    steps if not w else count,
                    named,
                    digits=2,
                )
                cells.axes.tick_params(axis="y", labelsize=SMALL)
                canvas.caption(cells.axes, "", way, words)
                row.append(cells)
            self.maps.append(row)
        if any(known):
            signed_bar(canvas, SCALE, LEFT, foot - HEAD + 42, 160, "effect")

    def set(self, effects: Sequence[np.ndarray], notes: Sequence[str]) -> None:
        """Effects [way, step, position] of each kind, and what stands beside its name."""
        for row, values, text, words in zip(self.maps, effects, self.notes, notes):
            for cells, shown in zip(row, values):
                cells.set(shown)
            text.set_text(words)


def told(how: str, pairs: int) -> str:
    """How the two inputs of a pair differ, and how many pairs can tell."""
    return f"{how};  " + (
        f"{pairs} pair{'s' if pairs > 1 else ''}"
        if pairs
        else "this network answers both inputs nearly alike: nothing to carry"
    )
