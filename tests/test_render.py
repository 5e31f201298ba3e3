"""Figures become files: stills with words and numbers, films with every checkpoint in them."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import imageio_ffmpeg
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from reportgen import render
from reportgen.errors import FigureError
from reportgen.figures.base import Figure, all_figures
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.layers import Layers
from reportgen.figures.parts.sheets import Sheets
from reportgen.figures.style import applied, theme
from reportgen.render import FILM, GIF_BYTES, HOLD, RATE, film, shrink, still
from reportgen.study import Study


@dataclass(frozen=True)
class Frame:
    """The checkpoint as a share of training, and as many numbers as there are checkpoints so far."""

    step: int
    done: float
    so_far: np.ndarray


class Bar(Figure):
    """A bar that grows over training: what a frame shows can be read off its pixels."""

    slug, title, height, film = "bar", "A bar", 427.5, True

    def compute(self, study: Study) -> Frame:
        return Frame(study.step, study.step / int(study.run.steps[-1]), np.arange(study.checkpoint + 1))

    def scale(self, frames: Sequence[Frame]) -> float:
        return max(frame.done for frame in frames)

    def draw(self, canvas: Canvas, data: Frame, scale: float) -> Callable[[Frame], None]:
        axes = canvas.panel(0, 0, canvas.width, canvas.height)
        axes.set(xlim=(0, 1), ylim=(0, scale)), axes.set_axis_off()
        [bar] = axes.bar([0.5], [data.done], 0.5, color="black")
        update = lambda frame: bar.set_height(frame.done)
        update(data)
        return update

    def caption(self, data: Any) -> str:
        return "The bar is as high as training has come."

    def alt(self, data: Frame) -> str:
        return f"A bar at step {data.step}."


def raw(movie: Path, *options: str) -> np.ndarray:
    """The bytes of a film's pixels, red, green and blue."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(movie), *options, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)


def heights(movie: Path) -> np.ndarray:
    """Of each frame, the share of its middle column that is black."""
    columns = raw(movie, "-vf", f"crop=2:{FILM[1]}:{FILM[0] // 2}:0").reshape(-1, FILM[1], 2, 3)
    return (columns.mean((2, 3)) < 128).mean(1)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory, learnt: Study) -> tuple[Path, list[int], list[int]]:
    """A folder with the film, the steps of the run, and what progress was told."""
    folder, told = tmp_path_factory.mktemp("film"), []
    steps = [int(step) for step in learnt.run.steps]
    film(Bar(), learnt, steps, folder, "bar", told.append)
    return folder, steps, told


def test_every_checkpoint_is_a_frame(filmed: tuple[Path, list[int], list[int]]) -> None:
    """Step 0 first, the last step last, each held for 1.5 s, everything between once and in order."""
    folder, steps, told = filmed
    seen = heights(folder / "bar.mp4")
    expected = [step / steps[-1] for step in (*[steps[0]] * (HOLD - 1), *steps, *[steps[-1]] * (HOLD - 1))]
    assert len(seen) == len(steps) + 2 * (HOLD - 1)
    np.testing.assert_allclose(seen, expected, atol=0.01)
    assert told == list(range(1, len(steps) + 1))


def test_sizes_and_rates(filmed: tuple[Path, list[int], list[int]]) -> None:
    """1280 by 720 at ten frames a second; the GIF 640 wide and small; the index of the MP4 comes before its pictures."""
    folder, steps, _ = filmed
    assert raw(folder / "bar.mp4", "-frames:v", "1").size == 1280 * 720 * 3
    frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(folder / "bar.mp4"))
    assert seconds == pytest.approx(frames / RATE, abs=0.06)
    movie = (folder / "bar.mp4").read_bytes()
    assert movie.index(b"moov") < movie.index(b"mdat")
    with Image.open(folder / "bar.gif") as gif:
        assert gif.size == (640, 360)
        assert gif.convert("RGB").getpixel((5, 5)) == (255, 255, 255)  # the paper, exactly
    assert (folder / "bar.gif").stat().st_size <= GIF_BYTES
    with Image.open(folder / "bar-poster.png") as poster:
        column = np.asarray(poster.convert("L"))[:, 640]
    assert (column < 128).all()  # the last frame


def test_a_gif_that_is_too_large_loses_colours_and_size_but_no_frame(filmed: tuple[Path, list[int], list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a limit that only the last try meets, every frame of the film is still there; under one that none meets, an error says so."""
    folder, steps, _ = filmed
    sizes = []
    for tried in render.GIF_TRIES:
        monkeypatch.setattr(render, "GIF_TRIES", (tried,))
        render._gif(folder / "bar.mp4", tmp_path / "one.gif", (1.0, 1.0, 1.0))
        sizes.append((tmp_path / "one.gif").stat().st_size)
        with Image.open(tmp_path / "one.gif") as gif:
            assert gif.size[0] == tried[0]
            assert gif.n_frames == len(steps) + 2 * (HOLD - 1)
    monkeypatch.setattr(render, "GIF_BYTES", 10)
    with pytest.raises(FigureError, match=r"one\.gif: [\d,]+ bytes at 320 px and 32 colours, allowed: 10; draw less that moves, or keep fewer checkpoints"):
        render._gif(folder / "bar.mp4", tmp_path / "one.gif", (1.0, 1.0, 1.0))
    assert sizes[-1] < sizes[0]


def test_words_and_numbers_of_a_film(filmed: tuple[Path, list[int], list[int]]) -> None:
    """The JSON speaks of the last frame; the NPZ holds all frames, stacked where they can be."""
    folder, steps, _ = filmed
    about = json.loads((folder / "bar.json").read_text(encoding="utf-8"))
    shown = len(steps) + 2 * (HOLD - 1)
    assert about == dict(slug="bar", file="bar", title="A bar", caption="The bar is as high as training has come.", alt=f"A bar at step {steps[-1]}.", width=1280, height=720,
                         film=True, frames=len(steps), seconds=shown / RATE)  # fmt: skip
    numbers = np.load(folder / "bar.npz")
    np.testing.assert_array_equal(numbers["steps"], steps)
    np.testing.assert_array_equal(numbers["step"], steps)
    assert numbers[f"so_far@{steps[2]}"].tolist() == [0, 1, 2]


def test_a_still_has_two_appearances_words_and_numbers(tmp_path: Path, learnt: Study) -> None:
    """Light and dark, twice the size of the page and as vectors with real text; the same bytes every time."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        still(Bar(), learnt, tmp_path / name, "bar")
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["bar.dark.png", "bar.dark.svg", "bar.json", "bar.npz", "bar.png", "bar.svg"]
    assert all((tmp_path / "first" / n).read_bytes() == (tmp_path / "second" / n).read_bytes() for n in names if not n.endswith("npz"))
    with Image.open(tmp_path / "first" / "bar.png") as picture:
        assert picture.size == (1520, 855)


def test_a_drawing_keeps_its_words_as_text(tmp_path: Path, learnt: Study) -> None:
    """What can be read can be searched."""
    figure = all_figures()["attention-matrix"]
    still(figure, learnt, tmp_path, "one")
    words = [text.text for text in ElementTree.parse(tmp_path / "one.svg").iter("{http://www.w3.org/2000/svg}text")]
    assert figure.title in words
    assert set(learnt.tokens) & set(words)


def test_outlined_words_are_text_too_and_stand_alike_in_both_themes(tmp_path: Path, learnt: Study) -> None:
    """A label keeps its halo as a stroke in the colour of the paper below its letters; light and dark have every word at the same place and of the same width."""
    still(all_figures()["token-embeddings"], learnt, tmp_path, "one")
    name, places = "{http://www.w3.org/2000/svg}", []
    for appearance, file in (("light", "one.svg"), ("dark", "one.dark.svg")):
        root = ElementTree.parse(tmp_path / file)
        paper = "#" + "".join(f"{round(part * 255):02x}" for part in theme(appearance).paper)
        haloes = [group for group in root.iter(f"{name}g") if group.get("paint-order") == "stroke"]
        assert {group.get("stroke") for group in haloes} == {paper}
        assert set(learnt.tokens) <= {word for group in haloes for text in group for word in (text.text or "").split()}
        places.append(sorted((text.get("x"), text.get("y"), text.get("textLength"), text.text) for text in root.iter(f"{name}text")))
    assert places[0] == places[1]


def test_the_bitmap_beside_the_drawing_is_what_matplotlib_draws(learnt: Study) -> None:
    """Drawing both at once changes no pixel, and outlines are put back."""
    figure = all_figures()["qk-space"]
    data = figure.compute(learnt)
    with applied(theme("light")):
        sheet = render.draw(figure, data, figure.scale([data])).figure
        agg = FigureCanvasAgg(sheet)
        pixels, _ = Sheets(*agg.get_width_height(), sheet.dpi).draw(sheet)
        agg.draw()
    np.testing.assert_array_equal(pixels, np.asarray(agg.buffer_rgba()))


@pytest.mark.parametrize("slug", [slug for slug, figure in all_figures().items() if figure.film])
def test_layers_are_the_frames_that_matplotlib_draws(slug: str, learnt: Study) -> None:
    """Drawing only what moves gives the pixels of drawing everything, but for rounding where layers meet."""
    figure = all_figures()[slug]
    data = render.frames(figure, learnt, [int(step) for step in learnt.run.steps[::4]])
    scale = figure.scale(data)
    with applied(theme("light")):
        quick, whole = (Canvas(theme("light"), figure.height_of(data[0])) for _ in range(2))
        layers, agg = Layers(quick.figure), FigureCanvasAgg(whole.figure)
        updates = [figure.draw(canvas, data[0], scale) for canvas in (quick, whole)]
        for frame in data:
            for update in updates:
                update(frame)
            agg.draw()
            apart = layers.frame().astype(int) - np.asarray(agg.buffer_rgba())[..., :3]
            assert abs(apart).max() <= 2
    assert layers.layers


def test_shrinking_keeps_the_paper() -> None:
    """256 colours, and areas of one colour are exactly what they were."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (64, 64, 3)).astype(np.uint8)
    pixels[:8] = (30, 33, 41)
    small = Image.open(BytesIO(shrink(Image.fromarray(pixels))))
    assert small.mode == "P"
    assert small.convert("RGB").getpixel((0, 0)) == (30, 33, 41)
