"""Every figure of the committed run that learnt looks as it did when somebody looked at it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pictures import BASELINES, compare, difference
from PIL import Image

from reportgen.config.sections import DATA
from reportgen.figures.base import all_figures
from reportgen.figures.declared import declared
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.render import draw, frames
from reportgen.study import Study

FIGURES = all_figures()
IN_DARK = ("token-embeddings", "qk-attention", "output-landscape", "learning-curve")


def picture(slug: str, study: Study, appearance: str) -> bytes:
    """A figure at shown size; of a film, the last frame."""
    figure = FIGURES[slug]
    data = figure.compute(study)
    scale = figure.scale(frames(figure, study, [int(s) for s in study.run.steps])) if figure.film else figure.scale([data])
    out = BytesIO()
    with applied(theme(appearance)):
        canvas = draw(figure, data, scale, appearance)
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    return out.getvalue()


@pytest.mark.parametrize("slug", FIGURES)
def test_the_figure_looks_as_before(slug: str, learnt: Study) -> None:
    """Light, at the width of the page."""
    compare(picture(slug, learnt, "light"), slug)


@pytest.mark.parametrize("slug", [slug for slug in IN_DARK if slug in FIGURES])
def test_the_figure_looks_as_before_in_the_dark(slug: str, learnt: Study) -> None:
    """A few of them, dark."""
    compare(picture(slug, learnt, "dark"), f"{slug}.dark")


def test_every_baseline_belongs_to_a_figure() -> None:
    """A picture of a figure that is gone is gone too."""
    slugs = [slug for family in DATA for slug in declared(family)]
    assert {path.name for path in BASELINES.glob("*.png")} <= {f"{slug}{dark}.png" for slug in slugs for dark in ("", ".dark")}


def plot(*, legend: bool = True, moved: float = 0.0, noise: float = 0.0, width: float = 7.6, transparent: bool = False) -> bytes:
    """A small figure to break."""
    figure = plt.Figure(figsize=(width, 4), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    x = np.linspace(0, 10, 200)
    axes.plot(x, np.sin(x) + moved + noise * np.random.default_rng(0).normal(size=200), label="validation")
    axes.set_ylim(-2, 2)
    if legend:
        axes.legend(loc="upper right", frameon=False)
    out = BytesIO()
    figure.savefig(out, format="png", transparent=transparent)
    return out.getvalue()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: plot(legend=False), "different in the tile"),
        (lambda: plot(moved=0.2), "different"),
        (lambda: plot(width=7.7), "size 770 × 400, was 760 × 400"),
        (lambda: plot(transparent=True), "the new picture is not opaque"),
    ],
    ids=["missing legend", "moved line", "changed size", "transparent"],
)
def test_the_guard_sees_it(broken: Callable[[], bytes], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a failure with old, new and difference side by side; and what is written only on demand is then accepted."""
    monkeypatch.setenv("REPORTGEN_BASELINES", "1")
    compare(plot(), "toy", tmp_path, tmp_path / "results")
    monkeypatch.delenv("REPORTGEN_BASELINES")
    compare(plot(), "toy", tmp_path, tmp_path / "results")
    with pytest.raises(pytest.fail.Exception, match=words):
        compare(broken(), "toy", tmp_path, tmp_path / "results")
    sheet = Image.open(BytesIO((tmp_path / "results" / "toy.png").read_bytes()))
    assert sheet.width == 3 * max(760, Image.open(BytesIO(broken())).width)


def test_the_guard_lets_noise_pass() -> None:
    """Another processor's rounding is no change."""
    assert difference(Image.open(BytesIO(plot())), Image.open(BytesIO(plot(noise=1e-3)))) == ""


def test_a_missing_baseline_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing passes because there is nothing to compare it with."""
    monkeypatch.delenv("REPORTGEN_BASELINES", raising=False)
    with pytest.raises(pytest.fail.Exception, match="no baseline toy.png"):
        compare(plot(), "toy", tmp_path, tmp_path / "results")
