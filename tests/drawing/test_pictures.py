"""The guards of what is kept: that of pictures sees what an eye would see, and lets pass what it
would not.
"""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from keeping import same_measured, same_pages
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


def touched() -> Image.Image:
    """One tile of it a shade darker than paper: less than a hundredth of a percent of the whole."""
    picture = plot().convert("RGB")
    picture.paste((249, 249, 249), (96, 64, 128, 96))
    return picture


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: plot(legend=False), "different in the tile"),
        (touched, "2.38% different in the tile at 96, 64"),
        (lambda: plot(moved=0.2), "different"),
        (lambda: plot(width=7.7), "size 770 × 400, was 760 × 400"),
        (lambda: plot(transparent=True), "the new picture is not opaque"),
    ],
    ids=["missing legend", "one tile", "moved line", "changed size", "transparent"],
)
def test_the_guard_sees_it(
    broken: Callable[[], Image.Image], words: str, tmp_path: Path, image_regression: Any
) -> None:
    """Each is a failure with old, new and difference side by side, and changes no baseline until it
    is accepted.
    """
    look = partial(compare, image_regression, name="toy", folder=tmp_path, results=tmp_path / "it")
    accepted(image_regression, lambda: look(plot()), "created")
    look(plot())
    kept = (tmp_path / "toy.png").read_bytes()
    with pytest.raises(pytest.fail.Exception, match=words):
        look(broken())
    assert (tmp_path / "toy.png").read_bytes() == kept
    if "opaque" in words:  # that is no picture to keep
        return
    sheet = Image.open(BytesIO((tmp_path / "it" / "toy.png").read_bytes()))
    assert sheet.width == 3 * max(760, broken().width)
    accepted(image_regression, lambda: look(broken()), "regenerating")
    look(broken())


def accepted(regression: Any, check: Callable[[], None], words: str) -> None:
    """Write what differs, as --force-regen does."""
    regression.force_regen = True
    with pytest.raises(pytest.fail.Exception, match=words):
        check()
    regression.force_regen = False


def test_the_guard_lets_noise_pass() -> None:
    """Another processor's rounding is no change."""
    assert difference(plot(), plot(noise=1e-3)) == ""


def test_a_missing_baseline_is_a_failure_every_time(tmp_path: Path, image_regression: Any) -> None:
    """Nothing passes because there is nothing to compare it with, and a check writes nothing."""
    for _ in range(2):
        with pytest.raises(pytest.fail.Exception, match=r"no baseline toy\.png"):
            compare(image_regression, plot(), "toy", tmp_path, tmp_path / "results")
    assert list(tmp_path.iterdir()) == []


def test_a_changed_word_of_a_page_is_seen(tmp_path: Path, file_regression: Any) -> None:
    """A word, a page more and a page less are failures, and all of them are told at once; what is
    accepted is what was there.
    """
    pages = {"index.md": "It holds.\n", "walkthrough/1.md": "So it is.\n"}
    look = lambda **more: same_pages(file_regression, pages | more, tmp_path / "kept")
    accepted(file_regression, look, "created")
    look()
    (tmp_path / "kept" / "index.md").write_text("It fails.\n", encoding="utf-8")
    (tmp_path / "kept" / "old.md").write_text("Gone.\n", encoding="utf-8")
    with pytest.raises(pytest.fail.Exception) as error:
        look(**{"new.md": "New.\n"})
    for words in ("-It fails.", "+It holds.", "no baseline new.md", "no page any more: old.md"):
        assert words in str(error.value)
    accepted(file_regression, look, "regenerating")
    look()


def test_a_number_beyond_its_tolerance_is_seen(tmp_path: Path, file_regression: Any) -> None:
    """A value within what its fact allows passes; one beyond it, of a part too, another verdict and
    another fact do not.
    """

    def said(value: float = 0.5, part: float = 0.25, verdict: str = "holds") -> dict[str, Any]:
        words = dict(statement="So.", holds_if="> 0", partly_if="", reason="Why not.")
        fact = dict(value=value, lacking="", tolerance=0.01, parts=[["near", dict(value=part)]])
        claims = {"so": words | dict(verdict=verdict)}
        return dict(facts={"share": fact}, claims=claims, unasked={})

    path = tmp_path / "measured.json"
    accepted(file_regression, lambda: same_measured(file_regression, said(), path), "created")
    same_measured(file_regression, said(0.509, 0.241), path)
    other = said() | dict(facts={})
    for broken in (said(0.511), said(part=0.2), said(verdict="fails"), other):
        with pytest.raises(AssertionError):
            same_measured(file_regression, broken, path)
