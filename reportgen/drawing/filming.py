"""A figure over all checkpoints becomes a film."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from PIL import Image

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure
from reportgen.drawing.gifs import GIF_WIDTH, Gif, Palette, fitting, halved, sampled
from reportgen.drawing.layers import Layers
from reportgen.drawing.names import legend, numbered
from reportgen.drawing.stills import describe, shrink, without_pauses, words_of
from reportgen.drawing.style import CSS_DPI, Colour, applied, theme
from reportgen.errors import FigureError

FILM = (1280, 720)  # pixels of a film
RATE, HOLD = 10, 15  # frames a second; frames for which the first and the last picture stand
PIPE = 1 << 20  # bytes that may wait for the encoder
# sharp where nothing moves, which is most of a drawing, and as little search as that needs
QUALITY = [
    "-preset",
    "ultrafast",
    "-crf",
    "22",
    "-x264-params",
    "mbtree=1:rc-lookahead=20:cabac=1:8x8dct=1:scenecut=0",
    "-threads",
    "1",
]


def frames(figure: Figure, study: Study, steps: Sequence[int]) -> list[Any]:
    """The data of a film: a few numbers a checkpoint, never pixels."""
    data = []
    for step in steps:
        with study.at(step) as there:
            data.append(figure.compute(there))
    return data


def film(
    figure: Figure,
    study: Study,
    steps: Sequence[int],
    folder: Path,
    file: str,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write `file`.mp4, .gif, -poster.png, .npz and .json: one frame a step, first and last held; `progress(n)` after n frames.

    Frames go to the encoders as they are drawn; only their numbers are kept.
    """
    data, names = frames(figure, study, steps), study.rule.tokens.names
    whole = data if study.tokens == names else frames(figure, study.calling(names), steps)
    scale, last = figure.scale(data), len(data) - 1
    with (
        applied(theme("light")),
        without_pauses(),
        _encoder(folder / f"{file}.mp4", HOLD - 1, (HOLD - 1) * (last > 0)) as encode,
    ):
        canvas = Canvas(theme("light", tuple(study.rule.class_names)), figure.height_of(data[0]))
        canvas.figure.set_dpi(CSS_DPI * min(FILM[0] / canvas.width, FILM[1] / canvas.height))
        layers, update = Layers(canvas.figure), figure.draw(canvas, data[0], scale)

        def drawn(numbers: Any) -> np.ndarray:
            update(numbers)
            return _on_sheet(layers.frame(), canvas.theme.paper)

        gif = Gif(Palette([halved(drawn(data[i]), GIF_WIDTH) for i in sampled(len(data))]))
        for i, numbers in enumerate(data):
            sheet = drawn(numbers)
            encode(sheet)
            gif.add(halved(sheet, GIF_WIDTH), 100 // RATE * (HOLD if i in (0, last) else 1))
            if progress is not None:
                progress(i + 1)
        words = legend(numbered(names, study.tokens), words_of(canvas.figure))
    (folder / f"{file}.gif").write_bytes(fitting(gif.bytes(), f"{file}.gif"))
    (folder / f"{file}-poster.png").write_bytes(shrink(Image.fromarray(sheet[..., :3].copy())))
    np.savez_compressed(
        folder / f"{file}.npz",
        steps=np.asarray(steps),
        **_stacked([figure.numbers(d) for d in whole], steps),  # type: ignore[arg-type]
    )
    shown = len(data) + (HOLD - 1) * len({0, last})
    describe(
        figure,
        data[-1],
        folder,
        file,
        whole=whole[-1],
        legend=words,
        width=FILM[0],
        height=FILM[1],
        frames=len(data),
        seconds=shown / RATE,
    )


@contextmanager
def _encoder(path: Path, first: int, last: int) -> Iterator[Callable[[np.ndarray], Any]]:
    """A function that takes sheets of size FILM and writes an MP4; its first and last frame are seen `first` and `last` times more.

    The index comes first, so that the film plays while it loads.
    """
    taken = [
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb0",
        "-s",
        f"{FILM[0]}x{FILM[1]}",
        "-r",
        str(RATE),
        "-i",
        "-",
    ]
    made = [
        "-vf",
        f"format=yuv420p,tpad=start={first}:stop={last}:start_mode=clone:stop_mode=clone",
        "-c:v",
        "libx264",
        *QUALITY,
        "-movflags",
        "+faststart",
    ]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-y",
        "-loglevel",
        "error",
        "-threads",
        "1",
        *taken,
        *made,
        str(path),
    ]
    broken = False
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, pipesize=PIPE
    ) as running:
        try:
            yield lambda sheet: running.stdin.write(sheet.data)  # type: ignore[union-attr]
        except BrokenPipeError:  # it has stopped: below it says why
            broken = True
        finally:
            _, said = running.communicate()
    if running.returncode or broken:
        raise FigureError(
            f"ffmpeg {' '.join(command[1:])}: {said.decode(errors='replace').strip()}"
        )


def _on_sheet(pixels: np.ndarray, paper: Colour) -> np.ndarray:
    """Pixels [y, x, rgba] in the middle of a sheet of size FILM; those of that size as they are."""
    if pixels.shape[:2] == FILM[::-1]:
        return pixels
    sheet = np.full((FILM[1], FILM[0], 4), 255, np.uint8)
    sheet[..., :3] = np.round(np.array(paper) * 255)
    height, width = (min(have, room) for have, room in zip(pixels.shape[:2], sheet.shape[:2]))
    y, x = (sheet.shape[0] - height) // 2, (sheet.shape[1] - width) // 2
    sheet[y : y + height, x : x + width] = pixels[:height, :width]
    return sheet


def _stacked(
    numbers: Sequence[dict[str, np.ndarray]], steps: Sequence[int]
) -> dict[str, np.ndarray]:
    """Numbers of all frames by name: [frame, ...] where every frame has the same shape, else one array a step, `name@step`.

    Floats keep seven digits: a film's numbers are many.
    """
    out: dict[str, np.ndarray] = {}
    for name in dict.fromkeys(name for frame in numbers for name in frame):
        arrays = {
            step: _single(frame[name]) for step, frame in zip(steps, numbers) if name in frame
        }
        if len(arrays) == len(steps) and len({a.shape for a in arrays.values()}) == 1:
            out[name] = np.stack(list(arrays.values()))
        else:
            out |= {f"{name}@{step}": array for step, array in arrays.items()}
    return out


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype == np.float64 else array
