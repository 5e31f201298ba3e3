"""What a sheet shows as data: every mark with its place, its value and its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from figurework import FIGURES, SHOWN, shown
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import BAR, KEY, Entry, class_key, dot, key, line
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.marks import sheet as sheets
from reportgen.drawing.marks.sheet import described
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.rendering import still
from reportgen.drawing.style import applied, theme

Drawn = Callable[[Canvas], object]
VALUES = np.array([[0.123456, -1.0, np.nan], [1234.56, 0.0, 3e-7]])
BLANK = {2: ["", ""], 3: ["", "", ""]}


def told(draw: Drawn, width: float = 760) -> Any:
    """What is described of a sheet 200 pixels high."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 200, width)
        draw(canvas)
        FigureCanvasAgg(canvas.figure).draw()
        said = described(canvas)
    return said and json.loads(said)


def panel(draw: Callable[[Canvas, Axes], object]) -> Any:
    """What is described of a panel of 300 by 100 pixels whose data go from 0 to 3 and to 2."""

    def drawn(canvas: Canvas) -> None:
        axes = canvas.panel(40, 50, 300, 100)
        axes.set(xlim=(0, 3), ylim=(0, 2))
        draw(canvas, axes)

    found = told(drawn)
    return found and found["panels"][0]


def matrix(canvas: Canvas, axes: Axes, rows: list[str], columns: list[str]) -> None:
    """The two rows and three columns of VALUES."""
    look = canvas.theme
    Matrix(axes, look, look.signed, signed_norm(np.ones(1)), rows, columns).set(VALUES)


def test_cells_have_edges_names_and_values_and_a_masked_one_has_none() -> None:
    names = ["<b>", "+7"], ["p", "", "r"]
    found = panel(lambda canvas, axes: matrix(canvas, axes, *names))
    assert found["frame"] == [40, 50, 300, 100]
    assert found["marks"]["cells"] == [
        {
            "x": [0, 333, 667, 1000],
            "y": [0, 500, 1000],
            "rows": ["<b>", "+7"],
            "columns": ["p", "", "r"],
            "values": [[0.1235, -1, None], [1235, 0, 3e-7]],
        }
    ]


def test_rows_from_below_are_told_from_above() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.pcolormesh([0, 1, 3], [0, 0.5, 2], [[1.0, 2.0], [3.0, 4.0]])
        axes.set_yticks([0.25, 1.25], ["low", "high"])

    (cells,) = panel(draw)["marks"]["cells"]
    assert (cells["x"], cells["y"]) == ([0, 333, 1000], [0, 750, 1000])
    assert (cells["rows"], cells["values"]) == (["high", "low"], [[3, 4], [1, 2]])


def test_tokens_name_cells_with_their_position() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        matrix(canvas, axes, BLANK[2], BLANK[3])
        kind = next(iter(canvas.theme.classes))
        name_tokens(axes, canvas.theme, ["+7", "10"], {"+7": kind, "10": kind})

    (cells,) = panel(draw)["marks"]["cells"]
    assert cells["rows"] == ["+7₀", "10₁"]
    assert cells["columns"] == ["", "", ""]


def test_panels_beside_a_named_one_have_its_names() -> None:
    def draw(canvas: Canvas) -> None:
        matrix(canvas, canvas.panel(40, 50, 300, 100), ["a", "b"], BLANK[3])
        matrix(canvas, canvas.panel(400, 50, 200, 100), BLANK[2], BLANK[3])
        matrix(canvas, canvas.panel(620, 50, 100, 90), BLANK[2], BLANK[3])

    rows = [found["marks"]["cells"][0]["rows"] for found in told(draw)["panels"]]
    assert rows == [["a", "b"], ["a", "b"], ["", ""]]


def test_points_have_places_data_and_the_names_of_their_labels() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.scatter([0.75, 1.5, 9.0], [0.5, 1.0, 1.0])
        labels = Labels(axes, canvas.theme)
        labels.set([Mark(0.75, 0.5, "4", 1, (0.0, 0.0, 0.0))], np.full((9, 2), (0.8, 0.6)))

    marks = panel(draw)["marks"]
    assert marks["points"] == [
        {"at": [[250, 750], [500, 500]], "x": [0.75, 1.5], "y": [0.5, 1], "names": ["4₁", ""]}
    ]
    assert not marks["curves"]


def test_a_leader_is_no_curve() -> None:
    """It leads from a point to its name."""

    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.scatter([1.5], [1.0])
        crowd = np.stack(np.meshgrid(np.linspace(1.3, 1.7, 40), np.linspace(0.8, 1.2, 40)), -1)
        mark = Mark(1.5, 1.0, "4", None, (0.0, 0.0, 0.0))
        Labels(axes, canvas.theme).set([mark], crowd.reshape(-1, 2))
        assert axes.lines

    marks = panel(draw)["marks"]
    assert marks["points"][0]["names"] == ["4"]
    assert not marks["curves"]


def test_bars_are_as_high_as_they_are_drawn() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        bars = axes.bar([0.5, 1.5, 2.5], np.zeros(3), width=0.6)
        for bar, height in zip(bars, (0.5, 2.0, np.nan)):
            bar.set_height(height)
        axes.set_xticks([0.5, 1.5, 2.5], ["x", "1.5", "z"])

    assert panel(draw)["marks"]["bars"] == [
        {
            "boxes": [[67, 750, 267, 1000], [400, 0, 600, 1000]],
            "at": ["x", 1.5],
            "values": [0.5, 2],
            "across": False,
        }
    ]


def test_bars_across_have_their_width_for_a_value() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.barh([0.5, 1.5], [1.5, 1.0], left=[0, 1.5], height=0.5)

    assert panel(draw)["marks"]["bars"] == [
        {
            "boxes": [[0, 625, 500, 875], [500, 125, 833, 375]],
            "at": [0.5, 1.5],
            "values": [1.5, 1],
            "across": True,
        }
    ]


def test_curves_stand_where_a_logarithmic_axis_puts_them() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.set(xscale="log", xlim=(1, 1000), xlabel="training step", ylabel="loss")
        axes.plot([1, 10, 10.001, 100, np.nan, 1e9], [0, 1, 1, 2, 2, 2])

    found = panel(draw)
    assert (found["x"], found["y"]) == ("training step", "loss")
    (curve,) = found["marks"]["curves"]
    assert curve == {"at": [[0, 1000], [333, 500], [667, 0]], "x": [1, 10, 100], "y": [0, 1, 2]}


def test_a_panel_above_another_shares_the_name_of_its_axis() -> None:
    """Where both have the same one."""

    def draw(canvas: Canvas) -> None:
        for y, last in ((10, 5), (60, 5), (110, 6)):
            axes = canvas.panel(40, y, 300, 40)
            axes.plot([0, 1], [0, 1])
            axes.set(xlim=(0, last))
        canvas.figure.axes[1].set(xlabel="training step")

    assert [found["x"] for found in told(draw)["panels"]] == ["training step"] * 2 + [""]


def test_an_axis_without_numbers_only_puts_marks_apart() -> None:
    """Unless neither has any, as in a plane."""

    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.plot([1, 2], [0.5, 0.5])
        axes.set_yticks([])

    (curve,) = panel(draw)["marks"]["curves"]
    assert (curve["x"], curve["y"]) == ([1, 2], [None, None])

    def bare(canvas: Canvas, axes: Axes) -> None:
        draw(canvas, axes), axes.set_xticks([])

    (curve,) = panel(bare)["marks"]["curves"]
    assert (curve["x"], curve["y"]) == ([1, 2], [0.5, 0.5])
    bars = panel(lambda canvas, axes: (axes.bar([1], [2]), axes.set_xticks([])))["marks"]["bars"]
    assert bars[0]["at"] == [None]


def test_a_frame_around_cells_is_no_curve() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        matrix(canvas, axes, BLANK[2], BLANK[3])
        axes.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0])

    marks = panel(draw)["marks"]
    assert [len(marks[kind]) for kind in ("cells", "curves")] == [1, 0]


def test_lines_of_markers_alone_are_points() -> None:
    marks = panel(lambda canvas, axes: axes.plot([1.5], [1], "o"))["marks"]
    assert (marks["points"][0]["at"], marks["curves"]) == ([[500, 500]], [])


def test_what_is_no_data_is_not_told() -> None:
    """Lines across a panel, a hidden panel, a diagram, a key, a bar of colours, colours of kinds,
    hidden artists.
    """

    def draw(canvas: Canvas) -> None:
        axes = canvas.panel(40, 50, 300, 100)
        axes.axhline(0.5), axes.axvline(0.5)
        axes.pcolormesh([0, 1], [0, 1], [[1.0]], cmap=ListedColormap(["r", "b"]))
        axes.plot([0, 1], [0, 1])[0].set_visible(False)
        hidden = canvas.panel(400, 50, 100, 100)
        matrix(canvas, hidden, BLANK[2], BLANK[3])
        hidden.set_visible(False)
        diagram = canvas.panel(520, 50, 100, 100)
        diagram.set_axis_off()
        diagram.plot([0, 1], [0, 1])
        colour_bar(canvas, canvas.theme.signed, signed_norm(np.ones(1)), 400, 180, 99, "", [0])
        kind = next(iter(canvas.theme.classes))
        class_key(canvas, 40, 180, {kind: "words"}, {kind})
        for i, label in enumerate((KEY, BAR)):
            sign = canvas.panel(640, 20 + 60 * i, 50, 50)
            matrix(canvas, sign, BLANK[2], BLANK[3])
            sign.set_label(label)

    assert told(draw) is None


def test_a_key_names_what_is_drawn_in_its_ink() -> None:
    """Unless it says two things of one ink; a broken line is another ink."""
    red, blue = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)

    def draw(canvas: Canvas, axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=red)
        axes.plot([0, 1], [1, 1], color=red, dashes=(4, 3))
        axes.plot([0, 1], [0, 2], color=blue)
        axes.scatter([2], [1], color=[blue])
        signs = (line(red, 1), line(red, 1, dashes=(2, 2)), dot("o", blue), line(blue, 1))
        words = ("train", "bound", "here", "there")
        key(canvas, 0, 180, [Entry(said, sign) for said, sign in zip(words, signs)])

    marks = panel(draw)["marks"]
    assert [curve.get("name") for curve in marks["curves"]] == ["train", "bound", None]
    assert "name" not in marks["points"][0]


def test_a_panel_has_its_caption() -> None:
    def draw(canvas: Canvas, axes: Axes) -> None:
        canvas.caption(axes, "b", "Scores of a head", "before softmax")
        axes.plot([0, 1], [0, 1])

    found = panel(draw)
    assert (found["letter"], found["words"]) == ("b", "Scores of a head")


def test_a_sheet_of_too_many_marks_has_no_description(monkeypatch: Any) -> None:
    draw: Drawn = lambda canvas: matrix(canvas, canvas.panel(0, 0, 90, 90), BLANK[2], BLANK[3])
    size = len(json.dumps(told(draw), separators=(",", ":")))
    monkeypatch.setattr(sheets, "LARGEST", size)
    assert told(draw)
    monkeypatch.setattr(sheets, "LARGEST", size - 1)
    assert told(draw) is None


def written(slug: str, folder: Path) -> Any:
    """What a build writes of a figure's marks."""
    still(FIGURES[slug], shown(SHOWN[slug][0]), folder, slug)
    about = json.loads((folder / f"{slug}.json").read_text())
    file = folder / f"{slug}-marks.json"
    assert file.exists() == about.get("marks", False)
    return json.loads(file.read_text()) if file.exists() else None


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("attention-matrix", "cells"),
        ("attention-by-lag", "bars"),
        ("learning-curve", "curves"),
        ("token-embeddings", "points"),
    ],
)
def test_the_marks_of_a_figure_are_its_numbers(slug: str, kind: str, tmp_path: Path) -> None:
    """In the drawing for phones the same panels stand in their order, each on the sheet."""
    about = written(slug, tmp_path)
    with np.load(tmp_path / f"{slug}.npz") as stored:
        arrays = [a.ravel() for a in stored.values() if a.dtype.kind in "biuf"]
    known = np.concatenate([np.asarray(a, float) for a in arrays])
    marks = [mark for panel in about["panels"] for mark in panel["marks"][kind]]
    values = np.concatenate([of_mark(mark) for mark in marks])
    far = abs(values[:, None] - known[np.isfinite(known)]).min(1)
    assert len(values) > 5
    assert (far <= 5e-4 * abs(values)).all(), values[far > 5e-4 * abs(values)]
    narrow = about["narrow"]
    assert len(narrow["panels"]) == len(about["panels"])
    assert not any("marks" in panel for panel in narrow["panels"])
    for left, top, wide, tall in (panel["frame"] for panel in narrow["panels"]):
        assert min(left, top) >= 0
        assert left + wide <= narrow["width"] == 360
        assert top + tall <= narrow["height"]


def of_mark(mark: Any) -> np.ndarray:
    """Its values that are numbers."""
    values = mark["values"] if "values" in mark else mark["y"]
    flat = np.array(values, dtype=object).ravel()
    return np.array([value for value in flat if isinstance(value, int | float)], float)


def test_a_figure_without_marks_has_no_file(tmp_path: Path) -> None:
    assert written("architecture-overview", tmp_path) is None
