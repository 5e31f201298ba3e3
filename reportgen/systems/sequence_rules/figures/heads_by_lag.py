"""How many steps back each head of each layer looks where the rule decides, in one table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.marks.names import name_cells
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.facts.heads import head_names
from reportgen.systems.sequence_rules.figures.parts.lags import back, lags
from reportgen.systems.sequence_rules.samples import held_out
from reportgen.systems.sequence_rules.view import Study

CONTEXTS = 24_000  # positions averaged, at most
TOP, LEFT, ROW, APART, FOOT = 92, 104, 30, 10, 92  # CSS pixels
DIGITS = 2


@dataclass(frozen=True)
class Data:
    """Mean attention by steps back, of the queries where the rule decides."""

    step: int
    names: tuple[str, ...]
    layers: int
    decided: np.ndarray  # [head, lag]
    even: np.ndarray  # [lag]
    answer: np.ndarray  # [lag] share of the answers; empty where no position ever holds one
    windows: int
    queries: int
    of: str


@figure("heads-by-lag")
class HeadsByLag(Figure[Study, Data, None]):
    """A row a head, a column a number of steps back."""

    def compute(self, study: Study) -> Data:
        windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
        seen = lags(study, windows)[0]
        return Data(
            study.step,
            tuple(name.capitalize() for name in head_names(study)),
            study.config.model.n_layers,
            seen.decided,
            seen.even,
            seen.answer,
            len(windows),
            int(windows.constrained.sum()),
            held_out(study),
        )

    def _rows(self, data: Data) -> list[tuple[str, np.ndarray]]:
        last = [("Evenly spread", data.even)]
        return last + ([("The answers", data.answer)] if len(data.answer) else [])

    def height_of(self, data: Data) -> float:
        rows = len(data.names) + len(self._rows(data))
        return TOP + ROW * rows + APART * data.layers + FOOT

    def draw(self, canvas: Canvas, data: Data, scale: None) -> Callable[[Data], None]:
        canvas.headline(
            self.title,
            f"Mean attention where the rule decides, at {grouped(data.queries)} positions of"
            f" {grouped(data.windows)} {data.of}windows.\nAcross: steps back; 0 is the position"
            " that looks.",
            stamp(data.step),
        )
        theme, count, each = canvas.theme, data.decided.shape[1], len(data.names) // data.layers
        wide, norm = canvas.width - LEFT, Normalize(0, 1)
        tables, y = [], float(TOP)
        for layer in range(data.layers):
            names = data.names[layer * each : (layer + 1) * each]
            tables.append(self._table(canvas, y, wide, names, count, norm))
            y += ROW * each + APART
        others = self._rows(data)
        last = self._table(canvas, y, wide, [name for name, _ in others], count, norm)
        steps = [str(i) for i in range(count)]
        last.axes.set_xticks(np.arange(count) + 0.5, steps)
        canvas.text(LEFT + wide / 2, y + ROW * len(others) + 32, "steps back", BODY, ha="center")
        chance_bar(canvas, LEFT, canvas.height - 34, 150, "attention")
        canvas.text(
            LEFT + 174,
            canvas.height - 26,
            "empty: no position where the rule decides has so many before it",
            SMALL,
            theme.muted,
        ) if not np.isfinite(data.decided).all() else None

        def update(data: Data) -> None:
            for layer, table in enumerate(tables):
                table.set(data.decided[layer * each : (layer + 1) * each])
            last.set(np.stack([values for _, values in self._rows(data)]))

        return update

    def _table(
        self,
        canvas: Canvas,
        y: float,
        wide: float,
        names: list[str] | tuple[str, ...],
        count: int,
        norm: Normalize,
    ) -> Matrix:
        axes = canvas.panel(LEFT, y, wide, ROW * len(names))
        cmap = canvas.theme.probability
        table = Matrix(axes, canvas.theme, cmap, norm, list(names), count, DIGITS)
        axes.tick_params(axis="y", labelsize=BODY, labelcolor=canvas.theme.ink)
        name_cells(axes, "y", list(names))
        return table

    def caption(self, data: Data) -> str:
        answers = (
            " The last row is the share of all answers which stand so many steps back; a head that"
            " reads the answer alone would have that row."
            if len(data.answer)
            else ""
        )
        return (
            "Rows: heads, by layer and number in it. Each cell is the mean attention so many steps"
            " back, over the queries where the rule decides that have so many tokens before them,"
            " so that a row need not add up to one. Below: what attention spread evenly over all"
            f" tokens read so far would give.{answers}"
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name.lower()} looks most {back(row)} ({np.nanmax(row):.2f})"
            for name, row in zip(data.names, data.decided)
            if np.isfinite(row).any()
        )
        return f"Table of mean attention by steps back at step {data.step:,}: {said}."
