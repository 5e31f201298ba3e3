"""A figure becomes a picture; the same draw over checkpoints becomes a film."""

import json
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from reportgen.errors import FigureError
from reportgen.figures.base import Figure
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.style import CSS_DPI, EXPORT_SCALE, THEMES, Colour, applied, theme
from reportgen.study import Study

FILM = (1280, 720)  # pixels of a film
RATE, HOLD = 10, 15  # frames a second; frames for which the first and the last picture stand
GIF_BYTES = 4_000_000
FLAT = 48  # most common colours of a picture, kept exactly
ALMOST = 12  # of 765: steps by which two colours may differ and still be one on a page
GIF_TRIES = ((640, 256), (640, 72), (520, 96), (400, 64), (320, 32))  # width in pixels, colours; every frame is kept


def draw(figure: Figure, data: Any, scale: Any, appearance: str = "light") -> Canvas:
    """One picture on a canvas; save it within `style.applied` of the same theme."""
    canvas = Canvas(theme(appearance), figure.height_of(data))
    figure.draw(canvas, data, scale)
    return canvas


def still(figure: Figure, study: Study, folder: Path, file: str) -> None:
    """Write `file`.png, .svg, .dark.png, .dark.svg, .npz and .json (title, caption, alt text, size) into a folder."""
    data = figure.compute(study)
    scale = figure.scale([data])
    for appearance in THEMES:
        suffix = "" if appearance == "light" else f".{appearance}"
        with applied(theme(appearance)):
            canvas = draw(figure, data, scale, appearance)
            agg = FigureCanvasAgg(canvas.figure)
            canvas.figure.set_dpi(CSS_DPI * EXPORT_SCALE)
            agg.draw()
            (folder / f"{file}{suffix}.png").write_bytes(shrink(Image.fromarray(np.asarray(agg.buffer_rgba())[..., :3].copy())))
            canvas.figure.set_dpi(CSS_DPI)
            canvas.figure.savefig(folder / f"{file}{suffix}.svg", format="svg", metadata={"Date": None})
    np.savez_compressed(folder / f"{file}.npz", **figure.numbers(data))  # type: ignore[arg-type]
    describe(figure, data, folder, file)


def describe(figure: Figure, data: Any, folder: Path, file: str, **more: Any) -> None:
    """Write `file`.json: what a page needs to show the picture."""
    about = dict(slug=figure.slug, file=file, title=figure.title, caption=figure.caption(data), alt=figure.alt(data), width=int(Canvas.width), height=round(figure.height_of(data)), film=figure.film)
    (folder / f"{file}.json").write_text(json.dumps(about | more, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def frames(figure: Figure, study: Study, steps: Sequence[int]) -> list[Any]:
    """The data of a film: a few numbers a checkpoint, never pixels."""
    return [figure.compute(study.at(step)) for step in steps]


def shrink(full: Image.Image) -> bytes:
    """A picture in red, green and blue as a PNG of 256 colours, dithered so that no gradient shows steps; flat areas, the paper first of all, keep their exact colour."""
    every_other = full.resize((max(1, full.width // 2), max(1, full.height // 2)), Image.Resampling.NEAREST)  # as good a sample, and a quarter of the time
    colours, counts = np.unique(_packed(every_other), return_counts=True)
    flat = np.sort(colours[np.argsort(-counts, kind="stable")[:FLAT]])
    others = every_other.quantize(256 - len(flat), method=Image.Quantize.MAXCOVERAGE, kmeans=1).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*np.stack([flat >> 16, flat >> 8 & 255, flat & 255], 1).ravel().tolist(), *others])
    small = full.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    wanted = _packed(full)
    place = np.searchsorted(flat, wanted).clip(max=len(flat) - 1)
    chosen = np.where(flat[place] == wanted, place, np.asarray(small)).astype(np.uint8)  # Pillow looks for the nearest colour in coarse steps
    exact = Image.fromarray(chosen)
    exact.putpalette(small.getpalette() or [])
    out = BytesIO()
    exact.save(out, "PNG")
    return out.getvalue()


def _packed(picture: Image.Image) -> np.ndarray:
    """One whole number a pixel for its colour."""
    red, green, blue = np.moveaxis(np.asarray(picture).astype(np.int32), -1, 0)
    return red << 16 | green << 8 | blue


def film(figure: Figure, study: Study, steps: Sequence[int], folder: Path, file: str, progress: Callable[[int], None] | None = None) -> None:
    """Write `file`.mp4, .gif, -poster.png, .npz and .json: one frame a step, first and last held; `progress(n)` after n frames.

    Frames go to the encoder as they are drawn; only their numbers are kept.
    """
    data = frames(figure, study, steps)
    scale = figure.scale(data)
    movie, last = folder / f"{file}.mp4", len(data) - 1
    with applied(theme("light")), closing(_encoder(movie)) as encoder:
        encoder.send(None)
        canvas = Canvas(theme("light"), figure.height_of(data[0]))
        fit = min(FILM[0] / canvas.width, FILM[1] / canvas.height)
        canvas.figure.set_dpi(CSS_DPI * fit)
        agg = FigureCanvasAgg(canvas.figure)
        update = figure.draw(canvas, data[0], scale)
        for i, numbers in enumerate(data):
            update(numbers)
            agg.draw()
            pixels = _on_sheet(np.asarray(agg.buffer_rgba())[..., :3], canvas.theme.paper)
            for _ in range(HOLD if i in (0, last) else 1):
                encoder.send(pixels)
            if progress is not None:
                progress(i + 1)
    (folder / f"{file}-poster.png").write_bytes(shrink(Image.fromarray(pixels)))
    _gif(movie, folder / f"{file}.gif", canvas.theme.paper)
    np.savez_compressed(folder / f"{file}.npz", steps=np.asarray(steps), **_stacked([figure.numbers(d) for d in data], steps))  # type: ignore[arg-type]
    shown = len(data) + (HOLD - 1) * len({0, last})
    describe(figure, data[-1], folder, file, width=FILM[0], height=FILM[1], frames=len(data), seconds=shown / RATE)


def _encoder(path: Path) -> Any:
    """A generator that takes RGB frames of size FILM and writes an MP4 whose index comes first, so that it plays while it loads."""
    quality = ["-crf", "20", "-preset", "veryfast", "-threads", "1", "-movflags", "+faststart"]
    return imageio_ffmpeg.write_frames(str(path), FILM, fps=RATE, codec="libx264", quality=None, macro_block_size=8, pix_fmt_in="rgb24", pix_fmt_out="yuv420p", output_params=quality)


def _on_sheet(pixels: np.ndarray, paper: Colour) -> np.ndarray:
    """A frame in the middle of a sheet of size FILM."""
    height, width = (min(have, room) for have, room in zip(pixels.shape[:2], FILM[::-1]))
    sheet = np.full((FILM[1], FILM[0], 3), np.round(np.array(paper) * 255), np.uint8)
    y, x = (FILM[1] - height) // 2, (FILM[0] - width) // 2
    sheet[y : y + height, x : x + width] = pixels[:height, :width]
    return sheet


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
