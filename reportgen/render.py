"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

import gc
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

from reportgen.errors import FigureError
from reportgen.figures.base import Figure
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.layers import Layers
from reportgen.figures.parts.sheets import Sheets
from reportgen.figures.style import CSS_DPI, EXPORT_SCALE, THEMES, Colour, applied, theme
from reportgen.study import Study

FILM = (1280, 720)  # pixels of a film
RATE, HOLD = 10, 15  # frames a second; frames for which the first and the last picture stand
GIF_BYTES = 4_000_000
BETWEEN = 100_000  # new objects between two looks for garbage
SAMPLE = 50_000  # pixels from which the colours of gradients are chosen
FLAT = 48  # most common colours of a picture, kept exactly
ALMOST = 12  # of 765: steps by which two colours may differ and still be one on a page
GIF_TRIES = ((640, 256), (640, 72), (520, 96), (400, 64), (320, 32))  # width in pixels, colours; every frame is kept


def draw(figure: Figure, data: Any, scale: Any, appearance: str = "light") -> Canvas:
    """One picture on a canvas; save it within `style.applied` of the same theme."""
    canvas = Canvas(theme(appearance), figure.height_of(data))
    figure.draw(canvas, data, scale)
    return canvas


def still(figure: Figure, study: Study, folder: Path, file: str) -> None:
    """Write the picture of a study into a folder."""
    picture(figure, figure.compute(study), folder, file)


def picture(figure: Figure, data: Any, folder: Path, file: str) -> None:
    """Write `file`.png, .svg, .dark.png, .dark.svg, .npz and .json (title, caption, alt text, size) into a folder."""
    scale = figure.scale([data])
    dpi = CSS_DPI * EXPORT_SCALE
    sheets = Sheets(round(Canvas.width * EXPORT_SCALE), int(figure.height_of(data) * EXPORT_SCALE), dpi)
    with _without_pauses():
        for appearance in THEMES:
            suffix = "" if appearance == "light" else f".{appearance}"
            with applied(theme(appearance)):
                sheet = draw(figure, data, scale, appearance).figure
                sheet.set_dpi(dpi)
                pixels, drawing = sheets.draw(sheet)
            (folder / f"{file}{suffix}.png").write_bytes(shrink(Image.fromarray(pixels[..., :3])))
            (folder / f"{file}{suffix}.svg").write_text(drawing, encoding="utf-8")
        del sheet
    np.savez_compressed(folder / f"{file}.npz", **figure.numbers(data))  # type: ignore[arg-type]
    describe(figure, data, folder, file)


@contextmanager
def _without_pauses() -> Iterator[None]:
    """Look for garbage rarely: artists are many, point at one another and live as long as their sheet."""
    before = gc.get_threshold()
    gc.set_threshold(BETWEEN)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def describe(figure: Figure, data: Any, folder: Path, file: str, **more: Any) -> None:
    """Write `file`.json: what a page needs to show the picture."""
    about = dict(slug=figure.slug, file=file, title=figure.title, caption=figure.caption(data), alt=figure.alt(data), width=int(Canvas.width), height=round(figure.height_of(data)), film=figure.film)
    (folder / f"{file}.json").write_text(json.dumps(about | more, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def frames(figure: Figure, study: Study, steps: Sequence[int]) -> list[Any]:
    """The data of a film: a few numbers a checkpoint, never pixels."""
    return [figure.compute(study.at(step)) for step in steps]


def shrink(full: Image.Image) -> bytes:
    """A picture in red, green and blue as a PNG of 256 colours, dithered so that no gradient shows steps; flat areas, the paper first of all, keep their exact colour."""
    wanted = _packed(full)
    sample = wanted[::2, ::2].ravel()  # as good, and a quarter of the time
    colours, place, counts = np.unique(sample, return_inverse=True, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:FLAT]
    rest = np.ones(len(colours), bool)
    rest[common] = False
    flat, between = colours[common], sample[rest[place]]  # the second: gradients and the edges of letters
    palette = Image.new("P", (1, 1))
    palette.putpalette([*_unpacked(flat).ravel().tolist(), *_palette(between, 256 - len(flat))])
    small = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    chosen = np.array(small)
    have = np.resize(np.concatenate([flat, np.zeros(256, np.uint32)]), 256)[chosen]
    off = np.flatnonzero((have != wanted).ravel())  # Pillow looks for the nearest colour in coarse steps
    order = np.argsort(flat)
    asked = wanted.ravel()[off]
    found = order[np.searchsorted(flat, asked, sorter=order).clip(max=len(flat) - 1)]
    exactly = flat[found] == asked
    chosen.ravel()[off[exactly]] = found[exactly]
    exact = Image.fromarray(chosen)
    exact.putpalette(small.getpalette() or [])
    out = BytesIO()
    exact.save(out, "PNG")
    return out.getvalue()


def _palette(colours: np.ndarray, count: int) -> list[int]:
    """Red, green and blue of up to `count` colours that stand for these packed ones."""
    if not len(colours):
        return []
    every = max(1, len(colours) // SAMPLE)
    row = Image.fromarray(_unpacked(colours[::every])[None])
    return (row.quantize(count, method=Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette() or [])[: 3 * count]


def _packed(picture: Image.Image) -> np.ndarray:
    """One whole number a pixel for its colour."""
    return np.asarray(picture.convert("RGBA")).view("<u4")[..., 0]


def _unpacked(colours: np.ndarray) -> np.ndarray:
    """Red, green and blue [colour, 3] of such numbers."""
    return np.ascontiguousarray(colours).view(np.uint8).reshape(-1, 4)[:, :3]


def film(figure: Figure, study: Study, steps: Sequence[int], folder: Path, file: str, progress: Callable[[int], None] | None = None) -> None:
    """Write `file`.mp4, .gif, -poster.png, .npz and .json: one frame a step, first and last held; `progress(n)` after n frames.

    Frames go to the encoder as they are drawn; only their numbers are kept.
    """
    data = frames(figure, study, steps)
    scale = figure.scale(data)
    movie, last = folder / f"{file}.mp4", len(data) - 1
    with applied(theme("light")), _without_pauses(), closing(_encoder(movie)) as encoder:
        encoder.send(None)
        canvas = Canvas(theme("light"), figure.height_of(data[0]))
        fit = min(FILM[0] / canvas.width, FILM[1] / canvas.height)
        canvas.figure.set_dpi(CSS_DPI * fit)
        layers, sheet = Layers(canvas.figure), _sheet(canvas.theme.paper)
        update = figure.draw(canvas, data[0], scale)
        for i, numbers in enumerate(data):
            update(numbers)
            _put(layers.frame(), sheet)
            for _ in range(HOLD if i in (0, last) else 1):
                encoder.send(sheet)
            if progress is not None:
                progress(i + 1)
    (folder / f"{file}-poster.png").write_bytes(shrink(Image.fromarray(sheet)))
    _gif(movie, folder / f"{file}.gif", canvas.theme.paper)
    np.savez_compressed(folder / f"{file}.npz", steps=np.asarray(steps), **_stacked([figure.numbers(d) for d in data], steps))  # type: ignore[arg-type]
    shown = len(data) + (HOLD - 1) * len({0, last})
    describe(figure, data[-1], folder, file, width=FILM[0], height=FILM[1], frames=len(data), seconds=shown / RATE)


def _encoder(path: Path) -> Any:
    """A generator that takes RGB frames of size FILM and writes an MP4 whose index comes first, so that it plays while it loads."""
    quality = ["-crf", "20", "-preset", "veryfast", "-threads", "1", "-movflags", "+faststart"]
    return imageio_ffmpeg.write_frames(str(path), FILM, fps=RATE, codec="libx264", quality=None, macro_block_size=8, pix_fmt_in="rgb24", pix_fmt_out="yuv420p", output_params=quality)


def _sheet(paper: Colour) -> np.ndarray:
    """An empty sheet of size FILM."""
    return np.full((FILM[1], FILM[0], 3), np.round(np.array(paper) * 255), np.uint8)


def _put(pixels: np.ndarray, sheet: np.ndarray) -> None:
    """Lay a frame into the middle of a sheet."""
    height, width = (min(have, room) for have, room in zip(pixels.shape[:2], sheet.shape[:2]))
    y, x = (sheet.shape[0] - height) // 2, (sheet.shape[1] - width) // 2
    sheet[y : y + height, x : x + width] = pixels[:height, :width]


def _gif(movie: Path, path: Path, paper: Colour) -> None:
    """The film as a GIF of its own colours, the paper exact; with fewer colours, then narrower, until it is at most GIF_BYTES."""
    for width, colours in GIF_TRIES:
        shape = f"fps={RATE},scale={width}:-1:flags=lanczos"
        with TemporaryDirectory() as scratch:
            palette = str(Path(scratch) / "palette.png")
            _ffmpeg("-i", str(movie), "-vf", f"{shape},palettegen=max_colors={colours}:stats_mode=full:reserve_transparent=0", palette)
            _with_colour(Path(palette), paper)
            _ffmpeg("-i", str(movie), "-i", palette, "-lavfi", f"{shape}[frames];[frames][1:v]paletteuse=dither=none:diff_mode=rectangle", str(path))
        if path.stat().st_size <= GIF_BYTES:
            return
    raise FigureError(f"{path.name}: {path.stat().st_size:,} bytes at {width} px and {colours} colours, allowed: {GIF_BYTES:,}; draw less that moves, or keep fewer checkpoints")


def _with_colour(palette: Path, colour: Colour) -> None:
    """Make the colours of a palette that are almost this one exactly this one: paper that is not quite white shows on a white page."""
    colours = np.asarray(Image.open(BytesIO(palette.read_bytes())).convert("RGB")).astype(int)
    wanted = np.round(np.array(colour) * 255).astype(int)
    apart = np.abs(colours - wanted).sum(-1)
    colours[apart <= max(ALMOST, apart.min())] = wanted
    Image.fromarray(colours.astype(np.uint8)).save(palette)


def _ffmpeg(*options: str) -> None:
    done = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-threads", "1", *options], capture_output=True, text=True)
    if done.returncode:
        raise FigureError(f"ffmpeg {' '.join(options)}: {done.stderr.strip()}")


def _stacked(numbers: Sequence[dict[str, np.ndarray]], steps: Sequence[int]) -> dict[str, np.ndarray]:
    """Numbers of all frames by name: [frame, ...] where every frame has the same shape, else one array a step, `name@step`.

    Floats keep seven digits: a film's numbers are many.
    """
    out: dict[str, np.ndarray] = {}
    for name in dict.fromkeys(name for frame in numbers for name in frame):
        arrays = {step: _single(frame[name]) for step, frame in zip(steps, numbers) if name in frame}
        if len(arrays) == len(steps) and len({a.shape for a in arrays.values()}) == 1:
            out[name] = np.stack(list(arrays.values()))
        else:
            out |= {f"{name}@{step}": array for step, array in arrays.items()}
    return out


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype == np.float64 else array
