"""The guard of pictures sees what an eye would see, and lets pass what it would not."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pictures import compare, difference
from PIL import Image


def plot(
    *,
    legend: bool = True,
    moved: float = 0.0,
    noise: float = 0.0,
    width: float = 7.6,
    transparent: bool = False,
) -> Image.Image:
    """A small figure to break."""
    figure = plt.Figure(figsize=(width, 4), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    x = np.linspace(0, 10, 200)
    axes.plot(
        x, np.sin(x) + moved + noise * np.random.default_rng(0).normal(size=200), label="validation"
    )
    axes.set_ylim(-2, 2)
    if legend:
        axes.legend(loc="upper right", frameon=False)
    out = BytesIO()
    figure.savefig(out, format="png", transparent=transparent)
    return Image.open(out)


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
def test_the_guard_sees_it(
    broken: Callable[[], Image.Image], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a failure with old, new and difference side by side; and what is written only on demand is then accepted."""
    monkeypatch.setenv("REPORTGEN_BASELINES", "1")
    compare(plot(), "toy", tmp_path, tmp_path / "results")
    monkeypatch.delenv("REPORTGEN_BASELINES")
    compare(plot(), "toy", tmp_path, tmp_path / "results")
    with pytest.raises(pytest.fail.Exception, match=words):
        compare(broken(), "toy", tmp_path, tmp_path / "results")
    sheet = Image.open(BytesIO((tmp_path / "results" / "toy.png").read_bytes()))
    assert sheet.width == 3 * max(760, broken().width)


def test_the_guard_lets_noise_pass() -> None:
    """Another processor's rounding is no change."""
    assert difference(plot(), plot(noise=1e-3)) == ""


def test_a_missing_baseline_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing passes because there is nothing to compare it with."""
    monkeypatch.delenv("REPORTGEN_BASELINES", raising=False)
    with pytest.raises(pytest.fail.Exception, match="no baseline toy.png"):
        compare(plot(), "toy", tmp_path, tmp_path / "results")
