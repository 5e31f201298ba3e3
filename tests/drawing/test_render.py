"""Figures become files: stills with words and numbers, films with every checkpoint in them."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import imageio.v3 as imageio
import numpy as np
import pytest
from layered import apart
from lookups import all_figures
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.encoders import SMALLER, WHOLE, again, fit, gif, mp4, sampled
from reportgen.drawing.figure import Figure, show
from reportgen.drawing.filming import in_runs
from reportgen.drawing.layers import Layers
from reportgen.drawing.rendering import FILM, GIF_BYTES, HOLD, RATE, draw, film, shrink, still
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.style import applied, theme
from reportgen.drawing.twins import twins
from reportgen.drawing.variants import ByWidth
from reportgen.errors import FigureError

# imageio leaves it to the collector to close the pipe through which it has read a film
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@dataclass(frozen=True)
class Frame:
    """The checkpoint as a share of training, and as many numbers as there are checkpoints so
    far.
    """

    step: int
    done: float
    so_far: np.ndarray


class Bar(Figure):
    """A bar that grows over training: what a frame shows can be read off its pixels."""

    slug, title, height, film = "bar", "A bar", 427.5, True

    def compute(self, study: Study) -> Frame:
        return Frame(
            study.step, study.step / int(study.run.steps[-1]), np.arange(study.checkpoint + 1)
        )

    def scale(self, frames: Sequence[Frame]) -> float:
        return max(frame.done for frame in frames)

    def draw(self, canvas: Canvas, data: Frame, scale: float) -> Callable[[Frame], None]:
        axes = canvas.panel(0, 0, canvas.width, canvas.height)
        axes.set(xlim=(0, 1), ylim=(0, scale)), axes.set_axis_off()
        [bar] = axes.bar([0.5], [data.done], 0.5, color="black")
        return lambda frame: bar.set_height(frame.done)

    def caption(self, data: Any) -> str:
        return "The bar is as high as training has come."

    def alt(self, data: Frame) -> str:
        return f"A bar at step {data.step}."


def pictures(movie: Path) -> Iterator[np.ndarray]:
    """Each frame [y, x, rgb] of a film."""
    return imageio.imiter(movie, plugin="pillow" if movie.suffix == ".gif" else "FFMPEG")


def heights(movie: Path) -> np.ndarray:
    """Of each frame, the share of its middle column that is black."""
    middle = FILM[0] // 2
    return np.array(
        [(p[:, middle : middle + 2].mean((1, 2)) < 128).mean() for p in pictures(movie)]
    )


@pytest.fixture(scope="module")
def filmed(
    tmp_path_factory: pytest.TempPathFactory, learnt: Study
) -> tuple[Path, list[int], list[int]]:
    """A folder with the film, the steps of the run, and what progress was told."""
    folder, told = tmp_path_factory.mktemp("film"), []
    steps = [int(step) for step in learnt.run.steps]
    film(Bar(), learnt, steps, folder, "bar", told.append)
    return folder, steps, told


def test_every_checkpoint_is_a_frame(filmed: tuple[Path, list[int], list[int]]) -> None:
    """Step 0 first, the last step last, each held for 1.5 s, everything between once and in
    order.
    """
    folder, steps, told = filmed
    seen = heights(folder / "bar.mp4")
    expected = [
        step / steps[-1] for step in (*[steps[0]] * (HOLD - 1), *steps, *[steps[-1]] * (HOLD - 1))
    ]
    assert len(seen) == len(steps) + 2 * (HOLD - 1)
    np.testing.assert_allclose(seen, expected, atol=0.01)
    assert told == list(range(1, len(steps) + 1))


@pytest.mark.parametrize(
    ("steps", "words"),
    [([0], "0"), ([0, 5], "0 1x5"), ([*range(0, 301, 100), 350], "0 3x100 1x50")],
)
def test_steps_of_frames_in_few_words(steps: list[int], words: str) -> None:
    assert in_runs(steps) == words


def test_sizes_and_rates(filmed: tuple[Path, list[int], list[int]]) -> None:
    """1280 by 720 at ten frames a second; the GIF 640 wide and small; the index of the MP4 comes
    before its pictures.
    """
    folder, steps, _ = filmed
    about = imageio.immeta(folder / "bar.mp4", plugin="FFMPEG")
    assert (about["size"], about["fps"]) == ((1280, 720), RATE)
    shown = len(steps) + 2 * (HOLD - 1)
    assert about["duration"] == pytest.approx(shown / RATE, abs=0.06)
    movie = (folder / "bar.mp4").read_bytes()
    assert movie.index(b"moov") < movie.index(b"mdat")
    places = movie.index(b"stss") + 8  # of the frames that are kept as a whole
    assert int.from_bytes(movie[places : places + 4]) == -(-shown // WHOLE) > 1
    with Image.open(folder / "bar.gif") as gif:
        assert gif.size == (640, 360)
        assert gif.convert("RGB").getpixel((5, 5)) == (255, 255, 255)  # the paper, exactly
    assert (folder / "bar.gif").stat().st_size <= GIF_BYTES
    with Image.open(folder / "bar-poster.png") as poster:
        column = np.asarray(poster.convert("L"))[:, 640]
    assert (column < 128).all()  # the last frame


def test_a_gif_has_every_frame_as_drawn(filmed: tuple[Path, list[int], list[int]]) -> None:
    """One picture a checkpoint, the first and the last for 1.5 s; each near the film's own, the
    paper exact in all.
    """
    folder, steps, _ = filmed
    movie = np.array([p[::2, ::2] for p in pictures(folder / "bar.mp4")])[HOLD - 1 :]
    with Image.open(folder / "bar.gif") as gif:
        assert gif.n_frames == len(steps)
        for i, expected in enumerate(movie[: len(steps)]):
            gif.seek(i)
            assert gif.info["duration"] == 1000 / RATE * (HOLD if i in (0, len(steps) - 1) else 1)
            seen = np.asarray(gif.convert("RGB"))
            assert (seen[:, :100] == 255).all()
            assert abs(seen.astype(int) - expected).mean() < 1
    assert (movie[:, :, :100] == 255).all()


def waves(frames: int) -> list[np.ndarray]:
    """Small pictures [y, x, rgb and one more] with paper on the left and gradients that move on the
    right.
    """
    waves = []
    for i in range(frames):
        picture = np.full((72, 640, 4), 255, np.uint8)
        wave = np.sin(np.arange(320) / 25 + i / 3)[:, None] * (90, 50, 20) + (150, 120, 90)
        picture[:, 320:, :3] = wave
        waves.append(picture)
    return waves


def coloured(path: Path, shown: Sequence[np.ndarray]) -> list[np.ndarray]:
    """These pictures as a GIF, and what a reader sees of each."""
    with gif(path, [shown[i] for i in sampled(len(shown))]) as take:
        for picture in shown:
            take(picture)
    return [picture.astype(int) for picture in pictures(path)]


def test_a_gif_shows_what_moves_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """The paper is exact, and so nearly is all else; pictures that are the same cost next to
    nothing.
    """
    drawn = waves(12)
    for seen, whole in zip(coloured(tmp_path / "one.gif", drawn), drawn, strict=True):
        assert (seen[:, :320] == 255).all()
        assert abs(seen - whole[..., :3]).max() <= 16
        assert abs(seen - whole[..., :3]).mean() < 2
    sizes = []
    for n in (2, 12):
        path = tmp_path / f"{n}.gif"
        assert len(coloured(path, [drawn[0]] * n)) == n
        sizes.append(path.stat().st_size)
    assert sizes[1] - sizes[0] < 300


def test_a_mark_that_goes_leaves_the_paper(tmp_path: Path) -> None:
    """A faint mark, one step of grey from the paper, is gone when it is gone."""
    faint, bare = waves(1)[0], waves(1)[0]
    faint[20:40, 20:40, :3] = 251
    for seen in coloured(tmp_path / "one.gif", [bare, faint, bare])[::2]:
        assert (seen[:, :320] == 255).all()


def test_a_film_has_the_same_bytes_every_time(tmp_path: Path) -> None:
    """No date and no order of threads is in it: a build is compared byte for byte."""
    sheets = [np.full((720, 1280, 4), shade, np.uint8) for shade in (255, 120, 30)]
    for path in (tmp_path / "one", tmp_path / "two"):
        path.mkdir()
        coloured(path / "film.gif", waves(12))
        with mp4(path / "film.mp4", alone=False) as take:
            for sheet in sheets:
                take(sheet)
    for name in ("film.gif", "film.mp4"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_gif_that_is_too_large_loses_colours_and_size_but_no_frame(tmp_path: Path) -> None:
    """Every smaller one has all frames, as wide as it says; under a limit that none meets an error
    says so.
    """
    path = tmp_path / "one.gif"
    coloured(path, waves(12))
    whole, sizes = path.read_bytes(), []
    for width, colours in SMALLER:
        again(path, tmp_path / "small.gif", width, colours)
        sizes.append((tmp_path / "small.gif").stat().st_size)
        frames = list(pictures(tmp_path / "small.gif"))
        assert len(frames) == 12
        assert all(
            frame.shape[1] == width and (frame[:, : width * 3 // 8] == 255).all()
            for frame in frames
        )
    fit(path, len(whole))
    assert path.read_bytes() == whole
    fit(path, sizes[-1])
    assert path.stat().st_size == sizes[-1]
    path.write_bytes(whole)
    with pytest.raises(
        FigureError,
        match=(
            r"one\.gif: [\d,]+ bytes at 320 px and 32 colours, allowed: 10; draw less that moves,"
            r" or keep fewer checkpoints"
        ),
    ):
        fit(path, 10)


def kill_the_encoder() -> None:
    """End the ffmpeg that this process has started; the list of children may lack one for a
    moment.
    """
    last, ended = time.monotonic() + 10, False
    while not ended:
        assert time.monotonic() < last, "no ffmpeg was started"
        told = [task / "children" for task in Path("/proc/self/task").iterdir()]
        for child in {int(child) for path in told for child in path.read_text().split()}:
            if "ffmpeg" in Path(f"/proc/{child}/cmdline").read_text():
                os.kill(child, signal.SIGKILL)
                ended = True


@pytest.mark.parametrize("name", ["one.mp4", "one.gif"])
def test_an_encoder_that_is_killed_has_made_no_film(tmp_path: Path, name: str) -> None:
    """A film without an end is an error, also where ffmpeg could say nothing."""
    made = (
        gif(tmp_path / name, waves(1)) if name.endswith("gif") else mp4(tmp_path / name, alone=True)
    )
    made.__enter__()
    kill_the_encoder()
    with pytest.raises(FigureError, match=f"{name}: ffmpeg ended before the film did"):
        made.__exit__(None, None, None)


def test_an_encoder_that_fails_says_why(tmp_path: Path, learnt: Study) -> None:
    """A folder that is not there: what ffmpeg said is in the message."""
    with pytest.raises(FigureError, match="No such file or directory"):
        film(Bar(), learnt, [int(step) for step in learnt.run.steps], tmp_path / "gone", "bar")


def test_words_and_numbers_of_a_film(filmed: tuple[Path, list[int], list[int]]) -> None:
    """The JSON speaks of the last frame; the NPZ holds all frames, stacked where they can be."""
    folder, steps, _ = filmed
    about = json.loads((folder / "bar.json").read_text(encoding="utf-8"))
    shown = len(steps) + 2 * (HOLD - 1)
    assert about == dict(
        slug="bar",
        file="bar",
        title="A bar",
        caption="The bar is as high as training has come.",
        alt=f"A bar at step {steps[-1]}.",
        width=1280,
        height=720,
        film=True,
        frames=len(steps),
        seconds=shown / RATE,
        rate=RATE,
        held=HOLD,
        steps=in_runs(steps),
    )
    numbers = np.load(folder / "bar.npz")
    np.testing.assert_array_equal(numbers["steps"], steps)
    np.testing.assert_array_equal(numbers["step"], steps)
    assert numbers[f"so_far@{steps[2]}"].tolist() == [0, 1, 2]


def test_a_still_is_one_drawing_one_picture_words_and_numbers(
    tmp_path: Path, learnt: Study
) -> None:
    """Vectors with real text, and a picture twice the size of the page; the same bytes every
    time.
    """
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        still(Bar(), learnt, tmp_path / name, "bar")
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert names == ["bar-narrow.svg", "bar.json", "bar.npz", "bar.png", "bar.svg"]
    assert all(
        (tmp_path / "first" / n).read_bytes() == (tmp_path / "second" / n).read_bytes()
        for n in names
        if not n.endswith("npz")
    )
    with Image.open(tmp_path / "first" / "bar.png") as picture:
        assert picture.size == (1520, 855)


def test_a_drawing_keeps_its_words_as_text(tmp_path: Path, learnt: Study) -> None:
    """What can be read can be searched."""
    figure = all_figures("sequence_rules")["attention-matrix"]
    still(figure, learnt, tmp_path, "one")
    words = [
        text.text
        for text in ElementTree.parse(tmp_path / "one.svg").iter("{http://www.w3.org/2000/svg}text")
    ]
    assert figure.title in words
    assert set(learnt.tokens) & set(words)


def test_outlined_words_are_text_too(tmp_path: Path, learnt: Study) -> None:
    """A label keeps its halo as a stroke in the colour of the paper below its letters."""
    still(all_figures("sequence_rules")["token-embeddings"], learnt, tmp_path, "one")
    name = "{http://www.w3.org/2000/svg}"
    root = ElementTree.parse(tmp_path / "one.svg")
    paper = "#" + "".join(f"{round(part * 255):02x}" for part in theme("light").paper)
    haloes = [each for each in root.iter() if each.get("paint-order") == "stroke"]
    strokes = [each.get("stroke") for group in haloes for each in group.iter()]
    assert {stroke for stroke in strokes if stroke} == {paper}
    assert set(learnt.tokens) <= {
        word
        for halo in haloes
        for text in halo.iter(f"{name}text")
        for word in (text.text or "").split()
    }


def test_the_bitmap_beside_the_drawing_is_what_matplotlib_draws(learnt: Study) -> None:
    """Drawing both at once changes no pixel, and outlines are put back."""
    figure = all_figures("sequence_rules")["qk-space"]
    data = figure.compute(learnt)
    with applied(theme("light")):
        sheet = draw(figure, data, figure.scale([data])).figure
        agg = FigureCanvasAgg(sheet)
        pixels, _ = Sheets(*agg.get_width_height(), sheet.dpi, twins()).draw(sheet)
        agg.draw()
    np.testing.assert_array_equal(pixels, np.asarray(agg.buffer_rgba()))


FILMS = [
    (slug, way)
    for slug, figure in all_figures("sequence_rules").items()
    if figure.film
    for way in (figure.ways if isinstance(figure, ByWidth) else (figure,))
]


@pytest.mark.parametrize(
    "figure", [way for _, way in FILMS], ids=[f"{slug}-{type(way).__name__}" for slug, way in FILMS]
)
def test_layers_are_the_frames_that_matplotlib_draws(figure: Figure, learnt: Study) -> None:
    """Drawing only what moves gives the pixels of drawing everything, but for rounding where layers
    meet; of every way in which a film is drawn; words that move are a quarter of a pixel off at
    most.
    """
    data = [figure.compute(learnt.at(int(step))) for step in learnt.run.steps[::4]]
    scale = figure.scale(data)
    with applied(theme("light")):
        quick, whole = (Canvas(theme("light"), figure.height_of(data[0])) for _ in range(2))
        layers, agg = Layers(quick.figure), FigureCanvasAgg(whole.figure)
        updates = [show(figure, canvas, data[0], scale) for canvas in (quick, whole)]
        for frame in data:
            for update in updates:
                update(frame)
            assert apart(layers, agg) <= 2
    assert layers.layers


def test_shrinking_keeps_the_paper() -> None:
    """256 colours, and areas of one colour are exactly what they were."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (64, 64, 3)).astype(np.uint8)
    pixels[:8] = (30, 33, 41)
    small = Image.open(BytesIO(shrink(Image.fromarray(pixels))))
    assert small.mode == "P"
    assert small.convert("RGB").getpixel((0, 0)) == (30, 33, 41)
