"""The figures of every system as they are drawn of the committed runs, each sheet once a
process.
"""

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from conftest import committed
from fillwork import pale
from keyed import by_hand, cut_frames, unmarked
from lookups import all_figures, figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.text import Text
from places import RUNS as COMMITTED

from reportgen.core.config.needs import lacks
from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, show
from reportgen.drawing.names import short_names
from reportgen.drawing.rendering import draw, frames
from reportgen.drawing.style import applied, theme
from reportgen.measure.numbers import thin_spaced
from reportgen.rules.base import all_rules
from reportgen.system import systems

SMALLEST = 8.0  # points at shown size


def _found() -> dict[str, tuple[tuple[str, str], ...]]:
    """System -> pairs of committed runs, NAME_learnt and NAME_unlearnt, those of the fewest layers
    first; a figure is drawn of the first pair that has what it needs.
    """
    found: dict[str, list[tuple[int, str, str]]] = {}
    for path in sorted(COMMITTED.glob("*unlearnt.safetensors")):
        config, rules = said_by(path), all_rules()
        if rule := rules.get(config["rule"]["name"]):
            pair = (path.stem.replace("unlearnt", "learnt"), path.stem)
            found.setdefault(rule.system, []).append((config["model"]["n_layers"], *pair))
    return {
        system: tuple((learnt, not_learnt) for _, learnt, not_learnt in sorted(found[system]))
        for system in systems()
        if system in found
    }


def said_by(path: Path) -> Any:
    """The configuration that a stored run says it was trained with, read without its arrays."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["reportgen"])["config"]


RUNS = _found()


@cache
def runs_of(slug: str, system: str) -> tuple[str, ...]:
    """The committed runs that a figure is drawn of: one that learnt, and one that did not if that
    has what the figure needs.
    """
    needs = figure_called(slug).needs
    return next(
        tuple(name for name in pair if not lacks(committed(name).config, needs))
        for pair in RUNS[system]
        if not lacks(committed(pair[0]).config, needs)
    )


FIGURES: dict[str, Figure] = {
    slug: figure for system in RUNS for slug, figure in all_figures(system).items()
}
SHOWN = {
    slug: runs_of(slug, system) for system in RUNS for slug in all_figures(system)
}  # figure -> the runs it is drawn of


@cache
def shown(name: str) -> Study:
    """The study of a committed run as a figure of a report sees it, with short names."""
    study = committed(name)
    return study.calling(short_names(study.tokens))


def classes(study: Study) -> tuple[str, ...]:
    """Token classes of its rule, by which a theme has its colours."""
    return tuple(study.rule.class_names)


def scale_of(figure: Figure, study: Study) -> Any:
    """Limits and colours over all checkpoints of a film, and of a still."""
    return figure.scale(
        frames(figure, study, [int(s) for s in study.run.steps])
        if figure.film
        else [figure.compute(study)]
    )


def canvas_of(figure: Figure, study: Study, appearance: str = "light") -> Canvas:
    """A figure on a sheet of the rule's theme; of a film, the last frame."""
    return put(figure, study, figure.compute(study), scale_of(figure, study), appearance)


def put(figure: Figure, study: Study, data: Any, scale: Any, appearance: str = "light") -> Canvas:
    """One frame on a sheet."""
    with applied(theme(appearance)):
        return draw(figure, data, scale, appearance, classes(study))


@dataclass(frozen=True)
class Words:
    """What a reader has trouble with on a sheet: its words, and scales that stay nearly empty."""

    illegible: list[Any]  # too small, or cut off by the sheet, with their places
    outside: list[
        str
    ]  # words that lie beyond it as a whole: some figures keep there what they do not show
    unmarked: list[str]  # entries of a key for which the sheet has no mark
    by_hand: list[list[int]]  # places of signs that `drawing.keys` did not draw
    cut: list[str]  # frames of what is enlarged elsewhere that leave their panel
    pale: dict[str, float]  # scales and axes by their limits, and how much data fill of them
    commas: list[str]  # words with commas between thousands, where pages have thin spaces

    @classmethod
    def of(cls, canvas: Canvas, appearance: str = "light") -> "Words":
        """Laid out and not painted, which takes half the time and puts every word where painting
        puts it.
        """
        with applied(theme(appearance)):
            agg = FigureCanvasAgg(canvas.figure)
            canvas.figure.draw_without_rendering()
            return cls.laid_out(canvas, agg)

    @classmethod
    def laid_out(cls, canvas: Canvas, agg: FigureCanvasAgg) -> "Words":
        """Of a sheet whose words have their places."""
        beyond = undrawn(canvas.figure)
        texts = [
            t
            for t in canvas.figure.findobj(Text)
            if t.get_visible()
            and t not in beyond
            and t.get_text().strip()
            and (t.axes is None or t.axes.get_visible())
        ]
        boxes = [(t.get_text(), t.get_window_extent(agg.get_renderer())) for t in texts]
        small = [t.get_text() for t in texts if t.get_size() < SMALLEST]
        width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
        there = lambda b: b.x1 > 0 and b.y1 > 0 and b.x0 < width and b.y0 < height
        seen = [(words, b) for words, b in boxes if there(b) and b.width and b.height]
        cut = [
            (words, [round(v) for v in b.extents])
            for words, b in seen
            if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5
        ]
        sheet = canvas.figure
        beyond_all = [words for words, b in boxes if not there(b)]
        return cls(
            small + cut,
            beyond_all,
            unmarked(sheet),
            by_hand(sheet),
            cut_frames(sheet),
            pale(sheet),
            [words for words, _ in seen if thin_spaced(words) != words],
        )


@dataclass(frozen=True)
class Sheet:
    """What is seen of a sheet."""

    pixels: np.ndarray  # red, green, blue, opacity [y, x, 4] at shown size
    words: Words

    @classmethod
    def of(cls, canvas: Canvas, appearance: str = "light") -> "Sheet":
        """Laid out and painted."""
        with applied(theme(appearance)):
            agg = FigureCanvasAgg(canvas.figure)
            agg.draw()
            words = Words.laid_out(canvas, agg)
        return cls(np.asarray(agg.buffer_rgba()).copy(), words)


def whole(figure: Figure, data: Any) -> None:
    """Alt text and caption are sentences without a number that is none, and the numbers are plain
    arrays with names.
    """
    for said, least in ((figure.alt(data), 40), (figure.caption(data), 20)):
        assert len(said) > least, said
        assert not {"nan", "None", "inf"} & set(re.split(r"[\s,.()]+", said)), said
    numbers = figure.numbers(data)
    assert numbers
    assert all(a.dtype.kind in "biufU" for a in numbers.values()), {
        k: a.dtype for k, a in numbers.items() if a.dtype.kind not in "biufU"
    }


def moved(figure: Figure, study: Study, first: Any, last: Any, scale: Any) -> np.ndarray:
    """The pixels of a frame that was drawn as another one and then moved on."""
    with applied(theme("light")):
        canvas = Canvas(theme("light", classes(study)), figure.height_of(last))
        agg = FigureCanvasAgg(canvas.figure)
        show(figure, canvas, first, scale)(last)
        agg.draw()
    return np.asarray(agg.buffer_rgba())


def undrawn(sheet: MatplotlibFigure) -> set[Text]:
    """Labels of ticks beyond the limits of their axes, which matplotlib keeps and does not draw."""
    return {
        label
        for axes in sheet.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in vars(axis).get("majorTicks", ())  # as they are: asking the axis makes new ones
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for label in (tick.label1, tick.label2)
    }


def illegible(figure: Figure, study: Study, appearance: str = "light") -> list[Any]:
    """Words that are too small, or cut off by the sheet."""
    return Words.of(canvas_of(figure, study, appearance), appearance).illegible


@lru_cache(maxsize=4)
def data_of(slug: str, name: str) -> Any:
    """The numbers of a figure of a committed run at its end."""
    return FIGURES[slug].compute(shown(name))


@lru_cache(maxsize=4)
def _scale(slug: str, name: str) -> Any:
    return scale_of(FIGURES[slug], shown(name))


def canvas_shown(slug: str, name: str, appearance: str) -> Canvas:
    """A figure of a committed run on its canvas."""
    return put(FIGURES[slug], shown(name), data_of(slug, name), _scale(slug, name), appearance)


@lru_cache(maxsize=4)
def sheet(slug: str, name: str, appearance: str = "light") -> Sheet:
    """The sheet of a figure of a committed run; of a film, the last frame."""
    return Sheet.of(canvas_shown(slug, name, appearance), appearance)


@lru_cache(maxsize=4)
def words_on(slug: str, name: str, appearance: str = "light") -> Words:
    """The same, and only its words are looked at."""
    return Words.of(canvas_shown(slug, name, appearance), appearance)


def never_marked(slug: str, name: str) -> set[str]:
    """Entries of the key of a film for which no frame has a mark, and of a still."""
    figure, study, left = FIGURES[slug], shown(name), set(words_on(slug, name).unmarked)
    for step in study.run.steps if figure.film else ():
        if left:
            data = figure.compute(study.at(int(step)))
            left &= set(unmarked(put(figure, study, data, _scale(slug, name)).figure))
    return left


def moved_on(slug: str, name: str) -> np.ndarray:
    """The pixels of the last frame of a film, moved on from the first one; of a still, drawn and
    shown the same again.
    """
    figure, study, last = FIGURES[slug], shown(name), data_of(slug, name)
    first = figure.compute(study.at(int(study.run.steps[0]))) if figure.film else last
    return moved(figure, study, first, last, _scale(slug, name))
