"""Pictures become films by ffmpeg as they are drawn: no list of frames, and the same bytes from the
same pictures.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import imageio.v3 as imageio
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe, write_frames
from PIL import Image

from reportgen.errors import FigureError

FILM = (1280, 720)  # pixels of a film
RATE, HOLD = 10, 15  # frames a second; frames for which the first and the last picture stand
GIF_BYTES = 4_000_000
GIF_WIDTH, COLOURS, SAMPLES = 640, 192, 9  # pixels; colours, and frames from which they are chosen
# width in pixels and colours of a GIF that is too large; every frame is kept
SMALLER = ((640, 72), (520, 96), (400, 64), (320, 32))
WHOLE = 40  # frames from one that is kept as a whole to the next: from it a reader's step is found
# sharp where nothing moves, which is most of a drawing, and as little search as that needs
QUALITY = (
    *("-preset", "ultrafast", "-crf", "22"),
    *("-x264-params", f"mbtree=1:rc-lookahead=20:cabac=1:8x8dct=1:scenecut=0:keyint={WHOLE}"),
)

Take = Callable[[np.ndarray], None]


@contextmanager
def mp4(path: Path, *, alone: bool) -> Iterator[Take]:
    """A function that takes pictures [y, x, rgba] of size FILM; the first and, unless it is
    `alone`, the last of them are held.

    The index comes first, so that the film plays while it loads.
    """
    still = HOLD - 1
    held = f"tpad=start={still}:stop={0 if alone else still}:start_mode=clone:stop_mode=clone"
    made = ["-vf", f"format=yuv420p,{held}", *QUALITY, "-movflags", "+faststart"]
    whole = lambda movie: 0 < movie.find(b"moov") < movie.find(b"mdat")
    with _ffmpeg(path, FILM, "libx264", "yuv420p", made, whole) as take:
        yield take


@contextmanager
def gif(path: Path, samples: Sequence[np.ndarray], colours: int = COLOURS) -> Iterator[Take]:
    """A function that takes small pictures [y, x, rgb and one more]; their colours are chosen from
    the samples, and the first and the last are held.
    """
    height, width = samples[0].shape[:2]
    graph = (  # the samples go ahead of the film, so that it need not wait for its last frame
        "format=rgb24,split[all][few];"
        f"[few]trim=end_frame={len(samples)},palettegen=max_colors={colours}[colours];"
        f"[all]trim=start_frame={len(samples)},setpts=PTS-STARTPTS,"
        rf"setpts=PTS+gt(N\,0)*round({(HOLD - 1) / RATE}/TB)[film];"
        "[film][colours]paletteuse=dither=none:diff_mode=rectangle"
    )
    made = ["-filter_complex_threads", "1", "-filter_complex", graph]
    made += ["-loop", "0", "-final_delay", str(100 * HOLD // RATE)]
    whole = lambda film: film.endswith(b";")
    with _ffmpeg(path, (width, height), "gif", "pal8", made, whole) as take:
        for sample in samples:
            take(sample)
        yield take


def fit(path: Path, limit: int = GIF_BYTES) -> None:
    """Leave a GIF as it is, or make it the first of `SMALLER` that has at most so many bytes."""
    whole, tried = path.with_suffix(".whole.gif"), (GIF_WIDTH, COLOURS)
    path.replace(whole)
    size = whole.stat().st_size
    if size <= limit:
        whole.replace(path)
        return
    for tried in SMALLER:
        again(whole, path, *tried)
        size = path.stat().st_size
        if size <= limit:
            break
    whole.unlink()
    if size > limit:
        path.unlink()
        raise FigureError(
            f"{path.name}: {size:,} bytes at {tried[0]} px and {tried[1]} colours, allowed:"
            f" {limit:,}; draw less that moves, or keep fewer checkpoints"
        )


def again(old: Path, new: Path, width: int, colours: int) -> None:
    """The same frames in another width and with fewer colours."""
    chosen = set(sampled(imageio.improps(old, plugin="pillow").n_images or 1))

    def frames() -> Iterator[np.ndarray]:
        return imageio.imiter(old, plugin="pillow", mode="RGBA")

    samples = [halved(frame, width) for i, frame in enumerate(frames()) if i in chosen]
    with gif(new, samples, colours) as take:
        for frame in frames():
            take(halved(frame, width))


def sampled(frames: int) -> list[int]:
    """Places of the frames from which colours are chosen: the first, the last, and some between."""
    return sorted({round(i * (frames - 1) / (SAMPLES - 1)) for i in range(SAMPLES)})


def halved(pixels: np.ndarray, width: int) -> np.ndarray:
    """Pixels [y, x, rgb and one more] as an image so wide; each of its colours is the mean of those
    it stands for.
    """
    height, whole = pixels.shape[:2]
    picture = Image.frombuffer(
        "RGBX", (whole, height), np.ascontiguousarray(pixels), "raw", "RGBX", 0, 1
    )
    if whole % width == 0:
        return np.asarray(picture.reduce(whole // width))
    return np.asarray(
        picture.resize((width, round(height * width / whole)), Image.Resampling.LANCZOS)
    )


@contextmanager
def _ffmpeg(
    path: Path,
    size: tuple[int, int],
    codec: str,
    colours: str,
    made: Sequence[str],
    whole: Callable[[bytes], bool],
) -> Iterator[Take]:
    """A function that takes pictures [y, x, rgb and one more] of one size; an error says what
    ffmpeg said.

    imageio-ffmpeg does not look at how ffmpeg ended, so whether its file is `whole` is looked at.
    """
    get_ffmpeg_exe()  # what it loads is loaded before standard error is ffmpeg's own
    # one thread each: how many there are decides over the bytes
    writer = write_frames(
        str(path),
        size,
        pix_fmt_in="rgb0",
        pix_fmt_out=colours,
        fps=RATE,
        codec=codec,
        macro_block_size=1,
        ffmpeg_log_level="error",
        input_params=["-threads", "1"],
        output_params=[*made, "-threads", "1"],
    )
    with TemporaryFile() as said:

        def take(picture: np.ndarray) -> None:
            try:
                writer.send(picture)
            except OSError as error:
                raise FigureError(_why(path, said)) from error

        with _as_ours(said):
            writer.send(None)
        try:
            yield take
        finally:
            writer.close()
        if not (path.exists() and whole(path.read_bytes())):
            raise FigureError(_why(path, said))


def _why(path: Path, said: IO[bytes]) -> str:
    said.seek(0)
    words = said.read().decode(errors="replace").strip()
    return f"{path.name}: ffmpeg " + (f"failed: {words}" if words else "ended before the film did")


@contextmanager
def _as_ours(said: IO[bytes]) -> Iterator[None]:
    """What imageio-ffmpeg starts meanwhile ends with this process, whatever has stopped it, and its
    errors go to a file, not to the terminal.
    """
    before, together = os.dup(2), "IMAGEIO_FFMPEG_NO_PREVENT_SIGINT"
    known = os.environ.get(together)
    os.environ[together] = "1"  # one group of processes: it is ended as a whole
    os.dup2(said.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.environ.pop(together) if known is None else os.environ.update({together: known})
