"""Parts of one run put into another: which part at which place carries the difference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.facts.repeats.pairs import FEATURES, PLACES, WAYS, Patching, patching
from reportgen.facts.repeats.reading import name_of
from reportgen.figures.base import Figure, figure
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.matrices import Matrix, colour_bar
from reportgen.figures.parts.strips import step_stamp
from reportgen.figures.style import PANEL, SMALL
from reportgen.study import Study

TOP, LEFT, GAP, ROW, HEAD, FOOT = 120, 124, 16, 20, 74, 40
WHERE = ("at the earlier copy", "after the earlier copy", "at the other token", "after the other token", "at the last place", "elsewhere")  # PLACES in a sentence


@dataclass(frozen=True)
class Data:
    """Mean effects by feature, way, step of the network and place."""

    step: int
    steps: tuple[str, ...]
    effects: np.ndarray  # [feature, way, step, place]; NaN where no pair can tell
    pairs: np.ndarray  # [feature] that can tell


Part = tuple[str, int, int | None]  # step of the forward pass, layer, and head if it is of one


def parts(study: Study) -> list[tuple[str, Part]]:
    """What can be put into another run: the stream into each layer, what each head mixes, and the stream at the end."""
    m = study.config.model
    out: list[tuple[str, Part]] = []
    for layer in range(m.n_layers):
        out.append((f"stream into layer {layer}", ("resid_pre", layer, None)))
        out += [(f"head, {name_of(study, (layer, head))}", ("z", layer, head)) for head in range(m.n_heads)]
    return [*out, ("stream at the end", ("resid_post", m.n_layers - 1, None))]


def effects(on: Patching, way: str, part: Part, where: np.ndarray) -> np.ndarray:
    """Effect [pair] of one part at some positions."""
    name, layer, head = part
    return on.stream(way, (name, layer), where) if head is None else on.head(way, layer, head, where)


@figure
class RepeatsPatching(Figure):
    """One row of two tables a feature."""

    slug, title, height, needs = "repeats-patching", "Where the difference between two inputs is carried", 560, ("attention",)

    def compute(self, study: Study) -> Data:
        rows = parts(study)
        found, counts = np.full((len(FEATURES), len(WAYS), len(rows), len(PLACES)), np.nan), np.zeros(len(FEATURES), int)
        for f, feature in enumerate(FEATURES):
            if (on := patching(study, feature)) is None:
                continue
            for w, way in enumerate(WAYS):
                for r, (_, part) in enumerate(rows):
                    for p, place in enumerate(PLACES):
                        each = effects(on, way, part, on.pairs.places[place])
                        counts[f] = np.isfinite(each).sum()
                        if counts[f]:
                            found[f, w, r, p] = np.nanmean(each)
        return Data(study.step, tuple(name for name, _ in rows), found, counts)

    def height_of(self, data: Data) -> float:
        return TOP + len(FEATURES) * (ROW * len(data.steps) + HEAD) - HEAD + 30 + FOOT

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return Normalize(-1, 1)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, stamp, count = canvas.theme, step_stamp(canvas), len(data.steps)
        canvas.headline(self.title, "Pairs of inputs differ in one feature. A part of one run is put into the other, at one kind of place.\n"
                        "1: the answer changes as far as if the whole run had been replaced; 0: nothing changes.")  # fmt: skip
        wide, maps, notes = (canvas.width - LEFT - GAP) / 2, [], []
        for f, feature in enumerate(FEATURES):
            y = TOP + f * (ROW * count + HEAD)
            canvas.text(0, y - 26, f"{'abc'[f]}  {feature.capitalize()}", PANEL, weight="bold")
            notes.append(canvas.text(LEFT, y - 26, "", SMALL, theme.muted))
            row = []
            for w, way in enumerate(WAYS):
                x = LEFT + w * (wide + GAP)
                cells = Matrix(canvas.panel(x, y, wide, ROW * count), theme, theme.signed, scale, data.steps if not w else [""] * count, PLACES, digits=2)
                cells.axes.tick_params(axis="y", labelsize=SMALL)
                canvas.caption(cells.axes, "", way, "clean parts put into the corrupt run" if not w else "corrupt parts put into the clean run")
                row.append(cells)
            maps.append(row)
        bottom = TOP + len(FEATURES) * (ROW * count + HEAD) - HEAD + 42
        colour_bar(canvas, theme.signed, scale, LEFT, bottom, 160, "effect", (-1, 0, 1))

        def update(data: Data) -> None:
            stamp(data.step)
            for row, values, note, (_, how), pairs in zip(maps, data.effects, notes, FEATURES.items(), data.pairs):
                for cells, table in zip(row, values):
                    cells.set(table)
                note.set_text(f"{how};  " + (f"{pairs} pairs" if pairs else "this network answers both inputs nearly alike, so that there is nothing to carry"))

        update(data)
        return update

    def caption(self, data: Data) -> str:
        return ("Mean effect on the difference of two logits, the clean answer less the corrupt one, as a share of the difference between the two runs. Rows: what is put into the other run. Columns: at which places; “earlier copy” is the earlier copy of the last token, “after it” the place that holds the answer, "
                "“other token” the one it changes places with or is replaced by, “after that” the place that holds the other answer, “last place” the one that is asked. Pairs whose runs differ by less than one logit are left out.")  # fmt: skip

    def alt(self, data: Data) -> str:
        said = []
        for (feature, _), table in zip(FEATURES.items(), data.effects[:, 0]):
            if np.isfinite(table).any():
                r, p = divmod(int(np.nanargmax(table[1:-1])), len(PLACES))
                said.append(f"for {feature}, most within the network is carried by the {data.steps[r + 1]} {WHERE[p]} ({table[1 + r, p]:.2f})")
            else:
                said.append(f"for {feature}, both inputs are answered nearly alike")
        return f"Tables of patching effects at step {data.step:,}: {'; '.join(said)}."
