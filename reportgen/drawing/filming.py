"""A figure over all checkpoints becomes a film."""

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.encoders import FILM, GIF_WIDTH, HOLD, RATE, fit, gif, halved, mp4, sampled
from reportgen.drawing.figure import Data, Figure, Scale, View, show
from reportgen.drawing.layers import Layers
from reportgen.drawing.names import legend, numbered
from reportgen.drawing.stills import describe, shrink, without_pauses, words_of
from reportgen.drawing.style import CSS_DPI, Colour, applied, theme
from reportgen.measure.given import words_for


def frames(figure: Figure[View, Data, Scale], study: View, steps: Sequence[int]) -> list[Data]:
    """The data of a film: a few numbers a checkpoint, never pixels."""
    data = []
    for step in steps:
        with study.at(step) as there:
            data.append(figure.compute(there))
    return data


def film(
    figure: Figure[View, Data, Scale],
    study: View,
    steps: Sequence[int],
    folder: Path,
    file: str,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write `file`.mp4, .gif, -poster.png, .npz and .json: one frame a step, first and last held;
    `progress(n)` after n frames.

    Frames go to the encoders as they are drawn; only their numbers are kept.
    """
    data, names = frames(figure, study, steps), study.rule.tokens.names
    whole = data if study.tokens == names else frames(figure, study.calling(names), steps)
    scale, last = figure.scale(data), len(data) - 1
    with (
        applied(theme("light")),
        without_pauses(),
        mp4(folder / f"{file}.mp4", alone=not last) as encode,
    ):
        look = theme("light", tuple(study.rule.class_names))
        canvas = Canvas(look, figure.height_of(data[0]), said=words_for(study.config))
        canvas.figure.set_dpi(CSS_DPI * min(FILM[0] / canvas.width, FILM[1] / canvas.height))
        layers, update = Layers(canvas.figure), show(figure, canvas, data[0], scale)

        def drawn(numbers: Data) -> np.ndarray:
            update(numbers)
            return _on_sheet(layers.frame(), canvas.theme.paper)

        samples = [halved(drawn(data[i]), GIF_WIDTH) for i in sampled(len(data))]
        with gif(folder / f"{file}.gif", samples) as shrunk:
            for i, numbers in enumerate(data):
                sheet = drawn(numbers)
                encode(sheet)
                shrunk(halved(sheet, GIF_WIDTH))
                if progress is not None:
                    progress(i + 1)
        called = numbered(names, study.tokens)
        words = legend(called, words_of(canvas.figure), study.rule.signs)
    fit(folder / f"{file}.gif")
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
        shows=figure.sequences(study),
        said=words_for(study.config),
        width=FILM[0],
        height=FILM[1],
        frames=len(data),
        seconds=shown / RATE,
        rate=RATE,
        held=HOLD,
        steps=in_runs(steps),
    )


def in_runs(steps: Sequence[int]) -> str:
    """Steps of training in few words: the first, then how many follow it at which distance.

    0, 100, 200, 300 and 350 are "0 3x100 1x50".
    """
    apart = [after - before for before, after in pairwise(steps)]
    runs = [f"{len(list(same))}x{distance}" for distance, same in groupby(apart)]
    return " ".join([str(steps[0]), *runs])


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
    """Numbers of all frames by name: [frame, ...] where every frame has the same shape, else one
    array a step, `name@step`.

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
